"""Which unit a path in a file means: a unit may be named alone, or with some of those above it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from plainview.base.people.rules.rows import Path, Row
from plainview.base.people.table import Problem


def full_paths(rows: Iterable[Row], known: Iterable[Path]) -> tuple[dict[Path, Path], list[Problem]]:
    """Returns what every path of the file stands for, whole, and problems where it could be two units.

    A path is the unit whose whole path ends with it; where there is none, it is a new unit, just as written.
    """
    first: dict[Path, int] = {}
    for row in rows:
        first.setdefault(row.unit, row.number)
    ends: dict[Path, set[Path]] = defaultdict(set)
    for path in known:
        _note(path, ends)
    meant: dict[Path, Path] = {}
    problems = []
    for path in sorted(first, key=len, reverse=True):  # long ones first: they say what the short ones stand for
        found = {path} if path in ends.get(path, ()) else ends.get(path, set())
        if len(found) > 1:
            options = " or ".join(f"“{' / '.join(p)}”" for p in sorted(found))
            problems.append(
                Problem(first[path], "unit", f"“{' / '.join(path)}” could be {options}. Write the whole path.")
            )
            continue
        meant[path] = next(iter(found)) if found else path
        _note(meant[path], ends)
    return meant, problems


def _note(path: Path, ends: dict[Path, set[Path]]) -> None:
    """A unit, and every unit above it, can be named by any end of its path."""
    for stop in range(1, len(path) + 1):
        for start in range(stop):
            ends[path[start:stop]].add(path[:stop])
