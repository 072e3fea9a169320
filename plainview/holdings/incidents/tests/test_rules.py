"""How a matter may move, and what a criminal case needs to become inactive."""

from __future__ import annotations

from datetime import date

import pytest

from plainview.holdings.incidents.rules import GROUNDS, ImpossibleMove, Standing, check_move, holds

DAY = date(2026, 3, 1)
LATER = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("open", "concluded"),
        ("concluded", "appealed"),
        ("appealed", "concluded"),
        ("inactive", "open"),
        ("concluded", "open"),
        ("appealed", "open"),
    ],
)
def test_a_matter_moves_along_the_law(before: str, after: str) -> None:
    check_move("criminal", Standing(before, DAY), Standing(after, LATER, "remanded"))


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("open", "appealed", "open can't become appealed; it could become concluded or inactive"),
        ("inactive", "concluded", "inactive can't become concluded"),
        ("appealed", "inactive", "appealed can't become inactive"),
        ("concluded", "inactive", "concluded can't become inactive"),
    ],
)
def test_an_impossible_move_says_what_could_be(before: str, after: str, says: str) -> None:
    with pytest.raises(ImpossibleMove, match=says):
        check_move("complaint", Standing(before, DAY), Standing(after, LATER))


def test_a_move_may_not_lie_before_the_last_one() -> None:
    with pytest.raises(ImpossibleMove, match="2026-03-01 is before it became open on 2026-04-01"):
        check_move("civil", Standing("open", LATER), Standing("concluded", DAY))


def test_the_same_standing_again_is_no_move() -> None:
    check_move("criminal", Standing("inactive", DAY, "whatever"), Standing("inactive", DAY, ""))


def test_the_same_status_since_another_day_contradicts() -> None:
    with pytest.raises(ImpossibleMove, match="contradicts"):
        check_move("criminal", Standing("open", DAY), Standing("open", LATER))


def test_a_criminal_case_is_inactive_on_three_grounds_only() -> None:
    for ground in GROUNDS:
        check_move("criminal", Standing("open", DAY), Standing("inactive", LATER, ground))
    with pytest.raises(ImpossibleMove, match="three grounds"):
        check_move("criminal", Standing("open", DAY), Standing("inactive", LATER, "old"))
    check_move("complaint", Standing("open", DAY), Standing("inactive", LATER, "withdrawn"))


def test_a_ground_may_be_corrected_to_another_ground_only() -> None:
    check_move("criminal", Standing("inactive", DAY, "time"), Standing("inactive", DAY, "final"))
    with pytest.raises(ImpossibleMove, match="three grounds"):
        check_move("criminal", Standing("inactive", DAY, "time"), Standing("inactive", DAY, "old"))


def test_open_and_appealed_hold() -> None:
    assert [s for s in ("appealed", "concluded", "inactive", "open") if holds(s)] == ["appealed", "open"]
