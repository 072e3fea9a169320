"""The list of kinds stays sorted and well formed, whoever adds to it."""

from __future__ import annotations

import re

from plainview.base.custody.kinds import Kind
from plainview.ledger.event import KIND

ROOMS = {
    "activation", "books", "custody", "disposal", "evidence", "fleet", "incidents", "ingest", "notices", "people",
    "policy", "retention", "review", "storage",
}  # fmt: skip


def test_kinds_are_sorted() -> None:
    assert [kind.value for kind in Kind] == sorted(kind.value for kind in Kind)


def test_every_kind_is_room_object_verb() -> None:
    wrong = [kind for kind in Kind if not re.fullmatch(r"[a-z]+\.[a-z_]+\.[a-z_]+", kind)]
    assert not wrong


def test_every_kind_is_one_that_a_leaf_accepts() -> None:
    assert all(KIND.fullmatch(kind) for kind in Kind)


def test_every_kind_belongs_to_a_room() -> None:
    assert {kind.split(".")[0] for kind in Kind} <= ROOMS


def test_the_name_of_a_kind_is_its_value() -> None:
    assert [kind.name for kind in Kind] == [kind.value.replace(".", "_").upper() for kind in Kind]


def test_no_kind_fills_more_than_its_column() -> None:
    assert max(len(kind) for kind in Kind) <= 64
