"""PURE. Column maps: how one CAD or one vendor lays out its export. A new one is a new TOML file, found by name.

    about = "what it is"
    zone = "America/Chicago"          # what times without an offset mean; --zone says otherwise

    [columns]
    call_id = { from = "item", required = true, remove = "-", upper = true }
    dispatched = { join = ["day", "time"], format = "%m/%d/%Y %H:%M:%S" }

A column comes `from` one header, or from the first of a list that the file has, or it is several headers joined by a
space. Headers are compared without regard to case, spaces, hyphens and underscores. What else a column may say stands
in KEYS.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FOLDER = Path(__file__).parent / "cad"
FIELDS = (
    "call_id", "call_type", "priority", "badge", "dispatched", "arrived", "cleared", "disposition", "self_initiated",
    "lat", "lon", "vehicle", "received", "place",
)  # fmt: skip
KEYS = {
    "from": "a header, or a list of which the first is taken that the file has",
    "join": "headers whose cells make one text, with a space between",
    "required": "true: a row without it is parked",
    "optional": "true: the file may lack the column",
    "format": "how a time is written, as strptime reads it, or a list of such; epoch and epoch_ms are known, too",
    "remove": "characters to take out",
    "prefix": "text to take off the beginning",
    "upper": "true: capital letters",
    "pad": "fill the last cell up with zeros on the left to so many digits, as 152 for 0152",
    "values": 'what a cell stands for: { ARR = "ARREST" }',
    "value": "what every row has",
}


class UnknownMap(ValueError):
    """No map of that name; says which there are."""


class BadMap(ValueError):
    """A map that can't be read; says where and what would be right."""


class WrongHeader(ValueError):
    """The file's first row doesn't fit the map; says which columns are missing."""


@dataclass(frozen=True)
class Column:
    """Where one of our fields comes from, and how its text is tidied."""

    sources: tuple[str, ...] = ()
    joined: bool = False
    required: bool = False  # a row without it can't go in
    optional: bool = False  # the file may lack the column altogether
    formats: tuple[str, ...] = ()
    remove: str = ""
    prefix: str = ""
    upper: bool = False
    pad: int = 0
    values: Mapping[str, str] = field(default_factory=dict)
    value: str = ""

    @property
    def source(self) -> str:
        """The column's name as people are told it."""
        return " + ".join(self.sources) if self.joined else self.sources[0] if self.sources else ""

    def tidy(self, text: str) -> str:
        """Returns a cell's text as the map wants it."""
        text = text.strip()
        if self.prefix and text.startswith(self.prefix):
            text = text[len(self.prefix) :]
        for character in self.remove:
            text = text.replace(character, "")
        text = text.upper() if self.upper else text
        return self.values.get(text, text)


@dataclass(frozen=True)
class Map:
    """One layout."""

    name: str
    about: str
    columns: Mapping[str, Column]
    zone: ZoneInfo | None = None

    def places(self, header: Sequence[str]) -> dict[str, Place]:
        """Returns field → where in a row of this file its cells stand. Raises WrongHeader."""
        found: dict[str, int] = {}
        for n, name in enumerate(header):
            found.setdefault(plain(name), n)
        places, missing = {}, []
        for name, column in self.columns.items():
            cells = _cells(column, found)
            if cells is not None:
                places[name] = Place(cells, column)
            elif not column.optional:
                missing.append(column.source)
        if missing:
            raise WrongHeader(
                f"the first row lacks {', '.join(missing)}. The map “{self.name}” reads: "
                f"{', '.join(c.source for c in self.columns.values() if c.sources)}."
            )
        return places

    def required(self) -> Iterable[str]:
        """Returns the fields that every row must have."""
        return [name for name, column in self.columns.items() if column.required]

    def told(self, name: str) -> str:
        """Returns a field's column as the file calls it; our own name where the map has none."""
        column = self.columns.get(name)
        return (column.source if column else "") or name


@dataclass(frozen=True)
class Place:
    """Where the cells of one field stand in a row."""

    cells: tuple[int, ...]
    column: Column

    def text(self, row: Sequence[str]) -> str:
        """Returns the field's text in a row, tidied; empty where the row is too short."""
        column = self.column
        if not self.cells:
            return column.value
        parts = [row[n].strip() for n in self.cells if n < len(row)]
        if column.pad and parts and parts[-1]:
            parts[-1] = parts[-1].zfill(column.pad)
        return column.tidy(" ".join(part for part in parts if part))


def plain(header: str) -> str:
    """Returns a header without what spreadsheets and people vary."""
    return re.sub(r"[\s_\-]+", "", header.strip().strip("\ufeff").casefold())


def _cells(column: Column, found: Mapping[str, int]) -> tuple[int, ...] | None:
    """The cells that make up a column in this file; None where they are not all there."""
    places = [found.get(plain(source)) for source in column.sources]
    if column.joined:
        there = [n for n in places if n is not None]
        return tuple(there) if len(there) == len(places) else None
    if not column.sources:
        return ()  # a constant
    return next(((n,) for n in places if n is not None), None)


def names(folder: Path = FOLDER) -> list[str]:
    """Returns the maps there are."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load(name: str, folder: Path = FOLDER, known: Sequence[str] = FIELDS) -> Map:
    """Returns the map of that name. Raises UnknownMap, BadMap."""
    if name not in names(folder):
        raise UnknownMap(f"there is no map “{name}”. Maps: {', '.join(names(folder))}.")
    return read(name, (folder / f"{name}.toml").read_text(encoding="utf-8"), known)


def read(name: str, text: str, known: Sequence[str] = FIELDS) -> Map:
    """Returns the map that a text says. Raises BadMap, which names what is wrong."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadMap(f"the map “{name}” is not valid TOML: {problem}.") from None
    strange = sorted(set(said) - {"about", "zone", "columns"})
    if strange or not isinstance(said.get("columns"), dict):
        raise BadMap(f"the map “{name}” has about, zone and [columns], and nothing else{_named(strange)}.")
    unknown = sorted(set(said["columns"]) - set(known))
    if unknown:
        raise BadMap(
            f"the map “{name}” names fields that don't exist: {', '.join(unknown)}. Fields: {', '.join(known)}."
        )
    columns = {field_name: _column(name, field_name, entry) for field_name, entry in said["columns"].items()}
    return Map(name, str(said.get("about", "")), columns, _zone(name, said.get("zone")))


def _named(strange: Sequence[str]) -> str:
    return f"; it says {', '.join(strange)}" if strange else ""


def _zone(name: str, said: object) -> ZoneInfo | None:
    if said is None:
        return None
    try:
        return ZoneInfo(str(said))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadMap(f"the map “{name}” names the zone {said}, which no clock goes by.") from None


_TYPES: dict[str, type] = {
    "required": bool, "optional": bool, "upper": bool, "pad": int, "values": dict, "remove": str, "prefix": str,
    "value": str,
}  # fmt: skip


def _column(name: str, field_name: str, entry: object) -> Column:
    where = f"column {field_name} of the map “{name}”"
    if not isinstance(entry, dict):
        raise BadMap(f'{where} must be a table, such as {{ from = "item" }}.')
    for key, value in entry.items():
        if key not in KEYS:
            raise BadMap(f"{where} says {key}; known are {', '.join(KEYS)}.")
        if key in _TYPES and type(value) is not _TYPES[key]:
            raise BadMap(f"{where}: {key} is {KEYS[key]}.")
    sources = _texts(where, "join" if "join" in entry else "from", entry)
    if bool(sources) == ("value" in entry):
        raise BadMap(f"{where} needs either from, join or value.")
    kept = {f.name for f in fields(Column)} & entry.keys()
    found: dict[str, Any] = {key: entry[key] for key in kept}
    return Column(sources, "join" in entry, formats=_texts(where, "format", entry), **found)


def _texts(where: str, key: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    value = entry.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise BadMap(f"{where}: {key} is {KEYS[key]}.")
    return tuple(texts)
