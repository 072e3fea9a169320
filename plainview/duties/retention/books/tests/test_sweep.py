"""The sweep finds what was done to stored files and rows, names it, alarms once, and is quiet where nothing was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from plainview.base.custody.models import Event
from plainview.base.notices.models import Notice
from plainview.base.storage import actions as storage
from plainview.base.storage.models import StoredObject
from plainview.base.storage.tests.making import flip
from plainview.duties.retention.books import actions, alone, reading
from plainview.duties.retention.books.models import Alarm, Book, Entry, Finding, Letter, Reading
from plainview.duties.retention.books.problem import Problem
from plainview.duties.retention.books.sweep import AtWork, sweep
from plainview.duties.retention.books.tests.conftest import Held, path_of
from plainview.holdings.evidence.models import Derivative, Recording
from plainview.holdings.evidence.tests.making import derivative, footage

pytestmark = pytest.mark.django_db(transaction=True)


def findings() -> list[tuple[str, str]]:
    return sorted((each.what, each.says) for each in Finding.objects.all())


def superuser(statement: str, *values: Any) -> None:
    """Does what a superuser of the database can: triggers don't fire for him."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(statement, values)


def test_an_honest_installation_balances_and_is_quiet(held: Held) -> None:
    derivative(held.free.file, Derivative.Kind.POSTER)
    now = sweep()
    book = Book.objects.get()
    assert (now.findings, book.balanced, book.items_in, book.items_held, book.unread) == (0, True, 4, 4, 0)
    assert book.bytes_in == book.bytes_held == sum(StoredObject.objects.values_list("size", flat=True))
    assert (now.listed, now.read_items) == (4, 4)
    assert {(line.what, line.classes, line.items_in) for line in book.lines.all()} == {
        ("file", "unclassified", 3),
        ("derivative", "unclassified", 1),
    }
    assert not Alarm.objects.exists()
    assert sweep().findings == 0


def test_an_empty_installation_balances(db: None) -> None:
    assert sweep().as_json()["balanced"]


def test_a_deleted_file_is_missing_and_its_prosecutor_is_written_to(held: Held) -> None:
    path_of(held.named).unlink()
    sweep()
    (what, says), *_ = findings()
    assert (what, str(held.named.file.object_id) in says) == ("missing", True)
    (letter,) = Letter.objects.all()
    assert (letter.agency, letter.matters) == ("Jackson County Prosecutor", ["24-100"])
    for part in (
        "DRAFT: not sent",
        "24-100 (criminal, open)",
        held.named.recording.handle,
        "is missing",
        "Signature: ___",
    ):
        assert part in letter.text
    told = set(Notice.objects.values_list("account__username", flat=True))
    assert told == {"tess", "adam", "cora"}


def test_a_matter_that_names_the_call_counts_as_well(held: Held) -> None:
    path_of(held.called).unlink()
    sweep()
    assert Letter.objects.get().agency == "Clay County Prosecutor"


@pytest.mark.parametrize("at", [0, 50, -1])
def test_a_changed_byte_is_found_and_located(held: Held, at: int) -> None:
    path = path_of(held.free)
    flip(path, at % path.stat().st_size)
    sweep()
    ((what, says),) = findings()
    assert what == "changed"
    assert ("header" in says) if at == 0 else ("segment 0" in says or "header" in says)


def test_a_shortened_file_is_found_without_reading(held: Held) -> None:
    path = path_of(held.free)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])
    sweep(budget=0)
    ((what, says),) = findings()
    assert (what, "instead of" in says) == ("changed", True)


def test_the_ciphertext_of_another_item_is_found(held: Held) -> None:
    path = path_of(held.free)
    path.chmod(0o600)
    path.write_bytes(path_of(held.named).read_bytes())
    sweep()
    assert {what for what, _ in findings()} == {"changed"}


def test_a_file_that_somebody_put_there_is_unexpected(held: Held, data: Path) -> None:
    (data / "objects" / "copy of a film.mp4").write_bytes(b"x")
    sweep()
    ((what, says),) = findings()
    assert (what, "copy of a film.mp4" in says) == ("unexpected", True)


ROWS: list[tuple[str, str, str]] = [
    ("a row deleted", "delete from storage_storedobject where id = %s", "storage has no row of it"),
    ("a size edited", "update storage_storedobject set size = size - 1 where id = %s", "its row says"),
    ("a hash edited", "update storage_storedobject set sha256 = sha256('x') where id = %s", "came in with SHA-256"),
    ("a root edited", "update storage_storedobject set chunk_root = sha256('x') where id = %s", "chunk_root is"),
    (
        "a key emptied",
        "update storage_storedobject set wrapped_key = '', destroyed_at = now() where id = %s",
        "which is no disposal that was begun",
    ),
    (
        "a key spoiled",
        "update storage_storedobject set wrapped_key = decode(repeat('00', 40), 'hex') where id = %s",
        "can't be opened",
    ),
    (
        "a time edited",
        "update evidence_recording r set start = start - interval '1 hour' "
        "where id = (select recording_id from evidence_file where object_id = %s)",
        "start is",
    ),
    ("a name edited", "update evidence_file set name = 'other.mp4' where object_id = %s", "name is"),
    (
        "a file moved",
        "update evidence_file set recording_id = (select id from evidence_recording limit 1) where object_id = %s",
        "recording is",
    ),
    (
        "an event edited",
        "update custody_event set body = 'x' where item_id = (select handle from storage_storedobject where id = %s)",
        "isn't the one that its leaf commits to",
    ),
    (
        "an event deleted",
        "delete from custody_event where item_id = (select handle from storage_storedobject where id = %s)",
        "missing",
    ),
]


@pytest.mark.parametrize(("statement", "says"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_superuser_edits_is_found(held: Held, statement: str, says: str) -> None:
    sweep()  # the books know it
    superuser(statement, held.free.file.object_id)
    sweep()
    assert any(says in told for _, told in findings()), findings()
    assert Alarm.objects.filter(closed_at=None).exists()


def test_rows_and_files_deleted_together_before_any_book_are_found(held: Held) -> None:
    path_of(held.named).unlink()
    for table in ("evidence_quarantine where file_id", "evidence_file where id"):
        superuser(f"delete from {table} = %s", held.named.file.pk)
    superuser("delete from storage_storedobject where id = %s", held.named.file.object_id)
    sweep()
    assert [what for what, says in findings() if "storage has no row" in says] == ["balance"]


def test_what_is_destroyed_by_an_order_is_counted_so_and_is_quiet(held: Held) -> None:
    from plainview.base import custody
    from plainview.base.custody.kinds import Kind

    with transaction.atomic():
        order = custody.open_item("disposal")
        custody.record(Kind.DISPOSAL_BATCH_BEGUN, order, actor="system:test", facts={})
        storage.authorize_destruction([held.free.file.object_id], order)
        storage.destroy(held.free.file.object_id, order)
    assert sweep().findings == 0
    book = Book.objects.get()
    assert (book.items_in, book.items_held, book.items_destroyed, book.balanced) == (3, 2, 1, True)


def test_ciphertext_of_a_destroyed_object_that_comes_back_is_told_and_removed(held: Held, tmp_path: Path) -> None:
    path = path_of(held.free)
    shutil.copy(path, tmp_path / "kept")
    test_what_is_destroyed_by_an_order_is_counted_so_and_is_quiet(held)
    shutil.copy(tmp_path / "kept", path)
    sweep()
    ((what, says),) = findings()
    assert (what, "was destroyed, but its ciphertext lies" in says, path.exists()) == ("unexpected", True, False)


def test_quarantine_is_a_pile_of_its_own(held: Held) -> None:
    Recording.objects.filter(pk=held.free.recording.pk).update(quarantined=True)
    sweep()
    book = Book.objects.get()
    assert (book.items_held, book.items_quarantined, book.balanced) == (2, 1, True)


def test_the_same_finding_alarms_once_until_its_alarm_is_closed(held: Held) -> None:
    path_of(held.free).unlink()
    sweep()
    sweep()
    alarm = Alarm.objects.get()
    actions.close_alarm(alarm, "The disk was found in the cellar.", account=held.department.tess)
    with pytest.raises(actions.Refused, match="closed already"):
        actions.close_alarm(alarm, "again", account=held.department.tess)
    sweep()
    assert Alarm.objects.count() == 2
    assert Notice.objects.filter(key=f"books.alarm:{alarm.pk}", done_at=None).count() == 0


def test_what_is_lost_for_good_is_accepted_once(held: Held) -> None:
    superuser("delete from evidence_quarantine where file_id = %s", held.free.file.pk)
    superuser("delete from evidence_file where id = %s", held.free.file.pk)
    superuser("delete from storage_storedobject where id = %s", held.free.file.object_id)
    assert not sweep(check_history=False).as_json()["balanced"]
    actions.close_alarm(Alarm.objects.get(), "Burned.", account=held.department.tess, accepted=True)
    now = sweep(check_history=False).as_json()
    assert (now["balanced"], now["findings"], now["items_in"], now["items_held"]) == (True, 0, 3, 2)


def test_an_alarm_is_closed_with_a_reason_only(held: Held) -> None:
    path_of(held.free).unlink()
    sweep()
    with pytest.raises(actions.Refused, match="Say what was found out"):
        actions.close_alarm(Alarm.objects.get(), "  ", account=held.department.tess)


def test_without_time_everything_is_listed_and_nothing_read(held: Held) -> None:
    now = sweep(budget=0)
    assert (now.listed, now.read_items, now.as_json()["unread"]) == (3, 0, 3)


def test_it_reads_on_where_it_stopped_the_oldest_first(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep()
    first, second, third = Reading.objects.order_by("object_id")
    Reading.objects.filter(pk=second.pk).update(read_at=None)
    Reading.objects.filter(pk=third.pk).update(read_at="2020-01-01T00:00:00Z")
    read: list[object] = []
    check = reading.check_object

    def noted(obj: StoredObject) -> list[Problem]:
        read.append(obj.pk)
        return check(obj)

    monkeypatch.setattr(reading, "check_object", noted)
    sweep()
    assert read == [second.pk, third.pk, first.pk]


def test_a_sweep_that_is_killed_loses_a_batch_at_most(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    check, left = reading.check_object, [2]

    def killed(obj: StoredObject) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return check(obj)

    monkeypatch.setattr(reading, "check_object", killed)
    with pytest.raises(KeyboardInterrupt):
        sweep()
    assert Reading.objects.filter(read_at=None).count() == 1
    monkeypatch.setattr(reading, "check_object", check)
    assert sweep().findings == 0


def test_two_sweeps_never_meet(held: Held, in_another_session: Callable[[int], None]) -> None:
    in_another_session(alone.SWEEP)
    with pytest.raises(AtWork, match="Another process is sweeping"):
        sweep()


def test_a_clock_that_jumps_destroys_nothing_and_alarms_nobody(held: Held) -> None:
    import time_machine

    sweep()
    for moment in ("2099-01-01", "1999-01-01"):
        with time_machine.travel(moment, tick=True):
            assert sweep(check_history=False).findings == 0
    assert all(path_of(each).exists() for each in held.all)


def test_the_balance_is_an_event_with_figures_alone(held: Held) -> None:
    sweep()
    leaf = json.loads(bytes(Event.objects.get(kind="books.balance.struck").leaf))
    assert leaf["items_in"] == 3 if "items_in" in leaf else True
    assert held.department.alice.handle not in json.dumps(leaf)


def test_a_new_file_between_two_sweeps_joins_the_books(held: Held) -> None:
    sweep()
    footage(held.department.bob)
    sweep()
    assert Entry.objects.count() == 4
    assert Book.objects.order_by("-pk")[0].items_in == 4


def test_a_shelf_that_nobody_configured_is_one_finding(held: Held) -> None:
    superuser("update storage_storedobject set shelf = 'tape'")
    sweep(check_history=False)
    assert any("nothing says where that is" in says for _, says in findings())


@pytest.fixture
def in_another_session() -> object:
    """Holds an advisory lock in a session of its own."""
    import psycopg

    facts = connection.settings_dict
    link = psycopg.connect(host=facts["HOST"], user=facts["USER"], dbname=facts["NAME"], autocommit=True)
    yield lambda number: link.execute("select pg_advisory_lock(%s)", [number])
    link.close()
