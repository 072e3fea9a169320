"""One disposal of 100,000 recordings, from the list to the certificate, against unlinking as many files and no more.

    python -m bench.disposal [--rows 100000] [--json]

The peer knows no policy, no hold and no history: it unlinks the same number of files one by one and makes each folder
durable, as a careful `rm` would. Ours also judges every recording twice, reads its history, locks whatever could hold
it, takes the keys out of the database, looks at every shelf afterwards, and writes events, list and certificate.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench import evidence

MOST = 30.0  # times the peer
GOALS = {"list": 30.0, "blast radius": 3.0, "announce": 60.0, "verify": 60.0}  # seconds at 100,000
MADE = 5000  # recordings made at a time


def main() -> None:
    """Runs it and prints a table; exits 1 beyond a limit."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="plainview-bench-disposal-"))
    try:
        evidence.install(folder / "data")
        found = measure(folder, options.rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(found, indent=1) if options.json else told(found))
    scale = options.rows / 100_000
    missed = [name for name, goal in GOALS.items() if found["seconds"][name] > max(goal * scale, 5)]
    raise SystemExit(1 if missed or found["ratio"] > MOST else 0)


def measure(folder: Path, rows: int) -> dict[str, Any]:
    """Goes the whole way and takes the time of each step."""
    import time_machine
    from django.utils import timezone

    from plainview.base.custody import sequencer
    from plainview.base.people.models import Account
    from plainview.duties.retention.disposal import actions, destroying
    from plainview.duties.retention.disposal.radius import radius
    from plainview.verify.folder import check_folder
    from plainview.verify.report import Report

    took: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        done = work()
        took[name] = time.perf_counter() - began
        return done

    now = timezone.now()
    with time_machine.travel(now - timedelta(days=7.2), tick=True) as clock:
        people = institutions()
        began = time.time()
        fill(rows)
        sequencer.drain()
        took["(making the city)"] = time.time() - began
        batch = timed("list", lambda: actions.draft(people[0]))
        timed("blast radius", lambda: radius(batch))
        batch = timed("announce", lambda: actions.announce(batch, people[0], reason="bench"))
        live(clock, now - timedelta(seconds=20))
    sequencer.drain()
    for account in people:
        timed("approve", partial(actions.approve, batch, account, proved_at=timezone.now()))
    begin = Account.objects.get(pk=people[1].pk)
    timed("begin", lambda: actions.begin(batch, begin, proved_at=timezone.now(), count=str(batch.recordings)))
    batch = timed("destroy", lambda: destroying.go_on(batch))
    assert batch.state == "finished", batch.stopped
    report = Report("log")
    timed("verify", lambda: check_folder(folder / "data" / "log", None, report))
    assert report.exit == 0, report.text()
    peer = unlink(folder / "peer", 2 * rows)
    return {
        "rows": rows,
        "seconds": {name: round(each, 2) for name, each in took.items()},
        "peer (s)": round(peer, 2),
        "ratio": round(took["destroy"] / peer, 2),
        "recordings a second": round(rows / took["destroy"]),
        "rss (MB)": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def institutions() -> list[Any]:
    """Makes a policy and two people."""
    from plainview.base.custody import open_item
    from plainview.base.people.models import Account, RoleGrant
    from plainview.duties.retention.disposal.tests.conftest import TEXT
    from plainview.holdings.evidence.tests import paper

    people = []
    for name, role in (("tess", "technician"), ("cora", "commander")):
        account = Account.objects.create(username=name, handle=open_item("account"), full_name=name.title())
        RoleGrant.objects.create(account=account, role=role, granted_by="system:bench")
        people.append(account)
    paper.policy(TEXT)
    return people


def fill(rows: int) -> None:
    """Makes recordings with a file and a picture each: rows, events, and files of some bytes on the disk."""
    from plainview.base.people.lookup import home_agency
    from plainview.base.storage import keys
    from plainview.base.storage.shelves import folder_of

    agency, epoch, shelf = home_agency(), keys.current_epoch("home"), Path(folder_of("data"))
    for begin in range(0, rows, MADE):
        some(range(begin, min(begin + MADE, rows)), agency, epoch, shelf)


def some(numbers: range, agency: Any, epoch: Any, shelf: Path) -> None:
    """Makes some of them, in a handful of statements."""
    from django.db import transaction
    from django.utils import timezone

    from plainview.base.custody import Entry, open_items, record_many
    from plainview.base.custody.kinds import Kind
    from plainview.base.storage.layout import Layout
    from plainview.base.storage.models import StoredObject
    from plainview.holdings.evidence.models import Derivative, File, Recording

    now, layout = timezone.now(), Layout(shelf)

    def stored(handle: str) -> StoredObject:
        made = StoredObject(
            handle=handle, epoch=epoch, wrapped_key=os.urandom(40), size=900, stored_size=1000,
            sha256=os.urandom(32), chunk_root=os.urandom(32), shelf="data",
        )  # fmt: skip
        path = layout.final(made.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"ciphertext")
        return made

    with transaction.atomic():
        recordings = [
            Recording(
                handle=secrets.token_hex(16), agency=agency, classes=["non-evidentiary"], uploaded=now, size=900,
                start=(start := now - timedelta(days=200 + n % 300, seconds=n)), listed_at=start, duration_ms=60_000,
            )
            for n in numbers
        ]  # fmt: skip
        Recording.objects.bulk_create(recordings)
        files, pictures = ([secrets.token_hex(16) for _ in numbers] for _ in range(2))
        open_items("recording", [each.handle for each in recordings])
        open_items("file", files)
        open_items("derivative", pictures)
        objects = [stored(each) for each in [*files, *pictures]]
        StoredObject.objects.bulk_create(objects)
        rows = [
            File(handle=handle, recording=recording, object=thing, name="clip.mp4")
            for handle, recording, thing in zip(files, recordings, objects[: len(files)], strict=True)
        ]
        File.objects.bulk_create(rows)
        Derivative.objects.bulk_create(
            Derivative(handle=handle, file=file, kind="poster", object=thing, tool="bench")
            for handle, file, thing in zip(pictures, rows, objects[len(files) :], strict=True)
        )
        entries = [
            Entry(
                Kind.EVIDENCE_RECORDING_CREATED,
                each.handle,
                {"classes": each.classes, "start": each.start.isoformat() if each.start else None},
            )
            for each in recordings
        ]
        record_many(entries, actor="system:bench")


def live(clock: Any, until: Any) -> None:
    """Lets the log live through the waiting period."""
    from django.db import transaction
    from django.utils import timezone

    from plainview.base.custody import record, sequencer
    from plainview.base.custody.kinds import Kind

    with transaction.atomic():
        while timezone.now() < until:
            clock.move_to(min(timezone.now() + timedelta(minutes=50), until))
            item = sequencer.log_item()
            record(Kind.CUSTODY_CHECKPOINT_HEARTBEAT, item, actor="system:bench", facts={}, public={"size": 0})


def unlink(folder: Path, count: int) -> float:
    """Unlinks as many files from as many folders, each made durable; returns the seconds."""
    paths = []
    for _ in range(count):
        name = secrets.token_hex(16)
        path = folder / name[:2] / name[2:4] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"ciphertext")
        paths.append(path)
    os.sync()
    began = time.perf_counter()
    for path in paths:
        path.unlink()
        handle = os.open(path.parent, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    return time.perf_counter() - began


def told(found: dict[str, Any]) -> str:
    """Returns the table."""
    lines = [f"A disposal of {found['rows']:,} recordings, two files each"]
    lines += [f"  {name:<20} {seconds:>9.2f} s" for name, seconds in found["seconds"].items()]
    lines.append(
        f"  {'unlinking alone':<20} {found['peer (s)']:>9.2f} s   destroying takes {found['ratio']:.1f} times that"
    )
    lines.append(f"  {found['recordings a second']:,} recordings a second, {found['rss (MB)']:,} MB")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
