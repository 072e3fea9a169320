"""What lies around media and proof: declaration, description, lists, keys, the pages for people, the verifier."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from django.utils import timezone

import plainview
from plainview.base.custody import keys
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.package import media, proving, readme, retention
from plainview.holdings.evidence.package.bag import DECLARATION, BagWriter, info
from plainview.holdings.evidence.package.media import Placed
from plainview.holdings.evidence.package.missing import PATH as MISSING
from plainview.holdings.evidence.package.missing import Missing, listing


def write_verifier(bag: BagWriter) -> None:
    """Puts verify.pyz in."""
    bag.write("verify.pyz", _verifier())


@lru_cache(maxsize=1)
def _verifier() -> bytes:
    """The verifier is built by a process of its own: this room does not know it. Its bytes never differ."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "verify.pyz"
        subprocess.run([sys.executable, "-m", "plainview.verify.build", str(out)], check=True, capture_output=True)
        return out.read_bytes()


def write_tags(
    bag: BagWriter,
    placed: Sequence[Placed],
    recordings: Sequence[Recording],
    handle: str,
    history: bytes,
    missing: Sequence[Missing] = (),
) -> None:
    """Writes every file that speaks for itself; the event of the building will name each with its hash."""
    lacks = [readme.Lack(each.recording, each.start, each.reason) for each in missing]
    department, vkey = recordings[0].agency.name, keys.signer_of_log().vkey
    rows = [
        readme.Row(each.path, each.file.name, each.file.object.size, bytes(each.file.object.sha256).hex())
        for each in placed
    ]
    bag.write("bagit.txt", DECLARATION)
    bag.write(
        "bag-info.txt",
        info(
            [
                ("Source-Organization", department),
                ("External-Identifier", handle),
                ("External-Description", f"Recordings with their histories and proofs, {len(recordings)} in all"),
                ("Bagging-Date", str(timezone.localdate())),
                ("Payload-Oxum", f"{bag.payload_size}.{len(placed)}"),
                ("Bag-Software-Agent", f"Plainview {plainview.__version__}"),
            ]
        ),
    )
    bag.write("README.txt", readme.readme(f"Package {handle}", department, rows, lacks))
    bag.write("files.json", media.listing(placed))
    if missing:
        bag.write(MISSING, listing(missing))
    bag.write("history.txt", history)
    bag.write("keys.json", proving.keys(vkey))
    bag.write("proof/log-key.pem", proving.pem(vkey))
    bag.write(retention.PATH, retention.statement(recordings))
