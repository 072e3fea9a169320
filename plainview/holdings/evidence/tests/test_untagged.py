"""A recording that nobody classes is never due, and somebody is told (DOMAIN.md, real failures, 3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from conftest import Department
from plainview.base.notices.models import Notice
from plainview.base.people.models import Account, Assignment, Officer
from plainview.holdings.evidence import untagged
from plainview.holdings.evidence.access import EVERYTHING, Scope
from plainview.holdings.evidence.actions import set_classes
from plainview.holdings.evidence.keeping import kept_until
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests import paper

NOW = datetime(2026, 6, 30, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def policy(department: Department) -> None:
    paper.policy()


def old(department: Department, days: float, account: Account | None = None) -> Recording:
    return paper.recording(account or department.alice, at=NOW - timedelta(days=days))


def told(account: Account) -> list[str]:
    return list(Notice.objects.filter(account=account, done_at=None).values_list("subject", flat=True))


def test_after_200_days_it_is_still_there_and_everybody_knows(department: Department) -> None:
    made = old(department, 200)
    untagged.escalate(NOW)
    assert not kept_until(made, date(2036, 1, 1)).due(date(2036, 1, 1))
    assert told(department.alice) == ["1 recording of yours has had no class for 3 days"]
    assert told(department.sam) == ["1 recording has had no class for 7 days"]
    assert len(told(department.tess)) == 1, "nobody stands above the squad: technicians and command are told"


def test_each_step_comes_on_its_day(department: Department) -> None:
    old(department, 2.9)
    untagged.escalate(NOW)
    assert not Notice.objects.exists()
    old(department, 3.1)
    untagged.escalate(NOW)
    assert told(department.alice) == ["1 recording of yours has had no class for 3 days"]
    assert not told(department.sam)
    old(department, 8)
    untagged.escalate(NOW + timedelta(days=7))
    assert told(department.sam) == ["3 recordings have had no class for 7 days"]


def test_the_command_of_the_division_is_told(department: Department) -> None:
    captain = department.cora
    captain.officer = _captain(department)
    captain.save()
    captain.grants.create(role="supervisor", granted_by="system:test")
    old(department, 15)
    untagged.escalate(NOW)
    assert told(captain) == ["1 recording has had no class for 14 days"]
    assert not told(department.tess)


def _captain(department: Department) -> Officer:
    officer = Officer.objects.create(agency=department.agency, badge="900", name="Cap Sample")
    Assignment.objects.create(officer=officer, unit=department.division, began=date(2020, 1, 1))
    return officer


def test_it_is_told_once_a_week_and_settled_when_it_is_done(department: Department) -> None:
    made = old(department, 4)
    assert untagged.escalate(NOW) == 1
    assert untagged.escalate(NOW + timedelta(hours=5)) == 0
    set_classes(made.pk, ["non-evidentiary"], actor=department.alice.actor)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        untagged.escalate()
    assert not told(department.alice)


def test_footage_of_nobody_goes_to_those_who_look_after_it(department: Department) -> None:
    made = paper.recording(None, at=NOW - timedelta(days=5))
    untagged.escalate(NOW)
    assert made.officer is None
    assert told(department.tess)
    assert told(department.cora)


def test_the_list_counts_by_officer_and_age(department: Department) -> None:
    for days in (1, 4, 9, 30):
        old(department, days)
    old(department, 4, department.charlie)
    found = untagged.piles(EVERYTHING, NOW)
    assert [pile.counts for pile in found] == [(4, 3, 2, 1), (1, 1, 0, 0)]
    own = Scope(officers=frozenset({department.charlie.officer_id or 0}))
    assert [pile.counts for pile in untagged.piles(own, NOW)] == [(1, 1, 0, 0)]
    assert untagged.piles(Scope(), NOW) == []


def test_a_supervisor_sees_the_squad_and_nobody_else_s(department: Department) -> None:
    old(department, 4)
    old(department, 4, department.charlie)
    page = department.client(department.sam).get("/recordings/untagged/").content.decode()
    assert "Alice Officer" in page
    assert "Charlie Officer" not in page
    assert department.client(department.nora).get("/recordings/untagged/").status_code == 404
