"""Which unit a path means."""

from __future__ import annotations

from datetime import date

from plainview.base.people.rules.rows import Path, Row
from plainview.base.people.rules.units import full_paths


def row(number: int, *unit: str) -> Row:
    return Row(number, str(number), "A", unit, "", "", date(2024, 1, 1), None)


def meant(*paths: Path, known: tuple[Path, ...] = ()) -> dict[Path, Path]:
    found, problems = full_paths([row(n, *path) for n, path in enumerate(paths, 2)], known)
    assert not problems
    return found


def test_an_unknown_name_is_a_new_unit() -> None:
    assert meant(("Squad 1",)) == {("Squad 1",): ("Squad 1",)}


def test_a_name_alone_means_the_unit_that_bears_it() -> None:
    assert meant(("Squad 1",), known=(("Central", "Squad 1"),))[("Squad 1",)] == ("Central", "Squad 1")


def test_a_name_alone_may_be_explained_by_another_row() -> None:
    assert meant(("Squad 1",), ("Central", "Squad 1"))[("Squad 1",)] == ("Central", "Squad 1")


def test_part_of_a_path_is_enough() -> None:
    known = (("Patrol Bureau", "Central", "Squad 1"), ("Patrol Bureau", "North", "Squad 1"))
    assert meant(("North", "Squad 1"), known=known)[("North", "Squad 1")] == ("Patrol Bureau", "North", "Squad 1")


def test_a_unit_above_can_be_named_too() -> None:
    assert meant(("Central",), known=(("Bureau", "Central", "Squad 1"),))[("Central",)] == ("Bureau", "Central")


def test_a_whole_path_is_never_doubted() -> None:
    known = (("Squad 1",), ("Central", "Squad 1"))
    assert meant(("Squad 1",), known=known)[("Squad 1",)] == ("Squad 1",)


def test_a_name_that_two_units_bear_is_refused_with_both() -> None:
    known = (("Central", "Squad 1"), ("North", "Squad 1"))
    _, problems = full_paths([row(2, "Squad 1")], known)
    assert [p.sentence("r.csv") for p in problems] == [
        "r.csv, row 2, column unit: “Squad 1” could be “Central / Squad 1” or “North / Squad 1”. Write the whole path."
    ]
