"""Lanes: in order, with flat memory, and a failure reaches whoever hands in the work."""

from __future__ import annotations

import threading
import time

import pytest

from plainview.base.storage.lane import Buffers, Lane


def test_items_are_done_in_order() -> None:
    done: list[int] = []
    lane = Lane(done.append)
    for number in range(1000):
        lane.hand(number)
    lane.settle()
    assert done == list(range(1000))
    lane.stop()


def test_it_may_settle_again_and_again() -> None:
    done: list[int] = []
    lane = Lane(done.append)
    lane.settle()
    for number in range(3):
        lane.hand(number)
        lane.settle()
        assert done[-1] == number
    lane.stop()


def test_a_failure_is_raised_to_who_settles_and_to_who_hands_more() -> None:
    def fail(number: int) -> None:
        raise OSError(28, f"at {number}")

    lane = Lane(fail)
    lane.hand(1)
    with pytest.raises(OSError, match="at 1"):
        lane.settle()
    with pytest.raises(OSError, match="at 1"):
        lane.hand(2)
    lane.stop()


def test_nothing_is_worked_on_after_a_failure_but_everything_is_given_back() -> None:
    worked: list[int] = []
    given_back: list[int] = []
    gate = threading.Event()

    def work(number: int) -> None:
        gate.wait()
        worked.append(number)
        raise ValueError("first")

    lane = Lane(work, given_back.append)
    for number in range(5):
        lane.hand(number)
    gate.set()
    with pytest.raises(ValueError, match="first"):
        lane.settle()
    assert worked == [0]
    assert given_back == [0, 1, 2, 3, 4]
    lane.stop()


def test_stopping_drops_what_waits_and_ends_the_thread() -> None:
    worked, begun = [], threading.Event()

    def work(number: int) -> None:
        begun.set()
        time.sleep(0.02)
        worked.append(number)

    lane = Lane(work)
    for number in range(100):
        lane.hand(number)
    begun.wait()
    lane.stop()
    lane.stop()
    assert len(worked) < 5
    with pytest.raises(RuntimeError, match="stopped"):
        lane.hand(1)


def test_a_lane_without_work_has_no_thread() -> None:
    before = threading.active_count()
    lane: Lane[int] = Lane(lambda _: None)
    lane.settle()
    lane.stop()
    assert threading.active_count() == before


def test_buffers_go_round() -> None:
    buffers = Buffers(lambda: memoryview(bytearray(10)), 2)
    one, two = buffers.take(), buffers.take()
    assert one is not two
    assert len(one) == 10
    threading.Timer(0.02, buffers.give, [one]).start()
    assert buffers.take() is one  # waited for it
    buffers.give(two)
    assert buffers.take() is two


def test_buffers_are_made_only_when_needed() -> None:
    buffers = Buffers(lambda: memoryview(bytearray(10)), 3)
    for _ in range(5):
        taken = buffers.take()
        buffers.give(taken)
        assert buffers.take() is taken
        buffers.give(taken)
