"""Whom to believe is said in a file, and a quorum is counted as the file says."""

from __future__ import annotations

from hashlib import sha256

import pytest

from plainview.ledger import trust
from plainview.ledger.note import COSIGNATURE, Signer, make_vkey
from plainview.ledger.trust import BadTrust

LOG = Signer("example.org/log", bytes(32)).vkey


def witness(name: str) -> str:
    return make_vkey(name, COSIGNATURE, sha256(name.encode()).digest())


POLICY = f"""# who watches
log {LOG} https://log.example.org
witness board {witness("board.example")}
witness\tdefender   {witness("defender.example")} https://w.example
  witness court {witness("court.example")}
witness paper {witness("paper.example")}

group outside 2 board defender court
group all-of-them all outside paper
quorum all-of-them
"""


def test_a_list_of_keys() -> None:
    found = trust.parse(f"# ours\n{LOG}\n\n{witness('board.example')}\n")
    assert [key.name for key in found.logs] == ["example.org/log"]
    assert [*found.witnesses] == ["board.example"]
    assert found.witnessed([])


@pytest.mark.parametrize(
    ("signed", "enough"),
    [("", False), ("board paper", False), ("board court", False), ("board court paper", True),
     ("board defender court paper", True)],
)  # fmt: skip
def test_a_quorum_is_counted(signed: str, enough: bool) -> None:
    found = trust.parse(POLICY)
    keys = [(found.witnesses[name].name, found.witnesses[name].key_id) for name in signed.split()]
    assert found.witnessed(keys) == enough


def test_one_witness_and_none_can_be_the_quorum() -> None:
    base = POLICY.split("group")[0]
    single = trust.parse(base + "quorum court\n")
    court = single.witnesses["court"]
    assert single.witnessed([(court.name, court.key_id)])
    assert not single.witnessed([("court.example", 1)])
    assert trust.parse(base + "quorum none\n").witnessed([])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "hello\n",
        "hello world\n",
        f"{LOG}\n{LOG}\n",
        f"log {LOG}\n",  # a policy without its quorum
        f"log {LOG}\nquorum none\nquorum none\n",
        f"log {LOG}\nquorum court\n",
        f"log {LOG} url more\nquorum none\n",
        f"log {LOG}\nwitness none {witness('a')}\nquorum none\n",
        f"log {LOG}\nwitness a {LOG}\nquorum a\n",
        f"log {LOG}\nwitness a {witness('a')}\nwitness a {witness('b')}\nquorum a\n",
        f"log {LOG}\nwitness a {witness('a')}\nwitness b {witness('a')}\nquorum a\n",
        f"log {LOG}\nwitness a {witness('a')}\ngroup g 2 a\nquorum g\n",
        f"log {LOG}\nwitness a {witness('a')}\ngroup g 0 a\nquorum g\n",
        f"log {LOG}\nwitness a {witness('a')}\ngroup g any a a\nquorum g\n",
        f"log {LOG}\nwitness a {witness('a')}\ngroup g any a none\nquorum g\n",
        f"log {LOG}\nwitness a {witness('a')}\ngroup g any a\ngroup h any a\nquorum h\n",
        f"log {LOG}\ngroup g any a\nwitness a {witness('a')}\nquorum g\n",
    ],
)
def test_files_that_say_nothing_clear_are_refused(text: str) -> None:
    with pytest.raises(BadTrust):
        trust.parse(text)


def test_the_line_is_named() -> None:
    with pytest.raises(BadTrust, match="line 2"):
        trust.parse(f"{LOG}\nnonsense here too\n")
