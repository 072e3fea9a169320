"""What really happened elsewhere, told with a policy in force: nothing goes that should not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from plainview.base.policy import actions
from plainview.base.policy.lookup import in_force as policy_in_force
from plainview.base.policy.lookup import judge
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import HoldState, MatterState, Refused, parse
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, SHORTER, a_class, later

STOP = date(2026, 3, 3)


def test_oakland_a_setting_that_would_delete_a_quarter_takes_a_month_and_touches_nothing_old(
    in_force: PolicyVersion,
) -> None:
    to_seven_days = ('keep = "180 days"', 'keep = "7 days"')
    with pytest.raises(Refused, match="30 days of notice"):
        actions.adopt(later("2026-12", to_seven_days), actor=ACTOR, effective=date(2026, 11, 24))
    actions.adopt(later("2026-12", to_seven_days), actor=ACTOR, effective=date(2026, 12, 23))
    for recorded in (date(2026, 8, 1), date(2026, 11, 23), date(2026, 12, 22)):
        found = judge(["non-evidentiary"], recorded, on=date(2026, 12, 31))
        assert found.until == recorded + timedelta(days=180)
        assert not found.due(date(2026, 12, 31))
    assert judge(["non-evidentiary"], date(2026, 12, 23), on=date(2026, 12, 31)).due(date(2026, 12, 30))


def test_atlanta_nobody_shortens_by_dropping_a_class_and_bringing_it_back(in_force: PolicyVersion) -> None:
    """Dropped, a class is unknown and never goes; back and shorter, it counts for what is recorded from then on."""
    dropped = later("2026-12", ('id = "non-evidentiary"', 'id = "routine"'))
    actions.adopt(dropped, actor=ACTOR, effective=date(2026, 11, 24))
    assert judge(["non-evidentiary"], STOP, on=date(2026, 12, 1)).until == "forever"
    back = later("2027-01", ('id = "non-evidentiary"', 'id = "routine"')) + a_class("non-evidentiary", '"7 days"')
    actions.adopt(back, actor=ACTOR, effective=date(2026, 11, 25))
    found = judge(["non-evidentiary"], STOP, on=date(2026, 12, 1))
    assert found.until == STOP + timedelta(days=180)
    assert "of version 2021-03, which was in force while it was here already" in found.sentence()


def test_kansas_city_a_video_that_nobody_classed_is_still_there_after_200_days(today: date, db: None) -> None:
    actions.adopt(KANSAS_CITY.read_bytes(), actor=ACTOR)
    found = judge(["unclassified"], STOP)
    assert not found.due(STOP + timedelta(days=200))
    assert found.sentence() == "Kept forever, because its class Unclassified is kept forever, by clause V.1."
    assert found.what_would_have_to_happen() == ["A person has to give it a class that ends instead of Unclassified."]


def test_a_ticketed_stop_left_non_evidentiary_is_kept_once_the_rule_has_raised_it(today: date, db: None) -> None:
    policy = parse(KANSAS_CITY.read_bytes())
    raised = [r.add_class for r in policy.rules if "CITATION" in r.dispositions]
    opened = [r.open_matter for r in policy.rules if "CITATION" in r.dispositions and r.open_matter]
    assert (raised, opened) == (["criminal", "citation"], ["criminal"])
    actions.adopt(KANSAS_CITY.read_bytes(), actor=ACTOR)
    long_after = date(2027, 3, 3)
    assert judge(["non-evidentiary"], STOP, on=long_after).due(long_after)
    matter = MatterState("T-1", "criminal", "open", STOP)
    found = judge(["non-evidentiary", *raised], STOP, [matter], on=long_after)
    assert found.until == "until concluded"
    assert not found.due(date(2099, 1, 1))
    paid = MatterState("T-1", "criminal", "concluded", date(2026, 5, 1))
    over = judge(["non-evidentiary", *raised], STOP, [paid], on=long_after)
    assert over.until == date(2028, 3, 3)  # the citation's 2 years outlast 90 days after the conclusion
    assert over.review


def test_a_case_from_arrest_to_the_end_of_its_appeal(today: date, db: None) -> None:
    actions.adopt(KANSAS_CITY.read_bytes(), actor=ACTOR)

    def at(status: str, day: date) -> str:
        return judge(["criminal"], STOP, [MatterState("C-17", "criminal", status, day)]).sentence()

    assert "which criminal case C-17 (open) is not; besides, it is held by" in at("open", STOP)
    assert at("concluded", date(2026, 9, 1)).startswith("Kept until November 30, 2026, because")
    assert at("appealed", date(2026, 11, 1)).startswith("Kept until concluded, because")
    assert at("concluded", date(2027, 6, 1)).startswith("Kept until August 30, 2027, because")


def test_a_hold_outlasts_every_clock_and_is_lifted_by_two(in_force: PolicyVersion) -> None:
    on = date(2030, 1, 1)
    for lifted_by in ((), ("account:1",), ("account:1", "account:1")):
        assert not judge(["non-evidentiary"], STOP, holds=[HoldState("H", "suit", lifted_by)], on=on).due(on)
    assert judge(["non-evidentiary"], STOP, holds=[HoldState("H", "suit", ("account:1", "account:2"))], on=on).due(on)


def test_a_life_from_draft_to_superseded(today: date, db: None) -> None:
    first = actions.adopt(HOUSE, actor=ACTOR, vote="5-0")
    draft = actions.draft(later("2026-12", SHORTER), actor=ACTOR, based_on=first)
    actions.publish(draft, actor=ACTOR, comments_until=date(2026, 12, 15))
    actions.comment(draft, "Too short.", actor=ACTOR, voice="public")
    with pytest.raises(Refused, match="Comments on it are taken"):
        actions.adopt(bytes(draft.text), actor=ACTOR, effective=date(2027, 3, 1))
    with time_machine.travel("2026-12-16T18:00:00Z", tick=False):
        adopted = actions.adopt(bytes(draft.text), actor=ACTOR, effective=date(2027, 1, 15), vote="3-2")
        assert policy_in_force() == first
    with time_machine.travel("2027-01-15T18:00:00Z", tick=False):
        assert policy_in_force() == adopted == draft
    assert adopted.comments.get().text == "Too short."


def test_notice_counts_from_the_day_of_the_log_not_from_the_vote(in_force: PolicyVersion) -> None:
    with pytest.raises(Refused, match="December 23, 2026 at the earliest"):
        actions.adopt(later("2026-12", SHORTER), actor=ACTOR, on=date(2026, 10, 1), effective=date(2026, 12, 1))


def test_midnight_is_the_department_s(in_force: PolicyVersion) -> None:
    """In force on January 1 begins at midnight in Kansas City: six in the morning in UTC."""
    actions.adopt(later("2026-12", SHORTER), actor=ACTOR, effective=date(2027, 1, 1))
    with time_machine.travel("2027-01-01T05:59:59Z", tick=False):
        assert policy_in_force() == in_force
    with time_machine.travel("2027-01-01T06:00:00Z", tick=False):
        assert policy_in_force() != in_force
