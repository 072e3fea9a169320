"""A checkpoint has one spelling."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.ledger import checkpoint, merkle
from plainview.ledger.checkpoint import BadCheckpoint, Checkpoint

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
origins = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=40)


@given(origins, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(origins, max_size=2))
def test_what_is_written_reads_back(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    made = Checkpoint(origin, size, root, tuple(extensions))
    assert checkpoint.parse(made.text()) == made


def test_the_golden_tree_of_go(shared: Path) -> None:
    golden = json.loads((shared / "vectors/golang-note/note-vectors.json").read_text())["golden_tree"]
    root = merkle.leaf_hash(golden["record"].encode())
    assert Checkpoint(golden["origin"], golden["size"], root).text() == golden["text"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        f"a\n1\n{ROOT}",
        f"\n1\n{ROOT}\n",
        f"a\n01\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n+1\n{ROOT}\n",
        f"a\n1 \n{ROOT}\n",
        f"a\n١\n{ROOT}\n",
        f"a\n9223372036854775808\n{ROOT}\n",
        f"a\n{'9' * 5000}\n{ROOT}\n",
        f"a\n1\n{ROOT[:-4]}\n",
        f"a\n1\n{ROOT[:-2]}J=\n",
        f"a\n1\n{ROOT}\n\nextension\n",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(BadCheckpoint):
        checkpoint.parse(text)
