"""speaking(): which policies have a say in a recording, so that nothing shorter reaches back."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.policy.rules import Policy, Term, in_force_on, keep_until, speaking
from plainview.base.policy.rules.words import rank
from plainview.base.policy.tests.cities import CLASS_IDS, DAYS, policies

A, B, C = (Policy("p", version, version * 64) for version in "abc")
TERMS = [Term(A, date(2021, 1, 1)), Term(B, date(2022, 1, 1)), Term(C, date(2023, 1, 1))]


def test_the_latest_that_has_begun_is_in_force() -> None:
    assert in_force_on(TERMS, date(2020, 12, 31)) is None
    assert in_force_on(TERMS, date(2021, 1, 1)) == TERMS[0]
    assert in_force_on(TERMS, date(2022, 12, 31)) == TERMS[1]
    assert in_force_on(reversed(TERMS), date(2050, 1, 1)) == TERMS[2]


def test_of_two_that_begin_together_the_later_adopted_counts() -> None:
    together = [Term(A, date(2021, 1, 1)), Term(B, date(2021, 1, 1))]
    assert in_force_on(together, date(2021, 1, 1)) == together[1]
    assert speaking(together, date(2020, 1, 1), date(2021, 6, 1)) == (B, ())


def test_a_policy_speaks_on_what_was_recorded_before_it_ended() -> None:
    on = date(2024, 1, 1)
    assert speaking(TERMS, date(2020, 6, 1), on) == (C, (A, B))  # older than the first policy
    assert speaking(TERMS, date(2021, 12, 31), on) == (C, (A, B))
    assert speaking(TERMS, date(2022, 1, 1), on) == (C, (B,))
    assert speaking(TERMS, date(2023, 1, 1), on) == (C, ())


def test_a_policy_that_has_not_begun_says_nothing() -> None:
    assert speaking(TERMS, date(2021, 6, 1), date(2022, 6, 1)) == (B, (A,))
    assert speaking(TERMS, date(2021, 6, 1), date(2020, 1, 1)) == (None, ())
    assert speaking([], None, date(2020, 1, 1)) == (None, ())


def test_where_the_day_of_recording_is_not_known_every_promise_stands() -> None:
    assert speaking(TERMS, None, date(2024, 1, 1)) == (C, (A, B))


@settings(max_examples=80, deadline=None)
@given(st.lists(policies(), min_size=1, max_size=4), DAYS, st.sampled_from(CLASS_IDS), st.data())
def test_no_adoption_ever_shortens_what_is_recorded_already(
    texts: list[Policy], start: date, class_id: str, data: st.DataObject
) -> None:
    """Whatever a board adopts later: a recording is kept at least as long as on the day it was made."""
    begins = sorted(data.draw(st.lists(DAYS, min_size=len(texts), max_size=len(texts), unique=True)))
    terms = [Term(policy, day) for policy, day in zip(texts, begins, strict=True)]
    promised = None
    for day in sorted({start, *(d for d in begins if d >= start)}):
        policy, earlier = speaking(terms, start, day)
        if policy is None:
            continue
        until = keep_until(policy, [class_id], start, earlier=earlier, uploaded_day=start).until
        if promised is not None and policy.find(class_id) is not None:
            assert rank(until) >= rank(promised)
        promised = until if policy.find(class_id) else promised
