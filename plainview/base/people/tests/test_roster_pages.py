"""Units and officers on any day."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import pytest

from conftest import Department
from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import import_roster
from plainview.base.people.models import Assignment, Officer, Unit
from plainview.base.people.paging import SIZE

READERS = ["adam", "audrey", "sam", "tess"]
PAGES = ["/people/roster/", "/people/officers/", "/people/units/{unit}/", "/people/roster.csv"]


def page(department: Department, path: str, who: str = "tess") -> str:
    answer = department.client(getattr(department, who)).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_only_readers_of_the_roster_see_it(department: Department, path: str) -> None:
    path = path.format(unit=department.first.pk)
    seen = {
        name: department.client(getattr(department, name)).get(path).status_code for name in [*READERS, "alice", "nora"]
    }
    assert seen == dict.fromkeys(READERS, 200) | {"alice": 403, "nora": 403}


def test_the_tree_counts_who_serves_that_day(department: Department) -> None:
    tree = department.client(department.tess).get("/people/roster/?on=2024-05-01").context["tree"]
    assert [(b.unit.name, b.depth, b.serving) for b in tree] == [
        ("Central Patrol", 0, 0),
        ("Central Squad 1", 1, 3),
        ("Central Squad 2", 1, 1),
    ]
    before = department.client(department.tess).get("/people/roster/?on=2019-05-01").context["tree"]
    assert sum(b.serving for b in before) == 0


def test_an_officer_with_two_assignments_that_day_counts_once(department: Department) -> None:
    assert department.alice.officer is not None
    Assignment.objects.create(officer=department.alice.officer, unit=department.second, began=date(2024, 4, 1))
    tree = department.client(department.tess).get("/people/roster/?on=2024-05-01").context["tree"]
    assert {b.unit.name: b.serving for b in tree} == {"Central Patrol": 0, "Central Squad 1": 2, "Central Squad 2": 2}


def test_no_roster_yet_says_how_to_bring_one(department: Department) -> None:
    Assignment.objects.all().delete()
    Unit.objects.exclude(parent=None).delete()
    Unit.objects.all().delete()
    assert "plainview roster import" in page(department, "/people/roster/")


def test_a_unit_shows_who_serves_there_under_whom(department: Department) -> None:
    shown = page(department, f"/people/units/{department.first.pk}/?on=2024-05-01")
    assert "Alice Officer" in shown
    assert "Sam Sergeant (110)" in shown
    assert "Charlie Officer" not in shown


def test_what_is_no_day_is_said_and_today_is_shown(department: Department) -> None:
    assert "“soon” is not a day" in page(department, "/people/roster/?on=soon")


def test_officers_are_searched_by_badge_and_name(department: Department) -> None:
    browser = department.client(department.tess)
    by_badge = browser.get("/people/officers/?q=20").context["page"].rows
    by_name = browser.get("/people/officers/?q=lice").context["page"].rows
    assert [p.officer.badge for p in by_badge] == ["201"]
    assert [p.officer.badge for p in by_name] == ["101"]


def test_a_long_list_of_officers_is_paged(department: Department) -> None:
    made = Officer.objects.bulk_create(
        Officer(agency=department.agency, badge=f"Z{n:03}", name=f"P{n}") for n in range(SIZE + 5)
    )
    Assignment.objects.bulk_create(Assignment(officer=o, unit=department.second, began=date(2020, 1, 1)) for o in made)
    browser = department.client(department.tess)
    first = browser.get("/people/officers/?q=Z").context["page"]
    second = browser.get("/people/officers/" + first.older).context["page"]
    assert len(first.rows) == SIZE
    assert [p.officer.badge for p in second.rows] == [f"Z{n:03}" for n in range(SIZE, SIZE + 5)]
    assert not second.older


def test_an_officer_shows_assignments_and_whom_they_supervise(department: Department) -> None:
    assert department.sam.officer is not None
    shown = page(department, f"/people/officers/{department.sam.officer.pk}/?on=2024-05-01")
    assert "Alice Officer (101)" in shown
    assert "Charlie" not in shown


def test_officers_see_their_own_page_and_no_other(department: Department) -> None:
    browser = department.client(department.alice)
    assert department.alice.officer is not None
    assert department.bob.officer is not None
    assert browser.get(f"/people/officers/{department.alice.officer.pk}/").status_code == 200
    assert browser.get(f"/people/officers/{department.bob.officer.pk}/").status_code == 404
    assert browser.get("/people/officers/99999999/").status_code == 404


def test_a_badge_worn_by_two_people_shows_both(department: Department) -> None:
    former = Officer.objects.create(agency=department.agency, badge="101", name="Former Wearer")
    assert department.alice.officer is not None
    assert "Former Wearer" in page(department, f"/people/officers/{department.alice.officer.pk}/")
    assert "Alice Officer" in page(department, f"/people/officers/{former.pk}/")


def test_the_export_is_what_the_import_reads(department: Department, tmp_path: Path) -> None:
    answer = department.client(department.tess).get("/people/roster.csv")
    text = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(list(csv.reader(io.StringIO(text.decode())))) == 5
    path = tmp_path / "roster.csv"
    path.write_bytes(text)
    done = import_roster(path, actor="system:test")
    assert not done.changed
    assert done.unchanged == 4
    assert history(department.tess.handle)[-1].kind == Kind.PEOPLE_LIST_EXPORTED


def test_the_day_after_the_last_is_not_served(department: Department) -> None:
    Assignment.objects.filter(officer=department.bob.officer).update(ended=date(2024, 5, 1))
    browser = department.client(department.tess)
    on = [date(2024, 5, 1), date(2024, 5, 1) + timedelta(days=1)]
    shown = [
        {p.officer.badge for p in browser.get(f"/people/units/{department.first.pk}/?on={d}").context["page"].rows}
        for d in on
    ]
    assert shown == [{"101", "102", "110"}, {"101", "110"}]
