"""shortens(): whatever a new text would make shorter, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.policy.rules import Class, MatterState, Period, Policy, keep_until, parse, shortens
from plainview.base.policy.rules.words import rank
from plainview.base.policy.tests.cities import CLASS_IDS, DAYS, MATTERS, class_of
from plainview.base.policy.tests.texts import HOUSE, a_class, house, later

LONG = a_class("homicide", '"forever"', "")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"180 days"', '"90 days"', "Class non-evidentiary would be kept 90 days instead of 180 days (clause V.3)."),
        ('"180 days"', '"5 months"', "Class non-evidentiary would be kept 5 months instead of 180 days (clause V.3)."),
        ("review = true ", "", "Class criminal would go without a person's decision (clause V.4)."),
        ('matter_kinds = ["criminal"]', 'matter_kinds = ["civil"]',
         "Class criminal would wait for the conclusion of other matters (clause V.4)."),
        ('matter_kinds = ["criminal"]', 'matter_kinds = ["criminal", "civil"]',
         "Class criminal would wait for the conclusion of other matters (clause V.4)."),
        ('from = "matter concluded"         # no conclusion, no clock\nmatter_kinds = ["criminal"]',
         'from = "recorded"',
         "Class criminal would no longer wait for the conclusion of its matters (clause V.4)."),
        ('["ARREST", "CITATION", "FORCE"]', '["ARREST", "FORCE"]',
         "The outcome CITATION would no longer add class criminal (clause V.6 until now)."),
        ('open_matter = "criminal"\n', "",
         "The outcome ARREST, CITATION or FORCE would no longer open a criminal case (clause V.6 until now)."),
    ],
)  # fmt: skip
def test_what_gets_shorter_is_said(old: str, new: str, sentence: str) -> None:
    assert sentence in [c.sentence for c in shortens(house(), parse(later("2026-12", (old, new))))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"180 days"', '"2 years"'),
        ('"180 days"', '"6 months"'),  # 181 days at least
        ('"90 days"', '"90 days"'),
        ('from = "recorded"', 'from = "recorded"\nreview = true'),
        ('from = "recorded"', 'from = "uploaded"'),  # that comes later
        ('keep = "180 days"\nfrom = "recorded"', 'keep = "forever"'),
        ('["ARREST", "CITATION", "FORCE"]', '["ARREST", "CITATION", "FORCE", "PURSUIT"]'),
        ("late_start_seconds = 60", "late_start_seconds = 600"),
        ('clause = "V.3"', 'clause = "V.33"'),
    ],
)
def test_what_does_not_get_shorter_is_not_said(old: str, new: str) -> None:
    assert shortens(house(), parse(later("2026-12", (old, new)))) == []


def test_a_class_that_was_kept_forever_and_ends() -> None:
    old, new = parse(HOUSE + LONG), parse(later() + a_class("homicide", '"50 years"'))
    assert [c.sentence for c in shortens(old, new)] == ["Class homicide was kept forever and would end (clause V.9)."]


def test_a_class_that_is_dropped_never_goes_so_nothing_gets_shorter() -> None:
    assert shortens(parse(HOUSE + LONG), parse(later())) == []


def test_a_new_class_and_a_rule_that_moves_shorten_nothing() -> None:
    assert shortens(house(), parse(later() + a_class("citation"))) == []
    split = later("2", ('["ARREST", "CITATION", "FORCE"]', '["FORCE"]'))
    split += (
        '[[rule]]\nclause = "V.7"\nwhen = { disposition = ["CITATION", "ARREST"] }\n'
        'add_class = "criminal"\nopen_matter = "criminal"\n'
    )
    assert shortens(house(), parse(split)) == []


def test_uploading_with_a_shorter_period_or_without_review_shortens() -> None:
    old = Class("c", "V", Period(30, "days"), "recorded", review=True)
    for new in (
        Class("c", "V", Period(29, "days"), "uploaded", review=True),
        Class("c", "V", Period(30, "days"), "uploaded"),
    ):
        assert shortens(Policy("p", "1", "", classes=(old,)), Policy("p", "2", "", classes=(new,)))


def test_counting_from_the_recording_instead_of_the_upload_shortens() -> None:
    assert (
        shortens(
            Policy("p", "1", "", classes=(Class("c", "V", Period(30, "days"), "uploaded"),)),
            Policy("p", "2", "", classes=(Class("c", "V", Period(30, "days"), "recorded"),)),
        )[0].sentence
        == "Class c would count from another day (recorded instead of uploaded) (clause V)."
    )


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(CLASS_IDS).flatmap(lambda i: st.tuples(class_of(i), class_of(i))),
    DAYS,
    st.integers(0, 60),
    st.lists(MATTERS, max_size=3),
)
def test_what_is_said_to_shorten_nothing_shortens_no_recording(
    pair: tuple[Class, Class], start: date, days_to_upload: int, matters: list[MatterState]
) -> None:
    """The promise behind the notice: no recording may go sooner by a change that was taken for harmless."""
    old, new = (Policy("p", str(n), "", classes=(c,)) for n, c in enumerate(pair))
    if shortens(old, new):
        return
    uploaded = date.fromordinal(start.toordinal() + days_to_upload)
    before, after = (keep_until(p, [pair[0].id], start, matters, uploaded_day=uploaded) for p in (old, new))
    assert rank(after.until) >= rank(before.until)
    assert after.review >= before.review or after.until == "forever"
