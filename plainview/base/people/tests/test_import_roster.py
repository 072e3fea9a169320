"""The roster import against the database: all or nothing, re-runnable, in history, quick."""

from __future__ import annotations

import csv
import time
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plainview.base.custody.history import facts_of
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.people.actions import Imported, import_roster
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Assignment, Officer, Unit
from plainview.base.people.roster import unit_paths
from plainview.base.people.rules.rows import COLUMNS
from plainview.base.people.table import ImportRefused

pytestmark = pytest.mark.django_db
HEAD = ",".join(COLUMNS)


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    return Writer(tmp_path / "roster.csv")


class Writer:
    """Writes a roster and imports it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *rows: str) -> Imported:
        self.path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
        return import_roster(self.path, actor="system:test")


def events() -> list[Event]:
    return list(Event.objects.filter(kind=Kind.PEOPLE_ROSTER_IMPORTED).order_by("n"))


def test_it_brings_in_officers_units_and_assignments(write: Writer) -> None:
    done = write(
        "110,Sam Sergeant,Central Patrol / Squad 1,Sergeant,,2024-01-01,",
        "101,Alice Officer,Central Patrol / Squad 1,Officer,110,2024-01-01,2024-06-30",
    )
    assert (done.officers, done.units, done.assignments, done.unchanged) == (2, 2, 2, 0)
    alice = Assignment.objects.get(officer__badge="101")
    assert (alice.unit.name, str(alice.unit.parent), alice.rank) == ("Squad 1", "Central Patrol", "Officer")
    assert alice.supervisor == Officer.objects.get(badge="110")
    assert (alice.began, alice.ended) == (date(2024, 1, 1), date(2024, 6, 30))


def test_two_divisions_may_each_have_a_squad_1(write: Writer) -> None:
    write("1,A,Central / Squad 1,,,2024-01-01,", "2,B,North / Squad 1,,,2024-01-01,")
    assert sorted(unit_paths(home_agency()).values()) == [
        ("Central",),
        ("Central", "Squad 1"),
        ("North",),
        ("North", "Squad 1"),
    ]


def test_the_same_file_twice_changes_nothing_and_says_so(write: Writer) -> None:
    rows = ["1,A,U,,,2024-01-01,2024-03-01", "1,A,V,,2,2024-03-02,", "2,B,V,Sergeant,,2024-01-01,"]
    assert write(*rows).changed
    before = list(Assignment.objects.order_by("pk").values())
    again = write(*rows)
    assert not again.changed
    assert again.unchanged == 3
    assert list(Assignment.objects.order_by("pk").values()) == before
    assert len(events()) == 1


def test_a_later_file_corrects_and_closes(write: Writer) -> None:
    write("1,A,U,Officer,,2024-01-01,", "2,B,U,Officer,,2024-01-01,", "3,C,U,Officer,,2024-01-01,")
    done = write("1,A,U,Officer,,2024-01-01,2024-05-31", "2,B,U,Sergeant,,2024-01-01,", "3,C,V,Officer,,2024-07-01,")
    assert (done.assignments, done.closed, done.updated) == (1, 2, 1)
    found = {(a.officer.badge, a.unit.name): a for a in Assignment.objects.select_related("officer", "unit")}
    assert found["1", "U"].ended == date(2024, 5, 31)
    assert found["2", "U"].rank == "Sergeant"
    assert found["3", "U"].ended == date(2024, 6, 30)
    assert found["3", "V"].ended is None


def test_one_bad_row_keeps_everything_out(write: Writer) -> None:
    with pytest.raises(ImportRefused, match=r"roster\.csv, row 3, column from"):
        write("1,A,U,,,2024-01-01,", "2,B,U,,,yesterday,")
    assert not Officer.objects.exists()
    assert not Unit.objects.exists()
    assert not events()


def test_what_contradicts_the_roster_keeps_everything_out(write: Writer) -> None:
    write("1,A,U,,,2024-01-01,")
    with pytest.raises(ImportRefused, match="badge 1 is A's from 2024-01-01 on"):
        write("2,B,W,,,2024-01-01,", "1,Z,U,,,2024-02-01,")
    assert not Officer.objects.filter(badge="2").exists()
    assert not Unit.objects.filter(name="W").exists()


def test_an_ambiguous_unit_is_refused(write: Writer) -> None:
    write("1,A,Central / Squad 1,,,2024-01-01,", "2,B,North / Squad 1,,,2024-01-01,")
    with pytest.raises(ImportRefused, match="could be “Central / Squad 1” or “North / Squad 1”"):
        write("3,C,Squad 1,,,2024-01-01,")


def test_a_corrected_name_keeps_the_officer_and_what_hangs_on_them(write: Writer) -> None:
    write("1,Jon Smith,U,,,2024-01-01,")
    officer = Officer.objects.get()
    done = write("1,John Smith,U,,,2024-01-01,")
    assert done.renamed == 1
    assert Officer.objects.get().pk == officer.pk
    assert Officer.objects.get().name == "John Smith"


def test_history_holds_every_change_with_old_and_new(write: Writer) -> None:
    write("1,A,U,Officer,,2024-01-01,")
    write("1,A,V,Officer,,2024-01-01,2024-02-01")
    first, second = (facts_of(event) for event in events())
    assert first["file"] == "roster.csv"
    assert len(str(first["sha256"])) == 64
    assert first["changes"] == [
        {
            "badge": "1",
            "new": {
                "name": "A",
                "unit": "U",
                "rank": "Officer",
                "supervisor": None,
                "from": "2024-01-01",
                "to": None,
            },
        }
    ]
    change = second["changes"][0]  # type: ignore[index]
    assert (change["old"]["unit"], change["new"]["unit"]) == ("U", "V")  # type: ignore[index,call-overload]
    assert change["new"]["to"] == "2024-02-01"  # type: ignore[index,call-overload]


def test_a_person_is_named_in_no_leaf(write: Writer) -> None:
    write("4711,Very Particular Name,Secret Squad,,,2024-01-01,")
    leaf = bytes(events()[0].leaf)
    assert b"Particular" not in leaf
    assert b"4711" not in leaf
    assert b"Secret" not in leaf


def write_city(path: Path, officers: int) -> None:
    """A roster with two assignments an officer, sergeants of ten, in 100 squads of ten divisions."""
    with path.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for n in range(officers):
            boss = "" if n % 10 == 0 else str(n - n % 10)
            unit = f"Division {n % 10} / Squad {n % 100}"
            rows.writerow([n, f"Person {n}", unit, "Officer", boss, "2023-01-01", "2023-12-31"])
            rows.writerow([n, f"Person {n}", unit, "Officer", boss, "2024-01-01", ""])


def test_the_number_of_statements_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    home_agency()
    counts = []
    for officers in (200, 1200):
        path = tmp_path / f"{officers}.csv"
        write_city(path, officers)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            import_roster(path, actor="system:test")
        counts.append(len(queries))
    assert counts[1] <= counts[0]  # the second finds its units there


def test_ten_thousand_rows_come_in_within_seconds(tmp_path: Path) -> None:
    path = tmp_path / "city.csv"
    write_city(path, 5_000)
    began = time.monotonic()
    done = import_roster(path, actor="system:test")
    again = import_roster(path, actor="system:test")
    assert (done.officers, done.assignments, done.units) == (5_000, 10_000, 110)
    assert again.unchanged == 10_000
    assert time.monotonic() - began < 20  # about 1.5 s on an idle machine
