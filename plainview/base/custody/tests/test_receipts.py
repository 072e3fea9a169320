"""A receipt proves by itself, to anybody, that an event is in the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from plainview.base import custody
from plainview.base.custody import keys, place
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.custody.receipts import FORMAT, NotInLog, proof_of, receipt, write_receipt
from plainview.base.custody.sequencer import drain, settle
from plainview.ledger import checkpoint, event, merkle, note
from plainview.ledger.proof import parse_proof


def make(count: int = 1, name: str = "Café 🚓.mp4") -> list[Event]:
    with transaction.atomic():
        handle = custody.open_item("file")
        return [
            custody.record(Kind.EVIDENCE_FILE_STORED, handle, actor="system:dock", facts={"name": name, "i": i})
            for i in range(count)
        ]


def check(found: dict[str, Any]) -> dict[str, Any]:
    """What the docstring of the format says, with the ledger only. Returns the facts."""
    opened = checkpoint.parse(note.open_note(found["checkpoint"], [note.Verifier(found["vkey"])]).text)
    assert opened.origin == found["origin"]
    leaf = found["leaf"].encode()
    path = [bytes.fromhex(each) for each in found["proof"]]
    merkle.verify_inclusion(merkle.leaf_hash(leaf), found["index"], opened.size, path, opened.root)
    if found["body"] is None:
        return {}
    assert event.body_digest(found["body"].encode()) == event.read_leaf(leaf).body_digest
    return event.read_body(found["body"].encode())


def another(value: Any) -> Any:
    """A value of the same type that is not the same."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return ["00" * 32, *value[1:]]
    return value.replace(value[len(value) // 2], "~", 1)


@pytest.mark.parametrize("count", [1, 2, 7, 300])
def test_a_receipt_checks_out_with_nothing_but_itself(db: None, count: int) -> None:
    events = make(count)
    settle(events)
    for each in (events[0], events[count // 2], events[-1]):
        found = json.loads(receipt(each))
        assert found["format"] == FORMAT
        assert check(found)["name"] == "Café 🚓.mp4"


def test_a_later_receipt_of_the_same_event_has_a_later_checkpoint(db: None) -> None:
    first = make()
    settle(first)
    early = json.loads(receipt(first[0]))
    settle(make(5))
    late = json.loads(receipt(first[0]))
    assert (early["leaf"], early["index"]) == (late["leaf"], late["index"])
    assert early["checkpoint"] != late["checkpoint"]
    check(early)
    check(late)


@pytest.mark.parametrize("field", ["leaf", "body", "checkpoint", "proof", "index", "origin", "vkey"])
def test_a_changed_receipt_does_not_check_out(db: None, field: str) -> None:
    events = make(3)
    settle(events)
    found = json.loads(receipt(events[1]))
    with_change = {**found, field: another(found[field])}
    with pytest.raises((ValueError, AssertionError)):
        check(with_change)


def test_the_body_can_be_left_out(db: None) -> None:
    events = make()
    settle(events)
    found = receipt(events[0], with_body=False)
    assert b".mp4" not in found
    assert check(json.loads(found)) == {}


def test_the_proof_is_a_file_of_its_own_too(db: None) -> None:
    events = make(4)
    settle(events)
    proof = parse_proof(proof_of(events[2]).text())
    assert proof.index == 2
    assert proof.checkpoint == place.tile_log().checkpoint()


def test_there_is_no_receipt_before_the_event_is_in_the_log(db: None) -> None:
    events = make()
    with pytest.raises(NotInLog):
        receipt(events[0])
    drain()
    assert receipt(events[0])


def test_a_receipt_is_written_whole(db: None, tmp_path: Path) -> None:
    events = make()
    settle(events)
    path = write_receipt(events[0], tmp_path / "new" / "clip.json")
    assert json.loads(path.read_text("utf-8"))["vkey"] == keys.signer_of_log().vkey
    assert [each.name for each in path.parent.iterdir()] == ["clip.json"]
    assert write_receipt(events[0], path) == path


def test_a_receipt_that_can_not_be_written_leaves_nothing_behind(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = make()
    settle(events)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_receipt(events[0], tmp_path / "clip.json")
    assert list(tmp_path.iterdir()) == []
