"""The worker is not trusted: whatever it sends, or doesn't, the parent gets a MediaError in time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

import pytest

from plainview.base.media import BytesSource, MediaError, sandbox
from plainview.base.media.limits import Limits
from plainview.base.media.worker import Worker

Start = Callable[..., Worker]
QUICK = Limits(wall=3, silence=2, output=1000)
FAKE = """
import socket, struct, sys, time, json
s = socket.socket(fileno=0)
def send(kind, data): s.sendall(struct.pack('>cI', kind, len(data)) + data)
def receive():
    head = b''
    while len(head) < 5:
        part = s.recv(5 - len(head))
        if not part: sys.exit()
        head += part
    kind, n = struct.unpack('>cI', head); data = b''
    while len(data) < n: data += s.recv(n - len(data))
    return kind, data
receive()
"""


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts plain Python with given code in the worker's place: as if a decoder had been taken over."""
    started: list[Worker] = []
    code: list[str] = []
    monkeypatch.setattr(sandbox, "command", lambda memory, cpu: [sys.executable, "-I", "-c", code[0]])
    monkeypatch.setattr(sandbox, "status", lambda: None)

    def start(behavior: str, data: bytes = b"0123456789") -> Worker:
        code[:] = [behavior if behavior.startswith(FAKE[:20]) else FAKE + behavior]
        started.append(Worker(BytesSource(data)))
        return started[-1]

    yield start
    for worker in started:
        worker.close()


@pytest.mark.parametrize(
    ("behavior", "says"),
    [
        ("time.sleep(60)", "longer than a file may"),
        ("sys.exit(3)", "was stopped"),
        ("s.sendall(b'garbage of no known form, rather long')", "stopped"),
        ("send(b'z', b'')", "didn't keep to the form"),
        ("send(b'a', b'not json')", "not understood"),
        ("send(b'a', b'[' * 100000)", "not understood"),
        ("s.sendall(struct.pack('>cI', b'a', 0xffffffff))", "stopped"),
        ("s.sendall(struct.pack('>cI', b'a', 1000)); sys.exit()", "was stopped"),
        ("send(b'p', b'x' * 1001)", "more than a file of this kind"),
        ("send(b'w', struct.pack('>QI', 0, 0xffffffff)); receive()", "stopped"),
        ("send(b'w', b'short')", "stopped"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "the decoder crashed on it"),
        ("send(b'f', json.dumps({'why': 5}).encode())", "could not be read"),
        ("send(b'f', json.dumps(['x']).encode())", "could not be read"),
    ],
)
def test_bad_manners_end_in_a_plain_sentence(fake: Start, behavior: str, says: str) -> None:
    began = time.monotonic()
    with pytest.raises(MediaError, match=says):
        list(fake(behavior).conversation("look", QUICK, {}))
    assert time.monotonic() - began < 8


def test_control_characters_in_a_reason_are_taken_out(fake: Start) -> None:
    worker = fake("send(b'f', json.dumps({'why': 'a\\x1b[2J\\u202eb\\n'}).encode())")
    with pytest.raises(MediaError) as caught:
        worker.ask("look", QUICK)
    assert str(caught.value) == "a[2Jb"


def test_reads_reach_the_one_file_and_stop_at_its_end(fake: Start) -> None:
    worker = fake(
        "out = []\n"
        "for at, n in ((0, 4), (8, 100), (10, 5), (1 << 60, 5)):\n"
        "    send(b'w', struct.pack('>QI', at, n)); out.append(receive()[1].decode())\n"
        "send(b'a', json.dumps(out).encode())"
    )
    assert worker.ask("look", QUICK) == ["0123", "89", "", ""]


def test_reading_for_ever_is_stopped(fake: Start) -> None:
    worker = fake("while True:\n    send(b'w', struct.pack('>QI', 0, 4)); receive()")
    with pytest.raises(MediaError, match="longer than a file may"):
        worker.ask("look", Limits(wall=1))


def test_a_slow_consumer_costs_the_worker_nothing(fake: Start) -> None:
    worker = fake("for _ in range(3): send(b'p', b'x' * 10)\nsend(b'a', b'null')")
    pieces = []
    for piece in worker.conversation("remux", Limits(wall=1, output=100), {}):
        pieces.append(piece)
        time.sleep(0.6)
    assert [bytes(p) for p in pieces[:-1]] == [b"x" * 10] * 3


def test_trouble_of_the_store_is_raised_as_it_is(fake: Start) -> None:
    class Damaged(Exception):
        pass

    class Bad(BytesSource):
        def read_at(self, offset: int, length: int) -> bytes:
            raise Damaged

    worker = fake("send(b'w', struct.pack('>QI', 0, 4)); receive()")
    worker._source = Bad(b"xxxx")
    with pytest.raises(Damaged):
        worker.ask("look", QUICK)
    assert not worker.alive


def test_an_unfinished_conversation_ends_the_process(fake: Start) -> None:
    worker = fake("for _ in range(100): send(b'p', b'x')")
    for _ in worker.conversation("remux", QUICK, {}):
        break
    assert not worker.alive


def test_questions_hold_size_and_arguments(fake: Start) -> None:
    worker = fake(FAKE.replace("\nreceive()\n", "\nquestion = receive()\n") + "send(b'a', question[1])")
    answer = worker.ask("poster", QUICK, duration_ms=5)
    assert answer == {"verb": "poster", "size": 10, "args": {"duration_ms": 5}}


def test_a_real_worker_answers_many_questions() -> None:
    with Worker(BytesSource(b"just text\n")) as worker:
        answers = [worker.ask("look", QUICK) for _ in range(3)]
        assert [a["kind"] for a in answers] == ["text"] * 3
        with pytest.raises(MediaError, match="no work called nonsense"):
            worker.ask("nonsense", QUICK)
        assert worker.ask("look", QUICK)["kind"] == "text"
