"""What a fleet import changes, and what it refuses: the rules, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.people.table import ImportRefused
from plainview.holdings.fleet.rules.plan import Plan, Standing, make_plan
from plainview.holdings.fleet.rules.rows import Row

T0 = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def row(number: int, badge: str, began: int | None, ended: int | None = None, serial: str = "S") -> Row:
    start = None if began is None else T0 + began * DAY
    stop = None if ended is None else T0 + ended * DAY
    return Row(number, serial, "body", "", "", badge, "", start, stop)


def planned(rows: list[Row], standing: list[Standing]) -> Plan:
    return make_plan(rows, {r.number: int(r.badge) for r in rows if r.badge}, standing, "f.csv")


def after(plan: Plan, before: list[Standing]) -> list[Standing]:
    changed = {new.id: new for _, new in plan.changed}
    kept = [changed.get(s.id, s) for s in before]
    top = max((s.id or 0 for s in kept), default=0)
    return [replace(s, row=0) for s in [*kept, *(replace(s, id=top + n) for n, s in enumerate(plan.new, 1))]]


def imported(*files: list[Row]) -> list[Standing]:
    fleet: list[Standing] = []
    for rows in files:
        fleet = after(planned(rows, fleet), fleet)
    return sorted(fleet, key=lambda s: (s.serial, s.began))


def told(carries: list[Standing]) -> list[tuple[int | None, int, int | None]]:
    """Officer, first and last day of each carry."""
    return [(s.officer, (s.began - T0).days, None if s.ended is None else (s.ended - T0).days) for s in carries]


def refusal(rows: list[Row], *before: list[Row]) -> str:
    with pytest.raises(ImportRefused) as caught:
        planned(rows, imported(*before))
    return str(caught.value)


def test_the_same_file_twice_changes_nothing() -> None:
    rows = [row(2, "1", 0, 5), row(3, "2", 5), row(4, "", None, serial="T"), row(5, "", 3, serial="U")]
    again = planned(rows, imported(rows))
    assert not again.new
    assert not again.changed


def test_a_camera_that_passes_on_ends_the_open_carry() -> None:
    assert told(imported([row(2, "1", 0)], [row(2, "2", 7)])) == [(1, 0, 7), (2, 7, None)]


def test_the_older_file_again_does_not_undo_the_newer_one() -> None:
    first, second = [row(2, "1", 0)], [row(2, "2", 7)]
    assert imported(first, second) == imported(first, second, first)


def test_a_row_that_names_nobody_takes_the_camera_back() -> None:
    assert told(imported([row(2, "1", 0)], [row(2, "", 7)])) == [(1, 0, 7)]


def test_a_row_that_names_nobody_is_no_carry() -> None:
    assert imported([row(2, "", 0)]) == []


def test_a_corrected_carrier_is_an_update() -> None:
    plan = planned([row(2, "9", 0)], imported([row(2, "1", 0)]))
    assert not plan.new
    assert [(old.officer, new.officer) for old, new in plan.changed] == [(1, 9)]


def test_an_end_in_a_later_file_closes_the_carry() -> None:
    assert planned([row(2, "1", 0, 3)], imported([row(2, "1", 0)])).closed == 1


def test_one_camera_may_end_and_begin_in_the_same_moment() -> None:
    assert told(imported([row(2, "1", 0, 5), row(3, "2", 5)])) == [(1, 0, 5), (2, 5, None)]


@pytest.mark.parametrize(
    "second",
    [row(3, "2", 3), row(3, "2", 0), row(3, "2", 3, 4), row(3, "", 3)],
    ids=["open", "same", "inside", "nobody"],
)
def test_two_carries_at_once_are_refused(second: Row) -> None:
    assert refusal([row(2, "1", 0), second]).startswith(
        "f.csv, row 3, column from: camera S is carried twice at once: this row and row 2 overlap from 2024-01-0"
    )


def test_nobody_before_somebody_is_no_overlap() -> None:
    assert told(imported([row(2, "", 0), row(3, "1", 3), row(4, "2", 5)][:2])) == [(1, 3, None)]


def test_a_long_carry_is_compared_with_all_that_follow() -> None:
    assert refusal([row(2, "1", 0, 9), row(3, "2", 1, 2), row(4, "3", 4, 5)]).count("twice at once") == 2


@pytest.mark.parametrize("badge", ["1", ""])
def test_a_repeated_row_is_refused(badge: str) -> None:
    began = 0 if badge else None
    assert refusal([row(2, badge, began), row(3, badge, began)]) == (
        "f.csv, row 3: this row repeats row 2. Take one of them out."
    )


def test_other_cameras_do_not_overlap() -> None:
    assert len(imported([row(2, "1", 0, serial="S"), row(3, "1", 0, serial="T")])) == 2


def test_a_stated_end_may_not_run_into_what_the_list_has() -> None:
    said = refusal([row(2, "1", 0, 9)], [row(2, "1", 0)], [row(2, "2", 5)])
    assert "already says who carries camera S from 2024-01-06" in said


moments = st.integers(0, 12)
files = st.lists(
    st.tuples(st.sampled_from(["", "1", "2"]), moments, st.none() | st.integers(1, 6), st.sampled_from("ST")),
    max_size=5,
).map(lambda cells: [row(n, b, s, None if d is None else s + d, c) for n, (b, s, d, c) in enumerate(cells, 2)])


@settings(max_examples=150, deadline=None)
@given(first=files, second=files)
def test_whatever_comes_in_a_camera_is_carried_once_and_again_changes_nothing(
    first: list[Row], second: list[Row]
) -> None:
    try:
        fleet = imported(first, second)
    except ImportRefused:
        return
    for a in fleet:
        assert a.ended is None or a.ended > a.began
        for b in fleet:
            if a.serial == b.serial and a.began < b.began:
                assert a.ended is not None
                assert a.ended <= b.began
    again = planned(second, fleet)
    assert not again.new
    assert not again.changed
