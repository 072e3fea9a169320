"""draft() and revise(): a text that nobody but the administrators sees yet."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.policy import actions
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import PolicyErrors, Refused
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, LONGER, SHORTER, later, with_slip


def test_a_draft_keeps_the_exact_bytes_and_its_history_has_them(db: None) -> None:
    text = HOUSE.replace("\n", "\r\n").encode()
    version = actions.draft(text, actor=ACTOR)
    version.refresh_from_db()
    assert bytes(version.text) == text
    assert version.state == PolicyVersion.State.DRAFT
    event = history(version.handle)[0]
    assert event.kind == Kind.POLICY_VERSION_DRAFTED
    assert facts_of(event)["text"] == text.decode()
    assert facts_of(event)["sha256"] == version.hash
    assert b"text" not in bytes(event.leaf)


def test_a_text_with_problems_is_no_draft(db: None) -> None:
    with pytest.raises(PolicyErrors):
        actions.draft(with_slip("180 days", "180 dayz"), actor=ACTOR)
    assert not PolicyVersion.objects.exists()


def test_the_same_text_is_entered_once_unless_it_was_withdrawn(db: None) -> None:
    first = actions.draft(HOUSE, actor=ACTOR)
    with pytest.raises(Refused, match="there already: 2021-03, draft"):
        actions.draft(HOUSE, actor=ACTOR)
    actions.withdraw(first, "a slip", actor=ACTOR)
    assert actions.draft(HOUSE, actor=ACTOR).pk != first.pk


def test_a_draft_can_be_revised_and_history_keeps_both_texts(db: None) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    before = version.hash
    revised = actions.revise(version, later("2026-12", LONGER), actor=ACTOR)
    revised.refresh_from_db()
    assert (revised.pk, revised.version) == (version.pk, "2026-12")
    facts = facts_of(history(version.handle)[-1])
    assert facts["before"] == before
    assert "2 years" in str(facts["text"])
    assert "180 days" in str(facts_of(history(version.handle)[0])["text"])


def test_what_the_public_has_seen_is_not_revised(today: date, db: None) -> None:
    version = actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR)
    with pytest.raises(Refused, match="can't be changed any more"):
        actions.revise(version, later("2026-12", SHORTER), actor=ACTOR)


def test_a_draft_says_what_it_is_based_on(in_force: PolicyVersion) -> None:
    assert actions.draft(later("2026-12", LONGER), actor=ACTOR, based_on=in_force).based_on == in_force


@pytest.mark.parametrize(
    "statement",
    [
        "update policy_policyversion set text = 'x'",
        "update policy_policyversion set version = 'x'",
        "update policy_policyversion set effective = '2020-01-01'",
        "update policy_policyversion set vote = '9-0'",
        "update policy_policyversion set state = 'draft'",
        "delete from policy_policyversion",
    ],
)
def test_the_database_itself_refuses_to_rewrite_what_is_adopted(in_force: PolicyVersion, statement: str) -> None:
    with pytest.raises(DatabaseError, match=r"stays|can't be rewritten|stay"), transaction.atomic():
        connection.cursor().execute(statement)
    assert PolicyVersion.objects.get().hash == in_force.hash
