"""comment(): what somebody said stays with the version it was said of."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from plainview.base.custody.history import describe, facts_of, history
from plainview.base.policy import actions
from plainview.base.policy.models import Comment, PolicyVersion
from plainview.base.policy.rules import Refused
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY


@pytest.fixture
def published(today: date, db: None) -> PolicyVersion:
    version = actions.draft(KANSAS_CITY.read_bytes(), actor=ACTOR)
    return actions.publish(version, actor=ACTOR, comments_until=date(2026, 12, 15))


def test_a_comment_keeps_who_when_on_what(published: PolicyVersion) -> None:
    actions.comment(
        published,
        " Too short. ",
        actor=ACTOR,
        voice="public",
        name="A resident",
        clause="V.3",
        said_on=date(2026, 11, 23),
    )
    made = published.comments.get()
    assert (made.voice, made.name, made.clause, made.text) == ("public", "A resident", "V.3", "Too short.")
    event = history(published.handle)[-1]
    assert facts_of(event)["text"] == "Too short."
    assert describe(event) == (
        "The system entered a comment on the policy text, on clause V.3, said by the public (A resident)."
    )
    assert "resident" not in bytes(event.leaf).decode()


@pytest.mark.parametrize("voice", Comment.Voice.values)
def test_the_working_group_agencies_the_public_and_the_department_speak(published: PolicyVersion, voice: str) -> None:
    assert actions.comment(published, "x", actor=ACTOR, voice=voice).voice == voice


@pytest.mark.parametrize(
    ("text", "clause", "said_on", "says"),
    [
        ("  ", "", None, "from 1 to"),
        ("x" * 20_001, "", None, "from 1 to"),
        ("x", "V.99", None, "no clause V.99"),
        ("x", "", date(2026, 11, 24), "in the future"),
    ],
)
def test_a_comment_that_can_t_be_is_refused(
    published: PolicyVersion, text: str, clause: str, said_on: date | None, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        actions.comment(published, text, actor=ACTOR, voice="public", clause=clause, said_on=said_on)
    assert not published.comments.exists()


def test_drafts_and_adopted_texts_take_no_comments(today: date, db: None) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    with pytest.raises(Refused, match="It takes no comments: it is draft"):
        actions.comment(version, "x", actor=ACTOR, voice="public")
    actions.adopt(HOUSE, actor=ACTOR)
    with pytest.raises(Refused, match="It takes no comments: it is adopted"):
        actions.comment(version, "x", actor=ACTOR, voice="public")


def test_what_was_said_in_time_can_be_entered_later(published: PolicyVersion) -> None:
    published.comments_until = date(2026, 11, 20)
    published.save()
    actions.comment(published, "by letter", actor=ACTOR, voice="agency", said_on=date(2026, 11, 20))
    with pytest.raises(Refused, match="comments were taken until 2026-11-20"):
        actions.comment(published, "too late", actor=ACTOR, voice="agency")


def test_a_comment_is_never_changed_or_removed(published: PolicyVersion) -> None:
    made = actions.comment(published, "x", actor=ACTOR, voice="public")
    made.text = "y"
    with pytest.raises(DatabaseError, match="texts and comments stay"), transaction.atomic():
        made.save()
    with pytest.raises(DatabaseError, match="texts and comments stay"), transaction.atomic():
        made.delete()
    assert Comment.objects.get().text == "x"
