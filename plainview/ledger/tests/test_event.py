"""A leaf commits to the body and to nothing that a stranger could read back; fields can be withheld one by one."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.ledger import canonical, event
from plainview.ledger.canonical import Json, NotCanonical
from plainview.ledger.event import BadEvent

FIELDS: dict[str, Json] = {"who": "account:3f", "address": "1 Example Street", "seconds": 12, "ranges": [[0, 5]]}
MOMENT = datetime(2026, 11, 23, 9, 30, 15, 123_999, tzinfo=UTC)


def leaf(**changes: Any) -> bytes:
    facts: dict[str, Any] = {
        "id": event.uuid7(),
        "kind": "evidence.recording.stored",
        "logged_at": MOMENT,
        "handle": "ab" * 16,
        "n": 2,
        "prev": bytes(range(32)),
        "body_digest": event.body_digest(event.make_body(FIELDS)),
        "policy": bytes(32),
    }
    return event.make_leaf(**facts | changes)


def test_a_leaf_reads_back_as_it_was_made() -> None:
    identifier = event.uuid7()
    made = leaf(id=identifier, public={"commitment": "00ff"})
    facts = event.read_leaf(made)
    assert (facts.id, facts.kind, facts.handle) == (identifier, "evidence.recording.stored", "ab" * 16)
    assert (facts.n, facts.prev, facts.policy) == (2, bytes(range(32)), bytes(32))
    assert facts.logged_at == MOMENT.replace(microsecond=123_000)
    assert facts.public == {"commitment": "00ff"}


def test_the_spelling_of_a_leaf_is_fixed() -> None:
    value = json.loads(leaf())
    assert list(value) == ["b", "h", "id", "k", "n", "p", "pol", "t", "v"]
    assert value["t"] == "2026-11-23T09:30:15.123Z"
    assert value["v"] == 1


def test_time_is_written_in_utc() -> None:
    central = MOMENT.astimezone(timezone(timedelta(hours=-6)))
    assert json.loads(leaf(logged_at=central))["t"] == "2026-11-23T09:30:15.123Z"
    with pytest.raises(BadEvent, match="zone"):
        leaf(logged_at=MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    "changes",
    [
        {"handle": "AB" * 16},
        {"handle": "ab" * 15},
        {"kind": "stored"},
        {"kind": "Evidence.stored"},
        {"n": 0},
        {"n": 1},  # with something before it
        {"prev": None},  # the second event of an item, with nothing before it
        {"prev": b"short"},
        {"body_digest": b""},
        {"policy": bytes(31)},
        {"public": {"text": "x" * 9000}},
    ],
)
def test_facts_that_no_leaf_can_hold_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadEvent):
        leaf(**changes)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"v":1', b'"v":2'),
        (b'"v":1', b'"v":true'),
        (b'"n":2', b'"n":true'),
        (b'"n":2', b'"n":"2"'),
        (b'"n":2', b'"m":2'),
        (b'"t":"2026-11-23T', b'"t":"2026-13-23T'),
        (b".123Z", b"Z"),
        (b'"id":"', b'"id":"X'),
        (b'"pol":"', b'"pol":"zz'),
        (b'"b":', b'"a":1,"b":'),
    ],
)
def test_bytes_that_are_not_a_leaf_are_refused(before: bytes, after: bytes) -> None:
    assert before in leaf()
    with pytest.raises(ValueError):
        event.read_leaf(leaf().replace(before, after))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b'"n":2', b'"n":0', "as 'n': 0"),
        (b'"k":"evidence', b'"k":"Evidence', "as 'k': 'Evidence.recording.stored'"),
        (b'"h":"ab', b'"h":"AB', "as 'h'"),
        (b'"n":2', b'"n":9007199254740992', "53 bits"),
        (b'"n":2', b'"n":9999999999999999', "53 bits"),
        (b'"v":1', b'"v":1,"w":1', "not the fields"),
        (b'"h":', b'"f":{},"h":', "as 'f'"),
        (b'"h":', b'"f":[],"h":', "as 'f'"),
        (b'"h":', b'"f":7,"h":', "as 'f'"),
        (b'"h":', b'"f":{"a": 1},"h":', "canonical"),
        (b'"h":', b'"f":{"a":1},"f":{"b":2},"h":', "not JSON"),
        (b"{", b" {", "canonical"),
    ],
)
def test_what_is_wrong_with_a_leaf_is_said(before: bytes, after: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        event.read_leaf(leaf().replace(before, after, 1))


publics = st.dictionaries(
    st.text(st.characters(max_codepoint=127), max_size=4), st.none() | st.text(max_size=6), max_size=3
)


@given(publics, st.data())
def test_only_canonical_bytes_are_a_leaf(public: dict[str, Json], data: st.DataObject) -> None:
    """One pattern reads a leaf; whatever it takes must be what the canonical reader takes, and the other way round."""
    try:
        made = leaf(public=public)
    except NotCanonical:  # half a surrogate pair
        return
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(made)), st.integers(0, len(made)))))
    changed = (
        made[:start]
        + data.draw(st.sampled_from([b"", made[start:end], b" ", b'"', b"}", b',"f":{}', b"1"]))
        + made[end:]
    )
    for each in (made, changed):
        try:
            facts = event.read_leaf(each)
        except ValueError:
            assert each != made
            continue
        value = canonical.decode(each)
        assert isinstance(value, dict)
        assert (facts.handle, facts.n, facts.public) == (value["h"], value["n"], value.get("f", {}))
        assert facts.prev == (bytes.fromhex(value["p"]) if value["p"] else None)


def test_an_identifier_has_one_spelling() -> None:
    value = json.loads(leaf())
    with pytest.raises(BadEvent):
        event.read_leaf(canonical.encode(value | {"id": value["id"].replace("-", "")}))


def test_empty_public_facts_are_not_a_second_spelling() -> None:
    value = json.loads(leaf(public={}))
    assert "f" not in value
    with pytest.raises(BadEvent):
        event.read_leaf(canonical.encode(value | {"f": {}}))


def test_a_body_reads_back_and_its_salts_are_fresh() -> None:
    one, two = event.make_body(FIELDS), event.make_body(FIELDS)
    assert event.read_body(one) == event.read_body(two) == FIELDS
    assert event.body_digest(one) != event.body_digest(two)
    salts = [triple[0] for body in (one, two) for triple in json.loads(body)]
    assert len({*salts}) == 8
    assert all(len(salt) == 64 for salt in salts)


@pytest.mark.parametrize("fields", [{}, {"b": 1, "a": [True, None, {"c": "é"}]}, FIELDS])
def test_a_body_is_sealed_with_the_digest_that_reading_it_gives(fields: dict[str, Json]) -> None:
    body, digest = event.sealed_body(fields)
    assert event.read_body(body) == fields
    assert event.body_digest(body) == digest


@given(st.sets(st.sampled_from(sorted(FIELDS))))
def test_withheld_fields_leave_the_digest_as_it_was(keys: set[str]) -> None:
    body = event.make_body(FIELDS)
    shown = event.withhold(body, keys)
    assert event.body_digest(shown) == event.body_digest(body)
    assert event.read_body(shown) == {key: value for key, value in FIELDS.items() if key not in keys}
    assert event.withheld(shown) == len(keys)
    assert event.withhold(event.withhold(body, sorted(keys)[:1]), keys) == shown


def test_a_withheld_value_cannot_be_guessed_from_its_digest() -> None:
    body = event.withhold(event.make_body({"address": "1 Example Street"}), ["address"])
    assert b"Example" not in body
    assert event.withhold(event.make_body({"address": "1 Example Street"}), ["address"]) != body


def test_every_changed_byte_of_a_body_shows() -> None:
    body = event.make_body({"who": "a", "n": 1})
    digest = event.body_digest(body)
    for position in range(len(body)):
        changed = bytearray(body)
        changed[position] ^= 1
        try:
            assert event.body_digest(bytes(changed)) != digest
        except ValueError:
            continue


def test_bytes_that_are_not_a_body_are_refused() -> None:
    good = json.loads(event.make_body({"a": 1, "b": 2}))
    values: list[Any] = [
        {},
        [1],
        [["00", "a", 1]],
        [good[0][:2]],
        [good[1], good[0]],
        [good[0], good[0]],
        ["ff" * 32, good[0]],
        ["ff" * 32, "ff" * 32],
        ["FF" * 32],
        [[good[0][0], 7, 1]],
    ]
    for value in values:
        with pytest.raises(BadEvent):
            event.body_digest(canonical.encode(value))


def test_identifiers_are_ordered_by_time() -> None:
    made = [event.uuid7() for _ in range(3)]
    assert all(each.version == 7 for each in made)
    assert len({*made}) == 3
    assert made[0].int >> 80 <= made[2].int >> 80
