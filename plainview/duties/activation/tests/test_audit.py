"""An audit over a real database: what it says, what later footage and corrections change, and what history keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import Department
from plainview.duties.activation.actions import BadDays, audit
from plainview.duties.activation.models import Finding, OtherFinding
from plainview.duties.activation.tasks import touched
from plainview.duties.activation.tests.making import (
    ACTIVATION,
    DAY,
    NOON,
    audited,
    busy,
    carry,
    finding,
    policy,
    recording,
    sent,
)
from plainview.holdings.evidence.models import RecordingCall
from plainview.holdings.evidence.tests import paper
from plainview.holdings.fleet.models import Fault
from plainview.holdings.incidents.models import Dispatch


def test_a_day_with_everything(department: Department) -> None:
    made = busy(department)
    said = {name: finding(each) for name, each in made.items()}
    assert {name: f.status for name, f in said.items()} == {
        "full": "recorded", "part": "partial", "missing": "not_recorded", "other": "not_recorded",
    }  # fmt: skip
    assert said["part"].flags == ["late_start", "early_stop"]
    assert (said["part"].late, said["part"].early, said["part"].coverage) == (300, 900, 333)
    assert said["full"].unit == department.first
    assert {f.clause for f in said.values()} == {"III.A"}


def test_footage_that_comes_days_late_matches_what_was_open(department: Department) -> None:
    made = busy(department)
    recording(department.alice, NOON + timedelta(hours=3))
    audited()
    assert finding(made["missing"]).status == "recorded"


def test_missing_footage_is_pending_until_its_upload_is_due(department: Department) -> None:
    policy()
    carry(department.alice, "B1")
    call = sent(department.alice, "C1")
    cleared = NOON + timedelta(minutes=30)
    audited(as_of=cleared + timedelta(hours=24, seconds=-1))
    assert finding(call).status == "pending"
    audited(as_of=cleared + timedelta(hours=24))
    assert finding(call).status == "not_recorded"


def test_a_fault_counts_only_while_that_camera_was_carried(department: Department) -> None:
    policy()
    camera = carry(department.alice, "B1")
    call = sent(department.alice, "C1")
    fault = Fault.objects.create(
        camera=camera, began=NOON - timedelta(hours=1), ended=NOON, what="dark", reported_by="t"
    )
    audited()
    assert finding(call).status == "not_recorded"  # over when the call began
    Fault.objects.filter(pk=fault.pk).update(ended=NOON + timedelta(minutes=1))
    audited()
    assert (finding(call).status, finding(call).reason) == ("excused", "camera_fault")


def test_a_long_barricade_and_a_call_over_midnight_match(department: Department) -> None:
    policy()
    carry(department.alice, "B1")
    long = sent(department.alice, "L1", NOON)
    Dispatch.objects.filter(pk=long.pk).update(cleared=NOON + timedelta(days=3))
    first = recording(department.alice, NOON, 600)
    last = recording(department.alice, NOON + timedelta(days=2, hours=23), 60)
    audited()
    found = finding(long)
    assert found.recordings == [first.pk, last.pk]
    assert found.flags == ["gap"]


def test_a_confirmed_drift_moves_times_and_the_recording_stays(department: Department) -> None:
    from plainview.duties.activation.clocks import confirm, withdraw

    policy()
    camera = carry(department.alice, "B1")
    call = sent(department.alice, "C1")
    clip = recording(department.alice, NOON + timedelta(minutes=7), camera=camera)
    audited()
    assert finding(call).flags == ["late_start"]
    drift = confirm(camera, 420, NOON - timedelta(days=1), None, "seen", actor="account:x")
    audited()
    assert (finding(call).status, finding(call).late, finding(call).early) == ("recorded", 0, 0)
    assert paper.again(clip).start == clip.start
    withdraw(drift, actor="account:x")
    audited()
    assert finding(call).flags == ["late_start"]
    assert paper.kinds(camera.handle) == ["activation.drift.confirmed", "activation.drift.withdrawn"]


def test_days_without_a_policy_are_said_not_judged(department: Department) -> None:
    paper.policy()  # no [activation]
    sent(department.alice, "C1")
    run = audited()
    assert (run.dispatches, run.unjudged) == (0, 1)
    assert not Finding.objects.exists()


def test_rows_without_an_officer_judge_nobody(department: Department) -> None:
    policy()
    call = sent(department.alice, "C1")
    Dispatch.objects.filter(pk=call.pk).update(officer=None, badge="")
    run = audited()
    assert (run.dispatches, run.nobody) == (0, 1)


def test_a_corrected_day_takes_the_old_finding_along(department: Department) -> None:
    policy()
    call = sent(department.alice, "C1")
    audited()
    later = NOON + timedelta(days=1)
    Dispatch.objects.filter(pk=call.pk).update(arrived=later, cleared=later + timedelta(minutes=5))
    audited(DAY, DAY + timedelta(days=1))
    assert finding(call).day == DAY + timedelta(days=1)


def test_findings_of_their_own_kind_change_no_status_and_end(department: Department) -> None:
    policy()
    carry(department.alice, "B1")
    call = sent(department.alice, "C1")
    clip = recording(department.alice, uploaded=NOON + timedelta(days=3))
    audited()
    assert finding(call).status == "recorded"
    said = {o.kind: o for o in OtherFinding.objects.filter(ended_at=None)}
    assert set(said) == {"late_docking", "doubtful_class"}
    assert (said["late_docking"].clause, said["doubtful_class"].clause) == ("IV.3", "V.20")
    assert said["doubtful_class"].detail == "REPORT"
    type(clip).objects.filter(pk=clip.pk).update(classes=["criminal", "non-evidentiary"])
    audited()
    assert set(OtherFinding.objects.filter(ended_at=None).values_list("kind", flat=True)) == {"late_docking"}


def test_the_car_alone_is_a_finding_where_its_crew_is_known(department: Department) -> None:
    from plainview.holdings.fleet.models import Vehicle

    policy()
    carry(department.alice, "B1")
    car = Vehicle.objects.create(name="Car 7")
    call = sent(department.alice, "C1")
    Dispatch.objects.filter(pk=call.pk).update(vehicle="Car 7")
    clip = recording(department.alice, NOON, 30, kind="in-car", vehicle=car, officer=None)
    audited()
    assert finding(call).in_car == [clip.pk]
    assert finding(call).status == "not_recorded"
    assert OtherFinding.objects.get(kind="in_car_alone").recording_id == clip.pk
    recording(department.alice)
    audited()
    assert not OtherFinding.objects.filter(kind="in_car_alone", ended_at=None).exists()


def test_an_audit_is_an_event_with_the_hash_of_its_table_and_ties_nothing(department: Department) -> None:
    busy(department)
    table: list[tuple[str, ...]] = []
    run = audit(
        DAY, DAY, actor="system:test", as_of=NOON + timedelta(days=10), sink=lambda row: table.append(tuple(row))
    )
    again = audited()
    assert len(table) == 5
    assert run.sha256 == again.sha256
    facts = paper.facts(run.handle, "activation.audit.run")
    assert facts["statuses"] == {"recorded": 1, "partial": 1, "not_recorded": 2}
    assert not RecordingCall.objects.exists()


def test_days_the_wrong_way_round_are_refused(department: Department) -> None:
    with pytest.raises(BadDays, match="before the first"):
        audit(DAY, DAY - timedelta(days=1), actor="system:test")


def test_each_day_is_judged_by_the_policy_of_that_day(department: Department) -> None:
    policy()
    stricter = (paper.TEXT + ACTIVATION).replace('version = "2026-01"', 'version = "2026-02"')
    stricter = stricter.replace("late_start_seconds = 60", "late_start_seconds = 10")
    tomorrow = timezone.localdate() + timedelta(days=1)
    stricter = stricter.replace("effective = 2020-01-01", f"effective = {tomorrow}").replace(
        "adopted_on = 2020-01-01", f"adopted_on = {timezone.localdate()}"
    )
    from plainview.base.policy.actions import adopt
    from plainview.duties.activation.rules.terms import stretches

    adopt(stricter, actor="system:test")
    from plainview.base.policy.lookup import terms

    found = list(stretches(terms(), tomorrow - timedelta(days=3), tomorrow + timedelta(days=2)))
    late = [(s.first, s.policy.activation.late_start_seconds) for s in found if s.policy and s.policy.activation]
    assert late == [(tomorrow - timedelta(days=3), 60), (tomorrow, 10)]


def test_what_came_in_since_the_last_audit_is_audited_again(department: Department) -> None:
    busy(department)
    assert touched(DAY) is None  # batches of these tests never ended
