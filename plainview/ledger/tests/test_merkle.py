"""Every leaf can be proved, every size is proved to continue the one before, and no proof says more than it should."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.ledger import merkle
from plainview.ledger.merkle import Frontier, ProofError, Tree


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"leaf %d" % i) for i in range(count)]


def cases(shared: Path, kind: str) -> list[dict[str, Any]]:
    files = sorted((shared / "vectors/transparency-dev-merkle/testdata" / kind).rglob("*.json"))
    return [json.loads(file.read_text()) for file in files]


def hashes(case: dict[str, Any], *names: str) -> list[bytes]:
    return [b64decode(case[name] or "") for name in names]


def accepted(case: dict[str, Any], kind: str) -> bool:
    proof = [b64decode(each) for each in case["proof"] or []]
    try:
        if kind == "inclusion":
            leaf, root = hashes(case, "leafHash", "root")
            merkle.verify_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)
        else:
            root1, root2 = hashes(case, "root1", "root2")
            merkle.verify_consistency(case["size1"], case["size2"], root1, root2, proof)
    except ProofError:
        return False
    return True


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_all_98_cases_of_transparency_dev(shared: Path, kind: str) -> None:
    found = cases(shared, kind)
    wrong = [case["desc"] for case in found if accepted(case, kind) == case["wantErr"]]
    assert len(found) == 98
    assert wrong == []


def test_cases_for_subtrees_that_begin_at_leaf_zero(shared: Path) -> None:
    """Proofs inside subtrees that begin later belong to a draft that nothing here uses."""
    inclusion = [case | {"treeSize": case["end"]} for case in cases(shared, "subtreeinclusion") if case["start"] == 0]
    consistency = [
        case | {"size1": case["end"], "size2": case["size"]}
        for case in cases(shared, "subtreeconsistency")
        if case["start"] == 0 and case["end"] > 0
    ]
    assert len(inclusion) > 50
    assert len(consistency) > 50
    assert [case["desc"] for case in inclusion if accepted(case, "inclusion") == case["wantErr"]] == []
    assert [case["desc"] for case in consistency if accepted(case, "consistency") == case["wantErr"]] == []


def test_known_answers_of_rfc_6962(shared: Path) -> None:
    known = json.loads((shared / "vectors/rfc6962/kat.json").read_text())
    assert merkle.EMPTY_ROOT.hex() == known["empty_root"]
    assert merkle.leaf_hash(b"").hex() == known["empty_leaf"]
    assert merkle.leaf_hash(b"L123456").hex() == known["leaf"]["L123456"]
    assert merkle.node_hash(b"N123", b"N456").hex() == known["node"]["N123|N456"]
    inputs = [merkle.leaf_hash(bytes.fromhex(each)) for each in known["leaf_inputs_hex"]]
    for size, expected in enumerate(known["roots_by_size"]):
        assert merkle.root(inputs[:size]).hex() == expected
        assert Frontier(inputs[:size]).root().hex() == expected
        assert Tree(inputs).root(size).hex() == expected


@given(st.integers(1, 700), st.data())
def test_every_leaf_is_proved_and_a_changed_bit_is_not(size: int, data: st.DataObject) -> None:
    tree = Tree(leaves(size))
    index = data.draw(st.integers(0, size - 1))
    leaf, proof, root = tree.node(0, index), tree.inclusion(index, size), tree.root()
    merkle.verify_inclusion(leaf, index, size, proof, root)
    parts = [leaf, root, *proof]
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    changed = bytearray(parts[which])
    changed[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(changed)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(st.integers(2, 700), st.data())
def test_a_proof_holds_for_one_place_only(size: int, data: st.DataObject) -> None:
    tree = Tree(leaves(size))
    index, other = data.draw(st.permutations(range(min(size, 40))))[:2]
    with pytest.raises(ProofError):
        merkle.verify_inclusion(tree.node(0, index), other, size, tree.inclusion(index, size), tree.root())


@given(st.integers(1, 500), st.integers(0, 200), st.data())
def test_every_size_continues_every_earlier_one(old: int, more: int, data: st.DataObject) -> None:
    tree = Tree(leaves(old + more))
    parts = [tree.root(old), tree.root(), *tree.consistency(old, old + more)]
    merkle.verify_consistency(old, old + more, parts[0], parts[1], parts[2:])
    which, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    changed = bytearray(parts[which])
    changed[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(changed)
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, old + more, parts[0], parts[1], parts[2:])


@given(st.integers(0, 600))
def test_three_ways_to_the_same_root(size: int) -> None:
    row = leaves(size)
    assert Frontier(row).root() == Tree(row).root() == merkle.root(row)


@given(st.integers(1, 300), st.integers(0, 100))
def test_a_grown_tree_still_answers_for_its_earlier_sizes(old: int, more: int) -> None:
    grown, then = Tree(leaves(old + more)), Tree(leaves(old))
    assert grown.root(old) == then.root()
    assert grown.inclusion(old - 1, old) == then.inclusion(old - 1, old)


def test_nothing_is_consistent_with_an_empty_tree() -> None:
    tree = Tree(leaves(3))
    for size in (0, 3):
        with pytest.raises(ProofError, match="nothing can be said"):
            merkle.verify_consistency(0, size, merkle.EMPTY_ROOT, tree.root(size), [])
    with pytest.raises(ProofError):
        tree.consistency(0, 3)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 4), (0, -1)])
def test_no_proof_of_what_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ProofError):
        Tree(leaves(3)).inclusion(index, size)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(bytes(32), index, size, [], bytes(32))


def test_hashes_of_another_length_are_refused() -> None:
    tree = Tree(leaves(2))
    with pytest.raises(ProofError, match="32 bytes"):
        merkle.verify_inclusion(tree.node(0, 0), 0, 2, [tree.node(0, 1) + b"x"], tree.root())


def test_a_proof_at_two_to_the_25_leaves_is_800_bytes() -> None:
    proof = merkle.inclusion_proof(12_345_678, 1 << 25, lambda level, index: bytes(32))
    assert sum(map(len, proof)) == 800
