"""Counts what is left after the killing, from the disk and the database alone."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from plainview.base.custody.audit import audit
from plainview.base.custody.models import Event, Item, Leaf, Outbox
from plainview.base.storage.actions import leftovers, open_object
from plainview.base.storage.errors import StorageError
from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.names import RECEIPT
from plainview.verify.command import main as verify

ENDED_WELL = ["stored", "duplicate", "quarantined"]
MUST_BE_ZERO = {
    "missing": "acknowledged, and missing",
    "different": "acknowledged, and different",
    "unverified": "receipts that do not verify",
    "unproven": "told as taken, without a receipt",
    "half": "half registered",
    "open": "arrivals still open after the sweep",
    "left over": "bytes that nothing explains",
    "twice": "files of a watched folder taken twice",
    "not taken": "files of a watched folder never taken",
    "log": "findings of the full check of history",
    "waiting": "events that are not in the log",
}


def count(data: Path, hashes: dict[str, bytes], outs: list[Path], watched: list[Path]) -> Counter[str]:
    """Returns every count; what must be zero is there as zero."""
    found: Counter[str] = Counter(dict.fromkeys(MUST_BE_ZERO, 0))
    beside = [p for folder in watched for p in folder.rglob(f"*{RECEIPT}")]
    receipts = [p for p in (data / "receipts").rglob("*.json") if not p.name.startswith(".")]
    for path in [*receipts, *beside]:
        found["receipts"] += 1
        found.update(_receipt(path, hashes))
    for line in _lines(outs):
        found[f"told: {line['status']}"] += 1
        if line["status"] in ENDED_WELL and not (line["receipt"] and Path(line["receipt"]).is_file()):
            found["unproven"] += 1
    found["half"] = sum(_half_registered())
    found["open"] = Arrival.objects.filter(state="receiving").count()
    found["open"] += Arrival.objects.filter(state__in=ENDED_WELL, receipt="").count()
    found["left over"] = sum(1 for _ in leftovers(timedelta(0)))
    found["twice"], found["not taken"] = _watched(watched)
    found["log"] = sum(len(check.findings) for check in audit())
    found["waiting"] = Outbox.objects.count() + Event.objects.filter(place=None).count()
    found["originals"], found["events"] = File.objects.count(), Leaf.objects.count()
    return found


def _receipt(path: Path, hashes: dict[str, bytes]) -> Iterator[str]:
    """Follows one receipt from the proof to the bytes; yields what is wrong."""
    with contextlib.redirect_stdout(io.StringIO()):
        if verify([str(path)]) != 0:
            yield "unverified"
    said = json.loads(path.read_bytes())
    facts = {key: value for _, key, value in json.loads(said["body"])}
    file = File.objects.filter(handle=json.loads(said["leaf"])["h"]).select_related("object").first()
    if file is None:
        yield "missing"
        return
    try:
        with open_object(file.object) as reader:
            digest = hashlib.sha256()
            for piece in reader.stream():
                digest.update(piece)
    except StorageError:
        yield "missing"
        return
    expected = hashes.get(facts["source"])
    if not digest.hexdigest() == facts["sha256"] == (expected.hex() if expected else ""):
        yield "different"


def _lines(outs: list[Path]) -> Iterator[dict[str, Any]]:
    for out in outs:
        for line in out.read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError):  # the line that was being printed, or a sentence
                found = json.loads(line)
                if isinstance(found, dict) and "status" in found:
                    yield found


def _half_registered() -> Iterator[int]:
    yield StoredObject.objects.filter(file=None, derivative=None).count()
    yield Recording.objects.filter(files=None).count()
    yield File.objects.filter(arrival=None).count()
    yield Arrival.objects.filter(state__in=ENDED_WELL, file=None).count()
    yield Arrival.objects.exclude(state__in=ENDED_WELL).exclude(file=None).count()
    yield Item.objects.filter(kind__in=["file", "recording", "arrival", "leftover"], n=0).count()


def _watched(folders: list[Path]) -> tuple[int, int]:
    files = [p for folder in folders for p in folder.iterdir() if not p.name.endswith(RECEIPT)]
    taken = Counter(Arrival.objects.filter(door="folder", state__in=ENDED_WELL).values_list("source", flat=True))
    return sum(n - 1 for n in taken.values() if n > 1), sum(1 for p in files if not taken[str(p)])
