"""From the list to the certificate: every step, in its order, and what refuses to go out of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from plainview.base.custody import place, sequencer
from plainview.base.custody.models import Event
from plainview.base.storage.models import StoredObject
from plainview.duties.retention.books.sweep import sweep
from plainview.duties.retention.disposal import actions, destroying
from plainview.duties.retention.disposal.models import Batch, Line
from plainview.duties.retention.disposal.rules import Refused
from plainview.duties.retention.disposal.tests.conftest import WAIT, Old, aged
from plainview.holdings.evidence.actions.holding import place_hold
from plainview.holdings.evidence.models import File, Recording, Track
from plainview.holdings.evidence.rules import Refused as EvidenceRefused
from plainview.holdings.evidence.tests.making import events

pytestmark = pytest.mark.django_db(transaction=True)
State = Batch.State


def objects() -> list[Path]:
    return [path for path in (settings.DATA / "objects").rglob("*") if path.is_file()]


def test_the_whole_way(old: Old) -> None:
    batch = old.begun()
    before = len(objects())
    assert before == 4 * 3
    destroying.go_on(batch)
    batch.refresh_from_db()
    assert batch.state == State.FINISHED
    assert len(objects()) == 3  # the young one with what was made from it
    for each in old.gone:
        each.refresh_from_db()
        assert (each.destroyed_by, each.destroyed_at is not None) == (batch.handle, True)
        assert [kind for kind, _ in events(each.handle)][-1] == "disposal.recording.destroyed"
        for file in File.objects.filter(recording=each):
            assert bytes(StoredObject.objects.get(pk=file.object_id).wrapped_key) == b""
    assert Track.objects.count() == 1
    old.young.refresh_from_db()
    assert old.young.destroyed_at is None
    said = json.loads(bytes(batch.certificate.data))
    assert (said["destroyed"]["recordings"], said["destroyed"]["files_and_what_was_made_from_them"]) == (3, 9)
    assert [step["who"] for step in said["course"] if step["what"] == "approved"] == ["Tess", "Cora"]
    assert said["clauses"] == ["V.21", "V.3"]
    assert said["shelves"] == [
        {"listed_afterwards": 0, "other_names_of_the_same_file": 0, "removed": 9, "shelf": "data"}
    ]
    books = sweep()
    assert (books.findings, books.book and books.book.balanced) == (0, True)


def test_what_is_published_names_nobody(old: Old) -> None:
    batch = old.announced()
    log = place.log_folder()
    pending = json.loads((log / "pending.json").read_text())["pending"]
    assert [(p["disposal"], p["recordings"]) for p in pending] == [(batch.handle, 3)]
    listed = (log / "disposal" / f"{batch.handle}.jsonl").read_text()
    assert listed.count("\n") == 4
    assert all(each.handle in listed for each in old.gone)
    everything = listed + (log / "pending.json").read_text()
    for secret in ("Alice", "101", "BWC-1", "clip.mp4", old.tess.actor, str(old.gone[0].pk)):
        assert secret not in everything
    destroying.go_on(old.begun(batch))
    assert json.loads((log / "pending.json").read_text())["pending"] == []
    assert json.loads((log / "destroyed.json").read_text())["destroyed"][0]["destroyed"] == 3


def test_nobody_approves_before_its_time(old: Old) -> None:
    batch = old.announced()
    old.live(WAIT - 0.5)
    with pytest.raises(Refused, match="has to stand in the published log for 1 more days"):
        old.approve(batch, old.cora)


def test_a_clock_that_jumps_makes_no_days(old: Old) -> None:
    batch = old.announced()
    old.clock.shift(timedelta(days=30))
    with pytest.raises(Refused, match="the log stands still, or the clock jumped"):
        actions.approve(batch, old.cora, proved_at=timezone.now())
    assert sequencer.heartbeat()  # the log follows the clock
    with pytest.raises(Refused, match="7 more days"):
        actions.approve(batch, old.cora, proved_at=timezone.now())


def test_a_clock_that_is_set_back_makes_none_either(old: Old) -> None:
    old.clock.shift(timedelta(days=400))
    sequencer.heartbeat()
    old.clock.shift(-timedelta(days=400))
    with pytest.raises(Refused, match=r"(399|400) days behind the log"):
        old.announced()


def test_a_clock_that_jumps_after_the_approvals_destroys_nothing(old: Old) -> None:
    batch = old.begun()
    old.clock.shift(timedelta(days=2))
    destroying.go_on(batch)
    batch.refresh_from_db()
    assert batch.state == State.DESTROYING
    assert "clock jumped" in batch.stopped
    assert sequencer.heartbeat()  # the log follows the clock
    destroying.go_on(batch)
    batch.refresh_from_db()
    assert "Nothing is destroyed in the first hour after that" in batch.stopped
    assert len(objects()) == 12
    old.live(0.1)
    destroying.go_on(batch)
    assert len(objects()) == 3


def test_two_different_people_who_just_showed_who_they_are(old: Old) -> None:
    batch = old.announced()
    old.live(WAIT + 0.1)
    with pytest.raises(Refused, match="Show once more who you are"):
        actions.approve(batch, old.tess, proved_at=timezone.now() - timedelta(minutes=6))
    with pytest.raises(Refused, match="for commanders and evidence technicians"):
        old.approve(batch, old.department.sam)
    old.approve(batch, old.tess)
    with pytest.raises(Refused, match="other people"):
        old.approve(batch, old.tess)
    with pytest.raises(Refused, match="1 of 2 different people"):
        actions.begin(batch, old.tess, proved_at=timezone.now(), count="3")
    old.approve(batch, old.cora)
    with pytest.raises(Refused, match="Type how many recordings go: 3"):
        actions.begin(batch, old.tess, proved_at=timezone.now(), count="4")


def test_a_hold_placed_a_moment_ago_wins(old: Old) -> None:
    batch = old.begun()
    place_hold(old.gone[1].pk, "A claim came in.", actor="system:test")
    destroying.go_on(batch)
    spared = Line.objects.get(recording=old.gone[1])
    assert (spared.state, "a person holds it" in spared.why) == (Line.State.SPARED, True)
    assert Recording.objects.filter(destroyed_at__isnull=False).count() == 2
    batch.refresh_from_db()
    assert json.loads(bytes(batch.certificate.data))["spared"]["recordings"] == 1
    assert events(old.gone[1].handle)[-1][0] == "disposal.recording.spared"


def test_a_matter_that_is_opened_again_wins(old: Old) -> None:
    from plainview.duties.retention.books.tests.conftest import matter
    from plainview.holdings.evidence.models import RecordingMatter

    case = matter("24-1", "Sample County")
    case.status = "concluded"
    case.save()
    RecordingMatter.objects.create(recording=old.gone[0], matter=case)
    batch = old.begun()
    case.status = "appealed"
    case.save()
    destroying.go_on(batch)
    assert Line.objects.get(recording=old.gone[0]).why == "it is held by 24-1"


def test_a_case_closed_as_the_superuser_still_holds(old: Old) -> None:
    from datetime import date

    from plainview.duties.retention.books.models import Alarm
    from plainview.holdings.evidence.models import RecordingMatter
    from plainview.holdings.incidents.actions.matters import change_status, open_matter
    from plainview.holdings.incidents.models import Matter
    from plainview.holdings.incidents.rules import Standing

    closed = Standing("concluded", date(2026, 1, 10), "plea")
    case = open_matter("24-7", "criminal", closed, actor="system:test")
    RecordingMatter.objects.create(recording=old.gone[2], matter=case)
    batch = old.begun()
    change_status(case, Standing("appealed", date(2026, 11, 1), ""), actor="system:test")
    Matter.objects.update(status="concluded", status_on=date(2026, 1, 10))
    destroying.go_on(batch)
    spared = Line.objects.get(recording=old.gone[2])
    assert "the row of matter 24-7 says concluded since 2026-01-10, its history appealed" in spared.why
    assert Alarm.objects.get().findings.get().recording_id is None
    assert Recording.objects.filter(destroyed_at__isnull=False).count() == 2


def test_what_is_held_before_it_is_announced_comes_off_the_list(old: Old) -> None:
    sequencer.drain()
    batch = actions.draft(old.tess)
    place_hold(old.gone[0].pk, "A claim came in.", actor="system:test")
    batch = actions.announce(batch, old.tess, reason="seen")
    assert batch.recordings == 2
    assert Line.objects.get(recording=old.gone[0]).state == Line.State.KEPT


def test_what_was_destroyed_takes_no_hold_and_no_class(old: Old) -> None:
    destroying.go_on(old.begun())
    with pytest.raises(EvidenceRefused, match="nothing of it is left but its history"):
        place_hold(old.gone[0].pk, "too late", actor="system:test")


def test_the_same_footage_that_comes_again_is_another_recording(old: Old) -> None:
    destroying.go_on(old.begun())
    again = aged(old.department, 200)
    assert again.pk not in {each.pk for each in old.gone}


def test_a_withdrawn_list_frees_everything(old: Old) -> None:
    batch = old.approved()
    actions.withdraw(batch, old.cora, reason="A reporter asked.")
    with pytest.raises(Refused, match="It is withdrawn"):
        actions.begin(batch, old.tess, proved_at=timezone.now(), count="3")
    assert len(objects()) == 12
    assert actions.draft(old.tess).lines.count() == 3


def test_a_class_that_asks_for_a_person_waits_for_one(old: Old) -> None:
    aged(old.department, 800, "citation")
    sequencer.drain()
    batch = actions.draft(old.tess)
    with pytest.raises(Refused, match="Somebody has to decide"):
        actions.announce(batch, old.tess, reason="seen")
    assert actions.decide(batch, old.tess, None, goes=True, reason="Paid and closed.") == 1
    batch = actions.announce(batch, old.tess, reason="seen")
    destroying.go_on(old.begun(batch))
    assert Recording.objects.filter(destroyed_at__isnull=False).count() == 4


def test_a_list_is_put_on_no_other_list(old: Old) -> None:
    actions.draft(old.tess)
    with pytest.raises(Refused, match="Nothing more is due"):
        actions.draft(old.cora)


def test_before_its_time_by_order_and_three_people(old: Old) -> None:
    with pytest.raises(Refused, match="knows no such reason"):
        actions.draft_early(old.tess, [old.young.pk], early="whim", reference="x", reason="x")
    with pytest.raises(Refused, match="Name the order"):
        actions.draft_early(old.tess, [old.young.pk], early="court-order", reference=" ", reason="x")
    batch = actions.draft_early(
        old.tess, [old.young.pk], early="court-order", reference="24-CR-100, order of Oct 1", reason="Expungement."
    )
    batch = old.approved(actions.announce(batch, old.tess, reason="Order seen."))
    with pytest.raises(Refused, match="2 of 3 different people"):
        actions.begin(batch, old.cora, proved_at=timezone.now(), count="1")
    third = old.department.adam
    third.grants.create(role="commander", granted_by="system:test")
    third.forget_roles()
    old.approve(batch, third)
    destroying.go_on(actions.begin(batch, third, proved_at=timezone.now(), count="1"))
    old.young.refresh_from_db()
    assert old.young.destroyed_at is not None
    batch.refresh_from_db()
    said = json.loads(bytes(batch.certificate.data))
    assert said["before_its_time"]["reference"] == "24-CR-100, order of Oct 1"
    assert said["clauses"] == ["V.21", "V.22"]


def test_a_hold_wins_also_before_its_time(old: Old) -> None:
    place_hold(old.young.pk, "A claim.", actor="system:test")
    with pytest.raises(Refused, match="held by a matter or a person"):
        actions.draft_early(old.tess, [old.young.pk], early="court-order", reference="x", reason="x")


def test_every_step_is_in_history(old: Old) -> None:
    batch = old.begun()
    destroying.go_on(batch)
    kinds = list(Event.objects.filter(item_id=batch.handle).order_by("n").values_list("kind", flat=True))
    assert (
        kinds
        == [
            "disposal.batch.drafted",
            "disposal.batch.reviewed",
            "disposal.batch.announced",
            "disposal.batch.approved",
            "disposal.batch.approved",
            "disposal.batch.begun",
            "disposal.batch.finished",
            "disposal.epoch.closed",
        ]
        or kinds[-1] == "disposal.batch.finished"
    )


def test_a_file_that_comes_after_the_announcement_keeps_its_recording(old: Old) -> None:
    from plainview.holdings.evidence.tests.making import footage, video

    batch = old.begun()
    first = old.gone[0].files.get()
    footage(old.department.alice, start=old.gone[0].start, facts=video(), beside=first)
    assert old.gone[0].files.count() == 2
    destroying.go_on(batch)
    assert Line.objects.get(recording=old.gone[0]).why == "a file came to it after it was announced"


def test_what_is_made_from_it_meanwhile_goes_too_or_is_not_made(old: Old) -> None:
    from django.db.utils import IntegrityError

    from plainview.holdings.evidence.models import Derivative
    from plainview.holdings.evidence.tests.making import derivative

    batch = old.begun()
    derivative(old.gone[0].files.get(), Derivative.Kind.SCRUB)
    destroying.go_on(batch)
    assert StoredObject.objects.filter(destroyed_at=None).count() == 3
    with pytest.raises(IntegrityError, match="nothing is made from it"):
        derivative(old.gone[1].files.get(), Derivative.Kind.SCRUB)


def test_a_shelf_that_is_away_delays_the_certificate(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    from plainview.base.storage.posix import PosixShelf

    batch = old.begun()
    monkeypatch.setattr(PosixShelf, "there", lambda self: False)
    batch = destroying.go_on(batch)
    assert batch.state == State.DESTROYING
    assert "9 files are destroyed, but still listed on a shelf" in batch.stopped


def test_whoever_was_killed_is_gone_on_with(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    from plainview.duties.retention.disposal import ending

    batch = old.begun()
    real = ending.finish
    monkeypatch.setattr(ending, "finish", lambda batch: batch)
    destroying.go_on(batch, chunk=1)
    assert Recording.objects.filter(destroyed_at__isnull=False).count() == 3
    monkeypatch.setattr(ending, "finish", real)
    assert [each.state for each in destroying.go_on_with_all()] == [State.FINISHED]
    assert destroying.go_on_with_all() == []


def test_only_one_destroys_at_a_time(old: Old) -> None:
    from django.db import connections

    from plainview.duties.retention.disposal.destroying import LOCK

    batch = old.begun()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(destroying.AtWork):
            destroying.go_on(batch)
        cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
    other.close()
    assert destroying.go_on(batch).state == State.FINISHED


def test_the_month_ends_with_its_last_recording(old: Old) -> None:
    from plainview.base.storage.models import Epoch
    from plainview.duties.retention.disposal import ending

    batch = destroying.go_on(old.begun())
    assert ending.close_months(batch) == []  # the young one still needs the key
    assert Epoch.objects.get().destroyed_at is None
