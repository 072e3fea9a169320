"""Puts together what a file's name and its content say, and names what a person has to look at. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import checked, names
from .facts import Facts, Role, Said
from .inside.kinds import KINDS, Kind, kind_of
from .plays import plays
from .vendors import FileName, Named

_PLAYED = ("video", "audio")
# Small files that cameras write beside a recording.
_BESIDE = ("vtt", "srt", "gpx", "nmea", "thm", "lrv", "key", "json", "xml", "csv", "log")


def judge(answer: Mapping[str, Any], name: str) -> Facts:
    """Returns the facts of a file, given what the worker found in it and what it is called."""
    parts, named = names.split(name), names.read(name)
    container = checked.kind(answer.get("kind"))
    kind = kind_of(container)
    streams = checked.streams(answer.get("streams"))
    problem = checked.text(answer.get("problem"), 400) or _misnamed(parts, kind)
    return Facts(
        container=container,
        mime=kind.mime,
        duration_ms=checked.number(answer.get("duration_ms")),
        streams=streams,
        plays=plays(container, streams) if kind.family in _PLAYED and not answer.get("blind") else "no",
        problem=_excused(problem, named, parts, kind),
        said=[*(Said(**s) for s in named.said), *checked.said(answer.get("said"))],
        serial=named.serial or checked.text(answer.get("serial"), 64) or None,
        device=checked.text(answer.get("device"), 80) or named.device,
        points=checked.points(answer.get("points")),
        track_source=checked.text(answer.get("track_source"), 80) or None,
        press=named.press or checked.text(answer.get("press"), 80) or None,
        sequence=named.sequence,
        role=_role(kind, named, bool(answer.get("sidecar")), parts),
        notes=_notes(answer, parts, kind),
        tags=named.tags | checked.tags(answer.get("tags")),
    )


def unseen(name: str, why: str) -> Facts:
    """Returns the facts of a file that could not be looked into: its name's, and the reason."""
    facts = judge({}, name)
    role: Role = "footage" if _by_ending(names.split(name)).family in _PLAYED else facts.role
    return Facts(**{key: getattr(facts, key) for key in Facts.__slots__} | {"problem": why, "role": role})


def _role(kind: Kind, named: Named, sidecar: bool, parts: FileName) -> Role:
    if kind.family in _PLAYED:
        return "footage"
    if kind.family == "unknown" and not named.sidecar and _by_ending(parts).family in _PLAYED:
        return "footage"  # damaged beyond recognition, but that is what it came as
    if sidecar or named.sidecar or (named.press and parts.ending in _BESIDE):
        return "sidecar"
    return "other"


def _by_ending(parts: FileName) -> Kind:
    return next((kind for kind in KINDS.values() if parts.ending in kind.endings), kind_of(None))


def _misnamed(parts: FileName, kind: Kind) -> str | None:
    """A name that promises another family of content than is inside is a disguise until a person says otherwise."""
    promised = _by_ending(parts)
    if promised.family == "unknown" or kind.family == "unknown" or parts.ending in kind.endings:
        return None
    if {promised.family, kind.family} <= {"video", "audio"} or promised.family == kind.family != "playlist":
        return None
    if {promised.family, kind.family} <= {"text", "document", "archive"}:
        return None
    sentence = f"The name ends in .{parts.ending}, but the content is {kind.label}."
    if kind.family == "playlist":
        return f"{sentence} It points at other files and was not opened."
    return sentence


def _excused(problem: str | None, named: Named, parts: FileName, kind: Kind) -> str | None:
    """Key files and bookmarks of a camera may hold anything."""
    if problem and named.sidecar and kind.family in ("unknown", "text") and parts.ending in ("key", ""):
        return None
    return problem


def _notes(answer: Mapping[str, Any], parts: FileName, kind: Kind) -> list[str]:
    notes = checked.texts(answer.get("notes"))
    fits = parts.ending in kind.endings or not parts.ending or _by_ending(parts).family == "unknown"
    if kind.family in _PLAYED and not fits:
        notes.append(f"The name ends in .{parts.ending}; the content is {kind.label}.")
    return notes
