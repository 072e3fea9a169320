"""Segments of one press belong together, and nothing else does, in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from plainview.holdings.evidence.grouping import Segment, joins, naming

NOON = datetime(2026, 6, 1, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def segment(n: int, **more: object) -> Segment:
    """The n-th minute of a press."""
    made = Segment(
        f"NO20260601-12{n:02d}00-000{120 + n}.MP4", "footage", "", 120 + n, NOON + n * MINUTE, NOON + (n + 1) * MINUTE
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_an_equal_press_joins() -> None:
    assert (
        joins(segment(1, press="0042"), [segment(5, press="0042")])
        == "the file names say that they come from one press"
    )


def test_what_goes_on_joins_either_way() -> None:
    why = "one begins within 2 seconds of where the other ends, with the next number"
    assert joins(segment(2), [segment(1)]) == why
    assert joins(segment(1), [segment(2)]) == why


def test_one_neighbor_among_many_is_enough() -> None:
    assert joins(segment(3), [segment(0), segment(1), segment(2)])


@pytest.mark.parametrize("gap", [-2.0, 0.0, 2.0])
def test_clocks_round_to_the_second(gap: float) -> None:
    assert joins(segment(2, start=NOON + 2 * MINUTE + timedelta(seconds=gap)), [segment(1)])


@pytest.mark.parametrize(
    "other",
    [
        segment(2, start=NOON + 2 * MINUTE + timedelta(seconds=3)),
        segment(2, start=NOON + 2 * MINUTE - timedelta(seconds=3)),
        segment(2, sequence=123),
        segment(2, sequence=None),
        segment(2, start=None),
        segment(2, name="EV20260601-120200-000122.MP4"),
        segment(2, role="sidecar"),
        segment(2, press="0042"),
    ],
    ids=[
        "late",
        "early",
        "number skipped",
        "no number",
        "no start",
        "another naming",
        "a sidecar",
        "a press of its own",
    ],
)
def test_what_does_not_go_on_stays_apart(other: Segment) -> None:
    if other.press:
        other = replace(other, start=NOON + 9 * MINUTE)
    assert joins(other, [segment(1)]) is None


def test_no_neighbors_no_press() -> None:
    assert joins(segment(1), []) is None


def test_two_takes_under_one_name_are_two() -> None:
    one = segment(1, press="0042")
    assert joins(one, [replace(one, start=NOON + 30 * MINUTE, stop=NOON + 31 * MINUTE)]) is None


def test_a_trail_beside_the_film_joins_by_its_name() -> None:
    sidecar = segment(1, press="0042", role="sidecar", start=None, stop=None)
    assert joins(sidecar, [segment(1, press="0042")])


def test_a_counter_that_began_again_months_later_is_another_press() -> None:
    again = segment(2, press="0042", start=NOON + timedelta(days=90))
    assert joins(again, [segment(1, press="0042")]) is None


def test_a_start_that_is_not_known_does_not_part_a_press() -> None:
    assert joins(segment(2, press="0042", start=None, stop=None), [segment(1, press="0042")])


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_every_order_of_arrival_ends_in_one_press(order: tuple[int, ...]) -> None:
    """By name, any order does at once; by joints alone, neighbors find each other."""
    presses: list[list[Segment]] = []
    for n in order:
        new = segment(n, press="0042")
        home = next((each for each in presses if joins(new, each)), None)
        if home is None:
            presses.append([new])
        else:
            home.append(new)
    assert len(presses) == 1


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("GX010042.MP4", "gx#.mp4"), ("dir/NO2026-01.MP4", "no#-#.mp4"), ("clip.mp4", "clip.mp4")],
)
def test_naming(name: str, pattern: str) -> None:
    assert naming(name) == pattern
