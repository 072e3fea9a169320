"""PURE. Column maps: how one CAD lays out its export. A new CAD is a new file `cad/<name>.toml`, found by name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "cad"
FIELDS = (
    "call_id", "call_type", "priority", "badge", "dispatched", "arrived", "cleared", "disposition", "self_initiated",
    "lat", "lon", "vehicle",
)  # fmt: skip


class UnknownMap(ValueError):
    """No map of that name; says which there are."""


class WrongHeader(ValueError):
    """The file's first row doesn't fit the map; says which columns are missing."""


@dataclass(frozen=True)
class Column:
    """Where one of our fields comes from."""

    source: str
    required: bool = False  # a row without it can't go in
    optional: bool = False  # the file may lack the column altogether


@dataclass(frozen=True)
class Map:
    """One layout."""

    name: str
    about: str
    columns: Mapping[str, Column]

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """Returns field → cell number in a row of this file. Raises WrongHeader."""
        found = {name.strip().lower(): n for n, name in enumerate(header)}
        missing = [c.source for c in self.columns.values() if c.source.lower() not in found and not c.optional]
        if missing:
            raise WrongHeader(
                f"the first row lacks {', '.join(missing)}. The map “{self.name}” reads: "
                f"{', '.join(c.source for c in self.columns.values())}."
            )
        return {field: found[c.source.lower()] for field, c in self.columns.items() if c.source.lower() in found}

    def required(self) -> Iterable[str]:
        """Returns the fields that every row must have."""
        return [field for field, column in self.columns.items() if column.required]


def names() -> list[str]:
    """Returns the maps there are."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Map:
    """Returns the map of that name. Raises UnknownMap."""
    if name not in names():
        raise UnknownMap(f"there is no map “{name}”. Maps: {', '.join(names())}.")
    text = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    columns = {
        field: Column(entry["from"], entry.get("required", False), entry.get("optional", False))
        for field, entry in text["columns"].items()
    }
    unknown = set(columns) - set(FIELDS)
    if unknown:
        raise UnknownMap(f"the map “{name}” names fields that don't exist: {', '.join(sorted(unknown))}.")
    return Map(name, text.get("about", ""), columns)
