"""`plainview sweep`: what a crash left is finished or removed, what lives is left alone, and each is counted."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from django.utils import timezone
from typer.testing import CliRunner

from conftest import Department
from plainview.base.custody.models import Event
from plainview.base.people.lookup import home_agency
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.base.storage.writer import Writer
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.fleet.models import Camera
from plainview.holdings.ingest import actions, cli, lease, receipts, reception, sweep
from plainview.holdings.ingest.actions import Coming
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.names import Name
from plainview.holdings.ingest.origin import NOWHERE
from plainview.holdings.ingest.patience import DatabaseAwayError
from plainview.holdings.ingest.tests.making import CLAIMS, clip, receive

pytestmark = pytest.mark.django_db
NOW = timedelta(0)


def begun(**given: Any) -> Arrival:
    return actions.begin(Coming("command", Name("clip.mp4"), "system:test", CLAIMS, NOWHERE, **given))


def died(arrival: Arrival) -> None:
    """The process that worked on it is gone: its lease runs out."""
    Arrival.objects.filter(pk=arrival.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def put(arrival: Arrival, content: bytes) -> storage.Stored:
    return storage.put(io.BytesIO(content), handle=arrival.handle, agency=home_agency().slug)


def uploaded(arrival: Arrival, content: bytes) -> None:
    with Writer.begin(handle=arrival.handle, agency=home_agency().slug) as writer:
        writer.write(content)
        actions.progress(arrival, writer.state(), writer.offset, arrival.expires_at or timezone.now())


def objects(data: Path) -> list[Path]:
    return [p for p in (data / "objects").rglob("*") if p.is_file()]


def test_where_nothing_is_left_over_it_counts_nothing(camera: Camera) -> None:
    receive(clip(1))
    assert set(sweep.sweep(NOW).values()) == {0}


def test_a_file_that_was_cut_off_while_it_came_ends_as_failed(camera: Camera) -> None:
    arrival = begun()
    died(arrival)
    assert sweep.sweep(NOW)["failed"] == 1
    arrival.refresh_from_db()
    assert arrival.state == "failed"
    assert "take the file again" in arrival.reason
    assert Event.objects.get(item=arrival.handle).kind == "ingest.arrival.failed"


def test_bytes_that_nobody_noted_are_removed(camera: Camera, data: Path) -> None:
    arrival = begun()
    put(arrival, clip(1))
    died(arrival)
    counts = sweep.sweep(NOW)
    assert (counts["failed"], counts["removed"]) == (1, 1)
    assert objects(data) == []
    assert Event.objects.filter(kind="ingest.leftover.swept").count() == 1


def test_young_bytes_that_nobody_explains_are_left_alone(camera: Camera, data: Path) -> None:
    put(begun(), clip(1))
    assert sweep.sweep(timedelta(hours=1))["removed"] == 0
    assert len(objects(data)) == 1


def test_an_original_is_never_removed(camera: Camera, data: Path) -> None:
    receive(clip(1))
    before = objects(data)
    sweep.sweep(NOW)
    assert objects(data) == before


def test_bytes_that_were_whole_are_finished(camera: Camera, department: Department) -> None:
    arrival = begun()
    actions.keep_stored(arrival, put(arrival, clip(1)))
    died(arrival)
    counts = sweep.sweep(NOW)
    assert (counts["resumed"], counts["acknowledged"], counts["removed"]) == (1, 1, 0)
    arrival.refresh_from_db()
    assert arrival.state == "stored"
    assert receipts.file_of(arrival).is_file()
    assert Recording.objects.get().officer == department.alice.officer


def test_what_was_registered_gets_the_receipt_that_is_missing(camera: Camera) -> None:
    ended = reception.take(_incoming())
    assert isinstance(ended, Arrival)
    assert not ended.receipt
    assert sweep.sweep(NOW)["acknowledged"] == 1
    ended.refresh_from_db()
    assert receipts.file_of(ended).is_file()
    assert File.objects.count() == 1


def _incoming() -> Any:
    from plainview.holdings.ingest.tests.making import incoming

    return incoming(clip(1))


def test_an_upload_whose_last_byte_came_is_finished(camera: Camera) -> None:
    arrival = begun(size=len(clip(1)), expires_at=timezone.now() + timedelta(days=7))
    uploaded(arrival, clip(1))
    died(arrival)
    assert sweep.sweep(NOW)["resumed"] == 1
    assert File.objects.get().object.size == len(clip(1))


def test_an_upload_that_may_go_on_is_left_alone(camera: Camera, data: Path) -> None:
    arrival = begun(size=10_000, expires_at=timezone.now() + timedelta(days=7))
    uploaded(arrival, b"x" * 4000)
    died(arrival)
    assert sweep.sweep(NOW)["waiting"] == 1
    arrival.refresh_from_db()
    assert (arrival.state, arrival.holder, arrival.offset) == ("receiving", "", 4000)
    assert Writer.resume(arrival.writer or {}).offset == 4000
    assert set(sweep.sweep(NOW).values()) == {0}


def test_an_upload_that_nobody_went_on_with_ends(camera: Camera, data: Path) -> None:
    arrival = begun(size=10_000, expires_at=timezone.now() + timedelta(days=7))
    uploaded(arrival, b"x" * 4000)
    lease.give_back(arrival)
    Arrival.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sweep.sweep(NOW)["expired"] == 1
    arrival.refresh_from_db()
    assert arrival.state == "failed"
    assert "not finished in time" in arrival.reason
    assert objects(data) == []


def test_an_upload_without_a_first_byte_ends_too(camera: Camera) -> None:
    arrival = begun(size=10_000, expires_at=timezone.now() - timedelta(seconds=1))
    lease.give_back(arrival)
    assert sweep.sweep(NOW)["expired"] == 1


def test_what_a_living_process_works_on_is_left_alone(camera: Camera) -> None:
    arrival = begun()
    assert set(sweep.sweep(NOW).values()) == {0}
    arrival.refresh_from_db()
    assert arrival.state == "receiving"


def test_an_upload_whose_bytes_are_gone_ends_in_words(camera: Camera, data: Path) -> None:
    arrival = begun(size=len(clip(1)), expires_at=timezone.now() + timedelta(days=7))
    uploaded(arrival, clip(1))
    for path in objects(data):
        path.unlink()
    died(arrival)
    assert sweep.sweep(NOW)["failed"] == 1
    arrival.refresh_from_db()
    assert "can't be used any more" in arrival.reason


def test_what_can_not_be_finished_now_is_kept_for_later(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    arrival = begun()
    actions.keep_stored(arrival, put(arrival, clip(1)))
    died(arrival)

    def full(*args: object, **given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(sweep, "complete", full)
        counts = sweep.sweep(NOW)
    assert (counts["waiting"], counts["removed"], counts["failed"]) == (1, 0, 0)
    assert sweep.sweep(NOW)["resumed"] == 1


def test_sweeping_twice_is_sweeping_once(camera: Camera) -> None:
    arrival = begun()
    actions.keep_stored(arrival, put(arrival, clip(1)))
    died(arrival)
    sweep.sweep(NOW)
    assert set(sweep.sweep(NOW).values()) == {0}
    assert File.objects.count() == 1
    assert StoredObject.objects.count() == 1


def test_other_rooms_may_join(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "SWEEPS", [*sweep.SWEEPS, lambda grace: Counter(removed=3)])
    assert sweep.sweep(NOW)["removed"] == 3


def test_stray_files_that_storage_never_named_are_not_ours_to_remove(camera: Camera, data: Path) -> None:
    stray = data / "objects" / "notes.txt"
    stray.write_text("left by an administrator")
    os.utime(stray, (0, 0))
    sweep.sweep(NOW)
    assert stray.exists()


def run(*words: str) -> Any:
    app = typer.Typer()
    app.command()(cli.sweep)
    return CliRunner().invoke(app, list(words))


def test_the_command_prints_its_counts(camera: Camera) -> None:
    died(begun())
    result = run("--json", "--grace", "0")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["failed"] == 1
    assert "     0  arrivals ended of which nothing was kept" in run().stdout


def test_the_command_says_that_the_database_is_away(camera: Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(grace: timedelta) -> None:
        raise DatabaseAwayError("connection refused")

    monkeypatch.setattr(sweep, "sweep", away)
    result = run()
    assert result.exit_code == 1
    assert "the database is away (connection refused)" in result.stderr


def test_a_job_does_it_every_few_minutes(camera: Camera) -> None:
    from plainview.holdings.ingest import tasks

    died(begun())
    tasks.sweep_arrivals(timestamp=0)
    assert Arrival.objects.get().state == "failed"


def test_a_job_does_all_of_it_at_night(camera: Camera, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from plainview.holdings.ingest import tasks

    put(begun(), clip(1))
    tasks.sweep_all(timestamp=0)
    assert len(objects(data)) == 1
    monkeypatch.setattr(sweep.sweep, "__defaults__", (NOW,))
    tasks.sweep_all(timestamp=0)
    assert objects(data) == []
