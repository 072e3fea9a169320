"""withdraw(): what is not in force yet can be taken back, with a reason that stays."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from plainview.base.custody.history import describe, history
from plainview.base.policy import actions
from plainview.base.policy.lookup import in_force as policy_in_force
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Refused
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, LONGER, SHORTER, later

State = PolicyVersion.State


def test_a_draft_is_withdrawn_with_its_reason(today: date, db: None) -> None:
    version = actions.withdraw(actions.draft(HOUSE, actor=ACTOR), " superseded by talks ", actor=ACTOR)
    assert (version.state, version.withdrawn_why) == (State.WITHDRAWN, "superseded by talks")
    assert describe(history(version.handle)[-1]).endswith("2021-03, because: superseded by talks.")


def test_a_reason_is_needed_and_once_is_enough(today: date, db: None) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    with pytest.raises(Refused, match="Say why"):
        actions.withdraw(version, " ", actor=ACTOR)
    actions.withdraw(version, "x", actor=ACTOR)
    with pytest.raises(Refused, match="withdrawn already"):
        actions.withdraw(version, "x", actor=ACTOR)


def test_what_is_in_force_or_was_is_not_withdrawn(in_force: PolicyVersion) -> None:
    with pytest.raises(Refused, match="It has been in force since April 1, 2021: adopt another version"):
        actions.withdraw(in_force, "x", actor=ACTOR)


def test_an_adopted_one_can_be_withdrawn_before_its_first_day(in_force: PolicyVersion) -> None:
    coming = actions.adopt(later("2026-12", SHORTER), actor=ACTOR, effective=date(2027, 1, 1))
    actions.withdraw(coming, "the board reconsidered", actor=ACTOR)
    assert policy_in_force(date(2027, 6, 1)) == in_force
    # its name and its day are free again
    assert actions.adopt(later("2026-12", LONGER), actor=ACTOR, effective=date(2027, 1, 1)).pk != coming.pk


def test_the_last_adopted_goes_first(in_force: PolicyVersion) -> None:
    """Else a text that was only compared with the withdrawn one could shorten without notice."""
    second = actions.adopt(later("2026-12", LONGER), actor=ACTOR, effective=date(2027, 1, 1))
    third = actions.adopt(later("2027-02", LONGER, ("= 24", "= 48")), actor=ACTOR, effective=date(2027, 2, 1))
    with pytest.raises(Refused, match="withdraw that one first"):
        actions.withdraw(second, "x", actor=ACTOR)
    actions.withdraw(third, "x", actor=ACTOR)
    assert actions.withdraw(second, "x", actor=ACTOR).state == State.WITHDRAWN


def test_on_its_first_day_it_is_too_late(in_force: PolicyVersion) -> None:
    coming = actions.adopt(later("2026-12", LONGER), actor=ACTOR, effective=date(2026, 11, 25))
    with time_machine.travel("2026-11-25T06:00:00Z", tick=False), pytest.raises(Refused, match="in force since"):
        actions.withdraw(coming, "x", actor=ACTOR)
