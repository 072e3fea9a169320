"""`plainview log mend`: what can be mended without contradicting what was published, and what can't."""

from __future__ import annotations

import shutil
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from plainview.base import custody
from plainview.base.custody import guard, keys, lock, place
from plainview.base.custody.audit import audit
from plainview.base.custody.kinds import Kind
from plainview.base.custody.mend import CanNotMend, mend
from plainview.base.custody.models import Event, Item, Leaf
from plainview.base.custody.sequencer import drain
from plainview.base.custody.tests.making import ACTOR, events, logged, many, one, superuser
from plainview.ledger.event import read_leaf
from plainview.ledger.merkle import leaf_hash
from plainview.ledger.tiles import bundle, unbundle

ADAM = "account:adam"


@pytest.fixture
def published(db: None) -> list[Event]:
    """Five hundred events in the log, of three items."""
    made = many(500)
    drain()
    return made


def roll_back(to: int) -> None:
    """The database of an earlier moment: what came after is gone, counters and heads are as they were."""
    with superuser() as cursor:
        cursor.execute("delete from custody_leaf where index >= %s returning event_id", [to])
        gone = [row[0] for row in cursor.fetchall()]
        cursor.execute("delete from custody_event where id = any(%s)", [gone])
        cursor.execute("delete from custody_checkpoint where size > %s", [to])
        cursor.execute(
            "update custody_item i set n = coalesce(e.n, 0), head = sha256('\\x00'::bytea || e.leaf) from ("
            " select h.handle, l.n, l.leaf from custody_item h left join lateral"
            " (select n, leaf from custody_event where item_id = h.handle order by n desc limit 1) l on true"
            ") e where e.handle = i.handle and i.n <> coalesce(e.n, 0)"
        )
        cursor.execute("delete from custody_item where n = 0")
    guard._sound.clear()


def whole() -> bool:
    return not any(check.findings for check in audit())


def test_a_sound_log_needs_no_mending(published: list[Event]) -> None:
    assert mend(ADAM) == []
    assert Event.objects.count() == 500


def test_lost_leaves_come_back_from_the_published_log(published: list[Event]) -> None:
    roll_back(200)
    assert guard.check_start()
    [done] = mend(ADAM)
    assert done.startswith("Took 300 leaves back from the published log. What 300 of them said in private")
    assert logged() == [event.id for event in published]
    assert [bytes(e.leaf) for e in Event.objects.filter(place__index__gte=200).order_by("place__index")] == [
        bytes(event.leaf) for event in published[200:]
    ]
    assert guard.check_start() == []


def test_the_chain_goes_on_where_it_stood(published: list[Event]) -> None:
    roll_back(200)
    mend(ADAM)
    last = published[-1]
    event = one(last.item_id)
    assert event.n == last.n + 1
    assert read_leaf(bytes(event.leaf)).prev == leaf_hash(bytes(last.leaf))
    drain()
    assert whole()


def test_the_log_says_what_was_lost_and_by_whom(published: list[Event]) -> None:
    roll_back(200)
    mend(ADAM)
    event = Event.objects.get(kind=Kind.CUSTODY_LOG_MENDED)
    assert event.actor == ADAM
    assert read_leaf(bytes(event.leaf)).public == {"first": 200, "end": 500}
    lost = Event.objects.filter(actor="system:lost")
    assert lost.count() == 300
    assert all(event.body == b"" for event in lost)


def test_items_that_the_database_had_lost_come_back_too(db: None) -> None:
    many(100)
    drain()
    handle = events(3)[0].item_id
    drain()
    roll_back(100)
    assert not Item.objects.filter(handle=handle).exists()
    mend(ADAM)
    assert (Item.objects.get(handle=handle).kind, Item.objects.get(handle=handle).n) == ("lost", 3)
    assert whole()


def test_a_database_that_lost_everything_but_its_tables(published: list[Event]) -> None:
    roll_back(0)
    assert not Event.objects.exists()
    mend(ADAM)
    assert logged() == [event.id for event in published]
    drain()
    assert whole()


def test_events_that_waited_in_the_old_copy_keep_what_they_said(db: None) -> None:
    many(10)
    drain()
    waiting = events(2)
    with connection.cursor() as cursor:
        cursor.execute("select id, event_id from custody_outbox order by id")
        outbox = cursor.fetchall()
    drain()
    with superuser() as cursor:
        cursor.execute("delete from custody_leaf where index >= 10")
        cursor.execute("delete from custody_checkpoint where size > 10")
        for row in outbox:
            cursor.execute("insert into custody_outbox (id, event_id) values (%s, %s)", row)
    guard._sound.clear()
    assert "What 0 of them said in private" in mend(ADAM)[0]
    drain()
    assert bytes(Event.objects.get(pk=waiting[0].pk).body) == bytes(waiting[0].body)
    assert whole()


def test_lost_tiles_are_written_again(published: list[Event]) -> None:
    note = place.tile_log().checkpoint()
    before = {p.relative_to(place.log_folder()): p.read_bytes() for p in place.log_folder().rglob("*") if p.is_file()}
    shutil.rmtree(place.log_folder() / "tile")
    guard._sound.clear()
    assert mend(ADAM) == ["Wrote the tiles of 500 leaves again from the database; they give the root that was signed."]
    after = {p.relative_to(place.log_folder()): p.read_bytes() for p in place.log_folder().rglob("*") if p.is_file()}
    assert after == before
    assert place.tile_log().checkpoint() == note


def test_lost_tiles_are_not_made_of_a_database_that_was_changed(published: list[Event]) -> None:
    shutil.rmtree(place.log_folder() / "tile")
    with superuser() as cursor:
        cursor.execute("update custody_leaf set hash = %s where index = 3", [b"\1" * 32])
    guard._sound.clear()
    with pytest.raises(CanNotMend, match="doesn't give the root that was signed for 500 leaves"):
        mend(ADAM)
    assert place.tile_log().size == 0


def test_a_database_is_not_made_of_tiles_that_were_changed(published: list[Event]) -> None:
    """Entry and tile agree with each other, and the tile above was left alone: only the signed root tells."""
    roll_back(200)
    folder = place.log_folder() / "tile"
    entries = unbundle((folder / "entries" / "000").read_bytes())
    entries[210] = entries[210].replace(b'"i":210', b'"i":777')
    (folder / "entries" / "000").write_bytes(bundle(entries))
    (folder / "0" / "000").write_bytes(b"".join(leaf_hash(entry) for entry in entries))
    with pytest.raises(CanNotMend, match="entries don't give the root that was signed"):
        mend(ADAM)
    assert Leaf.objects.count() == 200


def test_a_database_is_not_made_of_entries_that_were_changed(published: list[Event]) -> None:
    roll_back(300)
    [path] = (place.log_folder() / "tile" / "entries" / "001.p").iterdir()
    path.write_bytes(path.read_bytes().replace(b'"i":400', b'"i":401'))
    with pytest.raises(CanNotMend, match="doesn't hash to what its tile says"):
        mend(ADAM)
    assert Leaf.objects.count() == 300


def test_an_old_copy_that_was_written_on_is_left_as_it_is(
    published: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_back(200)
    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(guard, "require_sound", lambda: None)
        custody.record(Kind.EVIDENCE_FILE_PLAYED, published[0].item_id, actor=ACTOR, facts={})
    with pytest.raises(CanNotMend, match="Events were recorded after the old copy of the database was put back"):
        mend(ADAM)
    assert Leaf.objects.count() == 200


def test_what_can_not_be_mended_is_said(published: list[Event]) -> None:
    (place.key_folder() / "log.key").unlink()
    guard._sound.clear()
    with pytest.raises((CanNotMend, keys.KeyProblem), match=r"log\.key|signing key"):
        mend(ADAM)


@pytest.mark.django_db(transaction=True)
def test_nobody_mends_while_the_sequencer_is_at_work() -> None:
    found: dict[str, Any] = connection.settings_dict
    with psycopg.connect(host=found["HOST"], user=found["USER"], dbname=found["NAME"], autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", [lock.LOCK])
        with pytest.raises(CanNotMend, match="Stop `plainview up`"):
            mend(ADAM)
