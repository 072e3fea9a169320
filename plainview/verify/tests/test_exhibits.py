"""Single files: receipts, proofs of the log, signed checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plainview.ledger import proof
from plainview.ledger.note import COSIGNATURE, Signer, Verifier, make_vkey, split_note
from plainview.ledger.strict64 import encode
from plainview.verify.tests import making
from plainview.verify.tests.making import check, said, wrong


def test_a_receipt_holds_and_says_what_it_is_of(tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    report = check(tmp_path / "receipt.json")
    assert report["exit"] == 0
    assert report["kind"] == "a receipt"
    assert "event 1 of the log: evidence.file.stored, number 1 of item" in said(report, "holds")
    assert "logged 2026-03-04T05:06:08.000Z; its private body fits" in said(report, "holds")
    assert "with the SHA-256 6cb754ac" in said(report, "holds")


def test_a_receipt_without_the_private_body_holds_too(tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "receipt.json", body=None)
    report = check(tmp_path / "receipt.json")
    assert report["exit"] == 0
    assert "its private body is not in the receipt" in said(report, "holds")


@pytest.mark.parametrize("index", range(6))
def test_the_receipt_of_every_event_holds(tmp_path: Path, index: int) -> None:
    making.make_receipt(tmp_path / "receipt.json", index=index)
    assert check(tmp_path / "receipt.json")["exit"] == 0


def test_another_spacing_is_the_same_receipt(tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    value = json.loads((tmp_path / "receipt.json").read_text())
    (tmp_path / "receipt.json").write_text("\n" + json.dumps(dict(sorted(value.items())), separators=(",", ":")))
    assert check(tmp_path / "receipt.json")["exit"] == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "plainview-receipt/2"}, "format is unknown"),
        ({"origin": "plainview/other"}, "of another log than the receipt says"),
        ({"vkey": making.SIGNER.vkey.replace("test", "tset")}, "does not belong to it"),
        ({"vkey": making.STRANGER.vkey}, "The key that came with it has not signed it"),
        ({"vkey": 7}, "format is unknown"),
        ({"index": 2}, "not in the log that was signed"),
        ({"index": 1.0}, "no place in the log"),
        ({"index": -1}, "no place in the log"),
        ({"proof": []}, "not in the log that was signed"),
        ({"proof": [7]}, "not a list of hashes"),
        ({"proof": ["zz"]}, "not a list of hashes"),
        ({"checkpoint": "nothing"}, "not a signed checkpoint"),
        ({"checkpoint": ""}, "not a signed checkpoint"),
        ({"leaf": "{}"}, "not an event"),
        ({"leaf": None}, "has no leaf"),
        ({"body": "[]"}, "body is not the one"),
        ({"body": "\ud800"}, "not an event"),
        ({"body": {}}, "body is not text"),
        ({"more": 1}, "not a JSON object with the fields"),
    ],
)
def test_what_is_wrong_with_a_receipt_is_said(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    spoil(tmp_path / "receipt.json", changes)
    report = check(tmp_path / "receipt.json")
    assert report["exit"] == 1
    assert words in wrong(report)["receipt.json"]


def spoil(path: Path, changes: dict[str, Any]) -> None:
    making.make_receipt(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_checkpoint_that_grew_does_not_bear_an_older_proof(tmp_path: Path) -> None:
    history, _ = making.make_history()
    grown, _ = making.make_history()
    grown.add("evidence.recording.viewed", making.handle("recording"))
    making.make_receipt(tmp_path / "receipt.json", history, checkpoint=grown.checkpoint())
    assert "not in the log that was signed" in wrong(check(tmp_path / "receipt.json"))["receipt.json"]


def test_the_file_beside_a_receipt_is_compared_with_it(tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "AXON_1.mp4.receipt.json")
    (tmp_path / "AXON_1.mp4").write_bytes(b"moving pictures")
    report = check(tmp_path / "AXON_1.mp4.receipt.json")
    assert "is the one that it speaks of, byte for byte" in said(report, "holds")
    (tmp_path / "AXON_1.mp4").write_bytes(b"moved pictures")
    report = check(tmp_path / "AXON_1.mp4.receipt.json")
    assert report["exit"] == 0  # the receipt itself holds
    assert "is NOT the one that it speaks of" in said(report, "notice")


def make_proof(path: Path, index: int = 1, *, extra: bool = False) -> making.History:
    history, _ = making.make_history()
    leaf = history.lines[index].leaf
    text = proof.format_proof(
        index, history.tree.inclusion(index, len(history.lines)), history.checkpoint(), leaf if extra else None
    )
    path.write_text(text)
    (path.parent / "vkey").write_text(making.SIGNER.vkey + "\n")
    return history


def test_a_proof_that_carries_its_entry(tmp_path: Path) -> None:
    make_proof(tmp_path / "event.tlog-proof", extra=True)
    report = check(tmp_path / "event.tlog-proof")
    assert report["exit"] == 0
    assert "The entry is number 1 of the log" in said(report, "holds")


def test_a_proof_with_its_entry_beside_it(tmp_path: Path) -> None:
    history = make_proof(tmp_path / "event.tlog-proof")
    (tmp_path / "event").write_bytes(history.lines[1].leaf)
    assert check(tmp_path / "event.tlog-proof")["exit"] == 0
    (tmp_path / "event").write_bytes(history.lines[2].leaf)
    assert "not proved" in wrong(check(tmp_path / "event.tlog-proof"))["event.tlog-proof"]


def test_a_proof_without_its_entry_is_not_called_right(tmp_path: Path) -> None:
    make_proof(tmp_path / "event.tlog-proof")
    report = check(tmp_path / "event.tlog-proof")
    assert report["exit"] == 2
    assert "put the entry beside the proof" in said(report, "unchecked")
    assert report["proves"] == []


def test_a_proof_of_the_wrong_length_or_place_is_refused_even_without_its_entry(tmp_path: Path) -> None:
    make_proof(tmp_path / "event.tlog-proof")
    text = (tmp_path / "event.tlog-proof").read_text()
    for changed in (text.replace("index 1\n", "index 77\n"), text.replace("index 1\n", f"index 1\n{'A' * 43}=\n")):
        (tmp_path / "event.tlog-proof").write_text(changed)
        assert check(tmp_path / "event.tlog-proof")["exit"] == 1


def test_a_damaged_proof_is_named(tmp_path: Path) -> None:
    make_proof(tmp_path / "event.tlog-proof")
    text = (tmp_path / "event.tlog-proof").read_text()
    (tmp_path / "event.tlog-proof").write_text(text.replace("c2sp", "c3sp"))
    assert "event.tlog-proof" in wrong(check(tmp_path / "event.tlog-proof"))


def test_a_checkpoint_with_its_key_beside_it(tmp_path: Path) -> None:
    making.make_log(tmp_path, 3)
    report = check(tmp_path / "checkpoint")
    assert report["exit"] == 0
    assert report["kind"] == "a signed checkpoint"


def test_a_checkpoint_without_any_key_can_not_be_checked(tmp_path: Path) -> None:
    making.make_log(tmp_path, 3)
    (tmp_path / "vkey").unlink()
    report = check(tmp_path / "checkpoint")
    assert report["exit"] == 2
    assert "Give one with --trust" in said(report, "unchecked")


def test_a_production_checkpoint_of_the_go_sum_database(shared: Path, tmp_path: Path) -> None:
    vectors = json.loads((shared / "vectors/golang-note/note-vectors.json").read_text())
    (tmp_path / "sumdb").write_text(vectors["sumdb_checkpoint"])
    (tmp_path / "trust").write_text(vectors["sumdb_vkey"])
    # its key is named after the server, its origin line is a plain title: no log key of that origin
    report = check(tmp_path / "sumdb", "--trust", str(tmp_path / "trust"))
    assert "No key of the log 'go.sum database tree' has signed it" in wrong(report)["sumdb"]


def cosigned(text: str, name: str, seed: bytes, signed_at: int) -> tuple[str, str]:
    """Returns a witness's line and key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(seed)
    vkey = make_vkey(name, COSIGNATURE, key.public_key().public_bytes_raw())
    signature = key.sign(f"cosignature/v1\ntime {signed_at}\n{text}".encode())
    stamped = Verifier(vkey).key_id.to_bytes(4, "big") + signed_at.to_bytes(8, "big") + signature
    return f"— {name} {encode(stamped)}\n", vkey


def test_witnesses_are_named_with_the_time_at_which_they_looked(tmp_path: Path) -> None:
    making.make_log(tmp_path, 3)
    note = (tmp_path / "checkpoint").read_text()
    line, vkey = cosigned(split_note(note)[0], "board.example", bytes(range(1, 33)), 1_790_000_000)
    (tmp_path / "checkpoint").write_text(note + line)
    (tmp_path / "trust").write_text(f"log {making.SIGNER.vkey}\nwitness board {vkey}\nquorum board\n")
    report = check(tmp_path / "checkpoint", "--trust", str(tmp_path / "trust"))
    assert report["exit"] == 0
    assert "The witness board.example saw the same state of the log on 2026-09-21" in said(report, "holds")
    assert "Not witnessed" not in said(report, "notice")


def test_a_quorum_that_is_not_met_is_wrong(tmp_path: Path) -> None:
    making.make_log(tmp_path, 3)
    _, vkey = cosigned("", "board.example", bytes(32), 1)
    (tmp_path / "trust").write_text(f"log {making.SIGNER.vkey}\nwitness board {vkey}\nquorum board\n")
    report = check(tmp_path / "checkpoint", "--trust", str(tmp_path / "trust"))
    assert "Fewer witnesses than your trust file asks for" in wrong(report)["checkpoint"]


def test_a_forged_cosignature_is_wrong(tmp_path: Path) -> None:
    making.make_log(tmp_path, 3)
    line, vkey = cosigned("another text\n", "board.example", bytes(32), 1)
    (tmp_path / "checkpoint").write_text((tmp_path / "checkpoint").read_text() + line)
    (tmp_path / "trust").write_text(f"{making.SIGNER.vkey}\n{vkey}\n")
    assert (
        "The signature is wrong"
        in wrong(check(tmp_path / "checkpoint", "--trust", str(tmp_path / "trust")))["checkpoint"]
    )


def test_a_checkpoint_that_only_a_witness_signed_is_not_the_logs(tmp_path: Path) -> None:
    making.make_log(tmp_path, 3)
    text = split_note((tmp_path / "checkpoint").read_text())[0]
    line, vkey = cosigned(text, "board.example", bytes(32), 1)
    (tmp_path / "checkpoint").write_text(f"{text}\n{line}")
    (tmp_path / "trust").write_text(f"{making.SIGNER.vkey}\n{vkey}\n")
    assert (
        "No key of the log" in wrong(check(tmp_path / "checkpoint", "--trust", str(tmp_path / "trust")))["checkpoint"]
    )


def test_a_note_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note").write_text(Signer("example.org", bytes(32)).sign("hello\n"))
    assert "not a signed checkpoint" in wrong(check(tmp_path / "note"))["note"]
