"""The sequencer: every event into the log exactly once, in order, whatever is cut off where."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection, transaction

from plainview.base import custody
from plainview.base.custody import checkpoints, keys, lock, moving, place, sequencer
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Checkpoint, Event, Item, Leaf, Outbox
from plainview.base.custody.sequencer import NotNow, NotSettled, drain, heartbeat, run, settle
from plainview.base.custody.tests.making import ACTOR, events, items, logged, many, one
from plainview.ledger import merkle, tiles
from plainview.ledger.event import read_leaf

HOUR = timedelta(hours=1)


@pytest.fixture
def other() -> Iterator[psycopg.Connection[Any]]:
    """Another process's connection to the same database."""
    found = connection.settings_dict
    with psycopg.connect(host=found["HOST"], user=found["USER"], dbname=found["NAME"]) as link:
        yield link


def test_it_moves_everything_once_and_in_order(db: None) -> None:
    made = events(3) + events(2)
    assert drain() == 5
    assert logged() == [event.id for event in made]
    assert not Outbox.objects.exists()
    assert drain() == 0


def test_the_tiles_hold_the_very_bytes(db: None) -> None:
    made = many(300)
    drain()
    log = place.tile_log()
    assert log.size == 300
    assert list(log.entries(0, 300)) == [bytes(event.leaf) for event in made]
    assert log.root() == merkle.root([merkle.leaf_hash(bytes(event.leaf)) for event in made])
    assert [bytes(h) for h in Leaf.objects.order_by("index").values_list("hash", flat=True)] == [
        log.leaf_hash(i) for i in range(300)
    ]


def test_a_backlog_goes_in_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 10)
    made = events(35)
    assert drain() == 35
    assert logged() == [event.id for event in made]
    assert list(Checkpoint.objects.order_by("id").values_list("size", flat=True)) == [10, 20, 30, 35]


def test_events_of_many_items_keep_the_order_of_each(db: None) -> None:
    handles = items(5)
    for i in range(40):
        one(handles[i * 7 % 5], i=i)
    drain()
    seen: dict[str, int] = {}
    for leaf in map(read_leaf, place.tile_log().entries(0, 40)):
        assert leaf.n == seen.get(leaf.handle, 0) + 1
        seen[leaf.handle] = leaf.n
    assert sum(seen.values()) == 40


def test_the_checkpoint_is_signed_published_and_sealed(db: None) -> None:
    events(3)
    drain()
    row = Checkpoint.objects.get()
    found = keys.open_checkpoint(row.note)
    assert (found.size, found.root) == (3, place.tile_log().root(3)) == (row.size, bytes(row.root))
    assert place.tile_log().checkpoint() == row.note == keys.sealed_head()


def test_key_and_sealed_head_are_private_and_the_log_is_not(db: None) -> None:
    events()
    drain()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.key_folder().iterdir()}
    assert modes == {"log.key": 0o600, "log.head": 0o600}
    assert {path.name for path in place.log_folder().iterdir()} == {"checkpoint", "origin", "tile", "vkey"}


def test_an_empty_log_has_no_checkpoint(db: None) -> None:
    assert drain() == 0
    assert not Checkpoint.objects.exists()
    assert place.tile_log().checkpoint() is None


def test_checkpoints_are_a_second_apart(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "BETWEEN_CHECKPOINTS", timedelta(seconds=1))
    with time_machine.travel(datetime(2026, 11, 23, 9, 0), tick=False) as clock:
        events(2)
        drain()
        clock.shift(0.5)
        events(2)
        assert drain() == 2
        assert list(Checkpoint.objects.values_list("size", flat=True)) == [2]
        clock.shift(0.6)
        assert drain() == 0
        assert list(Checkpoint.objects.order_by("id").values_list("size", flat=True)) == [2, 4]
        clock.shift(60)
        drain()
        assert Checkpoint.objects.count() == 2


def test_a_clock_that_is_set_back_does_not_stop_the_checkpoints(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "BETWEEN_CHECKPOINTS", timedelta(seconds=1))
    with time_machine.travel(datetime(2026, 11, 23, 9, 0), tick=False) as clock:
        events()
        drain()
        clock.shift(-HOUR)
        events()
        drain()
        assert Checkpoint.objects.count() == 2


def test_nothing_is_drained_inside_a_transaction(db: None) -> None:
    with transaction.atomic():
        handle = custody.open_item("file")
        event = custody.record(Kind.EVIDENCE_FILE_STORED, handle, actor=ACTOR, facts={})
        with pytest.raises(NotNow):
            drain()
        with pytest.raises(NotNow):
            settle([event])
    assert not Leaf.objects.exists()


class Crash(BaseException):
    """The process is gone: no handler may save it."""


def crash(*_: object) -> Path:
    raise Crash


def the_log_is_whole(made: list[Event]) -> None:
    assert logged() == [event.id for event in made]
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(len(made)))
    log = place.tile_log()
    assert list(log.entries(0, log.size)) == [bytes(event.leaf) for event in made]
    latest = Checkpoint.objects.latest("id")
    assert latest.size == log.size == len(made)
    assert log.checkpoint() == latest.note == keys.sealed_head()
    assert keys.open_checkpoint(latest.note).root == log.root()


@pytest.mark.parametrize(
    "where",
    [
        "plainview.base.custody.moving._insert_leaves",
        "plainview.ledger.tiles.TileLog.append",
        "plainview.base.custody.checkpoints.publish",
        "plainview.base.custody.checkpoints._sign",
        "plainview.base.custody.checkpoints._hand_out",
        "plainview.ledger.tiles.TileLog.write_checkpoint",
        "plainview.base.custody.keys.seal",
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_crash_anywhere_is_made_good_by_the_next_drain(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = events(3)
    drain()
    made += many(300)
    with monkeypatch.context() as patch:
        patch.setattr(where, crash)
        with pytest.raises(Crash):
            drain()
    drain()
    the_log_is_whole(made)
    made += events(2)
    drain()
    the_log_is_whole(made)


@pytest.mark.parametrize("files", range(10))
@pytest.mark.django_db(transaction=True)
def test_a_crash_between_any_two_files_is_made_good(files: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = many(250)
    drain()
    made += many(300)
    left, replace = [files], Path.replace

    def some(self: Path, target: Path) -> Path:
        left[0] -= 1
        return replace(self, target) if left[0] >= 0 else crash()

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", some)
        with pytest.raises(Crash):
            drain()
    drain()
    the_log_is_whole(made)


@pytest.mark.django_db(transaction=True)
def test_a_log_that_crashed_is_the_log_that_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    made = many(300)
    with monkeypatch.context() as patch:
        patch.setattr(tiles.TileLog, "append", crash)
        with pytest.raises(Crash):
            drain()
    drain()
    undisturbed = tiles.TileLog(place.root() / "undisturbed")
    undisturbed.append([bytes(event.leaf) for event in made])
    for path in (undisturbed.folder / "tile").rglob("*"):
        if path.is_file():
            assert (place.log_folder() / path.relative_to(undisturbed.folder)).read_bytes() == path.read_bytes()


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_not_passed_over(other: psycopg.Connection[Any]) -> None:
    """Its number in the outbox is lower than that of an event which is in the log already."""
    early, late = events(2)
    row = Outbox.objects.get(event=early)
    with connection.cursor() as cursor:
        cursor.execute("delete from custody_outbox where id = %s", [row.id])
    other.execute("insert into custody_outbox (id, event_id) values (%s, %s)", [row.id, early.id])
    assert drain() == 1
    assert logged() == [late.id]
    other.commit()
    assert drain() == 1
    assert logged() == [late.id, early.id]


@pytest.mark.django_db(transaction=True)
def test_only_one_process_drains(other: psycopg.Connection[Any]) -> None:
    events(2)
    other.execute("select pg_advisory_lock(%s)", [lock.LOCK])
    other.commit()
    assert drain() == 0
    assert Outbox.objects.count() == 2
    other.close()  # as if the process had died: its lease ends with it
    deadline = time.monotonic() + 5
    while drain() == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Outbox.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_settle_gives_up_in_time_and_loses_nothing(other: psycopg.Connection[Any]) -> None:
    made = events()
    other.execute("select pg_advisory_lock(%s)", [lock.LOCK])
    other.commit()
    with pytest.raises(NotSettled, match=r"1 events are not in the log after 0\.1 s"):
        settle(made, timeout=0.1)
    assert Outbox.objects.count() == 1


def test_settle_does_the_work_itself_where_nobody_else_does(db: None) -> None:
    made = events(3)
    settle(made)
    assert Checkpoint.objects.latest("id").size == 3
    settle(made)
    assert Checkpoint.objects.count() == 1


def test_settle_waits_for_the_checkpoint_not_only_for_the_leaf(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "BETWEEN_CHECKPOINTS", timedelta(seconds=0.2))
    settle(events())
    began = time.monotonic()
    settle(events())
    assert 0.05 < time.monotonic() - began < 5
    assert Checkpoint.objects.latest("id").size == 2


def test_settle_of_nothing_is_done_at_once(db: None) -> None:
    settle([])
    assert not Checkpoint.objects.exists()


def test_an_idle_log_beats_every_ten_minutes(db: None) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 9, 0), tick=False) as clock:
        events()
        drain()
        clock.shift(599)
        assert heartbeat() is False
        clock.shift(2)
        assert heartbeat() is True
        assert heartbeat() is False
        clock.shift(601)
        assert heartbeat() is True
    beats = Event.objects.filter(kind=Kind.CUSTODY_CHECKPOINT_HEARTBEAT).order_by("n")
    assert [read_leaf(bytes(beat.leaf)).public for beat in beats] == [{"size": 1}, {"size": 2}]
    assert Item.objects.filter(kind="log").count() == 1
    assert Checkpoint.objects.latest("id").size == 3


def test_a_log_without_a_checkpoint_has_no_heart_yet(db: None) -> None:
    assert heartbeat() is False
    assert not Event.objects.exists()


class Loop:
    """run() in a thread, stopped whatever happens."""

    def __init__(self) -> None:
        self.stop, self.moved = threading.Event(), -1
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.moved = run(self.stop)

    def __enter__(self) -> Loop:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(15)


@pytest.mark.django_db(transaction=True)
def test_the_loop_drains_until_it_is_stopped_and_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "LOOK_AGAIN", 0.02)
    with Loop() as loop:
        made = events(5)
        deadline = time.monotonic() + 10
        while Leaf.objects.count() < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert logged() == [event.id for event in made]
        monkeypatch.setattr(sequencer, "LOOK_AGAIN", 30)
        time.sleep(0.1)
        made += events(2)
    assert loop.moved == 7
    assert logged() == [event.id for event in made]


@pytest.mark.django_db(transaction=True)
def test_the_loop_outlasts_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "LOOK_AGAIN", 0.02)
    full, failed = threading.Event(), threading.Event()
    full.set()
    append = tiles.TileLog.append

    def maybe(self: tiles.TileLog, entries: list[bytes]) -> None:
        if full.is_set():
            failed.set()
            raise OSError(28, "No space left on device")
        append(self, entries)

    monkeypatch.setattr(tiles.TileLog, "append", maybe)
    with Loop():
        made = events(3)
        assert failed.wait(10)
        full.clear()
        settle(made, timeout=20)
    the_log_is_whole(made)
