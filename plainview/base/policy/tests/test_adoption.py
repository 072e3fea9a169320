"""settle(): whether a text may be adopted, and from which day."""

from __future__ import annotations

from datetime import date

import pytest

from plainview.base.policy.rules import (
    Adoption,
    Ballot,
    Policy,
    Refused,
    Term,
    check_vote,
    check_withdrawal,
    earliest,
    parse,
    settle,
)
from plainview.base.policy.tests.texts import HOUSE, LONGER, SHORTER, house, later, with_slip

TODAY = date(2026, 11, 23)
NOTICE_OVER = date(2026, 12, 23)
BOARD = "Board of Police Commissioners"
ADOPTED = [Term(house(), date(2021, 4, 1))]


def next_version(*changes: tuple[str, str]) -> Policy:
    return parse(later("2026-12", *changes))


def test_a_first_adoption_may_carry_its_past_day() -> None:
    assert settle(house(), Ballot(), [], TODAY) == Adoption(BOARD, date(2021, 3, 23), date(2021, 4, 1))


def test_a_first_adoption_may_name_another_past_day() -> None:
    found = settle(house(), Ballot(effective=date(2021, 6, 1)), [], TODAY)
    assert (found.effective, found.remarks) == (date(2021, 6, 1), ())


def test_a_practice_older_than_the_vote_is_remarked() -> None:
    found = settle(house(), Ballot(effective=date(2020, 1, 1)), [], TODAY)
    assert found.effective == date(2020, 1, 1)
    assert found.remarks == ("It counts as in force since January 1, 2020, before the vote of March 23, 2021.",)


def test_without_a_day_of_the_vote_it_is_today() -> None:
    found = settle(next_version(), Ballot(effective=TODAY), [], TODAY)
    assert (found.by, found.on) == (BOARD, TODAY)


@pytest.mark.parametrize(
    ("text", "ballot", "says"),
    [
        (later(), Ballot(), "names no `effective` day"),
        (with_slip(f'adopted_by = "{BOARD}"\n', ""), Ballot(), "Nobody is named as adopting body"),
        (HOUSE, Ballot(by="City Council"), "one of them has to be corrected"),
        (HOUSE, Ballot(on=date(2021, 3, 24)), "one of them has to be corrected"),
        (later(), Ballot(on=date(2026, 11, 24), effective=date(2027, 1, 1)), "still to come"),
        (HOUSE, Ballot(vote="1-4"), "does not carry: 1 for, 4 against"),
    ],
)
def test_what_does_not_fit_together_is_refused(text: str, ballot: Ballot, says: str) -> None:
    with pytest.raises(Refused, match=says):
        settle(parse(text), ballot, [], TODAY)


def test_a_later_one_is_prospective() -> None:
    with pytest.raises(Refused, match=r"in the past: only the first adoption may\. Name a day from November 23, 2026"):
        settle(next_version(LONGER), Ballot(effective=date(2026, 11, 22)), ADOPTED, TODAY)
    assert settle(next_version(LONGER), Ballot(effective=TODAY), ADOPTED, TODAY).effective == TODAY


def test_an_old_vote_makes_no_past_day_of_it() -> None:
    with pytest.raises(Refused, match="in the past"):
        settle(next_version(LONGER), Ballot(on=date(2026, 11, 1), effective=date(2026, 11, 10)), ADOPTED, TODAY)


def test_what_shortens_needs_its_notice_and_the_refusal_says_why_and_when() -> None:
    with pytest.raises(Refused) as refused:
        settle(next_version(SHORTER), Ballot(effective=date(2026, 12, 22)), ADOPTED, TODAY)
    assert str(refused.value) == (
        "It shortens what version 2021-03 promises: Class non-evidentiary would be kept 90 days instead of 180 days "
        "(clause V.3). That takes 30 days of notice: it can take effect on December 23, 2026 at the earliest."
    )
    assert settle(next_version(SHORTER), Ballot(effective=NOTICE_OVER), ADOPTED, TODAY).effective == NOTICE_OVER


def test_the_policy_in_force_may_ask_for_a_longer_notice_by_its_own_clause() -> None:
    strict = parse(HOUSE + '[changes]\nclause = "VII.2"\nnotice = "3 months"\n')
    terms = [Term(strict, date(2021, 4, 1))]
    with pytest.raises(Refused, match=r"3 months of notice \(clause VII.2\).* February 23, 2027"):
        settle(next_version(SHORTER), Ballot(effective=NOTICE_OVER), terms, TODAY)


def test_the_earliest_day_is_known_before_the_vote() -> None:
    assert earliest(house(), next_version(SHORTER), TODAY) == NOTICE_OVER
    assert earliest(house(), next_version(LONGER), TODAY) == TODAY


def test_it_follows_the_last_one_that_is_adopted_in_force_or_not() -> None:
    pending = [*ADOPTED, Term(next_version(LONGER), date(2027, 3, 1))]
    third = parse(later("2027-01", LONGER))
    with pytest.raises(Refused, match=r"takes effect on March 1, 2027; this one can follow it from March 2, 2027 on"):
        settle(third, Ballot(effective=date(2027, 3, 1)), pending, TODAY)
    assert settle(third, Ballot(effective=date(2027, 3, 2)), pending, TODAY).effective == date(2027, 3, 2)


def test_a_longer_promise_that_is_adopted_but_not_in_force_counts_already() -> None:
    pending = [*ADOPTED, Term(next_version(LONGER), date(2026, 11, 24))]
    back_again = parse(later("2027-01"))
    with pytest.raises(Refused, match="180 days instead of 2 years"):
        settle(back_again, Ballot(effective=date(2026, 11, 25)), pending, TODAY)


def test_the_same_text_and_the_same_name_are_adopted_once() -> None:
    with pytest.raises(Refused, match="This very text is adopted already, in force from April 1, 2021"):
        settle(house(), Ballot(), ADOPTED, TODAY)
    with pytest.raises(Refused, match="Another text is adopted as internally-recorded-digital-media 2021-03"):
        settle(parse(HOUSE + "# more\n"), Ballot(), ADOPTED, TODAY)


@pytest.mark.parametrize("vote", ["", "5-0", "3-2", "3–1–1", "4:1", "unanimous", "by voice", "10-0-5"])
def test_a_vote_that_carries(vote: str) -> None:
    check_vote(vote)


@pytest.mark.parametrize("vote", ["0-5", "2-2", "1–4", "2:2-1", " 2 - 3 "])
def test_a_vote_that_is_lost(vote: str) -> None:
    with pytest.raises(Refused, match="does not carry"):
        check_vote(vote)


def test_only_what_is_not_in_force_can_be_withdrawn_and_the_last_first() -> None:
    check_withdrawal(None, True, TODAY)
    check_withdrawal(date(2026, 11, 24), True, TODAY)
    with pytest.raises(Refused, match="in force since November 23, 2026"):
        check_withdrawal(TODAY, True, TODAY)
    with pytest.raises(Refused, match="withdraw that one first"):
        check_withdrawal(date(2026, 11, 24), False, TODAY)
