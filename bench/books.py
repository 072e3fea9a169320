"""The nightly sweep against `openssl dgst -sha256` of the same bytes, and the books against their bare counting.

    python -m bench.books [--size-mb 1024] [--items 2000000] [--rounds 3]

The peer of the reading does less: it hashes ciphertext, once. Ours reads from the disk, opens every segment, hashes the
content and its chunks, and compares with row and history. The peer of the balance is the statement that groups the same
items by month, without the other side.
"""

from __future__ import annotations

import argparse
import atexit
import os
import secrets
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MIB = 1 << 20
LEAST = 0.5  # of openssl's speed, while doing far more than it
MOST = 12.0  # times the bare grouping of one table: ours joins five and compares every pair


def main() -> None:
    """Runs both and prints a table; exits 1 beyond a limit."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--size-mb", type=int, default=1024)
    asked.add_argument("--items", type=int, default=2_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    options = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="plainview-bench-books-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.update(PLAINVIEW_DATA=str(folder / "data"), DJANGO_SETTINGS_MODULE="plainview.site.settings")
    os.environ.pop("DATABASE_URL", None)
    from plainview.site import installation

    installation.ensure(folder / "data")
    within = reading(folder, options.size_mb, options.rounds)
    within &= balance(options.items, options.rounds)
    raise SystemExit(0 if within else 1)


def reading(folder: Path, size_mb: int, rounds: int) -> bool:
    """A sweep of files of 64 MiB, nothing of them in memory, against openssl from the disk and from memory."""
    from plainview.base.people.lookup import home_agency

    home_agency()
    store(size_mb)
    took: dict[str, list[float]] = {"sweep": [], "openssl from the disk": [], "openssl from memory": []}
    paths = [path for path in (folder / "data" / "objects").rglob("*") if path.is_file()]
    for _ in range(rounds):
        forget(paths)
        took["openssl from the disk"].append(timed(lambda: openssl(paths)))
        took["openssl from memory"].append(timed(lambda: openssl(paths)))
        forget(paths)
        took["sweep"].append(timed(sweep))
    size = sum(path.stat().st_size for path in paths)
    median = {name: statistics.median(times) for name, times in took.items()}
    print(f"Reading {size / MIB:,.0f} MiB in {len(paths)} files, medians of {rounds} rounds")
    for name, seconds in median.items():
        ratio = f"   {median[name] / median['sweep']:5.2f} × the sweep's time" if name != "sweep" else ""
        print(f"  {name:<28} {seconds:7.2f} s {size / seconds / 1e6:8.0f} MB/s{ratio}")
    speed = median["openssl from the disk"] / median["sweep"]
    print(f"  the sweep runs at {speed:.2f} × openssl from the disk (at least {LEAST})")
    return speed >= LEAST


def store(size_mb: int) -> None:
    """Takes files of 64 MiB into evidence."""
    from plainview.holdings.evidence.tests.making import footage

    for _ in range(max(1, size_mb // 64)):
        footage(content=secrets.token_bytes(min(size_mb, 64) * MIB))


def sweep() -> None:
    """Lists, balances and reads everything."""
    from plainview.duties.retention.books.sweep import sweep

    now = sweep(3600, check_history=False)
    assert now.book is not None
    assert not now.findings, "an honest installation alarmed"


def balance(items: int, rounds: int) -> bool:
    """The balance at many items, new ones since last night among them, against the bare grouping of its one side."""
    from django.db import connection

    from plainview.duties.retention.books import balance

    fill(items)
    first = timed(balance.strike)
    ours = statistics.median(timed(balance.strike) for _ in range(rounds))

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select date_trunc('month', stored_at), count(*), sum(size) from storage_storedobject group by 1"
            )
            cursor.fetchall()

    theirs = statistics.median(timed(bare) for _ in range(rounds))
    print(f"\nBooks of {items:,} items")
    print(f"  the first balance (every body read once)      {first:7.2f} s")
    print(f"  a night's balance, both sides and differences {ours:7.2f} s")
    print(
        f"  bare grouping of one side                     {theirs:7.2f} s   ratio {ours / theirs:.1f} (at most {MOST})"
    )
    return ours / theirs <= MOST


def fill(items: int) -> None:
    """Makes items by SQL: rows of storage, files of recordings, and first events with bodies. No bytes behind them."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement, {"items": items})
        cursor.execute("analyze")


FILL = [
    "set session_replication_role = replica",
    "insert into storage_epoch (name, fingerprint, created_at) values ('bench-2026-01', repeat('0', 32), now()) "
    "on conflict do nothing",
    "create temporary table made as select n, md5('h' || n) handle, gen_random_uuid() object, gen_random_uuid() file, "
    "1000 + n %% 100000 size, sha256(n::text::bytea) hash, now() - n * interval '20 seconds' as moment "
    "from generate_series(1, %(items)s) n",
    "insert into custody_item (handle, kind, opened_at, n) select handle, 'file', moment, 1 from made",
    "insert into custody_event (id, item_id, n, kind, logged_at, actor, leaf, body) "
    "select gen_random_uuid(), handle, 1, 'evidence.file.stored', moment, 'system:bench', '\\x00', "
    "convert_to(json_build_array(json_build_array(repeat('a', 43), 'size', size), "
    "json_build_array(repeat('b', 43), 'sha256', encode(hash, 'hex')), "
    "json_build_array(repeat('c', 43), 'name', 'clip ' || n || '.mp4'))::text, 'UTF8') from made",
    "insert into storage_storedobject (id, handle, epoch_id, wrapped_key, size, stored_size, sha256, chunk_root, "
    "stored_at) select object, handle, 'bench-2026-01', '\\x01', size, size + 100, hash, hash, moment from made",
    "insert into evidence_recording (id, handle, agency_id, kind, serial, held_here, uploaded, upload_stated, "
    "listed_at, time_basis, press, title, call_number, classes, quarantined, size, has_picture) "
    "select file, md5('r' || n), (select id from people_agency limit 1), 'body', 'B', true, moment, true, moment, "
    "'{}', '', '', "
    "'', array[(array['unclassified', 'criminal', 'traffic', 'non-evidentiary'])[1 + n %% 4]], n %% 200 = 0, size, "
    "false from made",
    "insert into evidence_file (id, handle, recording_id, object_id, name, sequence, role, press, time_basis, facts, "
    "playable, why_not, preparing, preparing_tries, stored_at) "
    "select file, handle, file, object, 'clip.mp4', 0, 'footage', '', '{}', '{}', 'none', '', '', 0, moment from made",
    "set session_replication_role = origin",
]


def openssl(paths: list[Path]) -> None:
    """Hashes the ciphertext."""
    subprocess.run(["openssl", "dgst", "-sha256", *paths], check=True, stdout=subprocess.DEVNULL)


def forget(paths: list[Path]) -> None:
    """Has the kernel drop files from memory."""
    for path in paths:
        file = os.open(path, os.O_RDONLY)
        os.fsync(file)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
