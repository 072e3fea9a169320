"""publish(): from here on the text stands, and people may speak."""

from __future__ import annotations

import json
from datetime import date

import pytest

from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.policy import actions
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Refused
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE


def test_publishing_is_public_and_says_until_when(today: date, db: None) -> None:
    version = actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR, comments_until=date(2026, 12, 15))
    assert version.state == PolicyVersion.State.PUBLISHED
    event = history(version.handle)[-1]
    assert event.kind == Kind.POLICY_VERSION_PUBLISHED
    assert facts_of(event)["comments_until"] == "2026-12-15"
    assert version.hash in bytes(event.leaf).decode()


def test_a_draft_is_not_public(today: date, db: None) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    assert version.hash not in bytes(history(version.handle)[0].leaf).decode()
    assert "f" not in json.loads(bytes(history(version.handle)[0].leaf))


def test_it_is_published_once(today: date, db: None) -> None:
    version = actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR)
    with pytest.raises(Refused, match="It is published for comment already"):
        actions.publish(version, actor=ACTOR)


def test_what_is_in_force_is_not_published(in_force: PolicyVersion) -> None:
    with pytest.raises(Refused, match="It is adopted already"):
        actions.publish(in_force, actor=ACTOR)


def test_comments_can_t_end_before_they_begin(today: date, db: None) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    with pytest.raises(Refused, match="lies in the past"):
        actions.publish(version, actor=ACTOR, comments_until=date(2026, 11, 22))
    assert actions.publish(version, actor=ACTOR, comments_until=today).takes_comments()
