"""PURE. A bar chart drawn by the server, so that it needs no script: numbers into places of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, BASE = 720, 160, 130


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, how high it is, and what it says."""

    x: float
    y: float
    width: float
    height: float
    day: date
    number: int
    labeled: bool  # every fourth, so that the days don't run into each other


@dataclass(frozen=True)
class Chart:
    """Bars with the scale beside them."""

    bars: list[Bar]
    top: int  # the largest number
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


def bars(numbers: Sequence[tuple[date, int]]) -> Chart:
    """Returns the chart of some numbers; all of them zero give a chart without height, not an error."""
    top = max((number for _, number in numbers), default=0)
    step = (WIDTH - 40) / max(1, len(numbers))
    drawn = []
    for n, (day, number) in enumerate(numbers):
        height = (BASE - 14) * number / top if top else 0
        drawn.append(Bar(round(40 + n * step, 1), round(BASE - height, 1), round(step * 0.8, 1), round(height, 1), day,
                         number, n % 4 == 0))  # fmt: skip
    return Chart(drawn, top)
