"""Two people who change policy at the same moment: one after the other, and the second sees what the first decided."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from plainview.base.policy import actions
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Refused
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, LONGER, later


def both(*acts: Callable[[], object]) -> list[str]:
    """Runs acts at the same moment, each on a connection of its own; returns what became of them, sorted."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        start.wait(10)
        try:
            act()
        except Refused as refused:
            return str(refused)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_the_same_text_is_adopted_once() -> None:
    found = both(*[lambda: actions.adopt(HOUSE, actor=ACTOR)] * 4)
    assert found[0] == ""
    assert all(told.startswith("This very text is adopted already") for told in found[1:])
    assert PolicyVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_texts_don_t_begin_on_the_same_day() -> None:
    actions.adopt(HOUSE, actor=ACTOR)
    day = timezone.localdate() + timedelta(days=40)
    found = both(
        lambda: actions.adopt(later("a", LONGER), actor=ACTOR, effective=day),
        lambda: actions.adopt(later("b", LONGER), actor=ACTOR, effective=day),
    )
    assert found[0] == ""
    assert "this one can follow it from" in found[1]
    assert PolicyVersion.objects.filter(effective=day).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_withdrawn_or_published_but_never_both() -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    found = both(
        lambda: actions.publish(version, actor=ACTOR, comments_until=date(2199, 1, 1)),
        lambda: actions.withdraw(version, "x", actor=ACTOR),
    )
    version.refresh_from_db()
    if found[0]:  # withdrawn first: publishing was refused
        assert version.state == PolicyVersion.State.WITHDRAWN
    else:  # a published text may be withdrawn
        assert version.state == PolicyVersion.State.WITHDRAWN
        assert version.published_at or found[1]
