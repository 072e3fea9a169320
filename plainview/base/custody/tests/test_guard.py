"""The start-up guard: nothing is written over a history that disagrees with what was published."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from plainview.base import custody
from plainview.base.custody import guard, keys, place
from plainview.base.custody.guard import LogBroken, check_start
from plainview.base.custody.models import Event, Leaf
from plainview.base.custody.sequencer import drain
from plainview.base.custody.tests.making import ACTOR, events, logged, many, one, superuser
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.note import Signer


def forget() -> None:
    """As in a process that has just started."""
    guard._sound.clear()


@pytest.fixture
def published(db: None) -> list[Event]:
    """Twelve events in the log."""
    made = events(12)
    drain()
    forget()
    return made


def roll_back(count: int) -> dict[str, list[Any]]:
    """Puts an old copy of the database back, from before the last `count` events; returns what it lost."""
    lost = {}
    with superuser() as cursor:
        for table, condition in (
            ("leaf", f"index >= (select max(index) + 1 - {count} from custody_leaf)"),
            ("event", "id not in (select event_id from custody_leaf)"),
            ("checkpoint", "size > (select max(index) + 1 from custody_leaf)"),
        ):
            cursor.execute(f"delete from custody_{table} where {condition} returning *")
            lost[table] = cursor.fetchall()
    return lost


def put_back(lost: dict[str, list[Any]]) -> None:
    with superuser() as cursor:
        for table, rows in lost.items():
            for row in rows:
                cursor.execute(f"insert into custody_{table} values ({', '.join(['%s'] * len(row))})", row)


def test_a_new_installation_is_sound(db: None) -> None:
    assert check_start() == []
    assert (place.key_folder() / "log.key").exists()


def test_an_honest_log_is_sound(published: list[Event]) -> None:
    assert check_start() == []


def test_a_sequencer_that_was_cut_off_left_a_sound_log(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    events(3)
    with monkeypatch.context() as patch:
        patch.setattr("plainview.ledger.tiles.TileLog.append", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            drain()
    assert Leaf.objects.count() == 3
    forget()
    assert check_start() == []


def test_a_rolled_back_database_is_refused_with_the_next_step(published: list[Event]) -> None:
    roll_back(5)
    forget()
    [problem] = check_start()
    assert problem.startswith("The database is older than the published log: it holds 7 leaves, the log has 12.")
    assert "plainview log mend" in problem


def test_nothing_can_be_written_over_a_rolled_back_database(published: list[Event]) -> None:
    roll_back(5)
    forget()
    with pytest.raises(LogBroken, match="older than the published log"):
        one(published[0].item_id)
    with pytest.raises(LogBroken), transaction.atomic():
        custody.record_many([], actor=ACTOR)
    with pytest.raises(LogBroken):
        drain()
    assert Event.objects.count() == 7


def test_a_process_that_was_running_refuses_too(published: list[Event]) -> None:
    """The web server started long ago; the sequencer sees the old copy and tells everyone."""
    one(published[0].item_id)
    roll_back(5)
    with pytest.raises(LogBroken):
        drain()
    with pytest.raises(LogBroken):
        one(published[0].item_id)


def test_once_the_newest_copy_is_back_everything_goes_on(published: list[Event]) -> None:
    lost = roll_back(5)
    forget()
    assert check_start()
    put_back(lost)
    event = one(published[0].item_id)
    assert drain() == 1
    assert logged()[-1] == event.id
    assert not (place.log_folder() / guard.REFUSED).exists()


def test_an_old_copy_that_was_written_on_is_refused(published: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """As many leaves as were published, but other ones."""
    roll_back(1)
    with monkeypatch.context() as patch:
        patch.setattr(guard, "require_sound", lambda: None)
        other = events(1)[0]
    with connection.cursor() as cursor:
        cursor.execute("insert into custody_leaf (index, event_id, hash) values (11, %s, %s)", [other.id, b"\1" * 32])
        cursor.execute("delete from custody_outbox")
    forget()
    assert any(p.startswith("Leaf 11 in the database isn't the one in the published log") for p in check_start())


def test_an_old_log_folder_that_was_put_back_is_refused(published: list[Event]) -> None:
    shutil.copytree(place.log_folder(), place.root() / "old")
    many(500)
    drain()
    shutil.rmtree(place.log_folder())
    (place.root() / "old").rename(place.log_folder())
    forget()
    [problem] = check_start()
    assert problem.startswith("The tiles of the log end at 12 leaves, but the sealed head states 512.")


def test_a_lost_log_folder_is_refused(published: list[Event]) -> None:
    shutil.rmtree(place.log_folder())
    forget()
    assert "The tiles of the log end at 0 leaves, but the sealed head states 12." in check_start()[0]
    with pytest.raises(LogBroken):
        one(published[0].item_id)


def test_a_changed_tile_is_refused(published: list[Event]) -> None:
    [tile] = (place.log_folder() / "tile" / "0" / "000.p").iterdir()
    data = bytearray(tile.read_bytes())
    data[40] ^= 1
    tile.write_bytes(data)
    forget()
    assert any("don't give the root that the published checkpoint states" in problem for problem in check_start())


def test_a_tile_of_a_wrong_length_is_refused(published: list[Event]) -> None:
    [tile] = (place.log_folder() / "tile" / "0" / "000.p").iterdir()
    tile.write_bytes(tile.read_bytes()[:-1])
    forget()
    assert "The tiles of the log are damaged" in check_start()[-1]


def test_a_changed_leaf_at_the_end_is_refused(published: list[Event]) -> None:
    with superuser() as cursor:
        cursor.execute("update custody_leaf set hash = %s where index = 11", [b"\2" * 32])
    forget()
    assert "Leaf 11 in the database isn't the one in the published log" in check_start()[0]


@pytest.mark.parametrize("name", ["checkpoint", "head"])
def test_a_checkpoint_by_another_key_is_refused(published: list[Event], name: str) -> None:
    mallory = Signer.generate(keys.signer_of_log().name)
    forged = mallory.sign(Checkpoint(mallory.name, 12, place.tile_log().root()).text())
    path = place.log_folder() / "checkpoint" if name == "checkpoint" else place.key_folder() / "log.head"
    path.write_text(forged, encoding="utf-8")
    forget()
    [problem] = check_start()
    assert "not a checkpoint that this log has signed" in problem


def test_a_checkpoint_of_another_root_is_refused_though_signed(published: list[Event]) -> None:
    signer = keys.signer_of_log()
    place.tile_log().write_checkpoint(signer.sign(Checkpoint(signer.name, 12, b"\3" * 32).text()))
    forget()
    [problem] = check_start()
    assert "don't give the root that the published checkpoint states for 12 leaves" in problem


def test_a_missing_checkpoint_file_is_published_again(published: list[Event]) -> None:
    note = place.tile_log().checkpoint()
    (place.log_folder() / "checkpoint").unlink()
    forget()
    assert check_start() == []
    drain()
    assert place.tile_log().checkpoint() == note


def test_a_lost_key_is_not_replaced_by_a_new_one(published: list[Event]) -> None:
    (place.key_folder() / "log.key").unlink()
    forget()
    [problem] = check_start()
    assert "a new key would be a new log" in problem
    assert not (place.key_folder() / "log.key").exists()


def test_another_key_is_refused(published: list[Event]) -> None:
    signer = Signer.generate(keys.signer_of_log().name)
    (place.key_folder() / "log.key").write_text(signer.text, encoding="utf-8")
    forget()
    assert "isn't the one that log/vkey names" in check_start()[0]


def test_an_unreadable_key_is_refused(published: list[Event]) -> None:
    (place.key_folder() / "log.key").write_text("nonsense", encoding="utf-8")
    forget()
    assert "can't be used" in check_start()[0]


def test_the_name_of_a_log_comes_from_the_environment_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAINVIEW_ORIGIN_NAME", "police.testville.example/log")
    assert check_start() == []
    assert keys.signer_of_log().name == "police.testville.example/log"
    monkeypatch.setenv("PLAINVIEW_ORIGIN_NAME", "other.example/log")
    forget()
    [problem] = check_start()
    assert "The name of a log never changes" in problem


def test_names_of_new_logs_differ_and_say_nothing_of_the_machine(db: None) -> None:
    first = keys.create().name
    shutil.rmtree(place.root())
    assert first.startswith("plainview/")
    assert keys.create().name != first


@pytest.mark.django_db(transaction=True)
def test_a_sequencer_at_work_never_looks_like_a_broken_log() -> None:
    found: list[str] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            found.extend(check_start())
        connection.close()

    watcher = threading.Thread(target=look, daemon=True)
    events()
    drain()
    watcher.start()
    try:
        for _ in range(15):
            many(300)
            drain()
    finally:
        done.set()
        watcher.join(10)
    assert found == []


@pytest.fixture(autouse=True)
def _other_processes_never_saw_this_one() -> Iterator[None]:
    forget()
    yield
    forget()


def test_a_look_costs_little_once_the_log_is_known_to_be_sound(
    published: list[Event], django_assert_num_queries: Any
) -> None:
    one(published[0].item_id)
    with django_assert_num_queries(0):
        guard.require_sound()
