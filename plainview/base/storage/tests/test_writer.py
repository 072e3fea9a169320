"""Writer: an upload in pieces over days and restarts, which promises only what is durable."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import subprocess
import sys
import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.base.storage import actions as storage
from plainview.base.storage.actions import Writer
from plainview.base.storage.errors import Busy, Damaged, KeyUnusable, Missing, StorageError, Truncated, WrongHash
from plainview.base.storage.floe import HEADER
from plainview.base.storage.tests.making import (
    PAYLOAD,
    SEGMENT,
    SIZES,
    begin,
    content,
    files,
    flip,
    layout,
    part_of,
    path_of,
    put,
    read,
)
from plainview.ledger.chunks import CHUNK

pytestmark = pytest.mark.django_db


def saved(data: bytes, more: bytes = b"") -> dict[str, Any]:
    """Writes `data`, promises it, writes `more` past the promise, lets go; returns the state as it comes from JSON."""
    with begin() as writer:
        writer.write(data)
        state = writer.state()
        writer.write(more)
    return json.loads(json.dumps(state))  # type: ignore[no-any-return]


def id_of(state: dict[str, Any]) -> UUID:
    return UUID(state["id"])


@pytest.mark.parametrize("size", SIZES)
def test_a_resumed_upload_comes_to_the_same_as_put(size: int) -> None:
    data = content(size)
    with Writer.resume(saved(data[: size // 2])) as writer:
        assert writer.offset == size // 2
        writer.write(data[size // 2 :])
        stored = writer.finish()
    whole = put(data)
    assert (stored.size, stored.sha256, stored.chunk_root) == (whole.size, whole.sha256, whole.chunk_root)
    assert stored.stored_size == path_of(stored).stat().st_size
    assert read(stored) == data
    assert files() == sorted([path_of(stored), path_of(whole)])


@pytest.mark.parametrize("size", SIZES)
def test_a_promise_holds_at_every_edge(size: int) -> None:
    data = content(size)
    with Writer.resume(saved(data)) as writer:
        assert writer.offset == size
        assert read(writer.finish(hashlib.sha256(data).digest(), size)) == data


@given(
    st.lists(st.tuples(st.integers(0, 400_000), st.sampled_from(["go on", "promise", "resume", "crash"])), max_size=8)
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_pieces_promises_and_crashes_gives_the_bytes(steps: list[tuple[int, str]]) -> None:
    data, at = content(8 * 400_000), 0
    writer = begin()
    state = writer.state()
    for size, then in steps:
        writer.write(data[at : at + size])
        at += size
        if then in ("promise", "resume"):
            state = writer.state()
        if then in ("resume", "crash"):
            writer.close()
            writer = Writer.resume(state)
            at = writer.offset
    stored = writer.finish()
    assert stored.size == at
    assert stored.sha256 == hashlib.sha256(data[:at]).digest()
    assert read(stored) == data[:at]


def test_pieces_may_have_any_size_and_type() -> None:
    data, rest = content(300_000), memoryview(content(300_000))
    with begin() as writer:
        for size in (1, 7, 65_504, 100_000, 0, 134_488):
            writer.write({0: bytes, 1: bytearray}.get(size % 2, memoryview)(rest[:size]))
            rest = rest[size:]
        assert writer.offset == 300_000
        assert read(writer.finish()) == data


def test_pieces_and_streams_mix() -> None:
    data = content(3 * CHUNK)
    with begin() as writer:
        writer.write(data[:1000])
        writer.receive(io.BytesIO(data[1000:CHUNK]))
        writer.write(data[CHUNK : CHUNK + 5])
        writer.receive(io.BytesIO(data[CHUNK + 5 :]))
        assert read(writer.finish()) == data


def test_what_came_before_a_stream_broke_is_taken() -> None:
    data, at = content(2 * CHUNK), CHUNK + CHUNK // 2

    class Breaks(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            got = super().readinto(buffer[:10_000])
            if not got:
                raise ConnectionResetError
            return got

    with begin() as writer:
        for _ in range(8):  # more often than there are buffers
            with pytest.raises(ConnectionResetError):
                writer.receive(Breaks(data[writer.offset : writer.offset + at // 8]))
        assert writer.offset == at
        state = writer.state()
    with Writer.resume(state) as writer:
        writer.write(data[at:])
        assert read(writer.finish()) == data


def test_what_was_written_past_the_promise_is_dropped() -> None:
    state = saved(content(PAYLOAD + 10), more=content(5 * CHUNK, 2))
    assert part_of(id_of(state)).stat().st_size > HEADER + 2 * SEGMENT
    with Writer.resume(state) as writer:
        assert part_of(id_of(state)).stat().st_size == HEADER + SEGMENT
        assert writer.offset == PAYLOAD + 10
        assert read(writer.finish()) == content(PAYLOAD + 10)


def test_an_older_promise_may_be_taken_up() -> None:
    data = content(4 * CHUNK)
    with begin() as writer:
        writer.write(data[: CHUNK + 3])
        older = writer.state()
        writer.write(data[CHUNK + 3 : 3 * CHUNK])
        writer.state()
    with Writer.resume(older) as writer:
        assert writer.offset == CHUNK + 3
        writer.write(data[CHUNK + 3 :])
        assert read(writer.finish()) == data


def test_writing_goes_on_after_a_promise() -> None:
    data = content(2 * CHUNK)
    with begin() as writer:
        for at in range(0, len(data), 70_000):
            writer.write(data[at : at + 70_000])
            assert writer.state()["offset"] == writer.offset
        assert writer.finish().sha256 == hashlib.sha256(data).digest()


def test_a_promise_is_durable_before_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with begin() as writer:
        writer.write(content(CHUNK))
        done: list[str] = []
        part = writer._part
        assert part is not None
        monkeypatch.setattr(part, "sync", lambda: done.append("sync"))
        monkeypatch.setattr(part, "keep_marks", lambda marks, at: done.append(f"{len(marks)} bytes of marks at {at}"))
        writer.state()
        writer.write(content(CHUNK))
        writer.state()
    assert done == ["sync", "32 bytes of marks at 0", "sync", "32 bytes of marks at 32"]


def test_a_state_is_small_and_says_nothing_of_the_content() -> None:
    secret = b"the complainant lives at 1200 Main"
    data = content(3 * CHUNK) + secret
    state = saved(data)
    text = json.dumps(state)
    assert len(text) < 100_000
    marks = layout().marks(id_of(state)).read_bytes()
    tree = hashlib.sha256(b"\0" + data[:CHUNK]).digest()
    for clear in (secret, tree, hashlib.sha256(data).digest()):
        assert clear not in marks + part_of(id_of(state)).read_bytes()
        assert clear.hex() not in text
    assert len(marks) == 3 * 32


@pytest.mark.parametrize("how", ["same process", "another process"])
def test_only_one_may_write(how: str) -> None:
    with begin() as writer:
        state = writer.state()
        if how == "same process":
            with pytest.raises(Busy, match="being written by another process"):
                Writer.resume(state)
        else:
            code = "import fcntl, sys; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)"
            told = subprocess.run([sys.executable, "-c", code, part_of(writer.id)], capture_output=True, check=False)
            assert b"BlockingIOError" in told.stderr
    Writer.resume(state).close()


def test_a_writer_that_is_dropped_holds_nothing() -> None:
    writer = begin()
    writer.write(content(3 * CHUNK))
    state = writer.state()
    assert any(t.name == "storage" for t in threading.enumerate())
    del writer
    gc.collect()
    assert not any(t.name == "storage" for t in threading.enumerate())
    Writer.resume(state).close()


def test_no_thread_is_left_after_the_end() -> None:
    with begin() as writer:
        writer.write(content(3 * CHUNK))
        writer.finish()
    assert not any(t.name == "storage" for t in threading.enumerate())


def test_a_finished_upload_that_wasn_t_registered_answers_again() -> None:
    """A crash after finish() and before the business transaction: the client asks, and nothing is sent twice."""
    data = content(2 * CHUNK + 5)
    with begin() as writer:
        writer.write(data[:CHUNK])
        state = writer.state()
        writer.write(data[CHUNK:])
        first = writer.finish()
    before = path_of(first).read_bytes()
    with Writer.resume(state) as again:
        assert again.offset == len(data)
        with pytest.raises(StorageError, match="takes nothing more"):
            again.write(b"more")
        with pytest.raises(StorageError, match="finished"):
            again.discard()
        assert again.finish(hashlib.sha256(data).digest()) == first
    assert path_of(first).read_bytes() == before


def test_a_finished_upload_that_was_damaged_doesn_t_answer() -> None:
    with begin() as writer:
        writer.write(content(CHUNK))
        state = writer.state()
        stored = writer.finish()
    flip(path_of(stored), 5000)
    with Writer.resume(state) as again, pytest.raises(Damaged, match="segment 0"):
        again.finish()


def test_a_registered_upload_can_t_be_taken_up() -> None:
    with begin() as writer:
        state = writer.state()
        stored = writer.finish()
    with transaction.atomic():
        storage.register(stored)
    with pytest.raises(Missing, match="gone or already registered"):
        Writer.resume(state)


def test_a_discarded_upload_is_gone() -> None:
    with begin() as writer:
        writer.write(content(2 * CHUNK))
        state = writer.state()
        writer.discard()
    assert files() == []
    with pytest.raises(Missing):
        Writer.resume(state)


def test_finish_answers_twice_and_then_nothing_more_is_taken() -> None:
    with begin() as writer:
        writer.write(b"x")
        assert writer.finish() is writer.finish()
        for act in (lambda: writer.write(b"y"), writer.state, lambda: writer.receive(io.BytesIO(b"y"))):
            with pytest.raises(StorageError, match="is closed"):
                act()
        with pytest.raises(StorageError, match="discard_unregistered"):
            writer.discard()


@pytest.mark.parametrize(
    ("announced", "problem"),
    [({"expected_size": 5}, Truncated), ({"expected_sha256": bytes(32)}, WrongHash)],
)
def test_what_isn_t_as_announced_gets_no_name_and_can_go_on_from_the_promise(
    announced: dict[str, Any], problem: type[StorageError]
) -> None:
    with begin() as writer:
        writer.write(b"abcd")
        state = writer.state()
        with pytest.raises(problem):
            writer.finish(**announced)
        assert not path_of_id(writer.id)
    with Writer.resume(state) as writer:
        writer.write(b"e")
        assert read(writer.finish(hashlib.sha256(b"abcde").digest(), 5)) == b"abcde"


def path_of_id(object_id: UUID) -> bool:
    return layout().final(object_id).exists()


def test_a_writer_that_failed_at_the_end_doesn_t_try_again() -> None:
    with begin() as writer:
        writer.write(b"abcd")
        with pytest.raises(WrongHash):
            writer.finish(bytes(32))
        with pytest.raises(StorageError, match="failed at its end"):
            writer.finish()


def damage_part(state: dict[str, Any]) -> None:
    flip(part_of(id_of(state)), HEADER + 16 * SEGMENT + 100)  # in the open chunk, which resume() reads again


def damage_header(state: dict[str, Any]) -> None:
    flip(part_of(id_of(state)), 20)


def cut_part(state: dict[str, Any]) -> None:
    with part_of(id_of(state)).open("r+b") as file:
        file.truncate(HEADER + SEGMENT)


def cut_marks(state: dict[str, Any]) -> None:
    layout().marks(id_of(state)).write_bytes(b"")


def lose_marks(state: dict[str, Any]) -> None:
    layout().marks(id_of(state)).unlink()


def swap_tail(state: dict[str, Any]) -> None:
    state["tail"] = "A" * len(state["tail"])


def move_offset(state: dict[str, Any]) -> None:
    state["offset"] -= 1


def change_open_mark(state: dict[str, Any]) -> None:
    state["open"] = "A" * 43 + "="


@pytest.mark.parametrize(
    "damage",
    [damage_part, damage_header, cut_part, cut_marks, lose_marks, swap_tail, move_offset, change_open_mark],
    ids=lambda f: f.__name__,
)
def test_what_isn_t_as_promised_isn_t_taken_up(damage: Any) -> None:
    state = saved(content(CHUNK + 200_000))
    damage(state)
    with pytest.raises(Damaged):
        Writer.resume(state)
    assert storage.discard_unregistered(id_of(state))  # and nobody holds it


def test_damage_in_a_chunk_that_was_complete_is_found_at_the_end() -> None:
    state = saved(content(3 * CHUNK))
    flip(part_of(id_of(state)), HEADER + 5 * SEGMENT + 100)
    with Writer.resume(state) as writer, pytest.raises(Damaged, match="segment 5"):
        writer.finish()
    assert not path_of_id(id_of(state))


def test_marks_of_other_content_are_found_at_the_end() -> None:
    state = saved(content(3 * CHUNK))
    marks = layout().marks(id_of(state))
    marks.write_bytes(bytes(32) + marks.read_bytes()[32:])
    with Writer.resume(state) as writer, pytest.raises(Damaged, match="other than they arrived"):
        writer.finish()


def test_a_part_put_in_place_of_another_isn_t_taken_up() -> None:
    one, two = saved(content(CHUNK)), saved(content(CHUNK))
    part_of(id_of(two)).replace(part_of(id_of(one)))
    with pytest.raises(Damaged, match="header"):
        Writer.resume(one)


@pytest.mark.parametrize("wrong", [{}, {"v": 2}, {"v": 1, "id": "x"}, {"v": 1, "id": None}])
def test_what_is_no_state_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Writer.resume(wrong)


def test_a_state_needs_its_key() -> None:
    state = saved(b"x")
    with pytest.raises(KeyUnusable, match="doesn't open an object's key"):
        Writer.resume(state | {"key": "A" * 56})
