"""Damaged copies of the tables: what really comes out of old systems, and which cell of which row is wrong."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]
Slip = tuple[str, str, Callable[[Row], None]]  # column, why, what is done to the row


def _set(column: str, value: str) -> Callable[[Row], None]:
    return lambda row: row.__setitem__(column, value)


CALL_SLIPS: list[Slip] = [
    ("badge", "a badge that nobody held", _set("badge", "99999")),
    ("dispatched", "not a time", _set("dispatched", "soon")),
    ("cleared", "cleared before it began", _set("cleared", "2021-01-01T00:00:00-06:00")),
    ("dispatched", "a time without an offset", lambda row: row.update(dispatched=row["dispatched"][:19])),
    ("call_id", "empty", _set("call_id", "")),
    ("badge", "empty", _set("badge", "")),
    ("", "harmless: quoted line break and accents", _set("call_type", "DISTURBANCE – CAFÉ\nsecond line")),
    ("", "harmless: looks like a formula", _set("disposition", "=1+1")),
]
RECORDING_SLIPS: list[Slip] = [
    ("badge", "a badge that nobody held", _set("badge", "99999")),
    ("start", "not a time", _set("start", "noon")),
    ("stop", "stops before it starts", _set("stop", "2021-01-01T00:00:00-06:00")),
    ("kind", "no such kind", _set("kind", "drone")),
    ("recording_id", "empty", _set("recording_id", "")),
]
EVERY = 40  # rows


def spoil(folder: Path, rng: random.Random) -> None:
    """Writes dirty/calls.csv (Windows-1252), dirty/recordings.csv and truth/dirty.csv."""
    (folder / "dirty").mkdir()
    with (folder / "truth" / "dirty.csv").open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(("file", "row", "column", "why"))
        writer.writerows(_copy(folder, "calls.csv", CALL_SLIPS, "cp1252", rng))
        writer.writerows(_copy(folder, "recordings.csv", RECORDING_SLIPS, "utf-8", rng))


def _copy(folder: Path, name: str, slips: list[Slip], encoding: str, rng: random.Random) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    with (
        (folder / name).open(newline="", encoding="utf-8") as source,
        (folder / "dirty" / name).open("w", newline="", encoding=encoding, errors="replace") as out,
    ):
        reader = csv.DictReader(source)
        assert reader.fieldnames is not None  # every file of the city has a header
        writer = csv.DictWriter(out, reader.fieldnames)
        writer.writeheader()
        for number, row in enumerate(reader, 2):
            if rng.randrange(EVERY) == 0:
                column, why, slip = rng.choice(slips)
                slip(row)
                found.append((name, number, column, why))
            writer.writerow(row)
    return found
