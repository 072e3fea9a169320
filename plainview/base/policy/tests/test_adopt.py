"""adopt(): the text becomes the department's policy, and history has all of it."""

from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from django.db import transaction

from plainview.base.custody.history import describe, facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.policy import actions
from plainview.base.policy.lookup import current_hash
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import PolicyErrors, Refused
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, LONGER, SHORTER, later, with_slip

State = PolicyVersion.State


def test_the_full_text_its_hash_and_the_vote_go_into_history(today: date, db: None) -> None:
    version = actions.adopt(HOUSE, actor=ACTOR, vote="5-0", minutes="Minutes of March 23, 2021, item 7")
    event = history(version.handle)[-1]
    assert event.kind == Kind.POLICY_VERSION_ADOPTED
    facts = facts_of(event)
    assert facts["text"] == HOUSE
    assert facts["sha256"] == version.hash == hashlib.sha256(HOUSE.encode()).hexdigest()
    assert {k: facts[k] for k in ("adopted_by", "adopted_on", "effective", "vote", "minutes")} == {
        "adopted_by": "Board of Police Commissioners",
        "adopted_on": "2021-03-23",
        "effective": "2021-04-01",
        "vote": "5-0",
        "minutes": "Minutes of March 23, 2021, item 7",
    }
    public = json.loads(bytes(event.leaf))["f"]
    assert public == {"effective": "2021-04-01", "sha256": version.hash, "version": "2021-03"}
    assert describe(event) == (
        "The system entered the adoption of the policy internally-recorded-digital-media 2021-03 "
        "by the Board of Police Commissioners, in force from 2021-04-01."
    )


def test_the_event_names_the_policy_that_was_in_force_when_it_was_decided(in_force: PolicyVersion) -> None:
    assert "pol" not in json.loads(bytes(history(in_force.handle)[0].leaf)) or (
        json.loads(bytes(history(in_force.handle)[0].leaf))["pol"] is None
    )
    second = actions.adopt(later("2026-12", LONGER), actor=ACTOR, effective=date(2026, 11, 23))
    assert json.loads(bytes(history(second.handle)[0].leaf))["pol"] == in_force.hash
    assert current_hash() == second.hash


def test_today_is_the_department_s_day_not_that_of_utc(in_force: PolicyVersion) -> None:
    """It is November 24 in UTC, and November 23 in Kansas City."""
    version = actions.adopt(later("2026-12", LONGER), actor=ACTOR, effective=date(2026, 11, 23))
    assert version.adopted_on == date(2026, 11, 23)


def test_a_draft_of_the_same_bytes_becomes_the_adopted_one(today: date, db: None) -> None:
    drafted = actions.draft(HOUSE, actor=ACTOR)
    adopted = actions.adopt(HOUSE.encode(), actor=ACTOR)
    assert adopted.pk == drafted.pk
    assert [e.kind for e in history(adopted.handle)] == [Kind.POLICY_VERSION_DRAFTED, Kind.POLICY_VERSION_ADOPTED]


def test_it_is_not_adopted_while_comments_are_taken(today: date, db: None) -> None:
    version = actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR, comments_until=today)
    with pytest.raises(Refused, match="until the end of 2026-11-23: adopt it after that"):
        actions.adopt(HOUSE, actor=ACTOR)
    version.refresh_from_db()
    assert version.state == State.PUBLISHED


def test_without_a_last_day_for_comments_the_vote_ends_them(today: date, db: None) -> None:
    actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR)
    assert actions.adopt(HOUSE, actor=ACTOR).state == State.ADOPTED


def test_what_the_text_leaves_open_the_vote_says(today: date, db: None) -> None:
    text = with_slip('adopted_by = "Board of Police Commissioners"\n', "", later("2026-12"))
    version = actions.adopt(text, actor=ACTOR, by=" City Council ", on=date(2026, 11, 1), effective=date(2026, 12, 1))
    assert (version.adopted_by, version.adopted_on) == ("City Council", date(2026, 11, 1))


def test_a_refused_adoption_leaves_nothing_behind(in_force: PolicyVersion) -> None:
    with pytest.raises(Refused, match="30 days of notice"):
        actions.adopt(later("2026-12", SHORTER), actor=ACTOR, effective=date(2026, 12, 1))
    with pytest.raises(Refused, match="in the past"):
        actions.adopt(later("2026-12", LONGER), actor=ACTOR, effective=date(2026, 11, 22))
    with pytest.raises(PolicyErrors):
        actions.adopt(with_slip("180 days", "180 dayz"), actor=ACTOR)
    assert list(PolicyVersion.objects.all()) == [in_force]


def test_change_and_event_stand_or_fall_together(today: date, db: None) -> None:
    with transaction.atomic():
        handle = actions.adopt(HOUSE, actor=ACTOR).handle
        transaction.set_rollback(True)
    assert not PolicyVersion.objects.exists()
    assert history(handle) == []


def test_the_largest_text_fits_into_history(today: date, db: None) -> None:
    clauses = "".join(f'[[clause]]\nid = "X.{n}"\ntext = "{"é" * 9_000}"\n' for n in range(13))
    cited = "".join(f'[[clause]]\nid = "{n}"\ntext = "x"\n' for n in ("III.A", "V.1", "V.3", "V.4", "V.6"))
    text = HOUSE + clauses + cited
    assert 230_000 < len(text.encode()) < 262_144
    assert facts_of(history(actions.adopt(text, actor=ACTOR).handle)[0])["text"] == text
