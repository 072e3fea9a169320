"""Whatever a superuser changes, in whichever table or file, `log check` finds and names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from plainview.base import custody
from plainview.base.custody import keys, place
from plainview.base.custody.audit import Check, Finding, audit
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Checkpoint, Event, Item, Leaf
from plainview.base.custody.sequencer import drain
from plainview.base.custody.tests.making import ACTOR, events, many, superuser
from plainview.ledger import event as ledger
from plainview.ledger.checkpoint import Checkpoint as Statement
from plainview.ledger.tiles import bundle, unbundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> list[Event]:
    """600 events of three items in the log (two full tiles and a part), two that wait."""
    found = many(600)
    drain()
    events(2, found[0].item_id)
    assert problems() == []
    return found


def problems() -> list[Finding]:
    return [finding for check in audit() for finding in check.findings]


def said() -> str:
    return " ".join(f"{each.where}: {each.says}" for each in problems())


def execute(statement: str, *values: Any) -> None:
    with superuser() as cursor:
        cursor.execute(statement, values)


def test_an_honest_history_is_found_in_order(made: list[Event]) -> None:
    checks = list(audit())
    assert [check.name for check in checks] == ["start", "tree", "checkpoints", "outbox", "items"]
    assert checks[1].says.startswith("600 entries on disk")


def test_an_empty_history_is_in_order() -> None:
    assert problems() == []


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512])
def test_logs_of_awkward_sizes_are_in_order(size: int) -> None:
    many(size)
    drain()
    assert problems() == []


def test_progress_is_told(made: list[Event]) -> None:
    heard: list[tuple[str, int, int]] = []
    list(audit(lambda *step: heard.append(step)))
    assert {what for what, _, _ in heard} == {"tree", "items"}
    assert all(0 <= done <= total for _, done, total in heard)


def body_with(event: Event, **changes: Any) -> bytes:
    """The body of an event with other facts under the same salts."""
    fields = json.loads(bytes(event.body))
    return json.dumps(
        [[s, k, changes.get(k, v)] for s, k, v in fields], separators=(",", ":"), ensure_ascii=False
    ).encode()


def test_a_changed_fact(made: list[Event]) -> None:
    execute("update custody_event set body = %s where id = %s", body_with(made[300], i=999), made[300].id)
    assert said() == (
        f"custody_event: Event {made[300].id} (number 101 of item {made[300].item_id}): "
        "its body isn't the one that its leaf commits to; facts were changed."
    )


def test_a_changed_actor(made: list[Event]) -> None:
    execute("update custody_event set actor = 'account:mallory' where id = %s", made[5].id)
    assert "the column says that account:mallory acted, the body system:test" in said()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("kind = 'evidence.file.played'", "its leaf says another kind than the row"),
        ("logged_at = logged_at - interval '1 hour'", "its leaf says another time than the row"),
        ("n = 5000", "its leaf says another counter than the row"),
        ("body = ''", "its body is gone, and the log was not mended there"),
        ("body = 'nonsense'", "its body isn't the one that its leaf commits to"),
        ("body = body || ' '::bytea", "its body isn't the one that its leaf commits to"),
        ("body = '[ ' || substr(body, 2)", "its body isn't the one that its leaf commits to"),
    ],
)
def test_a_changed_column_of_an_event(made: list[Event], change: str, sentence: str) -> None:
    execute(f"update custody_event set {change} where id = %s", made[300].id)
    assert f"custody_event: Event {made[300].id} (number " in said()
    assert sentence in said()


def test_an_event_moved_to_another_item(made: list[Event]) -> None:
    execute("update custody_event set item_id = %s, n = 9999 where id = %s", made[1].item_id, made[300].id)
    assert "its leaf says another item than the row" in said()
    assert f"Event 101 of item {made[300].item_id} is missing" in said()


def test_an_event_rewritten_with_its_leaf(made: list[Event]) -> None:
    """Body, leaf and hash agree with each other, but the log has another entry, and the next event another parent."""
    victim = made[300]
    facts = ledger.read_leaf(bytes(victim.leaf))
    body = body_with(victim, i=999)
    leaf = ledger.make_leaf(
        id=victim.id,
        kind=facts.kind,
        logged_at=facts.logged_at,
        handle=facts.handle,
        n=facts.n,
        prev=facts.prev,
        body_digest=ledger.body_digest(body),
        policy=facts.policy,
        public=facts.public,
    )
    execute("update custody_event set body = %s, leaf = %s where id = %s", body, leaf, victim.id)
    execute("update custody_leaf set hash = sha256('\\x00'::bytea || %s) where event_id = %s", leaf, victim.id)
    assert said() == (
        "custody_leaf: The hash of leaf 300 in the database isn't that of entry 300. "
        f"custody_event: Event {made[303].id} (number 102 of item {victim.item_id}): "
        "its leaf doesn't follow the event before it."
    )


def test_a_leaf_that_is_no_leaf(made: list[Event]) -> None:
    execute("update custody_event set leaf = 'nonsense' where id = %s", made[7].id)
    assert "its leaf isn't that of entry 7 of the log" in said()
    assert "its leaf isn't a leaf at all" in said()


def test_a_removed_event(made: list[Event]) -> None:
    execute("delete from custody_event where id = %s", made[300].id)
    assert f"custody_event: The event of leaf 300 ({made[300].id}) is missing from the database." in said()
    assert f"custody_event: Event 101 of item {made[300].item_id} is missing." in said()


def test_a_removed_last_event_with_everything_about_it(made: list[Event]) -> None:
    last = made[-1]
    before = Event.objects.get(item=last.item_id, n=last.n - 1)
    execute("delete from custody_leaf where event_id = %s", last.id)
    execute("delete from custody_event where id = %s", last.id)
    execute(
        "update custody_item set n = %s, head = sha256('\\x00'::bytea || %s) where handle = %s",
        before.n,
        bytes(before.leaf),
        last.item_id,
    )
    assert "The database is older than the published log" in said()


def test_an_event_taken_out_of_the_outbox(made: list[Event]) -> None:
    execute("delete from custody_outbox where id = (select max(id) from custody_outbox)")
    assert "custody_outbox: Event" in said()
    assert "is neither in the log nor in the outbox" in said()


def test_an_event_put_back_into_the_outbox(made: list[Event]) -> None:
    execute("insert into custody_outbox (event_id) values (%s)", made[9].id)
    assert f"Event {made[9].id} (number 4 of item {made[9].item_id}) is in the log and still in the outbox" in said()


def test_an_outbox_row_for_nothing(made: list[Event]) -> None:
    execute("insert into custody_outbox (event_id) values (gen_random_uuid())")
    assert "of the outbox (" in said()


def test_a_changed_leaf_hash(made: list[Event]) -> None:
    execute("update custody_leaf set hash = %s where index = 400", b"\1" * 32)
    assert said() == "custody_leaf: The hash of leaf 400 in the database isn't that of entry 400."


def test_two_events_that_changed_places(made: list[Event]) -> None:
    one, other = Leaf.objects.get(index=10), Leaf.objects.get(index=20)
    execute("delete from custody_leaf where index in (10, 20)")
    for index, leaf in ((10, other), (20, one)):
        execute(
            "insert into custody_leaf (index, event_id, hash) values (%s, %s, %s)",
            index,
            leaf.event_id,
            bytes(leaf.hash),
        )
    assert "custody_leaf: The hash of leaf 10 in the database isn't that of entry 10." in said()
    assert "custody_leaf: The hash of leaf 20 in the database isn't that of entry 20." in said()


def test_leaves_that_name_each_others_events(made: list[Event]) -> None:
    rows = {index: bytes(Leaf.objects.get(index=index).hash) for index in (0, 3)}
    execute("delete from custody_leaf where index in (0, 3)")
    for index, event in ((0, made[3]), (3, made[0])):
        execute("insert into custody_leaf (index, event_id, hash) values (%s, %s, %s)", index, event.id, rows[index])
    assert f"{made[3].id} (number 2 of item {made[3].item_id}): its leaf isn't that of entry 0 of the log" in said()
    assert "(number 1 of item" in said()
    assert "comes after number 2 in the log" in said()


@pytest.mark.parametrize("index", [0, 255, 256, 300, 598])
def test_a_removed_leaf(made: list[Event], index: int) -> None:
    execute("delete from custody_leaf where index = %s", index)
    assert f"custody_leaf: Leaf {index} is missing from the database." in said()


def test_a_changed_counter(made: list[Event]) -> None:
    execute("update custody_item set n = n - 1 where handle = %s", made[0].item_id)
    assert said() == f"custody_item: Item {made[0].item_id} counts 201 events, but has 202."


def test_a_changed_head(made: list[Event]) -> None:
    execute("update custody_item set head = %s where handle = %s", b"\1" * 32, made[0].item_id)
    assert said() == f"custody_item: The head of item {made[0].item_id} isn't the leaf of its last event."


def test_a_removed_item(made: list[Event]) -> None:
    execute("delete from custody_item where handle = %s", made[1].item_id)
    assert said() == f"custody_item: Item {made[1].item_id} is missing, though it has 200 events."


def test_an_item_whose_events_are_all_gone(made: list[Event]) -> None:
    handle = custody.open_item("file")
    execute("update custody_item set n = 3, head = %s where handle = %s", b"\1" * 32, handle)
    assert said() == f"custody_event: Events 1 to 3 of item {handle} are missing."


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("size = size - 1", "size or root in the row differs from its signed note"),
        ("root = sha256('x')", "size or root in the row differs from its signed note"),
        ("note = replace(note, '600', '599')", "not a checkpoint that this log has signed"),
    ],
)
def test_a_changed_checkpoint(made: list[Event], change: str, sentence: str) -> None:
    execute(f"update custody_checkpoint set {change}")
    assert any(each.where == "custody_checkpoint" and sentence in each.says for each in problems())


def test_a_checkpoint_by_our_key_of_a_log_that_never_was(made: list[Event]) -> None:
    signer = keys.signer_of_log()
    note = signer.sign(Statement(signer.name, 300, b"\1" * 32).text())
    row = Checkpoint.objects.get()
    execute("update custody_checkpoint set size = 300, root = %s, note = %s", b"\1" * 32, note)
    assert f"Checkpoint {row.pk} (of 300 leaves) states another root than the log has at this size." in said()


def test_a_removed_checkpoint(made: list[Event]) -> None:
    execute("delete from custody_checkpoint")
    assert "The checkpoint in log/checkpoint has no row in the database" in said()


def test_checkpoints_that_go_backward(made: list[Event]) -> None:
    row = Checkpoint.objects.get()
    Checkpoint.objects.create(size=row.size, root=row.root, signed_at=row.signed_at, note=row.note)
    assert "states 600 leaves; an earlier one stated 600" in said()


def change_entry(path: Path) -> None:
    entries = unbundle(path.read_bytes())
    entries[17] = entries[17].replace(b'"n":', b'"N":')
    path.write_bytes(bundle(entries))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[33] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "harm", "sentence"),
    [
        (
            "tile/entries/001",
            change_entry,
            "tile/entries/001: Entry 273 in tile/entries/001 doesn't hash to what tile/0/001 says",
        ),
        ("tile/entries/002.p/88", change_entry, "Entry 529 in tile/entries/002.p/88 doesn't hash"),
        ("tile/0/000", flip, "Entry 1 in tile/entries/000 doesn't hash to what tile/0/000 says"),
        ("tile/1/000.p/2", flip, "tile/1/000.p/2 isn't made of the tiles below it"),
        ("tile/entries/000", Path.unlink, "tile/entries/000"),
        ("tile/0/000", lambda path: path.write_bytes(path.read_bytes()[:-7]), "tile/0/000"),
        ("tile/1/000.p/2", Path.unlink, "tile/1/000.p/2 is missing"),
        ("checkpoint", lambda path: path.write_text("nonsense"), "published checkpoint is not a checkpoint"),
    ],
)
def test_a_changed_file(made: list[Event], name: str, harm: Callable[[Path], object], sentence: str) -> None:
    harm(place.log_folder() / name)
    assert sentence in said()


def test_findings_without_end_are_cut_short() -> None:
    many(300)
    drain()
    execute("update custody_leaf set hash = %s", b"\1" * 32)
    tree = next(check for check in audit() if check.name == "tree")
    assert len(tree.findings) == 101
    assert "stopped looking after a hundred" in tree.findings[-1].says


def test_a_body_that_was_mended_is_known_to_be_lost(made: list[Event]) -> None:
    execute("update custody_event set body = '' where id = %s", made[20].id)
    assert problems()
    with transaction.atomic():
        handle = custody.open_item("log")
        custody.record(Kind.CUSTODY_LOG_MENDED, handle, actor=ACTOR, facts={}, public={"first": 20, "end": 21})
    assert problems() == []


def test_checks_say_what_they_looked_at(made: list[Event]) -> None:
    assert all(isinstance(check, Check) and check.says for check in audit())
    assert Item.objects.count() == 3
