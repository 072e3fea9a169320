"""A proof file is plain text that anyone can take apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.ledger import merkle, note, proof
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.note import Signer
from plainview.ledger.proof import BadProof, format_proof, parse_proof

hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=25)
NOTE = Signer("example.org/log", bytes(32)).sign(Checkpoint("example.org/log", 9, bytes(32)).text())


@given(st.integers(0, 2**60), hashes, st.none() | st.binary(max_size=20))
def test_what_is_written_reads_back(index: int, path: list[bytes], extra: bytes | None) -> None:
    parsed = parse_proof(format_proof(index, path, NOTE, extra))
    assert (parsed.index, list(parsed.path), parsed.checkpoint, parsed.extra) == (index, path, NOTE, extra)


def test_the_form_of_the_specification() -> None:
    text = format_proof(73894, [bytes(32)], NOTE)
    assert text.split("\n")[:4] == [proof.HEADER, "index 73894", "A" * 43 + "=", ""]
    assert text.endswith(NOTE)


def test_a_proof_of_a_million_leaves_with_three_cosigners_stays_below_two_kilobytes() -> None:
    signers = [Signer(f"witness{i}.example.org", bytes([i]) * 32) for i in range(4)]
    text = Checkpoint("log.example.org", 1_000_000, bytes(32)).text()
    checkpoint = f"{text}\n" + "".join(each.signature_line(text) for each in signers)
    path = merkle.inclusion_proof(777_777, 1_000_000, lambda level, index: bytes(32))
    assert len(format_proof(777_777, path, checkpoint).encode()) < 2000


@pytest.mark.parametrize(
    "text",
    [
        "",
        proof.HEADER,
        f"{proof.HEADER}\n\n{NOTE}",
        f"{proof.HEADER}\nindex 01\n\n{NOTE}",
        f"{proof.HEADER}\nindex -1\n\n{NOTE}",
        f"{proof.HEADER}\nindex 1\nAAAA\n\n{NOTE}",
        f"{proof.HEADER}\nindex 1\n{'A' * 42}B=\n\n{NOTE}",
        f"{proof.HEADER}\nextra AA==\n\n{NOTE}",
        f"{proof.HEADER}\nindex 1\nextra AA==\n\n{NOTE}",
        f"c2sp.org/tlog-proof@v2\nindex 1\n\n{NOTE}",
        proof.HEADER + "\nindex 1\n" + ("A" * 43 + "=\n") * 64 + f"\n{NOTE}",
    ],
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(BadProof):
        parse_proof(text)


def test_the_checkpoint_inside_opens() -> None:
    opened = note.open_note(
        parse_proof(format_proof(3, [], NOTE)).checkpoint, [note.Verifier(Signer("example.org/log", bytes(32)).vkey)]
    )
    assert opened.text.startswith("example.org/log\n9\n")
