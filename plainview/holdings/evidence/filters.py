"""What a person asks of the list, and where in it they are: read from an address and written back. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

TEXT_LENGTH = 80
_CURSOR = re.compile(r"(\d{8}T\d{6}\.\d{6}Z)_([0-9a-f]{32})")
_MOMENT = "%Y%m%dT%H%M%S.%fZ"
Value = TypeVar("Value")


@dataclass(frozen=True)
class Filters:
    """Every field empty: the whole list. Texts are as typed; whom and what they mean is looked up by the listing."""

    officer: str = ""  # a badge, or part of a name
    unit: int | None = None  # with the units below it
    class_id: str = ""
    camera: str = ""  # a serial number, or its beginning
    call: str = ""  # the beginning of a call number
    first: date | None = None  # days of the department's zone, both included
    last: date | None = None
    quarantined: bool = False
    no_call: bool = False
    no_class: bool = False

    def as_dict(self) -> dict[str, str]:
        """Returns the filters that are set, in a fixed order, as they stand in an address and in history."""
        return {
            _ADDRESS[f.name]: _written(value) for f in fields(self) if (value := getattr(self, f.name)) not in _UNSET
        }

    def query(self, **more: str) -> str:
        """Returns the query part of an address, with a leading question mark unless it is empty."""
        wanted = {**self.as_dict(), **more}
        return f"?{urlencode(wanted)}" if wanted else ""

    def without(self, name: str) -> Filters:
        """Returns the same filters but for one."""
        blank: dict[str, Any] = {f.name: f.default for f in fields(self) if f.name == name}
        return replace(self, **blank)

    @property
    def any(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.as_dict())


_UNSET: tuple[object, ...] = ("", None, False)
_ADDRESS = {
    "officer": "officer",
    "unit": "unit",
    "class_id": "class",
    "camera": "camera",
    "call": "call",
    "first": "from",
    "last": "to",
    "quarantined": "quarantined",
    "no_call": "no_call",
    "no_class": "no_class",
}


def _written(value: object) -> str:
    return "1" if value is True else str(value)


def read(given: Mapping[str, str]) -> tuple[Filters, list[str]]:
    """Returns the filters of an address, and a sentence for each that can't be read; those are left out."""
    problems: list[str] = []

    def get(name: str, read_as: Callable[[str], Value], sentence: str) -> Value | None:
        text = given.get(name, "").strip()
        if not text:
            return None
        try:
            return read_as(text)
        except ValueError:
            problems.append(sentence.format(text[:TEXT_LENGTH]))
            return None

    found = Filters(
        officer=_text(given, "officer"),
        unit=get("unit", _whole, "There is no unit {!r}."),
        class_id=_text(given, "class"),
        camera=_text(given, "camera"),
        call=_text(given, "call").upper(),
        first=get("from", date.fromisoformat, "{!r} is not a day. Write year-month-day, such as 2026-11-23."),
        last=get("to", date.fromisoformat, "{!r} is not a day. Write year-month-day, such as 2026-11-23."),
        quarantined=given.get("quarantined") == "1",
        no_call=given.get("no_call") == "1",
        no_class=given.get("no_class") == "1",
    )
    if found.first and found.last and found.first > found.last:
        problems.append(f"Nothing lies between {found.first} and {found.last}: the first day is after the last.")
    return found, problems


def _text(given: Mapping[str, str], name: str) -> str:
    return " ".join(given.get(name, "").replace("\0", "").split())[:TEXT_LENGTH]


def _whole(text: str) -> int:
    number = int(text)
    if not 0 < number < 1 << 62:
        raise ValueError(text)
    return number


@dataclass(frozen=True)
class Cursor:
    """A place between two rows of the list, and which way to read from it."""

    listed_at: datetime
    id: uuid.UUID
    newer: bool = False  # read upward, toward the newest

    def __str__(self) -> str:
        return f"{self.listed_at.astimezone(UTC).strftime(_MOMENT)}_{self.id.hex}"

    @property
    def name(self) -> str:
        """The name of the address parameter that holds it."""
        return "newer" if self.newer else "older"


def cursor(given: Mapping[str, str]) -> Cursor | None:
    """Returns the place an address names; None for the beginning, and for what is not a place."""
    for name in ("older", "newer"):
        found = _CURSOR.fullmatch(given.get(name, ""))
        if found:
            try:
                moment = datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC)
            except ValueError:
                return None
            return Cursor(moment, uuid.UUID(found[2]), newer=name == "newer")
    return None
