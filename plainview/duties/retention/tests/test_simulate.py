"""What a draft would move, before the vote; and a shorter rule that never reaches back (real failures, 1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import Department
from plainview.base.custody.models import Event
from plainview.base.policy.actions import adopt, draft
from plainview.base.policy.rules import Refused, parse
from plainview.duties.retention import telling
from plainview.duties.retention.due import judge_all
from plainview.duties.retention.prices import BadPrices, Tier, read_prices
from plainview.duties.retention.simulate import Simulation, simulate
from plainview.holdings.evidence.actions.holding import place_hold
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests import paper
from plainview.holdings.incidents.actions.matters import open_matter
from plainview.holdings.incidents.rules import Standing

TIERS = [Tier("standard", 0, 0.03)]
GB = 1_000_000_000


@pytest.fixture(autouse=True)
def policy(department: Department) -> None:
    paper.policy()


def shorter(days: int = 30) -> str:
    """A draft that keeps what is not evidence for fewer days."""
    lines = [line for line in paper.TEXT.splitlines() if not line.startswith(("adopted_on", "effective"))]
    return "\n".join(lines).replace("180 days", f"{days} days").replace("2026-01", f"2027-{days}") + "\n"


def of_age(department: Department, days: int, *classes: str, here: bool = True) -> Recording:
    at = timezone.now() - timedelta(days=days)
    made = paper.recording(department.alice, *(classes or ["non-evidentiary"]), at=at, minutes=60)
    Recording.objects.filter(pk=made.pk).update(size=GB, held_here=here)
    return paper.again(made)


def asked(text: str, **more: object) -> Simulation:
    return simulate(parse(text), TIERS, **more)  # type: ignore[arg-type]


def test_a_quarter_that_would_be_due_is_told_and_nothing_is_touched(department: Department) -> None:
    """Oakland lost a quarter of its video to a checkbox. Here the checkbox says so, and then does not do it."""
    old = [of_age(department, 80) for _ in range(5)]
    for _ in range(15):
        of_age(department, 3)
    open_matter("IA-1", "complaint", Standing("concluded", paper.DAY, "closed"), actor="system:test", calls=[])
    before = [row for row in judge_all(timezone.localdate()) if row.due]
    found = asked(shorter())
    assert (found.recordings, found.as_if.due_before, found.as_if.newly_due) == (20, 0, 20)
    assert found.as_if.due_size == 20 * GB
    assert (found.adopted.total.recordings, found.adopted.newly_due) == (0, 0), "earlier promises stand"
    assert found.on == timezone.localdate() + timedelta(days=30), "notice"
    assert [row for row in judge_all(timezone.localdate()) if row.due] == before
    assert not Event.objects.filter(item_id=old[0].handle).exists()


def test_as_if_counts_those_whose_clock_would_have_run_out(department: Department) -> None:
    for days in (80, 80, 80, 80, 80, *[1] * 15):
        of_age(department, days)
    found = asked(shorter(60))
    assert (found.as_if.due_before, found.as_if.due_after) == (0, 5), "a quarter"


def test_a_shorter_rule_waits_for_its_notice_and_never_reaches_back(department: Department) -> None:
    kept = of_age(department, 80)
    with pytest.raises(Refused, match="30 days"):
        adopt(shorter(), actor="system:test", on=timezone.localdate(), effective=timezone.localdate())
    effective = timezone.localdate() + timedelta(days=30)
    adopt(shorter(), actor="system:test", on=timezone.localdate(), effective=effective)
    promised = timezone.localdate(kept.start or timezone.now()) + timedelta(days=180)
    for on in (effective, promised - timedelta(days=1), promised):
        row = next(row for row in judge_all(on) if row.id == str(kept.pk))
        assert row.keep_until == str(promised)
        assert row.due is (on >= promised)


def test_a_longer_rule_moves_what_is_here(department: Department) -> None:
    of_age(department, 10)
    found = asked(shorter(365))
    assert (found.adopted.total.longer, found.adopted.total.shorter) == (1, 0)
    months = 185 / 30.4375
    assert found.adopted.total.dollars == pytest.approx(0.03 * months, rel=0.01)
    assert [m.name for m in found.adopted.by_class] == ["non-evidentiary"]
    assert [m.name for m in found.adopted.by_unit] == ["Central Squad 1"]
    assert found.shortens == []


def test_what_is_held_costs_the_same_either_way_and_is_not_due(department: Department) -> None:
    held = of_age(department, 170)
    place_hold(held.pk, "claim", actor="system:test")
    found = asked(shorter())
    assert found.held == 1
    assert found.as_if.total.shorter == 1
    assert found.as_if.newly_due == 0
    assert found.as_if.total.dollars == pytest.approx(0)


def test_recordings_elsewhere_are_counted_apart(department: Department) -> None:
    of_age(department, 10, here=False)
    found = asked(shorter())
    assert (found.as_if.size_unknown, found.as_if.total.size, found.as_if.total.dollars) == (1, 0, 0)


def test_matters_that_concern_what_moves_are_counted(department: Department) -> None:
    made = of_age(department, 10)
    call = paper.call("C1", department.alice)
    made.call_ties.create(call=call, how="import")
    open_matter("CV-1", "civil", Standing("open", paper.DAY, "claim"), actor="system:test", calls=[call])
    assert asked(shorter()).as_if.matters == 1


def test_the_same_rules_under_another_name_move_nothing(department: Department) -> None:
    of_age(department, 300)
    found = asked(paper.TEXT.replace("2026-01", "other"))
    assert (found.as_if.total.recordings, found.adopted.total.recordings) == (0, 0)


def test_a_draft_without_a_class_keeps_its_recordings(department: Department) -> None:
    of_age(department, 300, "citation")
    text = shorter(180)
    i, j = text.index('[[class]]\nid = "citation"'), text.index("[[rule]]")
    without = text[:i] + text[j:].replace('add_class = "citation"', 'add_class = "criminal"')
    found = asked(without)
    assert (found.adopted.total.longer, found.adopted.newly_due) == (1, 0), "an unknown class never goes"


def test_the_json_says_everything_and_the_text_says_what_is_assumed(department: Department) -> None:
    of_age(department, 10)
    found = asked(shorter())
    said = telling.as_json(found)
    assert said["as_if"]["shorter"] == 1
    assert said["prices"] == [{"name": "standard", "from_day": 0, "dollars": 0.03}]
    assert "Adopting it destroys nothing" in telling.text(found)
    assert "assumptions" in telling.text(found)


@pytest.mark.parametrize("text", ["", "a:0", "a:5:1", "a:0:1,b:0:2", "a:0:1,b:9:x", "a:0:-1", ":0:1", "a:0:1:2"])
def test_prices_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadPrices, match="Write standard"):
        read_prices(text)


def test_cheaper_tiers_are_counted_day_by_day(department: Department) -> None:
    of_age(department, 170)  # 10 days at the first price, then the second
    tiers = read_prices("fast:0:0.30,slow:180:0.03")
    found = simulate(parse(shorter(280)), tiers)
    assert found.adopted.total.dollars == pytest.approx(0.03 * 100 / 30.4375, rel=0.02)


def test_the_page_is_for_those_who_prepare_the_vote(department: Department) -> None:
    of_age(department, 80)
    version = draft(shorter(), actor="system:test")
    address = f"/retention/simulate/{version.handle}/"
    adam = department.client(department.adam)
    assert "Simulate it" in adam.get(f"/policy/versions/{version.handle}/").content.decode()
    page = adam.get(f"{address}?run=1").content.decode()
    assert "Adopting it destroys nothing" in page
    assert paper.kinds(version.handle)[-1] == "retention.draft.simulated"
    assert department.client(department.tess).get(address).status_code == 404, "drafts are the administrators' own"
    assert department.client(department.alice).get(address).status_code == 403
