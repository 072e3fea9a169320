"""Two sides at the same moment: the same bytes, or two segments of one press. Real transactions, real threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from conftest import Department
from plainview.holdings.evidence.actions import Registered
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.evidence.tests.making import camera, footage, later, video

pytestmark = pytest.mark.django_db(transaction=True)
SIDES = 4


@pytest.fixture
def at_once() -> Callable[..., list[Registered]]:
    """Runs one call in each of several threads, all begun together."""

    def run(*calls: Callable[[], Registered]) -> list[Registered]:
        gate = Barrier(len(calls))

        def one(call: Callable[[], Registered]) -> Registered:
            try:
                gate.wait(30)
                return call()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


def test_the_same_bytes_from_all_sides_are_all_kept_and_linked_to_one(
    department: Department, at_once: Callable[..., list[Registered]]
) -> None:
    camera()
    made = at_once(*[lambda: footage(department.alice, content=b"the same")] * SIDES)
    assert File.objects.count() == SIDES
    assert sum(each.duplicate_of is None for each in made) == 1, "exactly one came first"
    first = next(each.file for each in made if each.duplicate_of is None)
    assert {each.duplicate_of for each in made} == {None, first}
    assert Recording.objects.count() == 1


def test_segments_that_come_together_are_one_recording(
    department: Department, at_once: Callable[..., list[Registered]]
) -> None:
    camera()

    def segment(n: int) -> Callable[[], Registered]:
        facts = video(press="0042", sequence=n, duration_ms=60_000)
        given: dict[str, Any] = {"facts": facts, "start": later(60 * n), "name": f"GX0{n}0042.MP4"}
        return lambda: footage(department.alice, **given)

    at_once(*[segment(n) for n in range(SIDES)])
    recording = Recording.objects.get()
    assert recording.files.count() == SIDES
    assert recording.duration_ms == SIDES * 60_000
    assert (recording.start, recording.stop) == (later(0), later(60 * SIDES))
