"""A GPS trail drawn to scale without a map service: a flat picture in meters, north up. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, cos, floor, hypot, log10, radians

from plainview.holdings.evidence.words import degrees

WIDTH, HEIGHT, MARGIN = 720.0, 420.0, 48.0  # of the picture, in its own units
SMALLEST = 60.0  # meters across: a camera on a table must not look like a march
METERS_PER_DEGREE = 111_320.0
BREAK_MS = 60_000  # longer without a position, and the line is not drawn through
DOTS = 3000  # positions that a page gets at most
FEET_PER_METER, METERS_PER_MILE = 3.28084, 1609.344


@dataclass(frozen=True)
class Fix:
    """One position of a recording."""

    part: int  # which file of the recording, as the player counts them
    at_ms: int | None  # from the beginning of that file
    lat_e6: int
    lon_e6: int


@dataclass(frozen=True)
class Line:
    """One line of the grid with its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Trail:
    """Everything the picture shows, in its own units."""

    paths: list[str]  # points attributes of polylines
    start: tuple[float, float]
    stop: tuple[float, float]
    start_words: str
    stop_words: str
    bar: float  # length of the scale bar
    bar_words: str
    distance_words: str
    meridians: list[Line] = field(default_factory=list)
    parallels: list[Line] = field(default_factory=list)
    dots: list[tuple[int, int, float, float]] = field(default_factory=list)  # part, at_ms, x, y
    width: int = int(WIDTH)
    height: int = int(HEIGHT)


class _Sheet:
    """The flat sheet: meters around the middle of the trail, scaled to the picture."""

    def __init__(self, fixes: Sequence[Fix]) -> None:
        lats, lons = [f.lat_e6 / 1e6 for f in fixes], [f.lon_e6 / 1e6 for f in fixes]
        self.lat, self.lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        self.east = METERS_PER_DEGREE * max(cos(radians(self.lat)), 0.01)
        across = max((max(lons) - min(lons)) * self.east, SMALLEST)
        up = max((max(lats) - min(lats)) * METERS_PER_DEGREE, SMALLEST)
        self.scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / up)  # units a meter

    def x(self, lon: float) -> float:
        return WIDTH / 2 + (lon - self.lon) * self.east * self.scale

    def y(self, lat: float) -> float:
        return HEIGHT / 2 - (lat - self.lat) * METERS_PER_DEGREE * self.scale

    def place(self, fix: Fix) -> tuple[float, float]:
        return round(self.x(fix.lon_e6 / 1e6), 1), round(self.y(fix.lat_e6 / 1e6), 1)

    def meters(self, one: Fix, other: Fix) -> float:
        north = (other.lat_e6 - one.lat_e6) / 1e6 * METERS_PER_DEGREE
        return hypot(north, (other.lon_e6 - one.lon_e6) / 1e6 * self.east)


def draw(fixes: Sequence[Fix]) -> Trail | None:
    """Returns the picture of the positions in the order given; None where there are none."""
    if not fixes:
        return None
    sheet = _Sheet(fixes)
    bar_meters = _round_length((WIDTH / 4) / sheet.scale)
    return Trail(
        paths=[_points(sheet, stretch) for stretch in _stretches(fixes)],
        start=sheet.place(fixes[0]),
        stop=sheet.place(fixes[-1]),
        start_words=coordinates(fixes[0]),
        stop_words=coordinates(fixes[-1]),
        bar=round(bar_meters * sheet.scale, 1),
        bar_words=distance(bar_meters),
        distance_words=distance(sum(sheet.meters(a, b) for s in _stretches(fixes) for a, b in pairwise(s))),
        meridians=_meridians(sheet),
        parallels=_parallels(sheet),
        dots=_dots(sheet, fixes),
    )


def coordinates(fix: Fix) -> str:
    """Returns a position as text: 39.09973° N, 94.57857° W."""
    return f"{degrees(fix.lat_e6, 'N', 'S')}, {degrees(fix.lon_e6, 'E', 'W')}"


def distance(meters: float) -> str:
    """Returns a length in the units of the country and of the file: 120 m (394 ft), 2.4 km (1.5 mi)."""
    if meters < 1000:
        return f"{meters:,.0f} m ({meters * FEET_PER_METER:,.0f} ft)"
    return f"{meters / 1000:,.1f} km ({meters / METERS_PER_MILE:,.1f} mi)"


def _stretches(fixes: Sequence[Fix]) -> list[list[Fix]]:
    """Cuts the trail where the camera did not know for a while where it was."""
    found = [[fixes[0]]]
    for before, fix in pairwise(fixes):
        apart = before.part == fix.part and before.at_ms is not None and fix.at_ms is not None
        if apart and (fix.at_ms or 0) - (before.at_ms or 0) > BREAK_MS:
            found.append([])
        found[-1].append(fix)
    return found


def _points(sheet: _Sheet, stretch: Sequence[Fix]) -> str:
    """Returns the corners of a line, without those that would lie on the one before."""
    kept: list[tuple[float, float]] = []
    for x, y in map(sheet.place, stretch):
        if not kept or hypot(x - kept[-1][0], y - kept[-1][1]) >= 0.5:
            kept.append((x, y))
    return " ".join(f"{x},{y}" for x, y in (kept if len(kept) > 1 else kept * 2))


def _dots(sheet: _Sheet, fixes: Sequence[Fix]) -> list[tuple[int, int, float, float]]:
    timed = [(fix, fix.at_ms) for fix in fixes if fix.at_ms is not None]
    every = ceil(len(timed) / DOTS) or 1
    return [(fix.part, at, *sheet.place(fix)) for fix, at in timed[::every]]


def _round_length(longest: float) -> float:
    """Returns the longest of 1, 2, 5, 10, 20 … meters that is not longer."""
    ten: float = 10 ** floor(log10(longest))
    return next(step * ten for step in (5, 2, 1) if step * ten <= longest)


def _grid(low: float, high: float) -> list[float]:
    """Returns round numbers of degrees between two."""
    step = _round_length((high - low) / 3)
    first = ceil(low / step)
    return [n * step for n in range(first, floor(high / step) + 1)]


def _meridians(sheet: _Sheet) -> list[Line]:
    half = WIDTH / 2 / sheet.scale / sheet.east
    return [Line(round(sheet.x(lon), 1), _label(lon, "E", "W")) for lon in _grid(sheet.lon - half, sheet.lon + half)]


def _parallels(sheet: _Sheet) -> list[Line]:
    half = HEIGHT / 2 / sheet.scale / METERS_PER_DEGREE
    return [Line(round(sheet.y(lat), 1), _label(lat, "N", "S")) for lat in _grid(sheet.lat - half, sheet.lat + half)]


def _label(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.4f}° {positive if value >= 0 else negative}"
