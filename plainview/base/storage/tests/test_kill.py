"""SIGKILL at any moment: nothing acknowledged is missing or different, nothing half-done stays."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from pathlib import Path

import pytest

from plainview.base.storage import actions as storage
from plainview.base.storage import keys
from plainview.base.storage.models import StoredObject
from plainview.base.storage.tests.killing import KILLED, Victim
from plainview.base.storage.tests.making import content, files, handle, path_of, read
from plainview.ledger.chunks import CHUNK

pytestmark = pytest.mark.django_db(transaction=True)
DATA = content(6 * CHUNK + 12_345)
SMALL = content(2 * CHUNK + 77)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "footage.mp4"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.mp4"
    path.write_bytes(SMALL)
    return path


def sweep() -> int:
    """Removes every leftover; returns how many there were."""
    found = list(storage.leftovers(timedelta(0)))
    for left in found:
        assert left.object_id is not None
        storage.discard_unregistered(left.object_id)
    return len(found)


def assert_only_originals_remain(data: bytes) -> None:
    rows = list(StoredObject.objects.all())
    for row in rows:
        storage.check(row)
        assert bytes(row.sha256) == hashlib.sha256(data).digest()
    assert files() == sorted(path_of(row) for row in rows)


def test_put_killed_at_random_moments(victim: Victim, source: Path) -> None:
    rng, killed, acknowledged = random.Random(1), 0, 0
    for _ in range(40):
        ended = victim.do("put", source=str(source), handle=handle(), kill_after=rng.uniform(0, 0.12))
        told = victim.acknowledged()
        killed += ended == KILLED and told is None
        if told:
            acknowledged += 1
            storage.check(StoredObject.objects.get(id=told["id"]))
    sweep()
    assert_only_originals_remain(DATA)
    assert StoredObject.objects.count() >= acknowledged
    assert killed >= 5


def test_put_killed_before_every_single_change_of_the_disk(victim: Victim, small: Path) -> None:
    step = 0
    while victim.do("put", source=str(small), handle=handle(), kill_at=step) == KILLED:
        assert victim.acknowledged() is None
        step += 1
        sweep()
        assert_only_originals_remain(SMALL)
    assert step >= 12  # key, segments, file, name, mode, folders, old name
    told = victim.acknowledged()
    assert told is not None
    assert read(StoredObject.objects.get(id=told["id"])) == SMALL


def test_a_key_that_was_killed_while_it_was_made_is_made_anew_or_whole(victim: Victim, small: Path) -> None:
    for step in range(6):
        victim.do("put", source=str(small), handle=handle(), kill_at=step)
        for path in keys.folder().glob("*.key"):
            assert len(path.read_bytes()) == 32
    assert victim.do("put", source=str(small), handle=handle()) == 0
    assert keys.problems() == []


def test_an_upload_killed_at_random_moments_is_resumed_to_the_end(victim: Victim, source: Path, tmp_path: Path) -> None:
    rng, killed = random.Random(2), 0
    for number in range(3):
        job = {"source": str(source), "handle": handle(), "state": str(tmp_path / f"state{number}"), "piece": 300_000}
        longest = 0.05  # grows: what killed it before its first piece shall not keep it from its last
        while victim.do("write", **job, kill_after=rng.uniform(0.01, longest)) == KILLED and not victim.acknowledged():
            killed, longest = killed + 1, longest * 1.2
        told = victim.acknowledged()
        assert told is not None, victim.problem()
        assert told["sha256"] == hashlib.sha256(DATA).hexdigest()
        assert read(storage.Stored.from_json(told)) == DATA
    assert killed >= 5
    sweep()
    assert files() == []


def test_an_upload_killed_before_every_single_change_of_the_disk(victim: Victim, small: Path, tmp_path: Path) -> None:
    step, ended = 0, KILLED
    while ended == KILLED:
        state = tmp_path / f"state{step}"
        job = {"source": str(small), "handle": handle(), "state": str(state), "piece": CHUNK}
        ended = victim.do("write", **job, kill_at=step)
        assert victim.do("write", **job) == 0, victim.problem()
        told = victim.acknowledged()
        assert told is not None
        assert told["sha256"] == hashlib.sha256(SMALL).hexdigest()
        step += 1
    assert step >= 20
    sweep()
    assert files() == []
