"""The page that a stranger reads first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TEXT = """\
{title}

This folder holds {files} of media from {department}.
With them come the full history of each and the proof that neither was changed. Anybody can check it, without our
program, without a network, and without asking us. It is a BagIt 1.0 folder (RFC 8493).

CHECK IT WITHOUT OUR PROGRAM: three commands in this folder, on Linux

1. Is every file of media as it was put in here?

   sha256sum --check --quiet manifest-sha256.txt

2. And every other file?

   sha256sum --check --quiet tagmanifest-sha256.txt

   Silence is the good answer. Neither may say that a file is missing.

3. Did the department's log sign what the history here rests on?

   sed '/^$/,$d' proof/checkpoint > /tmp/signed; \\
   sed -n 's/^— [^ ]* //p' proof/checkpoint | head -n 1 | base64 -d | tail -c 64 > /tmp/signature; \\
   openssl pkeyutl -verify -pubin -inkey proof/log-key.pem -rawin -in /tmp/signed -sigfile /tmp/signature

   The good answer: Signature Verified Successfully.

CHECK EVERYTHING: Python 3.11 or newer, nothing else

   python3 verify.pyz .

   It also follows every event into the signed log and every chain of events without a gap, holds each file against
   the event of its storing, and decides once more how long each recording has to be kept. To know that the key is
   really the department's, get it from the department's public page and add: --trust FILE
   To know that verify.pyz is really ours, get it there too: its hash is in the log, as is that of every file here.

WHAT IS IN HERE

   data/                 the media, exactly as they came; names that some computers can't hold were made plain
   files.json            which file is which, with the exact name it came with
{absent}   history.txt           what happened to each recording and file, in plain sentences
   proof/events.jsonl    the same as the log holds it: one event a line, with its private part and its proof
   proof/checkpoint      the signed state of the log
   proof/policy/         the policies under which it was done, each named by its SHA-256
   proof/retention.json  how long each recording is kept, why, and by which clause
   proof/log-key.pem     the key of the log, for openssl; the same as in keys.json
   bag-info.txt, bagit.txt, manifest-sha256.txt, tagmanifest-sha256.txt   BagIt

{listing}
"""


ABSENT = "   missing.json          what belongs to the same matter and is not in here, and why\n"


@dataclass(frozen=True)
class Row:
    """One file as the page lists it."""

    path: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Lack:
    """One recording that is not inside, as the page lists it."""

    recording: str
    start: str | None
    reason: str


def readme(title: str, department: str, rows: Sequence[Row], lacks: Sequence[Lack] = ()) -> bytes:
    """Returns README.txt."""
    count = f"{len(rows):,} {'file' if len(rows) == 1 else 'files'}"
    listing = "THE MEDIA\n" + "".join(f"\n{_told(row)}" for row in rows)
    if lacks:
        listing += "\n\nNOT IN HERE, though it belongs to the same matter\n" + "".join(map(_lack, lacks))
    return TEXT.format(
        title=f"{title}\n{'=' * len(title)}",
        files=count,
        department=department,
        listing=listing,
        absent=ABSENT if lacks else "",
    ).encode()


def _lack(each: Lack) -> str:
    return f"\n   Recording {printable(each.recording)}\n   began  {each.start or 'not known'}\n   {each.reason}\n"


def _told(row: Row) -> str:
    came = "" if row.path.endswith(f"/{row.name}") else f"   came as  {printable(row.name)}\n"
    return f"   {row.path}\n{came}   {row.size:,} bytes, SHA-256 {row.sha256}\n"


def printable(name: str) -> str:
    """Returns a name on one line, whatever is in it."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in name)
