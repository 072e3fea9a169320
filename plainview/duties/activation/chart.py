"""PURE. Pictures drawn by the server, without a script: the trend of a share, and one dispatch on a line of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

WIDTH, TOP, BASE, LEFT = 720, 12, 132, 44


@dataclass(frozen=True)
class Dot:
    """One week's share: where it stands and what it says."""

    x: float
    y: float
    day: date
    percent: float
    labeled: bool


@dataclass(frozen=True)
class Line:
    """A share over weeks, on a scale from `floor` to 100 %."""

    dots: list[Dot]
    points: str  # as a polyline wants them
    floor: int
    width: int = WIDTH
    top: int = TOP
    base: int = BASE
    left: int = LEFT


def line(shares: Sequence[tuple[date, float | None]]) -> Line:
    """Returns the line of some shares from 0 to 1; weeks without one are left out."""
    known = [(n, day, share * 100) for n, (day, share) in enumerate(shares) if share is not None]
    floor = min([50, *(int(p // 10) * 10 for _, _, p in known)]) if known else 0
    step = (WIDTH - LEFT - 16) / max(1, len(shares) - 1)
    every = max(1, len(shares) // 9)
    dots = [
        Dot(round(LEFT + 8 + n * step, 1), round(BASE - (p - floor) / (100 - floor) * (BASE - TOP), 1), day,
            round(p, 1), n % every == 0)
        for n, day, p in known
    ]  # fmt: skip
    return Line(dots, " ".join(f"{dot.x},{dot.y}" for dot in dots), floor)


@dataclass(frozen=True)
class Piece:
    """One bar on the line of time."""

    x: float
    width: float
    row: int
    y: int
    what: str  # expected, body, in-car
    says: str
    press: float | None = None


@dataclass(frozen=True)
class Span:
    """What is to be drawn: when it began and ended, when the button was pressed."""

    what: str
    says: str
    begin: datetime
    end: datetime
    press: datetime | None = None


@dataclass(frozen=True)
class Picture:
    """Bars under one another on one line of time."""

    pieces: list[Piece]
    height: int
    first: datetime
    last: datetime
    width: int = WIDTH


def on_a_line(spans: Sequence[Span]) -> Picture:
    """Returns the picture of some spans; the first is the expected time, and all share one scale."""
    first = min(min(span.begin, span.press or span.begin) for span in spans)
    last = max(span.end for span in spans)
    whole = max(1.0, (last - first).total_seconds())

    def x(at: datetime) -> float:
        return round((at - first).total_seconds() / whole * WIDTH, 1)

    pieces = [
        Piece(x(s.begin), max(2.0, round(x(s.end) - x(s.begin), 1)), n, 6 + n * 26, s.what, s.says,
              x(s.press) if s.press else None)
        for n, s in enumerate(spans)
    ]  # fmt: skip
    return Picture(pieces, 12 + 26 * len(spans), first, last)
