"""What the recording page shows of a recording, gathered for its templates and its player."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from plainview.base.custody.history import describe, title
from plainview.base.custody.models import Event
from plainview.base.people.models import Account
from plainview.holdings.evidence import trail
from plainview.holdings.evidence.models import Derivative, File, Playable, Recording
from plainview.holdings.evidence.naming import names_in
from plainview.holdings.evidence.trail import Fix, Trail
from plainview.holdings.evidence.words import length, size

LATEST = 40  # events on the page; the rest is one click away


def files_of(recording: Recording) -> list[File]:
    """Returns the recording's files in the order of the press, with everything the page shows of them."""
    return list(
        recording.files.select_related("object", "duplicate_of__recording", "track")
        .prefetch_related("derivatives__object", "duplicates__recording")
        .order_by("sequence", "start", "stored_at")
    )


def parts_of(files: list[File]) -> list[File]:
    """Returns the files that are played one after the other: the footage, without second copies of it."""
    here = {file.pk for file in files}
    return [file for file in files if file.role == "footage" and file.duplicate_of_id not in here]


def player(recording: Recording, parts: list[File], drawn: Trail | None) -> dict[str, Any]:
    """Returns what the player needs to know, as JSON: addresses, lengths, clocks, the trail."""
    return {
        "zone": settings.TIME_ZONE,
        "finished": reverse("evidence:finished", args=[recording.pk]),
        "dots": drawn.dots if drawn else [],
        "parts": [_part(recording, file) for file in parts],
    }


def _part(recording: Recording, file: File) -> dict[str, Any]:
    made = {Derivative.Kind(d.kind): d for d in file.derivatives.all()}
    copy = made.get(Derivative.Kind.REMUX) or made.get(Derivative.Kind.PROXY)
    video = next((s for s in file.facts.get("streams") or [] if s.get("kind") == "video"), None)

    def address(name: str, *more: str) -> str:
        return reverse(f"evidence:{name}", args=[recording.pk, file.pk, *more])

    def picture(kind: Derivative.Kind) -> str | None:
        return address("picture", kind.value) if kind in made else None

    scrub = made.get(Derivative.Kind.SCRUB)
    return {
        "name": file.name,
        "ready": file.playable == Playable.READY,
        "src": address("view" if copy else "media"),
        "poster": picture(Derivative.Kind.POSTER),
        "scrub": {"src": picture(Derivative.Kind.SCRUB), **scrub.parameters} if scrub else None,
        "waveform": picture(Derivative.Kind.WAVEFORM),
        "duration_ms": file.facts.get("duration_ms"),
        "fps": _fps(video),
        "video": video is not None,
        "start_ms": round(file.start.timestamp() * 1000) if file.start else None,
        "clock_ms": clock_start(file),
    }


def _fps(video: dict[str, Any] | None) -> float:
    try:
        return float((video or {}).get("fps") or 0) or 30.0
    except ValueError:
        return 30.0


def clock_start(file: File) -> int | None:
    """Returns what the camera's own clock showed at the beginning, as milliseconds of a clock without a zone."""
    for said in file.facts.get("said") or []:
        if said.get("moment", "start") == "start" and said.get("source") in ("name", "container", "sidecar", "folder"):
            try:
                shown = datetime.fromisoformat(said["value"])
            except ValueError:
                continue
            return round(shown.replace(tzinfo=UTC).timestamp() * 1000)
    return None


def trail_of(files: list[File], parts: list[File]) -> Trail | None:
    """Returns the trail of a recording: what its footage says, or else a sidecar that came with it."""
    places = {file.pk: n for n, file in enumerate(parts)}
    fixes = [fix for file in parts if hasattr(file, "track") for fix in _fixes(file, places[file.pk])]
    if not fixes:
        others = [file for file in files if file.pk not in places and hasattr(file, "track")]
        fixes = [fix for file in others for fix in _beside(file, parts)]
    return trail.draw(fixes)


def _fixes(file: File, part: int) -> list[Fix]:
    return [Fix(part, p[0], p[1], p[2]) for p in file.track.points]


def _beside(file: File, parts: list[File]) -> list[Fix]:
    """Places a sidecar's points on the footage by the satellites' time; untimed ones are drawn without a moment."""
    found = []
    for at_ms, lat, lon, utc_ms in file.track.points:
        part, at = _moment(utc_ms, parts) if utc_ms is not None else (0, at_ms)
        found.append(Fix(part, at, lat, lon))
    return found


def _moment(utc_ms: int, parts: list[File]) -> tuple[int, int | None]:
    for n, file in enumerate(parts):
        if file.start and file.stop and file.start.timestamp() * 1000 <= utc_ms <= file.stop.timestamp() * 1000:
            return n, round(utc_ms - file.start.timestamp() * 1000)
    return 0, None


@dataclass(frozen=True)
class Told:
    """One event as a line of the history."""

    id: Any
    at: datetime
    title: str
    sentence: str
    of: str  # the file's name, where the event is not the recording's own


def history_of(
    recording: Recording, files: list[File], account: Account, most: int | None = LATEST
) -> tuple[list[Told], bool]:
    """Returns the latest events of the recording and its files, newest first, and whether there are more.

    Matters are named as far as the account may know of them.
    """
    names = {file.handle: file.name for file in files}
    found = Event.objects.filter(item_id__in=[recording.handle, *names]).order_by("-logged_at", "-n")
    events = list(found if most is None else found[: most + 1])
    shown = events if most is None else events[:most]
    who = names_in(shown, account)
    several = len(files) > 1
    told = [
        Told(e.pk, e.logged_at, title(e), describe(e, who.get), names.get(e.item_id, "") if several else "")
        for e in shown
    ]
    return told, len(events) > len(shown)


@dataclass(frozen=True)
class Listed:
    """One file as the page lists it."""

    file: File
    size: str
    length: str
    content: str
    sha256: str
    twin: File | None
    twin_path: str  # empty where the account may not see it
    says: list[dict[str, Any]]
    notes: list[str]


def listed(files: list[File], visible: set[Any]) -> list[Listed]:
    """Returns the files for the table; a twin in a recording outside `visible` is named without a link."""
    return [_listed(file, visible) for file in files]


def _listed(file: File, visible: set[Any]) -> Listed:
    twin = file.duplicate_of
    path = reverse("evidence:recording", args=[twin.recording_id]) if twin and twin.recording_id in visible else ""
    return Listed(
        file=file,
        size=size(file.object.size),
        length=length(file.facts.get("duration_ms")),
        content=content(file),
        sha256=bytes(file.object.sha256).hex(),
        twin=twin,
        twin_path=path,
        says=file.time_basis.get("says") or [],
        notes=file.facts.get("notes") or [],
    )


def content(file: File) -> str:
    """Returns what is in a file in a few words: 1280 × 720 H264 at 29.97, AAC."""
    words = []
    for stream in file.facts.get("streams") or []:
        if stream.get("kind") == "video":
            rate = f" at {stream['fps']} frames/s" if stream.get("fps") else ""
            codec = str(stream.get("codec", "")).upper()
            words.append(f"{stream.get('width', '?')} × {stream.get('height', '?')} {codec}{rate}")
        elif stream.get("kind") == "audio":
            words.append(str(stream.get("codec", "sound")).upper())
    return ", ".join(words) or str(file.facts.get("container") or "unknown")
