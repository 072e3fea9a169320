"""Who sees which version, and who may bring it further: one rule for every page."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import Department
from plainview.base.policy import actions
from plainview.base.policy.access import may_comment, may_edit, visible
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import LONGER, SHORTER, a_class, later

EVERYBODY = ["alice", "bob", "charlie", "sam", "tess", "audrey"]


@pytest.fixture
def versions(in_force: PolicyVersion) -> dict[str, PolicyVersion]:
    """One version in every place that a version can be in."""

    def drafted(name: str) -> PolicyVersion:
        return actions.draft(later(name, LONGER) + a_class(f"only-{name}"), actor=ACTOR)

    def published(name: str, until: date | None = None) -> PolicyVersion:
        return actions.publish(drafted(name), actor=ACTOR, comments_until=until)

    coming = actions.adopt(later("coming", SHORTER), actor=ACTOR, effective=date(2027, 1, 1))
    reversed_vote = actions.adopt(later("reversed", SHORTER, ("= 24", "= 48")), actor=ACTOR, effective=date(2027, 2, 1))
    return {
        "in force": in_force,
        "coming": coming,
        "draft": drafted("draft"),
        "published": published("published"),
        "comments over": published("over", date(2026, 11, 23)),
        "withdrawn draft": actions.withdraw(drafted("gone"), "x", actor=ACTOR),
        "withdrawn after publishing": actions.withdraw(published("seen"), "x", actor=ACTOR),
        "withdrawn after the vote": actions.withdraw(reversed_vote, "x", actor=ACTOR),
    }


PRIVATE = {"draft", "withdrawn draft"}


@pytest.mark.parametrize("who", EVERYBODY)
def test_whoever_has_a_role_sees_what_the_public_may_know(
    department: Department, versions: dict[str, PolicyVersion], who: str
) -> None:
    seen = set(visible(getattr(department, who)))
    assert {name for name, version in versions.items() if version in seen} == set(versions) - PRIVATE
    assert not may_edit(getattr(department, who))


def test_administrators_see_everything(department: Department, versions: dict[str, PolicyVersion]) -> None:
    assert set(visible(department.adam)) == set(versions.values())
    assert may_edit(department.adam)


def test_without_a_role_there_is_nothing(department: Department, versions: dict[str, PolicyVersion]) -> None:
    assert not visible(department.nora).exists()
    assert not may_edit(department.nora)
    assert not may_comment(department.nora, versions["published"])


def test_a_disabled_account_sees_nothing(department: Department, versions: dict[str, PolicyVersion]) -> None:
    department.adam.is_active = False
    assert not visible(department.adam).exists()
    assert not may_edit(department.adam)


@pytest.mark.parametrize("who", [*EVERYBODY, "adam"])
def test_comments_are_taken_on_published_texts_until_their_last_day(
    department: Department, versions: dict[str, PolicyVersion], who: str
) -> None:
    account = getattr(department, who)
    taking = {name for name, version in versions.items() if may_comment(account, version)}
    assert taking == {"published", "comments over"}
    versions["comments over"].comments_until = date(2026, 11, 22)
    assert not may_comment(account, versions["comments over"])
