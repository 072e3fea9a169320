"""Matters open, move, and are tied to calls; a file of them goes in whole or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from plainview.base.custody.models import Event
from plainview.base.people.table import ImportRefused, read_table
from plainview.holdings.incidents.actions.matter_files import Taken, take_matters
from plainview.holdings.incidents.actions.matters import change_status, link_call, open_matter
from plainview.holdings.incidents.matters_table import COLUMNS, read_matters
from plainview.holdings.incidents.models import Call, Matter, StatusChange
from plainview.holdings.incidents.rules import ImpossibleMove, Standing

pytestmark = pytest.mark.django_db


def take(*rows: str) -> Taken:
    data = "\n".join([",".join(COLUMNS), *rows]).encode()
    return take_matters(read_matters(read_table(data, "m.csv", COLUMNS), "m.csv"), "m.csv", actor="system:test")


def test_concluded_then_appealed_is_told_as_it_happened() -> None:
    matter = open_matter("26-1", "criminal", Standing("open", date(2026, 1, 1)), actor="account:x")
    change_status(matter, Standing("concluded", date(2026, 2, 1), "plea"), actor="account:x")
    matter = change_status(matter, Standing("appealed", date(2026, 2, 9), "notice of appeal"), actor="account:y")
    assert (matter.status, matter.status_on) == ("appealed", date(2026, 2, 9))
    assert list(StatusChange.objects.order_by("pk").values_list("status", flat=True)) == [
        "open",
        "concluded",
        "appealed",
    ]
    assert list(Event.objects.filter(item_id=matter.handle).order_by("n").values_list("kind", flat=True)) == [
        "incidents.matter.opened",
        "incidents.matter.moved",
        "incidents.matter.moved",
    ]


def test_an_impossible_change_leaves_everything_as_it_was() -> None:
    matter = open_matter("26-1", "criminal", Standing("open", date(2026, 1, 1)), actor="account:x")
    with pytest.raises(ImpossibleMove):
        change_status(matter, Standing("appealed", date(2026, 2, 9)), actor="account:x")
    assert StatusChange.objects.count() == 1


def test_a_call_is_tied_once() -> None:
    matter = open_matter("26-1", "force", Standing("open", date(2026, 1, 1)), actor="account:x")
    call = Call.objects.create(number="C1")
    assert link_call(matter, call, actor="account:x")
    assert not link_call(matter, call, actor="account:x")


def test_a_first_import_may_start_in_any_status_with_any_reason() -> None:
    taken = take("26-1,criminal,Jackson,inactive,2020-05-01,from the old system,,")
    assert [m.status for m in taken.opened] == ["inactive"]


def test_a_file_again_changes_nothing_and_a_later_one_moves_the_matter() -> None:
    Call.objects.create(number="C1")
    first = "26-1,criminal,Jackson,open,2026-01-01,,C1,"
    assert take(first).linked == 1
    again = take(first)
    assert (again.opened, again.changed, again.linked, again.unchanged) == ([], [], 0, 1)
    moved = take("26-1,criminal,Jackson,concluded,2026-03-01,plea,C1,")
    assert [m.status for m in moved.changed] == ["concluded"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["26-1,murder,J,open,2026-01-01,,,"], "row 2, column kind: “murder” is none of civil"),
        (["26-1,civil,J,shut,2026-01-01,,,"], "row 2, column status: “shut”"),
        (["26-1,civil,J,open,1 Jan,,,"], "row 2, column status_on"),
        ([",civil,J,open,2026-01-01,,,"], "row 2, column matter_id: empty"),
        (["26-1,civil,J,open,2026-01-01,,NOPE,"], "row 2, column call_id: no call NOPE"),
        (
            ["26-1,civil,J,open,2026-01-01,,,", "26-1,civil,J,concluded,2026-02-01,,,"],
            "row 3, column status: “concluded”, but row 2 says “open”",
        ),
    ],
)
def test_a_bad_file_names_row_and_column_and_takes_nothing(rows: list[str], says: str) -> None:
    good = "26-0,civil,J,open,2026-01-01,,,"
    with pytest.raises(ImportRefused) as problem:
        take(*rows, good)
    assert says in str(problem.value)
    assert not Matter.objects.exists()


def test_an_impossible_move_in_a_file_takes_nothing() -> None:
    take("26-1,criminal,J,open,2026-01-01,,,")
    with pytest.raises(ImportRefused, match="row 3, column status: 26-1: open can't become appealed"):
        take("26-2,criminal,J,open,2026-01-01,,,", "26-1,criminal,J,appealed,2026-02-01,,,")
    assert Matter.objects.count() == 1


def test_a_matter_does_not_change_its_kind() -> None:
    take("26-1,criminal,J,open,2026-01-01,,,")
    with pytest.raises(ImportRefused, match="column kind: 26-1 is a criminal matter here"):
        take("26-1,civil,J,open,2026-01-01,,,")


def test_days_to_come_are_refused_by_hand_and_in_a_file() -> None:
    with pytest.raises(ImpossibleMove, match="still to come"):
        open_matter("26-1", "civil", Standing("open", date(2099, 1, 1)), actor="account:x")
    matter = open_matter("26-1", "civil", Standing("open", date(2026, 1, 1)), actor="account:x")
    with pytest.raises(ImpossibleMove, match="still to come"):
        change_status(matter, Standing("concluded", date(2099, 1, 1), "settled"), actor="account:x")
    with pytest.raises(ImportRefused, match="row 2, column status_on: 26-2: open on 2099-01-01 is still to come"):
        take("26-2,civil,J,open,2099-01-01,,,")


def test_a_later_file_corrects_office_and_reason_and_an_empty_cell_takes_nothing_away() -> None:
    take("26-1,civil,Jackson,open,2026-01-01,claim,,")
    assert take("26-1,civil,,open,2026-01-01,,,").corrected == []
    done = take("26-1,civil,Clay,open,2026-01-01,tort claim,,")
    assert [(m.agency, m.reason) for m in done.corrected] == [("Clay", "tort claim")]
    matter = Matter.objects.get()
    assert (matter.agency, matter.reason) == ("Clay", "tort claim")
    assert Event.objects.filter(item_id=matter.handle).order_by("-n")[0].kind == "incidents.matter.corrected"


def test_what_another_matter_took_over_is_named_no_more() -> None:
    take("26-1,civil,J,open,2026-01-01,,,", "26-2,civil,J,open,2026-01-01,,,")
    first, second = Matter.objects.order_by("number")
    Matter.objects.filter(pk=first.pk).update(merged_into=second)
    with pytest.raises(ImportRefused, match="column matter_id: 26-1 was taken over by 26-2"):
        take("26-1,civil,J,open,2026-01-01,,,")
    with pytest.raises(ImpossibleMove, match="taken over by 26-2"):
        change_status(first, Standing("concluded", date(2026, 2, 1), "x"), actor="account:x")


def test_every_row_without_a_number_is_named_for_itself() -> None:
    with pytest.raises(ImportRefused) as problem:
        take(",civil,J,open,2026-01-01,,,", ",criminal,K,open,2026-01-01,,,")
    assert [(p.row, p.column) for p in problem.value.problems] == [(2, "matter_id"), (3, "matter_id")]


def test_every_row_that_names_an_unknown_call_is_named() -> None:
    with pytest.raises(ImportRefused) as problem:
        take("26-1,civil,J,open,2026-01-01,,NOPE,", "26-2,civil,J,open,2026-01-01,,NOPE,")
    assert [p.row for p in problem.value.problems] == [2, 3]
