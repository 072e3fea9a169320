"""in_force(), current_policy(), judge(), find(): what holds on which day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plainview.base.policy import actions, lookup
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import FOREVER
from plainview.base.policy.standing import Standing, placed
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, LONGER, SHORTER, a_class, later

JANUARY_1 = date(2027, 1, 1)


@pytest.fixture
def shorter(in_force: PolicyVersion) -> PolicyVersion:
    """90 days instead of 180, from January 1, 2027 on."""
    return actions.adopt(later("2026-12", SHORTER), actor=ACTOR, effective=JANUARY_1)


def test_a_new_installation_has_no_policy_in_force(db: None) -> None:
    assert lookup.in_force() is None
    assert lookup.current_policy() is None
    assert lookup.current_hash() is None
    assert lookup.judge(["non-evidentiary"], date(2026, 1, 1)).until == FOREVER


def test_drafts_and_published_texts_are_not_in_force(today: date, db: None) -> None:
    actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR)
    assert lookup.in_force() is None


def test_each_day_has_its_version(in_force: PolicyVersion, shorter: PolicyVersion) -> None:
    assert lookup.in_force(date(2021, 3, 31)) is None
    assert lookup.in_force(date(2021, 4, 1)) == in_force
    assert lookup.in_force() == in_force
    assert lookup.in_force(date(2026, 12, 31)) == in_force
    assert lookup.in_force(JANUARY_1) == shorter
    policy = lookup.current_policy(JANUARY_1)
    assert policy is not None
    assert policy.sha256 == shorter.hash == lookup.current_hash(JANUARY_1)


def test_texts_are_parsed_once(in_force: PolicyVersion, django_assert_num_queries: Any) -> None:
    first = lookup.current_policy()
    with django_assert_num_queries(1):
        assert lookup.current_policy() is first
    with pytest.raises(LookupError, match="no adopted policy"):
        lookup.by_hash("00" * 32)


def test_what_was_recorded_before_keeps_what_it_was_promised(in_force: PolicyVersion, shorter: PolicyVersion) -> None:
    before, after = date(2026, 12, 31), JANUARY_1
    assert lookup.judge(["non-evidentiary"], before, on=date(2027, 2, 1)).until == date(2027, 6, 29)
    assert lookup.judge(["non-evidentiary"], after, on=date(2027, 2, 1)).until == date(2027, 4, 1)


def test_a_longer_rule_holds_for_everything_at_once(in_force: PolicyVersion) -> None:
    actions.adopt(later("2026-12", LONGER), actor=ACTOR, effective=date(2026, 11, 23))
    assert lookup.judge(["non-evidentiary"], date(2026, 6, 1)).until == date(2028, 6, 1)


def test_many_are_judged_without_a_query_each(in_force: PolicyVersion, django_assert_num_queries: Any) -> None:
    terms = lookup.terms()
    with django_assert_num_queries(0):
        for day in range(1, 28):
            lookup.judge(["non-evidentiary"], date(2026, 6, day), known_terms=terms)


def test_a_version_is_found_by_name_hash_and_handle(in_force: PolicyVersion) -> None:
    drafted = actions.draft(later("2021-03") + a_class("x"), actor=ACTOR)
    assert lookup.find("2021-03") == in_force  # the adopted one comes first
    assert lookup.find(drafted.handle) == drafted
    assert lookup.find(drafted.hash[:8].upper()) == drafted
    assert lookup.find(drafted.hash[:7]) is None
    assert lookup.find("1999") is None


def test_where_each_version_stands(in_force: PolicyVersion, shorter: PolicyVersion) -> None:
    drafted = actions.draft(later("2027-05", LONGER), actor=ACTOR)
    actions.withdraw(actions.draft(later("x"), actor=ACTOR), "a slip", actor=ACTOR)

    def standings(day: date) -> dict[str, Standing]:
        return {p.version.version: p.standing for p in placed(PolicyVersion.objects.all(), day)}

    assert standings(date(2026, 11, 23)) == {
        "2027-05": Standing.DRAFT,
        "x": Standing.WITHDRAWN,
        "2026-12": Standing.ADOPTED,
        "2021-03": Standing.IN_FORCE,
    }
    assert standings(JANUARY_1)["2026-12"] == Standing.IN_FORCE
    assert standings(JANUARY_1)["2021-03"] == Standing.SUPERSEDED
    first = placed(PolicyVersion.objects.all(), JANUARY_1)[-1]
    assert first.span() == "from April 1, 2021 until January 1, 2027"
    assert actions.publish(drafted, actor=ACTOR) in [
        p.version for p in placed(PolicyVersion.objects.all(), JANUARY_1) if p.standing == Standing.PUBLISHED
    ]
