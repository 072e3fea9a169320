"""Attacks on a copy of a real deployment, each found by name (INTEGRITY.md 7.1, rows 1, 2, 4, 5, 6, 11)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from plainview.site.backup.tests.test_backup import CAMERA, Place


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A deployment with three files, all of them read once, and at rest."""
    place = Place(tmp_path_factory.mktemp("attacked") / "data", {})
    place.data.mkdir()
    place.run("manage", "shell", "-v", "0", "-c", CAMERA)
    for text in ("one", "two", "three"):
        place.ingest(text)
    assert place.json("sweep")["books"]["findings"] == 0  # nothing is found where nothing was done
    return place


@pytest.fixture
def place(original: Place, tmp_path: Path) -> Place:
    """A copy of it."""
    copy(original.data, tmp_path / "data")
    return Place(tmp_path / "data", {})


def copy(source: Path, target: Path) -> None:
    """Copies a folder with its owners: as root, PostgreSQL runs as another user."""
    subprocess.run(["cp", "-a", source, target], check=True)


def objects(place: Place) -> list[Path]:
    return sorted(path for path in (place.data / "objects").rglob("*") if path.is_file())


def as_superuser(place: Place, statement: str) -> None:
    script = (
        "from django.db import connection\n"
        "with connection.cursor() as c:\n"
        f"    c.execute('set session_replication_role = replica')\n    c.execute({statement!r})\n"
    )
    place.run("manage", "shell", "-v", "0", "-c", script)


def found(place: Place) -> str:
    books: dict[str, Any] = place.json("sweep", code=1)["books"]
    assert books["open_alarms"] >= 1
    return place.run("sweep", code=1)


def test_row_1_a_video_file_is_deleted(place: Place) -> None:
    victim = objects(place)[0]
    victim.unlink()
    assert f"missing: Object {victim.name}" in found(place)


def test_row_4_a_byte_is_changed(place: Place) -> None:
    victim = objects(place)[1]
    data = bytearray(victim.read_bytes())
    data[-40] ^= 1
    victim.chmod(0o600)
    victim.write_bytes(data)
    said = found(place)
    assert f"changed: Object {victim.name}" in said
    assert "segment 0" in said


def test_row_4_one_file_takes_the_place_of_another(place: Place) -> None:
    first, second = objects(place)[:2]
    second.chmod(0o600)
    second.write_bytes(first.read_bytes())
    assert f"changed: Object {second.name}" in found(place)


def test_a_file_is_put_there(place: Place) -> None:
    (place.data / "objects" / "ab").mkdir(exist_ok=True)
    (place.data / "objects" / "ab" / "payload.sh").write_text("x")
    assert "unexpected: " in found(place)


def test_row_5_a_recorded_time_is_altered(place: Place) -> None:
    as_superuser(place, "update evidence_recording set trigger_on = now() - interval '1 year'")
    assert "trigger_on is" in found(place)


def test_row_6_an_audit_row_is_edited(place: Place) -> None:
    as_superuser(place, "update custody_event set actor = 'account:1' where kind = 'evidence.file.stored'")
    assert "the column says that account:1 acted" in found(place)


def test_row_6_an_audit_row_is_deleted(place: Place) -> None:
    as_superuser(place, "delete from custody_event where n = 1 and kind = 'evidence.recording.created'")
    assert "missing" in found(place)


def test_row_2_a_file_goes_with_all_its_rows(place: Place) -> None:
    victim = objects(place)[0]
    victim.unlink()
    mine = f"select id, handle from storage_storedobject where id = '{victim.name}'"
    for statement in (
        f"delete from evidence_quarantine where file_id in (select f.id from evidence_file f, ({mine}) o "
        "where f.object_id = o.id)",
        f"delete from custody_leaf where event_id in (select e.id from custody_event e, ({mine}) o "
        "where e.item_id = o.handle)",
        f"delete from custody_event where item_id in (select handle from ({mine}) o)",
        f"delete from custody_item where handle in (select handle from ({mine}) o)",
        f"delete from books_entry where handle in (select handle from ({mine}) o)",
        f"delete from evidence_file where object_id in (select id from ({mine}) o)",
        f"delete from storage_storedobject where id in (select id from ({mine}) o)",
    ):
        as_superuser(place, statement)
    said = place.run("sweep", code=1)
    assert "history disagrees" in said or "older than the published log" in said


def test_row_11_the_database_is_rolled_back_to_a_snapshot(place: Place, tmp_path: Path) -> None:
    copy(place.data / "postgres", tmp_path / "snapshot")
    place.ingest("four")
    shutil.rmtree(place.data / "postgres")
    copy(tmp_path / "snapshot", place.data / "postgres")
    assert "older than the published log" in place.run("up", "--port", "1", "--no-work", code=1)
    place.run("ingest", place.data.parent / "four.bin", "--camera", "K1", code=1)
    assert "older than the published log" in place.run("doctor", "--json", code=1)


def test_nothing_is_found_where_nothing_was_done(place: Place) -> None:
    told = json.loads(place.run("sweep", "--json"))["books"]
    assert (told["balanced"], told["findings"], told["open_alarms"]) == (True, 0, 0)
