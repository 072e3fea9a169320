"""What receiving costs: in process against copying and hashing, over HTTP against the bare limit, and until it plays.

    python -m bench.ingest [--size-mb 2048] [--clients 32] [--rounds 3] [--json]

Ours is always everything: hashed, encrypted, durable, read back, looked into in the sandbox, registered, in the signed
log, with its receipt on the disk. The peers copy and hash, or receive and hash, and do nothing else. `--size-mb` is the
size of one upload, and of all together that come at once.
"""

from __future__ import annotations

import argparse
import atexit
import base64
import http.client
import io
import json
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MIB = 1 << 20
SERIAL = "BENCH-1"
BODY = "application/offset+octet-stream"


def main() -> int:
    """Runs all of it and prints a table; exits 1 where a goal is missed."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--size-mb", type=int, default=2048)
    asked.add_argument("--clients", type=int, default=32)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=int, default=30, help="length of the clip that is made to play")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="plainview-bench-ingest-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # before the database's own, so it runs after that
    prepare(folder / "data")
    rows = [
        *in_process(folder, options.size_mb * MIB, options.rounds),
        *over_http(folder, options.size_mb * MIB, options.clients, options.rounds),
        *until_it_plays(options.seconds),
    ]
    if options.json:
        print(json.dumps(rows, indent=1))
    else:
        show(rows)
    return 0 if all(each["met"] is not False for each in rows) else 1


def prepare(data: Path) -> None:
    """Makes a durable installation with one camera and one account that uploads."""
    os.environ.update(PLAINVIEW_DATA=str(data), DJANGO_SETTINGS_MODULE="plainview.site.settings")
    os.environ["PLAINVIEW_REQUIRE_MFA"] = "0"
    for name in ("DATABASE_URL", "PLAINVIEW_THROWAWAY_DATABASE"):
        os.environ.pop(name, None)
    from plainview.site import installation

    installation.ensure(data)
    from plainview.base.custody import keys, open_item
    from plainview.base.people.models import Account, RoleGrant
    from plainview.holdings.fleet.models import Camera

    keys.create()
    Camera.objects.create(serial=SERIAL, kind="body")
    account = Account.objects.create(username="bench", handle=open_item("account"))
    RoleGrant.objects.create(account=account, role="technician", granted_by="system:bench")


def write_source(path: Path, size: int) -> None:
    """Writes a file that looks like an MP4 from outside and holds noise."""
    noise = secrets.token_bytes(64 * MIB)
    with path.open("wb") as out:
        out.write(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + noise[:40])
        while out.tell() < size:
            out.write(noise[: size - out.tell()])


def timed(work: Callable[[], Any]) -> float:
    """Returns how many seconds the work takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


# In process


def in_process(folder: Path, size: int, rounds: int) -> list[dict[str, Any]]:
    """receive() of a local file against `cp` and `openssl dgst -sha256` of it, in turns."""
    source, copy = folder / "source.mp4", folder / "copy"
    write_source(source, size)
    ours, peer = [], []
    for _ in range(rounds):
        peer.append(timed(lambda: copy_and_hash(source, copy)))
        copy.unlink()
        ours.append(timed(lambda: receive(source)))
        sweep_away(folder)
    rate = size / MIB / statistics.median(ours)
    limit = size / MIB / statistics.median(peer)
    return [row(f"receive() of {size // MIB} MiB (MiB/s)", rate, "cp + openssl dgst", limit, rate / limit, 0.45)]


def copy_and_hash(source: Path, copy: Path) -> None:
    """What somebody would do by hand."""
    subprocess.run(["cp", source, copy], check=True)
    subprocess.run(["openssl", "dgst", "-sha256", copy], check=True, stdout=subprocess.DEVNULL)


def receive(source: Path) -> None:
    """Takes a file in through the command's door."""
    from plainview.holdings.evidence.rules import Claims
    from plainview.holdings.ingest.sources.command import Batch

    [line] = Batch(Claims(camera=SERIAL)).take([str(source)])
    if not line.outcome.taken:
        raise RuntimeError(line.outcome.reason)


def sweep_away(folder: Path) -> None:
    """Makes room: this installation is thrown away anyhow."""
    for path in (folder / "data" / "objects").rglob("*"):
        if path.is_file():
            path.unlink()


# Over HTTP


def over_http(folder: Path, size: int, clients: int, rounds: int) -> list[dict[str, Any]]:
    """tus uploads through the web server, one and many at once, against threads that receive and hash."""
    source = folder / "source.mp4"
    with server() as (port, pid):
        session = log_in()
        ours_one = rates(folder, rounds, size, lambda: upload(port, session, source, size, 1))
        after_one = peak_memory(pid)
        ours_many = rates(folder, rounds, size, lambda: upload(port, session, source, size, clients))
        memory, answered = peak_memory(pid), tail(port, session)
    with raw_receiver("") as port:
        bare_one = rates(folder, rounds, size, lambda: send_raw(port, source, size, 1))
        bare_many = rates(folder, rounds, size, lambda: send_raw(port, source, size, clients))
    (folder / "raw").mkdir()
    with raw_receiver(str(folder / "raw")) as port:
        durable_one = rates(folder, rounds, size, lambda: send_raw(port, source, size, 1))
    return [
        row("1 upload (MiB/s)", ours_one, "receive + sha256", bare_one, ours_one / bare_one),
        row("1 upload (MiB/s)", ours_one, "… + write + fsync", durable_one, ours_one / durable_one),
        row(f"{clients} at once (MiB/s)", ours_many, "receive + sha256", bare_many, ours_many / bare_many),
        row(f"{clients} at once (MiB/s)", ours_many, "ours, one", ours_one, ours_many / ours_one),
        row("peak memory of a web process (MiB)", memory, "after one upload", after_one, memory / after_one),
        row("1 KiB: last byte to acknowledged (s)", answered, "checkpoints apart", 1.0, answered),
    ]


def rates(folder: Path, rounds: int, size: int, work: Callable[[], None]) -> float:
    """Returns the median rate in MiB/s."""
    found = []
    for _ in range(rounds):
        found.append(size / MIB / timed(work))
        sweep_away(folder)
    return statistics.median(found)


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """The web server as `plainview up` runs it, on a free port."""
    port = free_port()
    words = [sys.executable, "-m", "plainview", "up", "--no-work", "--port", str(port)]
    started = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port, started.pid
    finally:
        stop(started)


def stop(started: subprocess.Popen[bytes]) -> None:
    """Ends a server with all its workers, by their own ids."""
    children = family(started.pid)
    started.terminate()
    try:
        started.wait(15)
    except subprocess.TimeoutExpired:
        for pid in reversed(children):
            os.kill(pid, signal.SIGKILL)
        started.wait()


@contextmanager
def raw_receiver(folder: str) -> Iterator[int]:
    """The bare limit, in a process of its own."""
    port = free_port()
    started = subprocess.Popen([sys.executable, "-m", "bench.raw_receiver", str(port), *([folder] if folder else [])])
    try:
        wait_for(port)
        yield port
    finally:
        started.kill()
        started.wait()


def free_port() -> int:
    """Returns a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def wait_for(port: int) -> None:
    """Waits until somebody listens."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"nobody listens on port {port}")


def log_in() -> dict[str, str]:
    """Returns the headers of a browser that is logged in."""
    from django.test import Client

    from plainview.base.people.models import Account

    browser = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    browser.force_login(Account.objects.get(username="bench"), backend=backend)
    if browser.get("/ingest/").status_code != 200:
        raise RuntimeError("the upload page does not open")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    return {"Cookie": cookies, "X-CSRFToken": browser.cookies["csrftoken"].value, "Tus-Resumable": "1.0.0"}


def upload(port: int, session: dict[str, str], source: Path, size: int, clients: int) -> None:
    """Uploads equal parts of the source at once, and waits for the last acknowledgment."""
    problems: list[BaseException] = []
    part = size // clients

    def one(number: int) -> None:
        try:
            upload_part(port, session, source, number * part, part)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if problems:
        raise problems[0]


def upload_part(port: int, session: dict[str, str], source: Path, start: int, length: int) -> None:
    """One tus upload: created, sent in one PATCH, acknowledged."""
    said = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in NAMED.items())
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    link.request("POST", "/ingest/tus/", headers={**session, "Upload-Length": str(length), "Upload-Metadata": said})
    answer = link.getresponse()
    answer.read()
    where = answer.headers["Location"]
    link.putrequest("PATCH", where)
    for name, value in {**session, "Upload-Offset": "0", "Content-Type": BODY, "Content-Length": str(length)}.items():
        link.putheader(name, value)
    link.endheaders()
    link.sock.settimeout(None)  # sendfile wants a socket that waits
    send_file(link.sock, source, start, length)
    answer = link.getresponse()
    if answer.status != 204 or answer.headers["Upload-Offset"] != str(length):
        raise RuntimeError(f"{answer.status}: {answer.read()[:500]!r}")
    link.close()


NAMED = {"filename": "bench.mp4", "camera": SERIAL}


def send_file(link: socket.socket, source: Path, start: int, length: int) -> None:
    """Sends a part of a file without copying it through Python."""
    with source.open("rb") as file:
        while length:
            sent = os.sendfile(link.fileno(), file.fileno(), start, min(length, 8 * MIB))
            start, length = start + sent, length - sent


def send_raw(port: int, source: Path, size: int, clients: int) -> None:
    """The same bytes to the bare receiver."""
    part = size // clients

    def one(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.sendall(f"PUT / HTTP/1.1\r\nContent-Length: {part}\r\n\r\n".encode())
            send_file(link, source, number * part, part)
            link.recv(1024)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def tail(port: int, session: dict[str, str]) -> float:
    """Returns the seconds that a very small upload takes: what is not bytes."""
    with tempfile.NamedTemporaryFile() as small:
        small.write(secrets.token_bytes(1024))
        small.flush()
        took = [timed(lambda: upload_part(port, session, Path(small.name), 0, 1024)) for _ in range(5)]
    return statistics.median(took)


def peak_memory(pid: int) -> float:
    """Returns the most memory that one web process ever held, in MiB."""
    found = [Path(f"/proc/{child}/status").read_text(encoding="ascii") for child in family(pid)]
    return max(int(text.split("VmHWM:")[1].split()[0]) / 1024 for text in found if "VmHWM:" in text)


def family(pid: int) -> list[int]:
    """Returns a process and all below it."""
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(each for child in below for each in family(int(child)))]


# Until it plays


def until_it_plays(seconds: int) -> list[dict[str, Any]]:
    """From acknowledged to playable, for what a browser plays as it came and for what needs another container."""
    rows = []
    for ending, word in (("mp4", "as it came"), ("mkv", "new container")):
        content = make_clip(ending, seconds)
        took = playable_after(content, f"bench.{ending}")
        what = f"{seconds} s of 720p, {len(content) / MIB:.0f} MiB, {word}: stored to playable (s)"
        rows.append(row(what, took, "goal", 2.0, took / 2.0, 1.0, less=True))
    return rows


def make_clip(container: str, seconds: int) -> bytes:
    """Returns a clip of 720p H.264 at 30 pictures a second, about 4 Mbit/s."""
    import av
    import numpy as np

    out = io.BytesIO()
    options = {"preset": "ultrafast", "b": "4M"}
    with av.open(out, "w", format="matroska" if container == "mkv" else "mp4") as made:
        stream = made.add_stream("libx264", rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        noise = np.random.default_rng(1).integers(0, 255, (90, 160, 3), dtype=np.uint8)
        for number in range(seconds * 30):
            picture = np.roll(noise, number, axis=1).repeat(8, axis=0).repeat(8, axis=1)
            made.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        made.mux(stream.encode())
    return out.getvalue()


def playable_after(content: bytes, name: str) -> float:
    """Returns the seconds from the acknowledgment until the file's row says that it plays."""
    from plainview.holdings.evidence.models import File
    from plainview.holdings.evidence.prepare import prepare as prepare_file
    from plainview.holdings.evidence.rules import Claims
    from plainview.holdings.ingest import receive as take

    claims = Claims(camera=SERIAL)
    outcome = take(io.BytesIO(content), name=name, door="command", actor="system:bench", claims=claims)
    began = time.monotonic()

    def playable() -> bool:
        return File.objects.filter(pk=outcome.file, playable="ready").exists()

    if playable():
        return time.monotonic() - began
    first: list[float] = []

    def step(_: str) -> None:
        if not first and playable():
            first.append(time.monotonic() - began)

    prepare_file(File.objects.get(pk=outcome.file).pk, on_step=step)
    return first[0] if first else time.monotonic() - began


def row(
    what: str, ours: float, peer: str, theirs: float, ratio: float, goal: float | None = None, *, less: bool = False
) -> dict[str, Any]:
    """Returns one line of the table; without a goal it is only shown."""
    met = None if goal is None else (ratio <= goal if less else ratio >= goal)
    return {"what": what, "ours": ours, "peer": peer, "theirs": theirs, "ratio": ratio, "goal": goal, "met": met}


def show(rows: list[dict[str, Any]]) -> None:
    """Prints the table."""
    print(f"{'':<70} {'ours':>9}  {'against':<20} {'':>9} {'ratio':>6} {'goal':>6}")
    for each in rows:
        goal = "" if each["goal"] is None else f"{each['goal']:.2f}"
        missed = "  MISSED" if each["met"] is False else ""
        print(
            f"{each['what']:<70} {each['ours']:>9,.2f}  {each['peer']:<20} {each['theirs']:>9,.2f} "
            f"{each['ratio']:>6.2f} {goal:>6}{missed}"
        )


if __name__ == "__main__":
    sys.exit(main())
