"""Backup, drill and restore of an installation of its own, by the command as a person types it.

What is restored goes on with the log, or says that it may not: an old copy, another history, damage, wrong keys.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from plainview.ledger.tiles import TileLog

CAMERA = """
from plainview.base.people.lookup import home_agency
from plainview.holdings.fleet.models import Camera
home_agency()
Camera.objects.create(serial="K1", kind="body")
"""


@dataclass
class Place:
    """An installation in a folder."""

    data: Path
    more: dict[str, str]

    def run(self, *words: object, code: int = 0) -> str:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PLAINVIEW_", "DATABASE_URL", "PYTEST"))}
        environment = kept | {"PLAINVIEW_DATA": str(self.data), "PLAINVIEW_THROWAWAY_DATABASE": "1"} | self.more
        told = subprocess.run(
            [sys.executable, "-m", "plainview", *map(str, words)], capture_output=True, text=True, env=environment
        )
        assert told.returncode == code, f"{words}: {told.returncode}\n{told.stdout}\n{told.stderr}"
        return told.stdout if code == 0 or told.stdout else told.stderr

    def json(self, *words: object, code: int = 0) -> dict[str, Any]:
        return dict(json.loads(self.run(*words, "--json", code=code).splitlines()[-1]))

    def ingest(self, text: str) -> None:
        path = self.data.parent / f"{text}.bin"
        path.write_text(text * 1000)
        self.run("ingest", path, "--camera", "K1")


@dataclass
class Story:
    """An installation with two files and backups of then; since then one more was taken in."""

    place: Place
    folder: Path
    old: Path  # by reference
    whole: Path  # with the stored files
    published: Path  # the log as it is now

    def fresh(self, name: str) -> Place:
        return Place(self.folder / name / "data", {})


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Takes in two files, makes backups, takes in another."""
    folder = tmp_path_factory.mktemp("story")
    place = Place(folder / "first" / "data", {})
    place.data.mkdir(parents=True)
    place.run("manage", "shell", "-v", "0", "-c", CAMERA)
    place.ingest("one")
    place.ingest("two")
    place.run("backup", folder / "old")
    place.run("backup", folder / "whole", "--with-objects")
    place.ingest("three")
    shutil.copytree(place.data / "log", folder / "published")
    return Story(place, folder, folder / "old", folder / "whole", folder / "published")


def root(log: Path, size: int) -> bytes:
    return TileLog(log).root(size)


def size_of(backup: Path) -> int:
    return int(json.loads((backup / "backup.json").read_text())["size"])


def test_a_backup_lists_every_file_and_holds_no_key(story: Story) -> None:
    lines = (story.old / "objects.jsonl").read_text().splitlines()
    assert len(lines) == 2
    assert set(json.loads(lines[0])) == {"id", "handle", "shelves", "size", "stored_size", "sha256"}
    secrets = [p.read_bytes() for p in (story.place.data / "keys").rglob("*.key")]
    assert not [p for p in story.whole.rglob("*") if p.is_file() for each in secrets if each in p.read_bytes()]
    keys = story.folder / "old.keys"
    assert keys.stat().st_mode & 0o777 == 0o600


def test_a_drill_passes_and_leaves_nothing(story: Story) -> None:
    found = story.place.json("backup", "drill", story.old)
    assert (found["passed"], found["read"], found["books"]["items_in"]) == (True, 2, 2)
    assert found["restored"]["serves"]
    assert len(found["restored"]["proved"]) == 3


def test_a_drill_fails_where_a_stored_file_is_gone(story: Story) -> None:
    object_id = json.loads((story.old / "objects.jsonl").read_text().splitlines()[0])["id"]
    path = story.place.data / "objects" / object_id[:2] / object_id[2:4] / object_id
    path.rename(path.with_suffix(".away"))
    try:
        found = story.place.json("backup", "drill", story.old, code=1)
    finally:
        path.with_suffix(".away").rename(path)
    assert not found["passed"]
    assert object_id in found["problems"][0]["says"]


def test_the_log_goes_on_from_what_was_restored(story: Story) -> None:
    again = story.fresh("again")
    found = again.json("restore", story.whole)
    assert (found["serves"], found["missing"]) == (True, 0)
    again.run("log", "check")
    again.ingest("four")
    size = size_of(story.whole)
    assert TileLog(again.data / "log").size > size
    assert root(again.data / "log", size) == root(story.published, size)
    assert again.json("sweep")["books"]["balanced"]


def test_rolled_back_behind_what_was_published_it_refuses_to_serve(story: Story) -> None:
    again = story.fresh("rolled")
    found = again.json("restore", story.whole, "--published", story.published, code=1)
    assert not found["serves"]
    assert found["missing"] == TileLog(story.published).size - size_of(story.whole) > 0
    for words in (("up", "--port", "1", "--no-work"), ("work", "--once")):
        assert "older than the published log" in again.run(*words, code=1)
    again.run("ingest", story.folder / "first" / "one.bin", "--camera", "K1", code=1)
    again.run("log", "mend", "--yes")
    again.run("log", "check")
    assert root(again.data / "log", TileLog(story.published).size) == root(
        story.published, TileLog(story.published).size
    )
    told = again.run("sweep", code=1)  # the file that came after the backup: history knows of it, storage doesn't
    assert "its private facts were lost" in told


def test_a_checkpoint_that_somebody_kept_is_enough_to_refuse(story: Story) -> None:
    again = story.fresh("kept")
    found = again.json("restore", story.old, "--published", story.published / "checkpoint", code=1)
    assert found["missing"] > 0
    assert "older than the published log" in again.run("up", "--port", "1", "--no-work", code=1)


def test_keys_that_remember_more_than_the_database_refuse_as_well(story: Story) -> None:
    story.place.run("backup", story.folder / "newer")
    again = story.fresh("mixed")
    found = again.json("restore", story.old, "--keys", story.folder / "newer.keys", code=1)
    assert any("older than the published log" in each for each in found["refused"])


def test_another_history_is_not_restored(story: Story) -> None:
    other = story.fresh("other")
    other.run("restore", story.whole)
    other.ingest("forged")
    other.run("backup", story.folder / "forged")
    target = story.fresh("target")
    said = target.run("restore", story.folder / "forged", "--published", story.published, code=1)
    assert "two different histories" in said
    assert not target.data.exists() or not any(target.data.iterdir())


def test_a_damaged_backup_is_not_restored(story: Story) -> None:
    bad = story.folder / "bad"
    shutil.copytree(story.old, bad)
    data = bytearray((bad / "database.dump").read_bytes())
    data[len(data) // 2] ^= 1
    (bad / "database.dump").write_bytes(data)
    (bad / "log" / "checkpoint").unlink()
    target = story.fresh("damaged")
    said = target.run("restore", bad, "--keys", story.folder / "old.keys", code=1)
    assert "database.dump was changed" in said
    assert "checkpoint is missing" in said
    assert not target.data.exists()


def test_files_on_another_shelf_come_back_as_well(story: Story) -> None:
    again = story.fresh("shelves")
    again.run("restore", story.whole)
    (story.folder / "disk").mkdir()
    again.run("storage", "move", "--to", story.folder / "disk")
    again.run("sweep")
    again.run("storage", "release", "--confirm", again.json("storage", "release")["code"])
    again.run("backup", story.folder / "elsewhere")
    again.run("backup", story.folder / "gathered", "--with-objects")
    assert again.json("backup", "drill", story.folder / "elsewhere")["passed"]
    gathered = story.fresh("gathered-again")
    assert gathered.json("restore", story.folder / "gathered")["serves"]
    told = gathered.json("sweep")["books"]
    assert (told["balanced"], told["open_alarms"], told["listed"]) == (True, 0, 2)


def test_nothing_is_restored_over_another_installation(story: Story) -> None:
    before = sorted(p.name for p in story.place.data.iterdir())
    assert "isn't empty" in story.place.run("restore", story.old, code=1)
    assert sorted(p.name for p in story.place.data.iterdir()) == before


def test_sealed_keys_open_with_their_passphrase_only(story: Story) -> None:
    story.place.more = {"PLAINVIEW_BACKUP_PASSPHRASE": "correct horse"}
    try:
        assert story.place.json("backup", story.folder / "sealed")["sealed"]
    finally:
        story.place.more = {}
    target = story.fresh("sealed-again")
    assert "is sealed: set PLAINVIEW_BACKUP_PASSPHRASE" in target.run("restore", story.folder / "sealed", code=1)
    target.more = {"PLAINVIEW_BACKUP_PASSPHRASE": "battery"}
    assert "another passphrase" in target.run("restore", story.folder / "sealed", code=1)
    target.more = {"PLAINVIEW_BACKUP_PASSPHRASE": "correct horse"}
    assert target.json("restore", story.folder / "sealed")["serves"]


@pytest.mark.parametrize(
    ("where", "keys", "says"),
    [("old", "k", "never overwrites"), ("first/data/b", "k", "on another disk"), ("n", "n/keys", "belong elsewhere")],
)
def test_a_backup_has_a_place_of_its_own(story: Story, where: str, keys: str, says: str) -> None:
    said = story.place.run("backup", story.folder / where, "--keys", story.folder / keys, code=1)
    assert says in said.replace("\n", " ")
    assert not (story.folder / "k").exists()
