"""Whether a file of a watched folder was taken before: asks the database, never the disk that came from outside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from plainview.holdings.ingest import lease, origin
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.sources.reading import Identity, SourceFile

SAME_PLACE = ("ctime_ns", "device", "inode")
LOOKED_AT = 20
PIECE = 1 << 20


@dataclass(frozen=True)
class Earlier:
    """What is known of a file: an arrival that took it, or that somebody is taking it right now."""

    taken: Arrival | None = None
    under_way: bool = False


def find_earlier(path: str, identity: Identity) -> Earlier:
    """Returns what became of this very file before.

    Equal size and time of change are not enough where anything else differs (another disk under the same name, a card
    that was copied): then the bytes themselves are compared. Raises SourceError where they can't be read.
    """
    same_path = Arrival.objects.filter(source_key=origin.key_of(path)).exclude(state=Arrival.State.FAILED)
    for arrival in same_path.select_related("file__object").order_by("-began_at")[:LOOKED_AT]:
        before = arrival.identity or {}
        if any(before.get(field) != identity[field] for field in ("size", "mtime_ns")):
            continue
        if arrival.file is None:
            if not lease.is_free(arrival):
                return Earlier(under_way=True)
            continue
        if all(before.get(field) == identity[field] for field in SAME_PLACE):
            return Earlier(arrival)
        if _hash(path) == bytes(arrival.file.object.sha256):
            Arrival.objects.filter(pk=arrival.pk).update(identity=identity)
            return Earlier(arrival)
    return Earlier()


def _hash(path: str) -> bytes:
    digest = hashlib.sha256()
    with SourceFile(path) as source:
        while data := source.read(PIECE):
            digest.update(data)
    return digest.digest()
