"""What proving costs: a package per GiB against `openssl dgst -sha256` of the same bytes, and a log by the leaf.

    python -m bench.verify [--size-mb 1024] [--rounds 5] [--leaves 200000]

openssl hashes once; the verifier hashes twice (the whole file and its 1 MiB chunks), compares every list, event, proof
and signature, and runs as `verify.pyz` on a bare Python. Each round runs both, one after the other, from memory.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from plainview.ledger import ed25519, merkle
from plainview.ledger.note import Verifier, split_note
from plainview.ledger.proof import format_proof
from plainview.ledger.tiles import TileLog
from plainview.verify.build import build
from plainview.verify.tests import making

MIB = 1 << 20
BARE = (sys.executable, "-I", "-S")


def main() -> None:
    """Runs all of it and prints a table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--size-mb", type=int, default=1024)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--leaves", type=int, default=200_000)
    asked.add_argument("--make", nargs=2, help=argparse.SUPPRESS)  # a child, so that this process stays small
    options = asked.parse_args()
    if options.make:
        make(Path(options.make[0]), int(options.make[1]), options.size_mb * MIB)
        return
    folder = Path(tempfile.mkdtemp(prefix="plainview-bench-verify-"))
    try:
        build(folder / "verify.pyz")
        for count in (1, 64):
            payload(folder, options.size_mb, count, options.rounds)
        events(folder, 1000)
        tree(options.leaves)
        log(folder, options.leaves)
        signature()
    finally:
        shutil.rmtree(folder)


def make(package: Path, count: int, size: int) -> None:
    """Writes a package with so many files of the same size."""
    block = os.urandom(size // count)
    making.make_package(package, {f"data/clip-{number}.mp4": block for number in range(count)})


def payload(folder: Path, size_mb: int, count: int, rounds: int) -> None:
    """One package against its peers, in turn. A busy machine has no second core to give: CPU time is told beside."""
    package = folder / f"package-{count}"
    module = [sys.executable, "-m", "bench.verify", "--size-mb", str(size_mb)]
    subprocess.run([*module, "--make", str(package), str(count)], check=True)
    files = sorted(map(str, (package / "data").iterdir()))
    commands = {
        "verify.pyz": [*BARE, str(folder / "verify.pyz"), str(package)],
        "openssl dgst": ["openssl", "dgst", "-sha256", *files],
        "sha256sum": ["sha256sum", *files],
    }
    rows = [{name: spent(command) for name, command in commands.items()} for _ in range(rounds)]
    print(f"{size_mb} MiB in {count} file(s), median of {rounds}, load {os.getloadavg()[0]:.1f}:")
    for name in commands:
        wall, cpu = (statistics.median(row[name][i] for row in rows) * 1024 / size_mb for i in (0, 1))
        print(f"   {name:12}  {wall:.2f} s/GiB, CPU {cpu:.2f} s/GiB")
    for name in ("openssl dgst", "sha256sum"):
        ratio = statistics.median(row[name][0] / row["verify.pyz"][0] for row in rows)
        print(f"   speed against {name}: {ratio:.2f}{' (goal 0.80)' if name[0] == 'o' else ''}")
    print(f"   most memory of the verifier: {max(row['verify.pyz'][2] for row in rows):.0f} MiB")
    shutil.rmtree(package)


def spent(command: list[str]) -> tuple[float, float, float]:
    """Returns the seconds and CPU seconds that a command takes, and its memory in MiB; it has to succeed."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall, child.returncode = time.perf_counter() - began, os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command} failed")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def events(folder: Path, count: int) -> None:
    """A package of small files, so that its time is that of its events and their proofs."""
    package = folder / "events"
    making.make_package(package, {f"data/{n}.json": b"%d" % n for n in range(count // 2)})
    best = min(timed([*BARE, str(folder / "verify.pyz"), str(package)]) for _ in range(3))
    lines = sum(1 for _ in (package / "proof/events.jsonl").open())
    print(f"verify, {lines:,} events with {count // 2:,} small files: {best:.2f} s in all (1,000 proofs: goal 0.5 s)")


def tree(leaves: int) -> None:
    """The tree alone, in memory."""
    hashes = [merkle.leaf_hash(b"%d" % n) for n in range(leaves)]
    grown = merkle.Tree()
    rate("tree: append", leaves, lambda: deque(map(grown.append, hashes), 0), "goal 150,000")
    places = range(0, leaves, max(1, leaves // 2000))
    proofs = [grown.inclusion(place, leaves) for place in places]
    rate("tree: make an inclusion proof", len(places), lambda: [grown.inclusion(place, leaves) for place in places])
    root, pairs = grown.root(), list(zip(places, proofs, strict=True))

    def verify() -> None:
        for place, proof in pairs:
            merkle.verify_inclusion(hashes[place], place, leaves, proof, root)

    rate("tree: verify an inclusion proof", len(places), verify)


def log(folder: Path, leaves: int) -> None:
    """The log on disk: appended durably by 1,000, then audited by hashing alone, then with all that is checked."""
    history = making.History()
    for number in range(leaves):
        history.add("evidence.recording.viewed", making.handle(f"item {number % (leaves // 5)}"))
    entries = [line.leaf for line in history.lines]
    kept = TileLog(folder / "log")
    rate("log: append, durable, by 1,000", leaves, lambda: append(kept, entries), "goal 3,000")
    making.sign_log(kept)
    rate("log: hash every entry again", leaves, lambda: rehash(kept), "goal 200,000")
    ours = [*BARE, str(folder / "verify.pyz"), str(kept.folder)]
    rate("log: plainview verify, with leaves and chains", leaves, lambda: timed(ours))
    places = range(0, leaves, max(1, leaves // 500))
    rate("log: inclusion proof from tile files", len(places), lambda: [kept.inclusion(p, leaves) for p in places])
    proof = format_proof(1, kept.inclusion(1, leaves), kept.checkpoint() or "")
    print(f"log: a proof file has {len(proof):,} bytes, the tiles {used(kept.folder) / leaves:.0f} bytes a leaf")


def append(kept: TileLog, entries: list[bytes]) -> None:
    """Appends in batches, as the sequencer does."""
    for begin in range(0, len(entries), 1000):
        kept.append(entries[begin : begin + 1000])


def rehash(kept: TileLog) -> None:
    """Reads and hashes every entry and every node, and compares the root."""
    frontier = merkle.Frontier(map(merkle.leaf_hash, kept.entries(0, kept.size)))
    if frontier.root() != kept.root():
        sys.exit("the log does not give its own root")


def signature() -> None:
    """One signature without any library."""
    text, (signed,) = split_note(making.make_history()[0].checkpoint())
    public = Verifier(making.SIGNER.vkey).public
    best = min(timed_call(lambda: ed25519.verify(public, text.encode(), signed.value)) for _ in range(20))
    print(f"Ed25519 in plain Python: {best * 1000:.1f} ms a signature (goal 20)")


def rate(what: str, count: int, work: Callable[[], object], goal: str = "") -> None:
    """Prints how many of something a second go through."""
    print(f"{what}: {count / timed_call(work):,.0f}/s{f' ({goal})' if goal else ''}")


def timed_call(work: Callable[[], object]) -> float:
    """Returns the seconds that a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def timed(command: list[str]) -> float:
    """Returns the seconds that a command takes; it has to succeed."""
    return timed_call(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def used(folder: Path) -> int:
    """Returns the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
