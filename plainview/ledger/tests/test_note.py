"""A note is believed only for the keys that a reader names, and a wrong signature by one of them spoils it."""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from plainview.ledger import merkle, note, strict64
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.note import CannotCheck, NoteError, Signer, Unsigned, Verifier

TEXT = Checkpoint("example.org/log", 3, merkle.leaf_hash(b"x")).text()


@pytest.fixture
def go(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "vectors/golang-note/note-vectors.json").read_text())  # type: ignore[no-any-return]


def signer(name: str = "example.org/log") -> Signer:
    return Signer(name, sha256(name.encode()).digest())


def line(verifier: Verifier, signature: bytes) -> str:
    return f"— {verifier.name} {strict64.encode(verifier.key_id.to_bytes(4, 'big') + signature)}\n"


def test_what_is_signed_opens_with_the_key_it_names() -> None:
    opened = note.open_note(signer().sign(TEXT), [Verifier(signer().vkey)])
    assert opened.text == TEXT
    assert [each.name for each in opened.signatures] == ["example.org/log"]
    assert opened.unknown == opened.unchecked == []


def test_a_key_survives_its_text_form() -> None:
    made = Signer.generate("example.org/new")
    again = Signer.from_text(made.text + "\n")
    assert again.vkey == made.vkey
    assert again.sign(TEXT) == made.sign(TEXT)
    assert Signer.generate("example.org/new").vkey != made.vkey


def test_text_forms_that_are_not_keys_are_refused() -> None:
    good = signer().text
    for bad in ("", "PRIVATE+KEY+", good[12:], good[:-4], good.replace("example", "exemple"), good + "A"):
        with pytest.raises(NoteError):
            Signer.from_text(bad)


def test_notes_of_go(go: dict[str, Any]) -> None:
    peter, enoch = (Verifier(go["vkeys"][name]) for name in ("PeterNeumann", "EnochRoot"))
    both = f"{go['text']}\n{go['peterSig']}{go['enochSig']}"
    assert len(note.open_note(both, [peter, enoch]).signatures) == 2
    opened = note.open_note(both, [enoch])
    assert [each.name for each in opened.signatures] == ["EnochRoot"]
    assert [each.name for each in opened.unknown] == ["PeterNeumann"]
    with pytest.raises(NoteError, match="not right"):
        note.open_note(both.replace("cryptography", "Cryptography"), [peter])


def test_the_example_of_the_specification_and_a_checkpoint_of_the_go_sum_database(go: dict[str, Any]) -> None:
    assert note.open_note(go["c2sp_example_note"], [Verifier(go["vkeys"]["foo"])]).signatures
    assert note.open_note(go["sumdb_checkpoint"], [Verifier(go["sumdb_vkey"])]).signatures


def test_malformed_keys_of_go_are_refused(go: dict[str, Any]) -> None:
    for bad in go["bad_vkeys"]:
        with pytest.raises(NoteError):
            Verifier(bad)


def test_keys_that_do_not_belong_to_their_id_are_refused(go: dict[str, Any]) -> None:
    good = go["vkeys"]["PeterNeumann"]
    for bad in (good.replace("Peter", "Petra"), good.replace("+c7", "+C7"), good.replace("+c7", "+c8"), good + "=", ""):
        with pytest.raises(NoteError):
            Verifier(bad)


def test_go_signatures_are_ours(go: dict[str, Any]) -> None:
    """Ed25519 is deterministic: the same seed over the same text gives the same note in any program."""
    made = signer()
    again = Ed25519PrivateKey.from_private_bytes(sha256(b"example.org/log").digest())
    expected = line(Verifier(made.vkey), again.sign(TEXT.encode()))
    assert made.sign(TEXT) == f"{TEXT}\n{expected}"


def test_a_note_that_no_known_key_signed_is_not_believed() -> None:
    with pytest.raises(Unsigned):
        note.open_note(signer().sign(TEXT), [Verifier(signer("example.org/other").vkey)])
    with pytest.raises(Unsigned):
        note.open_note(signer().sign(TEXT), [])


def test_one_wrong_signature_by_a_known_key_spoils_the_note() -> None:
    one, two = signer(), signer("example.org/other")
    forged = one.sign(TEXT) + two.signature_line(TEXT.replace("3", "4"))
    with pytest.raises(NoteError, match=r"example\.org/other is not right"):
        note.open_note(forged, [Verifier(one.vkey), Verifier(two.vkey)])


def test_every_changed_character_of_a_note_shows() -> None:
    made, verifier = signer().sign(TEXT), Verifier(signer().vkey)
    for position in range(len(made)):
        changed = made[:position] + chr(ord(made[position]) ^ 1) + made[position + 1 :]
        with pytest.raises(NoteError):
            note.open_note(changed, [verifier])


@pytest.mark.parametrize(
    "text",
    ["", "\n", "text", "text\n\n", "text\n\n- x AAAAAAA=\n", "a\tb\n\n— x AAAAAAA=\n", "text\n\n— x AAAA\n", "\n\n\n\n",
     "text\n\n— x AAAAAAA=", "text\n\n—x AAAAAAA=\n", "text\n\n— x+y AAAAAAA=\n", "text\n\n— x AAAAAAB=\n",
     "\ud800\n\n\n", "text\n\n" + "— x AAAAAAA=\n" * 101, "x" * 1_000_001],
)  # fmt: skip
def test_malformed_notes_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        note.split_note(text)


@pytest.mark.parametrize("text", ["no newline", "tab\there\n", "bell\a\n"])
def test_text_that_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        signer().sign(text)


def test_cosigned_checkpoints_of_a_sunlight_mirror(shared: Path) -> None:
    folder = shared / "vectors/sunlight-mirror"
    checked = 0
    for host in (folder / "witness/mirror", folder / "witness", folder / "witness2"):
        keys = [
            Verifier(key) for file in host.glob("*.v0.json") for key in json.loads(file.read_text())["verifier_keys"]
        ]
        for path in host.glob("*/checkpoint"):
            opened = note.open_note(path.read_text(), keys)
            assert [each.signed_at for each in opened.signatures] == [0x69546780]
            checked += 1
            with pytest.raises(NoteError, match="not right"):
                note.open_note(path.read_text().replace("\n300\n", "\n301\n"), keys)
    assert checked == 3


def test_the_time_of_a_cosignature_is_signed_too() -> None:
    key = Ed25519PrivateKey.generate()
    verifier = Verifier(note.make_vkey("example.org/witness", note.COSIGNATURE, key.public_key().public_bytes_raw()))
    signature = key.sign(b"cosignature/v1\ntime 1700000000\n" + TEXT.encode())
    good = f"{TEXT}\n" + line(verifier, (1_700_000_000).to_bytes(8, "big") + signature)
    assert note.open_note(good, [verifier]).signatures[0].signed_at == 1_700_000_000
    for stamp in (1_700_000_001, 1 << 63):
        with pytest.raises(NoteError):
            note.open_note(f"{TEXT}\n" + line(verifier, stamp.to_bytes(8, "big") + signature), [verifier])
    with pytest.raises(NoteError, match="too short"):
        note.open_note(f"{TEXT}\n" + line(verifier, b"1234567"), [verifier])


def cosign_mldsa(key: MLDSA44PrivateKey, name: str, stamp: int) -> bytes:
    """Built here by hand from the specification, not by the code under test."""
    message = b"subtree/v1\n\x00" + bytes([len(name)]) + name.encode() + stamp.to_bytes(8, "big")
    message += b"\x0fexample.org/log" + bytes(8) + (3).to_bytes(8, "big") + merkle.leaf_hash(b"x")
    return stamp.to_bytes(8, "big") + key.sign(message)


def test_mldsa_cosignatures_are_verified() -> None:
    key, name = MLDSA44PrivateKey.generate(), "example.org/witness"
    verifier = Verifier(note.make_vkey(name, note.COSIGNATURE_MLDSA, key.public_key().public_bytes_raw()))
    good = f"{TEXT}\n" + line(verifier, cosign_mldsa(key, name, 7))
    assert note.open_note(good, [verifier]).signatures[0].signed_at == 7
    with pytest.raises(NoteError, match="not right"):
        note.open_note(good.replace("\n3\n", "\n4\n"), [verifier])
    with pytest.raises(NoteError, match="not a checkpoint"):
        note.open_note(good.replace("\n3\n", "\nthree\n"), [verifier])


def test_without_the_library_mldsa_is_unchecked_and_never_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    key, name = MLDSA44PrivateKey.generate(), "example.org/witness"
    witness = Verifier(note.make_vkey(name, note.COSIGNATURE_MLDSA, key.public_key().public_bytes_raw()))
    cosigned = signer().sign(TEXT) + line(witness, cosign_mldsa(key, name, 7))
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.mldsa", None)
    opened = note.open_note(cosigned, [Verifier(signer().vkey), witness])
    assert [each.name for each in opened.unchecked] == [name]
    assert [each.name for each in opened.signatures] == ["example.org/log"]
    with pytest.raises(CannotCheck):
        witness.verify(TEXT, note.split_note(cosigned)[1][1].value)
    with pytest.raises(Unsigned):
        note.open_note(cosigned, [witness])


def test_without_the_library_ed25519_is_still_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    made = signer().sign(TEXT)
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    assert note.open_note(made, [Verifier(signer().vkey)]).signatures
    with pytest.raises(NoteError, match="not right"):
        note.open_note(made.replace("\n3\n", "\n4\n"), [Verifier(signer().vkey)])


def test_all_180_mldsa_cases_of_wycheproof(shared: Path) -> None:
    groups = json.loads((shared / "vectors/wycheproof/mldsa_44_verify_test.json").read_text())["testGroups"]
    checked, wrong = 0, []
    for group in groups:
        for case in group["tests"]:
            checked += 1
            if mldsa_accepts(group["publicKey"], case) != (case["result"] == "valid"):
                wrong.append((case["tcId"], case["comment"]))
    assert checked == 180
    assert wrong == []


def mldsa_accepts(public: str, case: dict[str, Any]) -> bool:
    """Our verifier has no context string; the cases that have one go to the library beneath it."""
    key, message, signature = (bytes.fromhex(each) for each in (public, case["msg"], case["sig"]))
    if not case.get("ctx"):
        return note._verify_mldsa(key, message, signature)
    try:
        MLDSA44PublicKey.from_public_bytes(key).verify(signature, message, bytes.fromhex(case["ctx"]))
    except (InvalidSignature, ValueError):
        return False
    return True


def test_notes_of_a_witness_conversation(shared: Path) -> None:
    """The first and the production checkpoint are well signed; the second's signature is cut short."""
    talk = json.loads((shared / "vectors/witness-protocol/litewitness.json").read_text())
    keys = [Verifier(log["vkey"]) for log in talk["logs"] if "vkey" in log]
    keys += [
        Verifier(note.make_vkey(log["origin"], note.ED25519, bytes.fromhex(log["ed25519_public_key_hex"])))
        for log in talk["logs"]
        if "vkey" not in log
    ]
    outcomes = []
    for step in talk["steps"]:
        try:
            note.open_note(step["request_body"].split("\n\n", 1)[1], keys)
        except NoteError:
            outcomes.append(False)
        else:
            outcomes.append(True)
    refused_for_signature = [
        "signature" in step["assertion"] or "unknown log" in step["assertion"] for step in talk["steps"]
    ]
    assert outcomes == [not refused for refused in refused_for_signature]
