"""Rings of supervisors, found on the days they exist, however large the roster."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.people.rules.chain import Link, circles

JAN, FEB, MAR = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)


def link(officer: str, boss: str, began: date = JAN, ended: date | None = None, row: int = 1) -> Link:
    return Link((officer, officer), (boss, boss), began, ended, row)


def found(*links: Link) -> list[tuple[set[str], date]]:
    return [({badge for badge, _ in c.people}, c.day) for c in circles(links)]


def test_a_tree_has_no_ring() -> None:
    assert found(link("a", "s"), link("b", "s"), link("s", "l"), link("l", "chief")) == []


def test_two_who_supervise_each_other_are_a_ring() -> None:
    assert found(link("a", "b"), link("b", "a")) == [({"a", "b"}, JAN)]


def test_somebody_who_supervises_themselves_is_a_ring_of_one() -> None:
    assert found(link("a", "a")) == [({"a"}, JAN)]


def test_people_below_and_above_a_ring_do_not_belong_to_it() -> None:
    assert found(link("x", "a"), link("a", "b"), link("b", "c"), link("c", "a"), link("y", "x")) == [
        ({"a", "b", "c"}, JAN)
    ]


def test_two_rings_are_both_found() -> None:
    assert len(found(link("a", "b"), link("b", "a"), link("c", "d"), link("d", "c"))) == 2


def test_a_ring_needs_a_day_on_which_all_of_it_holds() -> None:
    assert found(link("a", "b", JAN, FEB), link("b", "a", MAR)) == []
    assert found(link("a", "b", JAN, MAR), link("b", "a", MAR)) == [({"a", "b"}, MAR)]


def test_the_first_day_of_a_ring_is_named() -> None:
    (ring,) = circles([link("a", "b"), link("b", "a", FEB)])
    assert ring.day == FEB


def test_the_last_row_that_takes_part_is_named() -> None:
    (ring,) = circles([link("a", "b", row=7), link("b", "a", row=9), link("x", "a", row=30)])
    assert ring.row == 9


def test_it_is_told_in_one_sentence() -> None:
    (ring,) = circles([Link(("1", "Ann"), ("2", "Bo"), JAN, None), Link(("2", "Bo"), ("1", "Ann"), JAN, None)])
    assert ring.sentence() == (
        "a circle of supervisors on 2024-01-01: Ann (1) answers to Bo (2) answers to Ann (1). "
        "Correct one supervisor_badge."
    )


@pytest.mark.parametrize("close", [False, True], ids=["open", "closed"])
def test_a_chain_of_twenty_thousand_is_walked_once(close: bool) -> None:
    links = [link(str(n), str(n + 1)) for n in range(20_000)]
    if close:
        links.append(link("20000", "0"))
    began = time.process_time()
    assert len(circles(links)) == int(close)
    assert time.process_time() - began < 10  # about a quarter of a second; a walk for every start would take hours


edges = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)), max_size=8)


@settings(max_examples=200, deadline=None)
@given(edges)
def test_it_finds_a_ring_exactly_where_walking_up_never_ends(cells: list[tuple[int, int, int, int]]) -> None:
    """Against the obvious way: on every day, follow each officer's supervisor and see whether one comes back."""
    links = {}
    for officer, boss, first, length in cells:  # one supervisor an officer and day, as the roster ensures
        began = JAN + timedelta(days=10 * first + officer)
        links[officer] = link(str(officer), str(boss), began, began + timedelta(days=length * 7))
    days = [JAN + timedelta(days=n) for n in range(70)]
    expected = set()
    for day in days:
        up = {e.officer: e.supervisor for e in links.values() if e.holds(day)}
        for start in up:
            seen, person = [], start
            while person in up and person not in seen:
                seen.append(person)
                person = up[person]
            if person in seen:
                expected.add(frozenset(seen[seen.index(person) :]))
    assert {frozenset(c.people) for c in circles(links.values())} == expected
