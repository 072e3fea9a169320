"""What a file says of its cameras, whose rows must agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plainview.base.people.table import Problem
from plainview.holdings.fleet.rules.rows import Row


@dataclass(frozen=True)
class Device:
    """A camera as file or fleet list describe it."""

    serial: str
    kind: str
    maker: str
    model: str


def devices(rows: Iterable[Row]) -> tuple[dict[str, Device], list[Problem]]:
    """Returns each camera of the file. An empty maker or model is filled from another row; two different ones clash."""
    found: dict[str, Device] = {}
    first: dict[str, int] = {}
    problems = []
    for row in rows:
        known = found.setdefault(row.serial, Device(row.serial, row.kind, row.maker, row.model))
        first.setdefault(row.serial, row.number)
        for column in ("kind", "maker", "model"):
            ours, theirs = getattr(row, column), getattr(known, column)
            if ours and theirs and ours != theirs:
                message = (
                    f"camera {row.serial} is “{theirs}” in row {first[row.serial]} and “{ours}” here. Correct one."
                )
                problems.append(Problem(row.number, column, message))
        found[row.serial] = Device(row.serial, known.kind, known.maker or row.maker, known.model or row.model)
    return found, problems


def merged(known: Device, said: Device) -> Device:
    """Returns the camera as it is after the import: what the file leaves empty stays as it was."""
    return Device(said.serial, said.kind, said.maker or known.maker, said.model or known.model)
