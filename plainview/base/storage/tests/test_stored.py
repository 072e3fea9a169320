"""What storage says of stored bytes survives a trip through JSON; sentences of damage tell where."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from plainview.base.storage.errors import Damaged, Place
from plainview.base.storage.state import State, open_tail, seal_tail
from plainview.base.storage.stored import Stored, bound_to


def test_stored_goes_through_json() -> None:
    stored = Stored(uuid4(), "ab" * 16, "home-2026-11", bytes(40), 5, 111, bytes(32), b"\xff" * 32)
    assert Stored.from_json(json.loads(json.dumps(stored.as_json()))) == stored


def test_a_state_goes_through_json() -> None:
    state = State(uuid4(), "ab" * 16, "home-2026-11", bytes(40), 5, b"tail", bytes(32))
    assert State.from_json(json.loads(json.dumps(state.as_json()))) == state


def test_the_bytes_are_bound_to_the_handle() -> None:
    assert bound_to("0f" * 16) == b"plainview/object/1" + b"\x0f" * 16
    with pytest.raises(ValueError, match="is no handle"):
        bound_to("0F" * 16)


def test_a_tail_opens_for_its_object_and_offset_only() -> None:
    key = bytes(32)
    state = State(uuid4(), "ab" * 16, "e", b"", 77, b"", b"")
    sealed = seal_tail(key, state.id, 77, b"the rest")
    assert b"the rest" not in sealed
    good = State(state.id, state.handle, "e", b"", 77, sealed, b"")
    assert open_tail(key, good) == b"the rest"
    for bad in (
        State(uuid4(), state.handle, "e", b"", 77, sealed, b""),
        State(state.id, state.handle, "e", b"", 78, sealed, b""),
        State(state.id, state.handle, "e", b"", 77, sealed[:-1], b""),
        State(state.id, state.handle, "e", b"", 77, b"", b""),
    ):
        with pytest.raises(Damaged, match="saved state of upload"):
            open_tail(key, bad)


def test_damage_is_told_in_words() -> None:
    place = Place(segment=3, stored_offset=196_682, stored_length=65_536, offset=196_512, length=65_504)
    assert str(place) == "segment 3 (stored bytes 196682–262217, bytes 196512–262015)"
    assert str(Damaged("an object is damaged", (place, place))).startswith("an object is damaged: segment 3 (")
    assert str(Damaged("an object is damaged")) == "an object is damaged"
