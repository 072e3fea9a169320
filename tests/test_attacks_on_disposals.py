"""Attacks on a copy of a running installation whose list of recordings was announced and has waited (INTEGRITY.md 7.1,
rows 1, 5, 7, 8, 9, 10; DOMAIN.md 7, number 1): nothing is destroyed that shouldn't be, and what was is found by name.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from plainview.site.backup.tests.test_backup import CAMERA, Place
from tests.test_attacks_on_storage import as_superuser, copy, objects

# A clock that stands eight days back when the list is announced, and right when it has waited: the log lives meanwhile.
STORY = """
from datetime import timedelta
import time_machine
from django.db import transaction
from django.utils import timezone
from plainview.base.custody import record, sequencer, open_item
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Account, RoleGrant
from plainview.duties.retention.disposal import actions
from plainview.duties.retention.disposal.tests.conftest import TEXT
from plainview.holdings.evidence.actions import set_classes
from plainview.holdings.evidence.tests import paper
from plainview.holdings.evidence.tests.making import footage

now = timezone.now()
with time_machine.travel(now - timedelta(days=7.2), tick=True) as clock:
    for name, role in (("tess", "technician"), ("cora", "commander")):
        account = Account.objects.create(username=name, handle=open_item("account"), full_name=name.title())
        RoleGrant.objects.create(account=account, role=role, granted_by="system:test")
    paper.policy(TEXT)
    for days in (220, 210, 200, 20, 230):
        made = footage(start=timezone.now() - timedelta(days=days), officer=None)
        if days != 230:
            set_classes(made.recording.pk, ["non-evidentiary"], actor="system:test")
    sequencer.drain()
    tess, cora = Account.objects.get(username="tess"), Account.objects.get(username="cora")
    batch = actions.draft(tess)
    actions.announce(batch, tess, reason="Looked at.")
    with transaction.atomic():
        while timezone.now() < now - timedelta(minutes=1):
            clock.move_to(min(timezone.now() + timedelta(minutes=50), now - timedelta(seconds=30)))
            record(Kind.CUSTODY_CHECKPOINT_HEARTBEAT, sequencer.log_item(), actor="system:test", facts={},
                   public={"size": 0})
sequencer.drain()
"""
WORDS = """
from django.utils import timezone
from plainview.base.custody import sequencer
from plainview.base.people.models import Account
from plainview.duties.retention.disposal import actions, destroying
from plainview.duties.retention.disposal.models import Approval, Batch, Line
from plainview.duties.retention.disposal.rules import Refused
sequencer.drain()
tess, cora = Account.objects.get(username="tess"), Account.objects.get(username="cora")
batch = Batch.objects.earliest("pk")
"""
APPROVE = """
for account in (tess, cora):
    actions.approve(batch, account, proved_at=timezone.now())
"""
BEGIN = """
sequencer.drain()
try:
    actions.begin(batch, cora, proved_at=timezone.now(), count="3")
except Refused as problem:
    print("REFUSED:", problem)
"""
GO = """
sequencer.drain()
batch = destroying.go_on(batch)
print("STATE:", batch.state, batch.stopped, batch.lines.filter(state="gone").count())
print("SPARED:", list(batch.lines.filter(state="spared").values_list("why", flat=True)))
sequencer.drain()
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Three recordings announced to be destroyed a week ago, one that is young, one that nobody classed."""
    place = Place(tmp_path_factory.mktemp("disposals") / "data", {})
    place.data.mkdir()
    place.run("manage", "shell", "-v", "0", "-c", CAMERA)
    script(place, STORY)
    assert len(objects(place)) == 5
    return place


@pytest.fixture
def place(original: Place, tmp_path: Path) -> Place:
    """A copy of it."""
    copy(original.data, tmp_path / "data")
    return Place(tmp_path / "data", {})


def script(place: Place, *parts: str) -> str:
    return place.run("manage", "shell", "-v", "0", "-c", "\n".join(parts))


def verify(place: Place, code: int = 0) -> str:
    return place.run("verify", place.data / "log", code=code)


def sweep(place: Place, code: int) -> dict[str, Any]:
    books: dict[str, Any] = json.loads(place.run("sweep", "--json", code=code).splitlines()[-1])["books"]
    return books


def test_an_honest_destruction_is_replayed_and_quiet(place: Place) -> None:
    said = script(place, WORDS, APPROVE, BEGIN, GO)
    assert "STATE: finished  3" in said
    assert len(objects(place)) == 2
    assert "3 recordings were destroyed by 1 disposal: allowed by the policy, announced" in " ".join(
        verify(place).split()
    )
    assert sweep(place, 0)["findings"] == 0


def test_row_9_without_the_approvals(place: Place) -> None:
    as_superuser(place, "update disposal_batch set state = 'destroying'")
    said = script(place, WORDS, GO)
    assert "0 of 2 different people have approved it" in said
    assert len(objects(place)) == 5


def test_row_10_approvals_that_are_only_rows(place: Place) -> None:
    for who in ("account:1", "account:2"):
        as_superuser(
            place,
            "insert into disposal_approval (batch_id, approved_by, approved_at, note) "
            f"select id, '{who}', now(), '' from disposal_batch",
        )
    assert "0 of 2 different people have approved it" in script(place, WORDS, BEGIN)
    assert len(objects(place)) == 5


def test_row_10_an_approval_copied_to_another_person(place: Place) -> None:
    """One person approves; the second event is written as the superuser, with a leaf of its own."""
    script(place, WORDS, "actions.approve(batch, tess, proved_at=timezone.now())\nsequencer.drain()")
    as_superuser(
        place,
        "update custody_event set leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '\"who\":\"', '\"who\":\"f'), "
        "'UTF8') where kind = 'disposal.batch.approved'",
    )
    said = script(place, WORDS, BEGIN)
    assert "isn't the one in the published log" in said
    assert len(objects(place)) == 5


def test_row_7_an_announcement_that_is_backdated(place: Place) -> None:
    """Rows say that it waited long ago; the log says when it was announced."""
    code = (
        "batch.pk, actions.withdraw(batch, tess, reason='again')\nsequencer.drain()\nfresh = actions.draft(tess)\n"
        "actions.announce(fresh, tess, reason='x')\nsequencer.drain()"
    )
    script(place, WORDS, code)
    as_superuser(place, "update disposal_batch set announced_at = now() - interval '90 days'")
    as_superuser(
        place, "update custody_event set logged_at = now() - interval '90 days' where kind like 'disposal.batch.a%'"
    )
    tail = WORDS.replace("earliest", "latest")
    said = script(
        place,
        tail,
        "try:\n    actions.approve(batch, tess, proved_at=timezone.now())\nexcept Refused as p:\n    print(p)",
    )
    assert "It has to stand in the published log for 7 more days" in said


def test_row_8_a_waiting_period_shortened_in_the_text(place: Place) -> None:
    as_superuser(
        place,
        "update policy_policyversion set text = convert_to(replace(convert_from(text, 'UTF8'), "
        "'approvals = 2', 'approvals = 2 '), 'UTF8')",
    )
    folder = place.data / "log" / "policy"
    for path in folder.iterdir():
        path.write_text(path.read_text().replace("waiting_days = 7", "waiting_days = 8"))
    script(place, WORDS, APPROVE, BEGIN, GO)
    assert "isn't the text that its name says" in " ".join(verify(place, 1).split())


def test_a_recording_put_onto_the_list_is_spared(place: Place) -> None:
    as_superuser(
        place,
        "insert into disposal_line (batch_id, recording_id, state, clause, until, decided, why, items, size) "
        "select b.id, r.id, 'going', 'V.3', current_date - 1, true, '', 1, 1 "
        "from disposal_batch b, evidence_recording r where r.id not in (select recording_id from disposal_line)",
    )
    said = script(place, WORDS, APPROVE, BEGIN, GO)
    assert "STATE: finished  3" in said
    assert said.count("it isn't on the published list") == 2
    assert len(objects(place)) == 2


def test_a_list_that_was_changed_stops_everything(place: Place) -> None:
    script(place, WORDS, APPROVE, BEGIN)
    path = next((place.data / "log" / "disposal").iterdir())
    path.write_text(path.read_text().replace('"size"', '"size" ').replace("non-evidentiary", "pre-check"))
    assert "STATE: destroying Its list doesn't lie in the published log as it was announced. 0" in script(
        place, WORDS, GO
    )
    assert len(objects(place)) == 5


def test_row_9_a_hold_deleted_as_the_superuser_still_holds(place: Place) -> None:
    script(
        place,
        WORDS,
        APPROVE,
        BEGIN,
        "from plainview.holdings.evidence.actions.holding import place_hold\n"
        "place_hold(batch.lines.first().recording_id, 'A claim.', actor='system:test')\nsequencer.drain()",
    )
    as_superuser(place, "delete from evidence_hold")
    said = script(place, WORDS, GO)
    assert "a person holds it: hold-1" in said
    assert "STATE: finished  2" in said
    assert "2 recordings were destroyed by 1 disposal" in " ".join(verify(place).split())


def test_row_5_a_class_changed_as_the_superuser_frees_nothing(place: Place) -> None:
    as_superuser(place, "update evidence_recording set classes = '{non-evidentiary}' where classes = '{unclassified}'")
    again = (
        "fresh = actions.draft(tess)\nprint('LISTED:', fresh.lines.count())\nactions.withdraw(fresh, tess, reason='x')"
    )
    assert "LISTED: 1" in script(place, WORDS, again)
    script(place, WORDS, APPROVE, BEGIN)
    as_superuser(place, "update evidence_recording set classes = '{pre-check}' where classes = '{non-evidentiary}'")
    said = script(place, WORDS, GO)
    assert "its row says pre-check, its history non-evidentiary" in said
    assert len(objects(place)) == 5
    assert sweep(place, 1)["open_alarms"] >= 1


def test_row_9_a_destruction_past_the_path_is_an_alarm(place: Place) -> None:
    """Whoever runs code on the server, and orders storage to destroy with an order of their own."""
    code = """
from django.db import transaction
from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence.models import Recording
with transaction.atomic():
    order = custody.open_item("disposal")
    custody.record(Kind.DISPOSAL_BATCH_DRAFTED, order, actor=tess.actor, facts={})
    victim = StoredObject.objects.first().pk
    storage.authorize_destruction([victim], order)
    storage.destroy(victim, order)
sequencer.drain()
"""
    script(place, WORDS, code)
    assert sweep(place, 1)["open_alarms"] == 1
    assert "is no disposal that was begun" in place.run("sweep", code=1)


def test_row_9_a_forged_course_is_found_by_the_verifier(place: Place) -> None:
    """Whoever runs code on the server, and writes every event themselves: the times of the log give it away."""
    code = """
from django.db import transaction
from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.holdings.evidence.models import Recording
public = {"manifest": "0" * 64, "recordings": 1, "bytes": 1, "early": "", "waiting_days": 0, "approvals": 0}
with transaction.atomic():
    order = custody.open_item("disposal")
    custody.record(Kind.DISPOSAL_BATCH_ANNOUNCED, order, actor=tess.actor, facts={}, public=public)
    custody.record(Kind.DISPOSAL_BATCH_APPROVED, order, actor=tess.actor, facts={}, public={**public, "who": "a"})
    victim = Recording.objects.order_by("-listed_at").first()
    custody.record(Kind.EVIDENCE_HOLD_PLACED, victim.handle, actor=tess.actor, facts={"hold": "hold-1"})
    custody.record(Kind.DISPOSAL_RECORDING_DESTROYED, victim.handle, actor=tess.actor, facts={},
                   public={"disposal": order, "items": 1})
sequencer.drain()
"""
    script(place, WORDS, code)
    said = " ".join(verify(place, 1).split())
    assert "It was announced for 0 days; the policy asks for" in said
    assert "1 of 2 different people have approved it" in said
    assert "was destroyed while a person held it" in said
    assert "The list of the disposal can't be used" in said


def test_row_1_a_list_that_is_taken_away_is_missed(place: Place) -> None:
    script(place, WORDS, APPROVE, BEGIN, GO)
    shutil.rmtree(place.data / "log" / "disposal")
    assert "The list of the disposal can't be used: it is missing" in " ".join(verify(place, 1).split())


def test_domain_1_a_setting_that_would_make_much_of_it_due_deletes_nothing(place: Place) -> None:
    """Oakland: a shorter period is announced for 30 days, reaches back to nothing, and destroys nothing by itself."""
    code = """
from datetime import timedelta
from plainview.base.policy.actions import adopt
from plainview.base.policy.lookup import latest_adopted
from plainview.base.policy.rules import Refused as NotAdopted
from plainview.duties.retention.disposal.tests.conftest import TEXT
shorter = TEXT.replace('"180 days"', '"10 days"').replace('2026-01"', '2027-01"', 1)
shorter = shorter.replace("adopted_on = 2020-01-01", "").replace("effective = 2020-01-01", "")
def vote(day):
    return adopt(shorter, actor="system:test", effective=day, on=timezone.localdate())
try:
    vote(timezone.localdate() + timedelta(days=1))
except NotAdopted as problem:
    print("NOT ADOPTED:", problem)
vote(timezone.localdate() + timedelta(days=31))
import time_machine
with time_machine.travel(timezone.now() + timedelta(days=40), tick=True):
    for _ in range(3):
        sequencer.heartbeat()
    try:
        fresh = actions.draft(tess)
        print("LISTED:", fresh.lines.count())
    except Refused as problem:
        print("REFUSED:", problem)
"""
    said = script(place, WORDS, code)
    assert "NOT ADOPTED:" in said
    assert "REFUSED: Nothing more is due" in said
    assert len(objects(place)) == 5
