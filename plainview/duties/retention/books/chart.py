"""What came in and what became of it, night by night, as points of a plot. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

WIDTH, HEIGHT = 720, 180
LEFT, RIGHT, TOP, BOTTOM = 70, 8, 10, 26


@dataclass(frozen=True)
class Night:
    """One point of each line."""

    at: datetime
    came_in: int  # bytes
    held: int
    balanced: bool


@dataclass(frozen=True)
class Chart:
    """Polylines in the coordinates of a picture of WIDTH × HEIGHT."""

    came_in: str
    held: str
    faults: list[tuple[float, float]]  # nights that did not balance
    ticks: list[tuple[float, str]]  # height, label
    first: datetime
    last: datetime


def chart(nights: Sequence[Night]) -> Chart | None:
    """Returns the plot of at least two nights, oldest first."""
    if len(nights) < 2:
        return None
    top = max(max(each.came_in, each.held) for each in nights) or 1
    begin, span = nights[0].at, (nights[-1].at - nights[0].at).total_seconds() or 1.0

    def point(each: Night, value: int) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (each.at - begin).total_seconds() / span
        return round(x, 1), round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)

    def line(values: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{x},{y}" for x, y in values)

    return Chart(
        came_in=line([point(each, each.came_in) for each in nights]),
        held=line([point(each, each.held) for each in nights]),
        faults=[point(each, each.held) for each in nights if not each.balanced],
        ticks=[(round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - part), 1), amount(int(top * part))) for part in (0, 0.5, 1)],
        first=begin,
        last=nights[-1].at,
    )


def amount(size: int) -> str:
    """Returns bytes in the largest unit that leaves a number above one."""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB", "PB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.0f} {unit}" if unit == "B" or value >= 100 else f"{value:,.1f} {unit}"
