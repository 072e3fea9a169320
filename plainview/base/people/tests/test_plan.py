"""What an import changes, and what it refuses: the rules, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.people.rules.plan import Plan, Standing, make_plan
from plainview.base.people.rules.rows import Row
from plainview.base.people.table import ImportRefused

JAN, FEB, MAR, JUN = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 6, 1)
ONE_DAY = timedelta(days=1)


def row(
    number: int, badge: str, name: str, began: date, ended: date | None = None, unit: str = "U", boss: str = ""
) -> Row:
    return Row(number, badge, name, (unit,), "Officer", boss, began, ended)


def after(plan: Plan, before: list[Standing] | None = None) -> list[Standing]:
    """The roster after the plan, each new assignment with an id."""
    changed = {new.id: new for _, new in plan.changed}
    kept = [changed.get(s.id, s) for s in before or []]
    top = max((s.id or 0 for s in kept), default=0)
    new = [replace(s, id=top + n) for n, s in enumerate(plan.new, 1)]
    people = plan.renames
    return [replace(s, person=people.get(s.person, s.person), row=0) for s in [*kept, *new]]


def imported(*files: list[Row]) -> list[Standing]:
    roster: list[Standing] = []
    for rows in files:
        roster = after(make_plan(rows, roster, "r.csv"), roster)
    return sorted(roster, key=lambda s: (s.person, s.began))


def refusal(rows: list[Row], standing: list[Standing] | None = None) -> str:
    with pytest.raises(ImportRefused) as caught:
        make_plan(rows, standing or [], "r.csv")
    return str(caught.value)


def test_a_new_row_is_a_new_assignment() -> None:
    plan = make_plan([row(2, "1", "A", JAN)], [], "r.csv")
    assert [(s.person, s.began, s.ended) for s in plan.new] == [(("1", "A"), JAN, None)]


def test_the_same_file_twice_changes_nothing() -> None:
    rows = [
        row(2, "1", "A", JAN, FEB),
        row(3, "1", "A", MAR, unit="V"),
        row(4, "9", "S", JAN),
        row(5, "2", "B", JAN, boss="9"),
    ]
    again = make_plan(rows, imported(rows), "r.csv")
    assert again.empty
    assert again.unchanged == len(rows)


def test_a_later_assignment_ends_the_open_one_the_day_before() -> None:
    roster = imported([row(2, "1", "A", JAN)], [row(2, "1", "A", MAR, unit="V")])
    assert [(s.unit, s.ended) for s in roster] == [(("U",), MAR - ONE_DAY), (("V",), None)]


def test_the_older_file_again_does_not_undo_the_newer_one() -> None:
    first, second = [row(2, "1", "A", JAN)], [row(2, "1", "A", MAR, unit="V")]
    assert imported(first, second) == imported(first, second, first)


def test_a_last_day_in_a_later_file_closes_the_assignment() -> None:
    plan = make_plan([row(2, "1", "A", JAN, FEB)], imported([row(2, "1", "A", JAN)]), "r.csv")
    assert plan.closed == 1
    assert plan.changed[0][1].ended == FEB


def test_a_corrected_unit_is_an_update_not_a_new_assignment() -> None:
    plan = make_plan([row(2, "1", "A", JAN, unit="V")], imported([row(2, "1", "A", JAN)]), "r.csv")
    assert not plan.new
    assert [(old.unit, new.unit) for old, new in plan.changed] == [(("U",), ("V",))]


def test_a_last_day_may_be_taken_back() -> None:
    roster = imported([row(2, "1", "A", JAN, FEB)], [row(2, "1", "A", JAN)])
    assert roster[0].ended is None


def test_officers_who_are_not_in_the_file_stay_as_they_are() -> None:
    roster = imported([row(2, "1", "A", JAN), row(3, "2", "B", JAN)], [row(2, "1", "A", MAR, unit="V")])
    assert [s.ended for s in roster if s.person == ("2", "B")] == [None]


def test_a_badge_may_pass_to_another_person() -> None:
    roster = imported([row(2, "1", "A", JAN, FEB), row(3, "1", "B", MAR)])
    assert [(s.person[1], s.ended) for s in roster] == [("A", FEB), ("B", None)]


def test_a_badge_is_one_persons_on_any_day_in_the_file() -> None:
    said = refusal([row(2, "1", "A", JAN), row(3, "1", "B", MAR)])
    assert said.startswith("r.csv, row 3, column badge: badge 1 is A's in row 2 and B's here, on the same days")


def test_a_badge_is_one_persons_on_any_day_against_the_roster() -> None:
    said = refusal([row(2, "1", "B", MAR)], imported([row(2, "1", "A", JAN)]))
    assert said == (
        "r.csv, row 2, column badge: badge 1 is A's from 2024-01-01 on. "
        "Add that row with its last day to the file, or correct the badge."
    )


def test_a_corrected_name_renames_the_officer() -> None:
    before = imported([row(2, "1", "Jon", JAN)])
    plan = make_plan([row(2, "1", "John", JAN)], before, "r.csv")
    assert plan.renames == {("1", "Jon"): ("1", "John")}
    assert not plan.new
    assert [s.person for s in after(plan, before)] == [("1", "John")]


def test_a_name_is_not_corrected_in_half_of_the_rows() -> None:
    before = imported([row(2, "1", "Jon", JAN, FEB), row(3, "1", "Jon", MAR)])
    assert "column name: badge 1 has been Jon's from" in refusal(
        [row(2, "1", "John", JAN, FEB), row(3, "1", "Jon", MAR)], before
    )


def test_a_repeated_row_is_refused() -> None:
    assert refusal([row(2, "1", "A", JAN), row(3, "1", "A", JAN)]) == (
        "r.csv, row 3: this row repeats row 2. Take one of them out."
    )


@pytest.mark.parametrize(
    "second",
    [row(3, "1", "A", JAN, unit="V"), row(3, "1", "A", FEB, unit="V"), row(3, "1", "A", JAN, FEB)],
    ids=["same day", "later day", "two last days"],
)
def test_two_places_on_one_day_are_refused(second: Row) -> None:
    assert "badge 1 is in two places from" in refusal([row(2, "1", "A", JAN), second])


def test_a_row_that_lasts_over_others_is_compared_with_all_of_them() -> None:
    rows = [row(2, "1", "A", JAN, JUN), row(3, "1", "A", FEB, FEB, unit="V"), row(4, "1", "A", MAR, MAR, unit="W")]
    assert refusal(rows).count("two places") == 2


def test_overlapping_rows_that_agree_are_joined() -> None:
    rows = [row(2, "1", "A", JAN, MAR), row(3, "1", "A", FEB)]
    assert [(s.began, s.ended) for s in imported(rows)] == [(JAN, FEB - ONE_DAY), (FEB, None)]


def test_a_stated_last_day_may_not_run_into_what_the_roster_has() -> None:
    before = imported([row(2, "1", "A", JAN)], [row(2, "1", "A", MAR, unit="V")])
    said = refusal([row(2, "1", "A", JAN, JUN)], before)
    assert "the roster already has A (1) in “V” from 2024-03-01. End this row on 2024-02-29" in said


def test_the_supervisor_is_whoever_held_the_badge_that_day() -> None:
    rows = [row(2, "9", "S", JAN, FEB), row(3, "9", "T", MAR), row(4, "1", "A", JAN, FEB, boss="9"),
            row(5, "1", "A", MAR, boss="9")]  # fmt: skip
    assert [s.supervisor for s in imported(rows) if s.person == ("1", "A")] == [("9", "S"), ("9", "T")]


def test_a_supervisor_who_came_later_counts_from_the_start() -> None:
    assert imported([row(2, "1", "A", JAN, boss="9"), row(3, "9", "S", MAR)])[0].supervisor == ("9", "S")


def test_a_supervisor_may_be_on_the_roster_already() -> None:
    roster = imported([row(2, "9", "S", JAN)], [row(2, "1", "A", FEB, boss="9")])
    assert roster[0].supervisor == ("9", "S")


def test_an_unknown_supervisor_is_refused() -> None:
    assert refusal([row(2, "1", "A", JAN, boss="9")]) == (
        "r.csv, row 2, column supervisor_badge: badge 9 isn't on the roster, nor in this file. "
        "Add its row, or leave this empty."
    )


def test_a_supervisor_badge_that_could_be_two_people_is_refused() -> None:
    rows = [row(2, "9", "S", JAN, JAN), row(3, "9", "T", FEB, FEB), row(4, "1", "A", JUN, boss="9")]
    assert "several have had it (S, T)" in refusal(rows)


def test_a_circle_of_supervisors_is_refused_with_everybody_in_it() -> None:
    rows = [row(2, "1", "A", JAN, boss="2"), row(3, "2", "B", JAN, boss="3"), row(4, "3", "C", JAN, boss="1")]
    assert refusal(rows) == (
        "r.csv, row 4, column supervisor_badge: a circle of supervisors on 2024-01-01: "
        "A (1) answers to B (2) answers to C (3) answers to A (1). Correct one supervisor_badge."
    )


def test_a_circle_closed_by_a_later_file_is_refused() -> None:
    before = imported([row(2, "1", "A", JAN), row(3, "2", "B", JAN, boss="1")])
    assert "a circle of supervisors on 2024-03-01" in refusal([row(2, "1", "A", MAR, boss="2")], before)


def test_two_people_may_supervise_each_other_one_after_the_other() -> None:
    rows = [
        row(2, "1", "A", JAN, FEB, boss="2"), row(3, "1", "A", MAR),
        row(4, "2", "B", JAN, FEB), row(5, "2", "B", MAR, boss="1"),
    ]  # fmt: skip
    assert len(imported(rows)) == 4


def test_a_long_chain_of_supervisors_is_checked_in_good_time() -> None:
    rows = [row(n, str(n), f"P{n}", JAN, boss=str(n - 1) if n > 2 else "") for n in range(2, 20_002)]
    assert len(make_plan(rows, [], "r.csv").new) == 20_000


days = st.integers(0, 40).map(lambda n: JAN + timedelta(days=n))
spans = st.tuples(days, st.none() | st.integers(0, 20)).map(
    lambda t: (t[0], None if t[1] is None else t[0] + timedelta(days=t[1]))
)
files = st.lists(
    st.builds(lambda badge, span, unit: (badge, span, unit), st.sampled_from("123"), spans, st.sampled_from("UV")),
    max_size=5,
).map(lambda cells: [row(n, b, f"P{b}", s[0], s[1], unit=u) for n, (b, s, u) in enumerate(cells, 2)])


@settings(max_examples=150, deadline=None)
@given(first=files, second=files)
def test_whatever_comes_in_nobody_is_in_two_places_and_again_changes_nothing(
    first: list[Row], second: list[Row]
) -> None:
    try:
        roster = imported(first, second)
    except ImportRefused:
        return
    for a in roster:
        assert a.ended is None or a.ended >= a.began
        for b in roster:
            if a.person == b.person and a.began < b.began:
                assert a.ended is not None
                assert a.ended < b.began
    assert make_plan(second, roster, "r.csv").empty
