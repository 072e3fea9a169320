"""What storing costs: durable, hashed, encrypted and read back, against copying and hashing the same file.

    python -m bench.storage [--size-mb 2048] [--rounds 3]

The peer does less: `cp`, `sync` of that file, `openssl dgst -sha256` of what memory still holds. The second peer reads
the copy back from the disk, as storage does; neither encrypts. Everything lies in a folder of its own and is removed.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import resource
import secrets
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

MIB = 1 << 20
AT_ONCE = 32
READS = 200


def main() -> None:
    """Runs all of it and prints a table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--size-mb", type=int, default=2048)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--put", type=Path, help=argparse.SUPPRESS)  # the child whose memory is measured
    options = asked.parse_args()
    if options.put:
        put_and_tell_memory(options.put)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="plainview-bench-storage-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # before the database's own, so it runs after that
    prepare(folder / "data")
    source, size = folder / "source", options.size_mb * MIB
    write_source(source, size)
    one_at_a_time(source, folder, options.rounds)
    many_at_once(source, folder)
    random_reads(source)
    memory(source, folder)


def prepare(data: Path) -> None:
    """Makes an installation to store into."""
    os.environ["PLAINVIEW_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "plainview.site.settings"
    os.environ.pop("DATABASE_URL", None)
    from plainview.site import installation

    installation.ensure(data)


def write_source(path: Path, size: int) -> None:
    """Writes bytes that no disk can compress."""
    with path.open("wb") as out:
        for at in range(0, size, 4 * MIB):
            out.write(os.urandom(min(4 * MIB, size - at)))
        os.fsync(out.fileno())


def one_at_a_time(source: Path, folder: Path, rounds: int) -> None:
    """Ours and the peers in turn, so that what else the machine does hits all alike."""
    took: dict[str, list[float]] = {}
    busy: dict[str, list[float]] = {}

    def measure(name: str, work: Callable[[], object]) -> None:
        began = cpu_seconds()
        took.setdefault(name, []).append(timed(work))
        busy.setdefault(name, []).append(cpu_seconds() - began)

    steps = {"cp": cp, "sync": sync, "openssl": openssl, "openssl from disk": openssl_from_disk}
    for _ in range(rounds):
        for name, step in steps.items():
            measure(name, partial(step, source, folder / "copy"))
        (folder / "copy").unlink()
        measure("put", partial(put, source))
        discard_all()
    size = source.stat().st_size
    print(f"\nOne file of {size / MIB:,.0f} MiB, medians of {rounds} rounds")
    median = {name: statistics.median(times) for name, times in took.items()}
    cpu = {name: statistics.median(times) * 1e9 / size for name, times in busy.items()}
    ours = median["put"]
    line("storage.put (sealed, durable, read back, compared)", size, ours, cpu=cpu["put"])
    for label, parts in (
        ("cp + openssl dgst", ["cp", "openssl"]),
        ("cp + sync + openssl dgst", ["cp", "sync", "openssl"]),
        ("cp + sync + openssl dgst of the disk", ["cp", "sync", "openssl from disk"]),
    ):
        line(label, size, sum(median[p] for p in parts), ours, cpu=sum(cpu[p] for p in parts))


def many_at_once(source: Path, folder: Path) -> None:
    """As many files as a shift brings to one dock."""
    share = source.stat().st_size // AT_ONCE
    small = folder / "small"
    with source.open("rb") as whole:
        small.write_bytes(whole.read(share))

    def peer(number: int) -> None:
        copy = folder / f"copy{number}"
        for work in (cp, sync, openssl):
            work(small, copy)
        copy.unlink()

    theirs = timed(lambda: at_once(peer))
    ours = timed(lambda: at_once(lambda _: put(small)))
    discard_all()
    print(f"\n{AT_ONCE} files of {share / MIB:,.0f} MiB at once")
    line("storage.put", share * AT_ONCE, ours)
    line("cp + sync + openssl dgst", share * AT_ONCE, theirs, ours)


def at_once(work: Callable[[int], object]) -> None:
    """Has it done by as many threads."""
    from django.db import connection

    def run(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(run, range(AT_ONCE)))


def random_reads(source: Path) -> None:
    """One mebibyte from anywhere, as a player asks for it."""
    from plainview.base.storage import actions as storage

    stored = storage.put(source.open("rb"), handle=secrets.token_hex(16), agency="bench")
    print(f"\n1 MiB from anywhere in it, {READS} times, ms")
    for label, evict in (("from the disk", True), ("from memory", False)):
        times = []
        with storage.open_object(stored) as reader:
            for _ in range(READS):
                at = secrets.randbelow(max(1, stored.size - MIB))
                if evict:
                    forget(stored_path())
                else:
                    reader.read_at(at, MIB)
                times.append(timed(partial(reader.read_at, at, MIB)) * 1000)
        times.sort()
        print(f"  {label:<52} p50 {times[READS // 2]:6.2f}   p95 {times[READS * 95 // 100]:6.2f}")
    opened = statistics.median(timed(lambda: storage.open_object(stored)) for _ in range(READS)) * 1000
    print(f"  {'opening an object':<52}     {opened:6.2f}")
    discard_all()


def memory(source: Path, folder: Path) -> None:
    """Peak memory of a process that stores a file, for a tenth of it and for all of it."""
    tenth = folder / "tenth"
    with source.open("rb") as whole, tenth.open("wb") as out:
        for _ in range(0, source.stat().st_size // 10, MIB):
            out.write(whole.read(MIB))
    print("\nPeak memory of a process that stores, MiB")
    base = child_memory(Path(os.devnull))
    for path in (tenth, source):
        peak = child_memory(path)
        label = f"{path.stat().st_size / MIB:,.0f} MiB"
        print(f"  {label:<52} {peak:7.0f}   ({peak - base:+.0f} over storing nothing)")
    discard_all()


def child_memory(path: Path) -> float:
    """Peak memory in MiB of a process of its own that stores this file."""
    told = subprocess.run([sys.executable, "-m", "bench.storage", "--put", path], capture_output=True, check=True)
    return float(json.loads(told.stdout))


def put_and_tell_memory(path: Path) -> None:
    """Stores a file and prints this process's peak memory in MiB."""
    import django

    django.setup()
    put(path)
    status = Path("/proc/self/status").read_text()  # getrusage would tell the peak of who started us
    print(json.dumps(int(status.split("VmHWM:")[1].split()[0]) / 1024))


def put(path: Path) -> None:
    """Stores a file."""
    from plainview.base.storage import actions as storage

    with path.open("rb") as stream:
        storage.put(stream, handle=secrets.token_hex(16), agency="bench")


def discard_all() -> None:
    """Removes what was stored: none of it is an original."""
    from plainview.base.storage import actions as storage

    for left in storage.leftovers(timedelta(0)):
        if left.object_id:
            storage.discard_unregistered(left.object_id)


def stored_path() -> Path:
    """Where the one object that is stored lies."""
    from plainview.base.storage import actions as storage

    return next(left.path for left in storage.leftovers(timedelta(0)))


def cp(source: Path, copy: Path) -> None:
    """Copies."""
    subprocess.run(["cp", source, copy], check=True)


def sync(_: Path, copy: Path) -> None:
    """Makes the copy durable."""
    subprocess.run(["sync", copy], check=True)


def openssl(_: Path, copy: Path) -> None:
    """Hashes the copy, from memory."""
    subprocess.run(["openssl", "dgst", "-sha256", copy], check=True, stdout=subprocess.DEVNULL)


def openssl_from_disk(source: Path, copy: Path) -> None:
    """Hashes the copy as the disk has it."""
    forget(copy)
    openssl(source, copy)


def forget(path: Path) -> None:
    """Has the kernel drop a file from memory."""
    file = os.open(path, os.O_RDONLY)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu_seconds() -> float:
    """What this process and those it waited for have had of the processors."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def line(label: str, size: int, seconds: float, ours: float | None = None, cpu: float | None = None) -> None:
    """Prints a row: seconds, speed, CPU seconds a GB, and beside a peer how fast we are against it."""
    busy = f"   CPU {cpu:4.2f} s/GB" if cpu else ""
    ratio = f"   ours is {seconds / ours:4.2f} × as fast" if ours else ""
    print(f"  {label:<52} {seconds:6.2f} s {size / seconds / 1e6:7.0f} MB/s{busy}{ratio}", flush=True)


if __name__ == "__main__":
    main()
