"""The list of what a disposal destroys, as it is published: no person, no place, no case number, no file hash.

The first line says by which texts it was judged, each further line is one recording: its random handle, its classes,
its day, the day of the conclusions that its classes count from, until when it had to be kept, how many files and bytes.
The digest of the whole stands in the leaf of the announcement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plainview.base.policy.rules.keep import MatterState, keep_until
from plainview.base.policy.rules.terms import Term, speaking
from plainview.base.policy.rules.words import MATTER_KINDS

FORMAT = "plainview-disposal/1"
_HEAD = {"bytes", "disposal", "early", "format", "on", "recordings", "terms", "zone"}
_LINE = {"bytes", "classes", "concluded", "day", "decided", "items", "recording", "until", "uploaded"}


class BadManifest(ValueError):
    """Bytes that are not the list of a disposal."""


@dataclass(frozen=True)
class Head:
    """What the first line says."""

    disposal: str  # its handle
    on: date  # the day for which everything was judged
    zone: str
    early: str  # the reason, where it goes before its time
    recordings: int
    size: int
    terms: tuple[tuple[str, date], ...]  # SHA-256 and first day of every adopted text

    def line(self) -> str:
        """Returns it as the file has it."""
        return _json(
            {
                "format": FORMAT,
                "disposal": self.disposal,
                "on": str(self.on),
                "zone": self.zone,
                "early": self.early,
                "recordings": self.recordings,
                "bytes": self.size,
                "terms": [{"sha256": sha256, "effective": str(day)} for sha256, day in self.terms],
            }
        )


@dataclass(frozen=True)
class Going:
    """One recording of the list."""

    recording: str  # its handle
    classes: tuple[str, ...]
    day: date | None
    uploaded: date
    concluded: tuple[tuple[str, date], ...]  # kind of a matter, day of its conclusion
    until: date | None  # None where it goes before its time and nobody said until when
    decided: bool  # a person decided that it may go
    items: int  # files, and what was made from them
    size: int

    def line(self) -> str:
        """Returns it as the file has it."""
        return _json(
            {
                "recording": self.recording,
                "classes": list(self.classes),
                "day": str(self.day) if self.day else None,
                "uploaded": str(self.uploaded),
                "concluded": [{"kind": kind, "on": str(day)} for kind, day in self.concluded],
                "until": str(self.until) if self.until else None,
                "decided": self.decided,
                "items": self.items,
                "bytes": self.size,
            }
        )


def read_head(line: str) -> Head:
    """Returns what the first line says. Raises BadManifest."""
    value = _object(line, _HEAD)
    try:
        if value["format"] != FORMAT:
            raise BadManifest(f"it is no {FORMAT}")
        return Head(
            disposal=str(value["disposal"]),
            on=date.fromisoformat(value["on"]),
            zone=str(value["zone"]),
            early=str(value["early"]),
            recordings=_number(value["recordings"]),
            size=_number(value["bytes"]),
            terms=tuple((str(each["sha256"]), date.fromisoformat(each["effective"])) for each in value["terms"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise BadManifest(f"its first line can't be read: {problem}") from problem


def read_lines(lines: Iterable[str]) -> Iterator[Going]:
    """Yields what the further lines say. Raises BadManifest."""
    for number, line in enumerate(lines, 2):
        value = _object(line, _LINE)
        try:
            yield Going(
                recording=str(value["recording"]),
                classes=tuple(str(each) for each in value["classes"]),
                day=date.fromisoformat(value["day"]) if value["day"] else None,
                uploaded=date.fromisoformat(value["uploaded"]),
                concluded=tuple((str(each["kind"]), date.fromisoformat(each["on"])) for each in value["concluded"]),
                until=date.fromisoformat(value["until"]) if value["until"] else None,
                decided=value["decided"] is True,
                items=_number(value["items"]),
                size=_number(value["bytes"]),
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise BadManifest(f"line {number} can't be read: {problem}") from problem


class Judge:
    """Decides once more whether what is on a list was due, by the texts alone. Most lines are a few cases."""

    def __init__(self, head: Head, terms: Sequence[Term]) -> None:
        self.head, self.terms = head, terms
        self._cases: dict[object, str] = {}

    def why_not(self, going: Going) -> str:
        """Returns why a recording was not due; empty where it was. Before its time nothing has to be due."""
        if self.head.early:
            return ""
        case = (going.classes, going.day, going.uploaded, going.concluded, going.until, going.decided)
        found = self._cases.get(case)
        if found is None:
            found = self._cases[case] = self._judge(going)
        return found

    def _judge(self, going: Going) -> str:
        policy, earlier = speaking(self.terms, going.day, self.head.on)
        matters = [MatterState(str(n), kind, "concluded", day) for n, (kind, day) in enumerate(going.concluded)]
        if any(kind not in MATTER_KINDS for kind, _ in going.concluded):
            return "it names a kind of matter that doesn't exist"
        kept = keep_until(policy, going.classes, going.day, matters, uploaded_day=going.uploaded, earlier=earlier)
        if not kept.known:
            return "its class is not known to the policy, and what is not known is kept"
        if kept.until != going.until:
            return f"it had to be kept until {kept.until}, and the list says {going.until}"
        if not isinstance(kept.until, date) or kept.until > self.head.on:
            return f"it had to be kept until {kept.until}"
        if kept.review and not going.decided:
            return "a person had to decide, and nobody did"
        return ""


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"


def _object(line: str, keys: set[str]) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadManifest("it is not JSON, line by line") from problem
    if not isinstance(value, dict) or set(value) != keys:
        raise BadManifest(f"a line is no object with the fields {', '.join(sorted(keys))}")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value
