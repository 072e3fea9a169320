"""What looking into a file has found so far; the readers and the vendors' files all write into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

MOST_POINTS = 10_000
MOST_SAID = 40


@dataclass(slots=True)
class Findings:
    """Plain values only; the other side turns them into Facts after checking each."""

    kind: str | None = None
    duration_ms: int | None = None
    streams: list[dict[str, Any]] = field(default_factory=list)
    problem: str | None = None
    said: list[dict[str, Any]] = field(default_factory=list)
    serial: str | None = None
    device: str | None = None
    points: list[tuple[int | None, int, int, int | None]] = field(default_factory=list)
    track_source: str | None = None
    press: str | None = None
    sidecar: bool = False
    blind: bool = False  # there is a picture, and none of it could be decoded
    notes: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    # What the maker is known to write into the movie header, where no zone is said: "UTC" or "local".
    habit: str | None = None
    # Which moment of the recording the movie header names: most say the start, Android says the end.
    header_moment: str = "start"

    def trouble(self, sentence: str) -> None:
        """Keeps the first problem: what comes after it usually follows from it."""
        self.problem = self.problem or sentence

    def say(
        self, source: str, value: str, *, zone: str | None = None, moment: str = "start", at_ms: int = 0, **more: Any
    ) -> None:
        """Adds a time that the file states."""
        if len(self.said) < MOST_SAID:
            self.said.append({"source": source, "value": value, "zone": zone, "moment": moment, "at_ms": at_ms, **more})

    def place(self, points: Iterable[tuple[int | None, float, float, int | None]], source: str) -> None:
        """Adds positions in degrees, unless another source gave some already. Impossible ones are left out."""
        if self.points:
            return
        kept = [
            (at, round(lat * 1e6), round(lon * 1e6), utc)
            for at, lat, lon, utc in points
            if -90 <= lat <= 90 and -180 <= lon <= 180 and (lat or lon)
        ]
        step = -(-len(kept) // MOST_POINTS) or 1
        if kept:
            self.points, self.track_source = kept[::step], source

    def tag(self, name: str, value: str | None) -> None:
        """Adds a word that the file says of itself."""
        if value and value.strip() and name not in self.tags:
            self.tags[name] = value.strip()

    def as_json(self) -> dict[str, Any]:
        """Returns plain JSON."""
        return asdict(self)


def iso(moment: datetime) -> str:
    """Returns a naive time as it is kept in `said`: to the second, or to the millisecond where it has some."""
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def since(epoch_year: int, seconds: float, month: int = 1, day: int = 1) -> datetime | None:
    """Returns a naive time from a count of seconds since an epoch, None where that is no date."""
    try:
        return datetime(epoch_year, month, day) + timedelta(seconds=seconds)
    except OverflowError:
        return None


def unix_ms(moment: datetime) -> int:
    """Returns Unix milliseconds of a naive time that is UTC."""
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000)
