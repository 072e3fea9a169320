"""The list: every filter alone and together, pages that meet, counts that stop, and who may see what."""

from __future__ import annotations

import csv
import random
import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Department
from plainview.base.people.models import Officer, Unit
from plainview.holdings.evidence import listing
from plainview.holdings.evidence.access import EVERYTHING, NOTHING, Scope, reach
from plainview.holdings.evidence.arms import officers_meant
from plainview.holdings.evidence.filters import Cursor, Filters
from plainview.holdings.evidence.listing import Listing, Row
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests.making import NOON, camera, content, footage
from plainview.holdings.fleet.models import Camera


def recording(department: Department, **more: Any) -> Recording:
    """A row of the list, without bytes."""
    given_: dict[str, Any] = {
        "handle": secrets.token_hex(16),
        "agency": department.agency,
        "uploaded": NOON,
        "listed_at": NOON,
        "start": NOON,
        **more,
    }
    return Recording.objects.create(**given_)


def ids(scope: Scope, filters: Filters) -> set[Any]:
    found = [row.id for row in Listing(scope, filters).every()]
    assert len(found) == len(set(found)), "no row twice"
    return set(found)


def random_city(department: Department, dice: random.Random) -> list[Recording]:
    """Forty recordings that differ in everything that can be filtered."""
    units = [None, department.division, department.first, department.second]
    officers = [None, *Officer.objects.all()]
    cameras: list[Camera | None] = [None, camera("BWC-1"), camera("BWC-10"), camera("CAR-1")]
    found = []
    for _ in range(40):
        chosen = dice.choice(cameras)
        found.append(
            recording(
                department,
                officer=dice.choice(officers),
                unit=dice.choice(units),
                camera=chosen,
                serial=chosen.serial if chosen else dice.choice(["", "STRAY-1"]),
                listed_at=NOON + timedelta(hours=dice.choice([0, 0, 5, 24, 26, 50])),
                classes=dice.choice([["unclassified"], ["criminal"], ["criminal", "force"]]),
                call_number=dice.choice(["", "26-0001", "26-0002", "KC1"]),
                quarantined=dice.random() < 0.2,
            )
        )
    return found


def fits(row: Recording, filters: Filters, department: Department) -> bool:
    """What each filter means, said a second time and slowly."""
    day = (row.listed_at - timedelta(hours=5)).date()  # Kansas City in June
    below = {department.division.pk: {department.division.pk, department.first.pk, department.second.pk}}
    units = below.get(filters.unit or 0, {filters.unit})
    serial = row.camera.serial if row.camera else row.serial
    return all(
        (
            not filters.officer or (row.officer is not None and row.officer.badge == filters.officer),
            filters.unit is None or row.unit_id in units,
            not filters.class_id or filters.class_id in row.classes,
            not filters.camera
            or (row.camera is not None and serial.startswith(filters.camera))
            or (row.camera is None and serial == filters.camera),
            not filters.call or row.call_number.startswith(filters.call),
            filters.first is None or day >= filters.first,
            filters.last is None or day <= filters.last,
            not filters.quarantined or row.quarantined,
            not filters.no_call or row.call_number == "",
            not filters.no_class or "unclassified" in row.classes,
        )
    )


def any_filters(department: Department, dice: random.Random) -> Filters:
    """Each filter set one time in three."""

    def maybe(*values: Any) -> Any:
        return dice.choice(values) if dice.random() < 0.33 else None

    return Filters(
        officer=maybe("101", "201") or "",
        unit=maybe(department.division.pk, department.first.pk, 999_999),
        class_id=maybe("criminal", "unclassified", "none") or "",
        camera=maybe("BWC-1", "CAR", "STRAY-1", "X") or "",
        call=maybe("26-", "26-0001", "K_", "%") or "",
        first=maybe(date(2026, 6, 1), date(2026, 6, 2)),
        last=maybe(date(2026, 6, 1), date(2026, 6, 2)),
        quarantined=bool(maybe(1)),
        no_call=bool(maybe(1)),
        no_class=bool(maybe(1)),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_filters_and_access_together_give_exactly_what_they_say(department: Department, seed: int) -> None:
    dice = random.Random(seed)
    Recording.objects.all().delete()
    city = random_city(department, dice)
    scopes = [reach(account).see for account in (department.alice, department.sam, department.tess)]
    scopes.append(Scope(officers=frozenset({o.pk for o in Officer.objects.all()[:2]})))
    for scope in scopes:
        for _ in range(6):
            filters = any_filters(department, dice)
            expected = {row.pk for row in city if scope.covers(row) and fits(row, filters, department)}
            assert ids(scope, filters) == expected, filters
            assert Listing(scope, filters).count().number == len(expected)


# --- pages


def many(department: Department, count: int = 23) -> list[Recording]:
    """Recordings of which several share a moment."""
    return [recording(department, listed_at=NOON + timedelta(hours=n // 3)) for n in range(count)]


def walk(scope: Scope, size: int) -> list[list[Row]]:
    pages, at = [], None
    while True:
        page = listing.page(scope, Filters(), at, size)
        pages.append(page.rows)
        if page.older is None:
            return pages
        at = page.older


@pytest.mark.parametrize("size", [1, 4, 7, 22, 23, 24])
def test_pages_meet_without_gap_or_overlap(department: Department, size: int) -> None:
    made = many(department)
    found = [row for rows in walk(EVERYTHING, size) for row in rows]
    assert [row.id for row in found] == [r.pk for r in sorted(made, key=lambda r: (r.listed_at, r.pk), reverse=True)]


def test_the_way_back_leads_over_the_same_pages(department: Department) -> None:
    many(department)
    forward = walk(EVERYTHING, 5)
    page = listing.page(EVERYTHING, Filters(), Cursor(forward[-1][0].listed_at, forward[-1][0].id, newer=True), 5)
    backward = [page.rows]
    while page.newer:
        page = listing.page(EVERYTHING, Filters(), page.newer, 5)
        backward.append(page.rows)
    assert backward[::-1] == forward[:-1]


def test_the_first_page_has_no_newer_and_the_last_no_older(department: Department) -> None:
    many(department, 6)
    first = listing.page(EVERYTHING, Filters(), size=5)
    assert first.newer is None
    assert first.older
    last = listing.page(EVERYTHING, Filters(), first.older, 5)
    assert last.older is None
    assert last.newer


def test_pages_stay_in_place_while_new_recordings_come(department: Department) -> None:
    many(department, 10)
    first = listing.page(EVERYTHING, Filters(), size=5)
    recording(department, listed_at=NOON + timedelta(days=9))
    second = listing.page(EVERYTHING, Filters(), first.older, 5)
    assert not {r.id for r in first.rows} & {r.id for r in second.rows}


def test_counting_stops(department: Department) -> None:
    many(department, 12)
    assert str(Listing(EVERYTHING, Filters()).count(12)) == "12 recordings"
    assert str(Listing(EVERYTHING, Filters()).count(11)) == "more than 11 recordings"
    assert str(Listing(NOTHING, Filters()).count()) == "0 recordings"
    assert str(listing.Count(1, more=False)) == "1 recording"


def test_a_supervisor_sees_a_row_once_though_two_rules_reach_it(department: Department) -> None:
    made = recording(department, officer=department.alice.officer, unit=department.first)
    scope = reach(department.sam).see
    assert made.officer_id in scope.officers
    assert made.unit_id in scope.units
    assert ids(scope, Filters()) == {made.pk}


def test_the_badge_goes_before_a_name_that_holds_it(department: Department) -> None:
    Officer.objects.create(agency=department.agency, badge="999", name="Agent 101")
    assert officers_meant("101") == [Officer.objects.get(badge="101").pk]


def test_a_name_is_found_by_its_words_in_any_order(department: Department) -> None:
    smith = Officer.objects.create(agency=department.agency, badge="5", name="Maria del Carmen Smith")
    assert officers_meant("smith maria") == [smith.pk]
    assert officers_meant("smith jones") == []


# --- the page


def html(department: Department, account: Any, **query: Any) -> str:
    return department.client(account).get(reverse("evidence:list"), query).content.decode()


def test_the_page_shows_what_it_found(department: Department) -> None:
    made = footage(department.alice).recording
    page = html(department, department.tess)
    assert "1 recording" in page
    assert reverse("evidence:recording", args=[made.pk]) in page
    assert "Alice Officer" in page
    assert "Jun 1, 2026" in page
    assert "12:00:00" in page, "noon in the department's zone"
    assert "BWC-1" in page


def test_the_page_queries_do_not_grow_with_the_rows(department: Department) -> None:
    browser = department.client(department.sam)
    counts = []
    for wanted in (1, 40):
        for _ in range(wanted):
            recording(department, unit=department.first, officer=department.alice.officer, camera=camera())
        browser.get(reverse("evidence:list"))  # opens the sitting
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("evidence:list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_neither_offset_nor_a_count_of_everything(department: Department) -> None:
    many(department, 3)
    with CaptureQueriesContext(connection) as queries:
        html(department, department.tess)
    for query in queries:
        assert "OFFSET" not in query["sql"].upper()
        if "FROM evidence_recording" in query["sql"]:
            assert "LIMIT" in query["sql"].upper()


def test_an_empty_archive_says_what_to_do(department: Department) -> None:
    assert "No recordings yet" in html(department, department.tess)


def test_filters_that_leave_nothing_say_so_and_can_be_cleared(department: Department) -> None:
    footage(department.alice)
    page = html(department, department.tess, officer="nobody")
    assert "Nothing fits" in page
    assert "Clear the filters" in page
    assert "Officer: nobody" in page


def test_what_cannot_be_read_is_said(department: Department) -> None:
    page = html(department, department.tess, **{"from": "yesterday"})
    assert "&#x27;yesterday&#x27; is not a day" in page
    assert "It was left out." in page


def test_a_place_beyond_the_end_leads_back_to_the_beginning(department: Department) -> None:
    made = recording(department)
    at = Cursor(NOON - timedelta(days=1), made.pk)
    answer = department.client(department.tess).get(reverse("evidence:list"), {"older": str(at), "no_call": "1"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('evidence:list')}?no_call=1"


def test_a_supervisor_is_offered_only_units_in_reach(department: Department) -> None:
    page = html(department, department.sam)
    assert "Central Squad 1" in page
    assert "Central Squad 2" not in page


def test_pages_are_linked_with_their_filters(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Listing.page_and_count, "__defaults__", (None, 2, 1000))
    many(department, 5)
    page = html(department, department.tess, no_call="1")
    assert "?no_call=1&amp;older=" in page
    assert "Newer" not in page


# --- the table


def test_the_table_holds_every_row_that_the_account_may_see(department: Department) -> None:
    footage(department.alice)
    footage(department.charlie)
    rows = table(department, department.sam)
    assert [row["badge"] for row in rows] == ["101"]
    row = rows[0]
    assert row["start"] == "2026-06-01T12:00:00-05:00"
    assert row["seconds"] == "10"
    assert row["classes"] == "unclassified"
    assert row["held"] == "here"
    assert len(table(department, department.tess)) == 2


def table(department: Department, account: Any, **query: Any) -> list[dict[str, str]]:
    answer = department.client(account).get(reverse("evidence:export"), query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    return list(csv.DictReader(content(answer).decode().splitlines()))


@pytest.mark.parametrize("evil", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "\t=1"])
def test_no_cell_is_a_formula(department: Department, evil: str) -> None:
    recording(department, title=evil, serial=evil)
    (row,) = table(department, department.tess)
    assert row["title"].startswith("'")
    assert row["camera_serial"].startswith("'")


def test_the_table_follows_the_filters_over_many_pages(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "EXPORT_PAGE", 4)
    many(department, 11)
    recording(department, call_number="26-1")
    assert len(table(department, department.tess, no_call="1")) == 11


# --- the officer's desk


def test_the_desk_shows_what_lacks_a_class_or_a_call_number(department: Department) -> None:
    officer = department.alice.officer
    recording(department, officer=officer, classes=["criminal"], call_number="26-1")
    recording(department, officer=officer, classes=["criminal"])
    recording(department, officer=department.bob.officer)
    page = department.client(department.alice).get(reverse("evidence:mine")).content.decode()
    assert "Alice Officer, badge 101 · 2 recordings" in page
    assert "Nothing to do here." in page, "no class is missing"
    assert "1 recording" in page, "one call number is"


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("alice", "evidence:mine"),
        ("sam", "evidence:list"),
        ("tess", "evidence:list"),
        ("audrey", "evidence:list"),
        ("adam", "people:people"),
        ("nora", "people:me"),
    ],
)
def test_everyone_lands_where_their_work_is(department: Department, name: str, where: str) -> None:
    answer = department.client(getattr(department, name)).get(reverse("evidence:home"))
    assert answer["Location"] == reverse(where)


def test_units_three_deep_are_found_by_their_division(department: Department) -> None:
    team = Unit.objects.create(agency=department.agency, name="Team", parent=department.first)
    made = recording(department, unit=team)
    assert ids(EVERYTHING, Filters(unit=department.division.pk)) == {made.pk}
