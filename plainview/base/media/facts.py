"""What a file is and what it says of itself. Whole numbers and text only, so that a canonical event can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypedDict

Plays = Literal["direct", "remux", "proxy", "no"]
Role = Literal["footage", "sidecar", "other"]


class Stream(TypedDict, total=False):
    """One picture, sound or data stream; keys that don't apply are absent."""

    kind: str  # video, audio, subtitle, data
    codec: str
    profile: str
    pixels: str  # pixel format, such as yuv420p
    width: int
    height: int
    rotation: int  # degrees clockwise that a player turns the picture
    fps: str  # frames a second as a decimal, such as "29.97"
    frames: int
    sample_rate: int
    channels: int
    bit_rate: int
    language: str


@dataclass(frozen=True, slots=True)
class Said:
    """One time that the file or its name states, exactly as it stands there."""

    source: str  # gps, folder, name, sidecar, container, written
    value: str  # ISO 8601 without offset, as precise as it was said: "2019-12-20T17:08:32"
    zone: str | None = None  # "UTC" or "-05:00" where it is said, None where it isn't
    moment: str = "start"  # start, trigger, end, or at (the moment at_ms into the file)
    at_ms: int = 0
    habit: str | None = None  # what the maker is known to write where no zone is said: "UTC" or "local"
    by: str = ""  # who wrote it, in plain words: "the GoPro's movie header"


@dataclass(frozen=True, slots=True)
class Point:
    """One position."""

    at_ms: int | None  # from the beginning of the file; None where only the place is said
    lat_e6: int  # millionths of a degree, north positive
    lon_e6: int  # millionths of a degree, east positive
    utc_ms: int | None = None  # Unix time by the satellites, where they gave one


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that looking into a file and at its name has found."""

    container: str | None  # mp4, mov, mkv, avi, ts, ... jpeg, pdf, json ...; None where it is unknown
    mime: str
    duration_ms: int | None = None
    streams: list[Stream] = field(default_factory=list)
    plays: Plays = "no"
    problem: str | None = None  # one plain sentence: why a person has to look at it
    said: list[Said] = field(default_factory=list)
    serial: str | None = None
    device: str | None = None
    points: list[Point] = field(default_factory=list)
    track_source: str | None = None
    press: str | None = None  # what the segments of one press share
    sequence: int | None = None  # order within the press
    role: Role = "other"
    notes: list[str] = field(default_factory=list)  # plain sentences that stop nothing
    tags: dict[str, str] = field(default_factory=dict)  # what else it says: firmware, user, officer ...

    def as_json(self) -> dict[str, Any]:
        """Returns plain JSON; `from_json` is its inverse."""
        made = {name: getattr(self, name) for name in self.__slots__}
        made["said"] = [asdict(s) for s in self.said]
        made["points"] = [[p.at_ms, p.lat_e6, p.lon_e6, p.utc_ms] for p in self.points]
        made["streams"] = [dict(s) for s in self.streams]
        made["notes"] = list(self.notes)
        made["tags"] = dict(self.tags)
        return made

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        """Returns the facts that `as_json` wrote."""
        fields = dict(data)
        fields["said"] = [Said(**s) for s in data.get("said", [])]
        fields["points"] = [Point(*p) for p in data.get("points", [])]
        return cls(**fields)

    @property
    def video(self) -> Stream | None:
        """The picture stream that is shown, if there is one."""
        return next((s for s in self.streams if s.get("kind") == "video"), None)

    @property
    def audio(self) -> Stream | None:
        """The sound stream that is heard, if there is one."""
        return next((s for s in self.streams if s.get("kind") == "audio"), None)
