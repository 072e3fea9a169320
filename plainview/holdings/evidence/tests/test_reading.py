"""Reading is an act: it is written before the bytes go, and once for many small requests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from conftest import Department
from plainview.base.custody.models import Event, Item
from plainview.base.people.models import Account
from plainview.holdings.evidence.actions import end_sittings, note_list, note_play, note_view
from plainview.holdings.evidence.actions.reading import IDLE, SITTING, spans
from plainview.holdings.evidence.filters import Filters
from plainview.holdings.evidence.models import Derivative, File, Sitting
from plainview.holdings.evidence.tasks import end_past_sittings
from plainview.holdings.evidence.tests.making import content, derivative, events, footage


@pytest.fixture
def file(department: Department) -> File:
    return footage(department.alice, content=bytes(1000)).file


def played(file: File) -> list[dict[str, Any]]:
    return [facts for kind, facts in events(file.handle) if kind == "evidence.file.played"]


def listed(account: Account) -> list[dict[str, Any]]:
    return [facts for kind, facts in events(account.handle) if kind == "evidence.list.read"]


def test_many_ranges_become_one_event_with_their_union(department: Department, file: File) -> None:
    for span in ((0, 100), (50, 200), (500, 600), (600, 700), (0, 10)):
        note_play(department.alice, file, "original", span)
    end_sittings(Sitting.objects.all())
    (facts,) = played(file)
    assert facts["ranges"] == [[0, 200], [500, 700]]
    assert (facts["bytes"], facts["of_bytes"], facts["requests"]) == (400, 1000, 5)
    assert facts["actor"] == department.alice.actor
    assert not Sitting.objects.exists()


def test_two_accounts_have_two_sittings(department: Department, file: File) -> None:
    note_play(department.alice, file, "original", (0, 10))
    note_play(department.sam, file, "original", (0, 10))
    end_sittings(Sitting.objects.all())
    assert {facts["actor"] for facts in played(file)} == {department.alice.actor, department.sam.actor}


def test_a_sitting_lasts_ten_minutes_at_most(department: Department, file: File) -> None:
    begun = timezone.now()
    for minute in range(25):
        with time_machine.travel(begun + timedelta(minutes=minute), tick=False):
            note_play(department.alice, file, "original", (minute * 10, minute * 10 + 10))
    end_sittings(Sitting.objects.all())
    found = played(file)
    assert len(found) == 3
    assert sum(facts["bytes"] for facts in found) == 250


def test_the_task_ends_what_is_idle_and_leaves_what_goes_on(department: Department, file: File) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        note_play(department.alice, file, "original", (0, 10))
    with time_machine.travel(now + IDLE + timedelta(seconds=1), tick=False):
        note_play(department.sam, file, "original", (0, 10))
        end_past_sittings(0)
    assert [facts["actor"] for facts in played(file)] == [department.alice.actor]
    assert Sitting.objects.get().account == department.sam


def test_the_task_ends_a_sitting_that_never_pauses(department: Department, file: File) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        note_play(department.alice, file, "original", (0, 10))
    Sitting.objects.update(last_at=now + SITTING)
    with time_machine.travel(now + SITTING + timedelta(seconds=1), tick=False):
        end_past_sittings(0)
    assert len(played(file)) == 1


def test_leaving_the_page_ends_the_sitting_at_once(department: Department, file: File) -> None:
    note_play(department.alice, file, "original", (0, 10))
    note_play(department.sam, file, "original", (0, 10))
    path = reverse("evidence:finished", args=[file.recording_id])
    assert department.client(department.alice).post(path).status_code == 204
    assert [facts["actor"] for facts in played(file)] == [department.alice.actor]


def test_the_viewing_copy_counts_in_its_own_bytes(department: Department, file: File) -> None:
    derivative(file, Derivative.Kind.REMUX, b"x" * 300)
    note_play(department.alice, file, "remux", (0, 150))
    end_sittings(Sitting.objects.all())
    (facts,) = played(file)
    assert (facts["copy"], facts["bytes"], facts["of_bytes"]) == ("remux", 150, 300)


def test_bytes_that_went_out_are_noted(department: Department, file: File) -> None:
    path = reverse("evidence:media", args=[file.recording_id, file.pk])
    answer = department.client(department.alice).get(path, headers={"range": "bytes=100-199"})
    assert len(content(answer)) == 100
    sitting = Sitting.objects.get()
    assert spans(sitting.ranges) == [(100, 200)]
    assert sitting.about == "original"


def test_nothing_is_noted_for_what_was_refused(department: Department, file: File) -> None:
    path = reverse("evidence:media", args=[file.recording_id, file.pk])
    department.client(department.bob).get(path)
    department.client(department.audrey).get(path)
    department.client(department.alice).get(path, headers={"range": "bytes=5000-"})
    department.client(department.alice).head(path)
    assert not Sitting.objects.exists()


def test_a_reader_who_stops_is_noted_for_what_they_got(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plainview.holdings.evidence.delivery.WINDOW", 400)
    monkeypatch.setattr("plainview.holdings.evidence.delivery.BLOCK", 100)
    file = footage(department.alice, content=bytes(1000)).file
    path = reverse("evidence:media", args=[file.recording_id, file.pk])
    answer: Any = department.client(department.alice).get(path)
    parts = iter(answer.streaming_content)
    got = sum(len(next(parts)) for _ in range(2))
    assert got == 200
    assert spans(Sitting.objects.get().ranges) == [(0, 400)], "to the next window, never less than what went out"
    answer.close()


def test_it_is_written_before_the_first_byte(
    department: Department, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("the database is away")

    monkeypatch.setattr("plainview.holdings.evidence.views.media.note_play", broken)
    path = reverse("evidence:media", args=[file.recording_id, file.pk])
    answer: Any = department.client(department.alice).get(path)
    with pytest.raises(RuntimeError, match="the database is away"):
        next(iter(answer.streaming_content))


# --- pages and downloads


def viewed(file: File) -> int:
    return sum(kind == "evidence.recording.viewed" for kind, _ in events(file.recording.handle))


def test_opening_the_page_is_an_event_once_in_ten_minutes(department: Department, file: File) -> None:
    path = reverse("evidence:recording", args=[file.recording_id])
    now = timezone.now()
    for minute in (0, 1, 9, 11):
        with time_machine.travel(now + timedelta(minutes=minute), tick=False):
            department.client(department.alice).get(path)
    assert viewed(file) == 2


def test_everybody_who_opens_it_is_named(department: Department, file: File) -> None:
    for account in (department.alice, department.sam, department.tess, department.audrey):
        note_view(account, file.recording)
    found = Event.objects.filter(kind="evidence.recording.viewed").values_list("actor", flat=True)
    assert set(found) == {a.actor for a in (department.alice, department.sam, department.tess, department.audrey)}


def test_a_download_is_an_event_with_the_hash(department: Department, file: File) -> None:
    path = reverse("evidence:download", args=[file.recording_id, file.pk])
    answer = department.client(department.alice).get(path)
    assert content(answer) == bytes(1000)
    kind, facts = events(file.handle)[-1]
    assert kind == "evidence.file.downloaded"
    assert facts["sha256"] == bytes(file.object.sha256).hex()
    assert answer["Content-Disposition"] == 'attachment; filename="clip.mp4"'


def test_asking_for_the_length_is_no_download(department: Department, file: File) -> None:
    department.client(department.alice).head(reverse("evidence:download", args=[file.recording_id, file.pk]))
    assert events(file.handle)[-1][0] != "evidence.file.downloaded"


# --- lists


def test_a_list_is_noted_on_the_accounts_own_chain(department: Department, file: File) -> None:
    browser = department.client(department.alice)
    for _ in range(3):
        browser.get(reverse("evidence:list"), {"officer": "101", "no_class": "1"})
    end_sittings(Sitting.objects.all())
    (facts,) = listed(department.alice)
    assert facts["filters"] == {"officer": "101", "no_class": "1"}
    assert (facts["requests"], facts["shown"]) == (3, 3)


def test_another_question_is_another_reading(department: Department, file: File) -> None:
    for filters in (Filters(), Filters(officer="101"), Filters()):
        note_list(department.tess, filters, 5)
    end_sittings(Sitting.objects.all())
    assert sorted((len(f["filters"]), f["requests"]) for f in listed(department.tess)) == [(0, 2), (1, 1)]


def test_the_api_notes_the_same(department: Department, file: File) -> None:
    browser = department.client(department.audrey)
    browser.get(reverse("evidence:api:list"))
    browser.get(reverse("evidence:api:one", args=[file.recording_id]))
    end_sittings(Sitting.objects.all())
    assert len(listed(department.audrey)) == 1
    assert viewed(file) == 1


def test_an_account_without_a_chain_gets_one(department: Department) -> None:
    stranger = Account.objects.create(username="new", handle="ab" * 16)
    assert not Item.objects.filter(handle=stranger.handle).exists()
    note_list(stranger, Filters(), 1)
    end_sittings(Sitting.objects.all())
    assert len(listed(stranger)) == 1


def test_an_export_is_an_event_before_its_first_line(department: Department, file: File) -> None:
    department.client(department.alice).get(reverse("evidence:export"), {"officer": "101"})
    kind, facts = events(department.alice.handle)[-1]
    assert kind == "evidence.list.exported"
    assert facts["filters"] == {"officer": "101"}
