"""The trail: to scale, north up, honest about gaps."""

from __future__ import annotations

from itertools import pairwise
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.holdings.evidence.trail import DOTS, HEIGHT, WIDTH, Fix, coordinates, distance, draw

KC = (39_099_730, -94_578_570)
METER = 9  # microdegrees of latitude, nearly


def north(count: int, step: int = 100, every_ms: int = 1000) -> list[Fix]:
    return [Fix(0, every_ms * n, KC[0] + step * n, KC[1]) for n in range(count)]


def test_no_position_no_map() -> None:
    assert draw([]) is None


def test_one_position_is_a_point_in_the_middle() -> None:
    drawn = draw(north(1))
    assert drawn
    assert drawn.start == drawn.stop == (WIDTH / 2, HEIGHT / 2)
    assert drawn.distance_words == "0 m (0 ft)"


def test_north_is_up_and_east_is_right() -> None:
    drawn = draw([Fix(0, 0, *KC), Fix(0, 1000, KC[0] + 1000, KC[1] + 1000)])
    assert drawn
    assert drawn.stop[0] > drawn.start[0]
    assert drawn.stop[1] < drawn.start[1]


def test_a_meter_is_as_long_across_as_up() -> None:
    """At 39° north a degree of longitude is three quarters of one of latitude."""
    up = draw([Fix(0, 0, *KC), Fix(0, 1, KC[0] + 9_000, KC[1])])
    across = draw([Fix(0, 0, *KC), Fix(0, 1, KC[0], KC[1] + 9_000)])
    assert up
    assert across
    assert up.distance_words == "1.0 km (0.6 mi)"
    assert across.distance_words == "778 m (2,551 ft)"


def test_a_camera_on_a_table_does_not_march() -> None:
    jitter = [Fix(0, 1000 * n, KC[0] + (n % 3) * 5, KC[1] + (n % 2) * 5) for n in range(50)]
    drawn = draw(jitter)
    assert drawn
    ends = [tuple(map(float, each.split(","))) for path in drawn.paths for each in path.split()]
    assert max(hypot(x - WIDTH / 2, y - HEIGHT / 2) for x, y in ends) < 20


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    drawn = draw([Fix(0, 0, *KC), Fix(0, 1, KC[0] + 9_000, KC[1])])
    assert drawn
    meters = float(drawn.bar_words.split()[0])
    kilometer = abs(drawn.stop[1] - drawn.start[1])
    assert drawn.bar / kilometer == pytest.approx(meters / 1002, rel=0.02)


def test_the_line_is_not_drawn_where_nothing_is_known() -> None:
    fixes = [*north(3), Fix(0, 200_000, KC[0] + 5_000, KC[1]), Fix(0, 201_000, KC[0] + 5_100, KC[1])]
    drawn = draw(fixes)
    assert drawn
    assert len(drawn.paths) == 2


def test_a_long_trail_stays_small() -> None:
    drawn = draw(north(4 * 3600, step=10))
    assert drawn
    assert len(drawn.dots) <= DOTS
    assert len(drawn.paths[0].split()) < 1000


def test_positions_without_a_time_are_drawn_but_never_played() -> None:
    drawn = draw([Fix(0, None, KC[0], KC[1]), Fix(0, None, KC[0] + 500, KC[1])])
    assert drawn
    assert drawn.dots == []
    assert len(drawn.paths) == 1


@given(
    st.lists(
        st.tuples(st.integers(-89_000_000, 89_000_000), st.integers(-179_000_000, 179_000_000)), min_size=1, max_size=30
    )
)
def test_everything_lies_on_the_sheet(places: list[tuple[int, int]]) -> None:
    drawn = draw([Fix(0, 1000 * n, lat, lon) for n, (lat, lon) in enumerate(places)])
    assert drawn
    for path in drawn.paths:
        for each in path.split():
            x, y = map(float, each.split(","))
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT
    assert 0 < drawn.bar <= WIDTH / 3.9


@given(st.integers(1, 5_000_000))
def test_the_grid_is_there_at_every_scale(step: int) -> None:
    drawn = draw(north(2, step=step))
    assert drawn
    assert 2 <= len(drawn.parallels) <= 12
    assert all(a.label != b.label for a, b in pairwise(drawn.parallels))


def test_words() -> None:
    assert coordinates(Fix(0, 0, *KC)) == "39.09973° N, 94.57857° W"
    assert distance(81) == "81 m (266 ft)"
    assert distance(2400) == "2.4 km (1.5 mi)"
