"""Frames between the two sides: bounded, timed, and refused where they are malformed."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from plainview.base.media.inside import wire


@pytest.fixture
def ends() -> Iterator[tuple[wire.Line, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield wire.Line(ours), theirs
    ours.close()
    theirs.close()


def test_a_frame_arrives_as_it_was_sent(ends: tuple[wire.Line, socket.socket]) -> None:
    line, other = ends
    for payload in (b"", b"x", bytes(range(256)) * 1000):
        sender = threading.Thread(target=wire.Line(other).send, args=(wire.PIECE, payload))
        sender.start()
        kind, got = line.receive()
        assert (kind, bytes(got)) == (wire.PIECE, payload)
        sender.join()


def test_a_frame_in_crumbs_arrives_whole(ends: tuple[wire.Line, socket.socket]) -> None:
    line, other = ends
    frame = struct.pack(">cI", b"a", 5) + b"hello"
    crumbs = threading.Thread(target=lambda: [other.send(frame[n : n + 1]) for n in range(len(frame))])
    crumbs.start()
    kind, got = line.receive()
    assert (kind, bytes(got)) == (b"a", b"hello")
    crumbs.join()


def test_a_frame_that_claims_too_much_is_refused_before_it_is_held(ends: tuple[wire.Line, socket.socket]) -> None:
    line, other = ends
    other.send(struct.pack(">cI", b"p", wire.LARGEST_FRAME + 1))
    with pytest.raises(wire.WireError, match="longer than allowed"):
        line.receive()


def test_the_end_is_an_error(ends: tuple[wire.Line, socket.socket]) -> None:
    line, other = ends
    other.send(b"a")
    other.close()
    with pytest.raises(wire.WireError, match="hung up"):
        line.receive()


def test_waiting_ends(ends: tuple[wire.Line, socket.socket]) -> None:
    line, _ = ends
    began = time.monotonic()
    line.until(began + 0.2)
    with pytest.raises(wire.WireError, match="timed out"):
        line.receive()
    assert 0.1 < time.monotonic() - began < 3


def test_a_reader_that_takes_nothing_does_not_hold_us_for_ever(ends: tuple[wire.Line, socket.socket]) -> None:
    line, _ = ends
    line.until(time.monotonic() + 0.2)
    with pytest.raises(wire.WireError):
        line.send(wire.BYTES, bytes(100 << 20))


def test_a_want_is_answered_by_bytes_only(ends: tuple[wire.Line, socket.socket]) -> None:
    line, other = ends
    far = wire.Line(other)
    far.send(wire.BYTES, b"abc")
    assert line.want(7, 3) == b"abc"
    kind, asked = far.receive()
    assert (kind, wire.span(asked)) == (wire.WANT, (7, 3))
    far.send(wire.ANSWER, b"abc")
    with pytest.raises(wire.WireError, match="something else"):
        line.want(0, 3)
    far.send(wire.BYTES, b"abcd")
    with pytest.raises(wire.WireError, match="something else"):
        line.want(0, 3)


@pytest.mark.parametrize("payload", [b"", b"x" * 11, b"x" * 13, struct.pack(">QI", 0, wire.LARGEST_READ + 1)])
def test_a_malformed_want_is_refused(payload: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.span(payload)
