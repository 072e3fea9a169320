"""One value has one spelling; everything outside the profile is refused, not mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from plainview.ledger import canonical
from plainview.ledger.canonical import Json, NotCanonical

ascii_text = st.text(st.characters(max_codepoint=127))
any_text = st.text(st.characters(exclude_categories=["Cs"]))
integers = st.integers(-(2**53) + 1, 2**53 - 1)
documents = st.recursive(
    st.none() | st.booleans() | integers | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_text, inner, max_size=4),
    max_leaves=20,
)

# Of the six official files these two have only ASCII keys and no fraction or exponent …
INSIDE = {"arrays", "unicode"}
# … and these are outside the profile: non-ASCII keys, non-ASCII keys, 56.0, 333333333.33333329 and 1E30.
OUTSIDE = {"french", "weird", "structures", "values"}


@given(documents)
def test_it_gives_the_bytes_of_an_independent_rfc_8785_encoder(value: Json) -> None:
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(documents)
def test_what_is_encoded_decodes_to_the_same_value(value: Json) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@pytest.mark.parametrize("name", sorted(INSIDE))
def test_official_files_inside_the_profile(shared: Path, name: str) -> None:
    folder = shared / "vectors/jcs/testdata"
    value = json.loads((folder / f"input/{name}.json").read_bytes())
    encoded = canonical.encode(value)
    assert encoded == (folder / f"output/{name}.json").read_bytes()
    assert encoded == bytes.fromhex((folder / f"outhex/{name}.txt").read_text())
    assert canonical.decode(encoded) == value


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_official_files_outside_the_profile_are_refused(shared: Path, name: str) -> None:
    folder = shared / "vectors/jcs/testdata"
    with pytest.raises(NotCanonical):
        canonical.encode(json.loads((folder / f"input/{name}.json").read_bytes()))
    with pytest.raises(NotCanonical):
        canonical.decode((folder / f"input/{name}.json").read_bytes())


def test_every_official_file_is_in_one_of_the_two_lists(shared: Path) -> None:
    names = {path.stem for path in (shared / "vectors/jcs/testdata/input").iterdir()}
    assert names == INSIDE | OUTSIDE


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        1e300,
        10**400,
        float("nan"),
        2**53,
        -(2**53),
        {"é": 1},
        {1: 2},
        {"a": {"ü": 0}},
        "\ud800",
        {"\udfff": 1},
        b"x",
        {1},
    ],
)
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical.encode(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',  # duplicate key
        b'{"b":1,"a":1}',  # key order
        b'{"a": 1}',  # whitespace
        b'{"a":1}\n',
        b"1.0",
        b"1e2",
        b"-0",
        b"9007199254740992",
        b"NaN",
        b'"\\u0041"',  # escape without need
        b'"\\ud800"',
        b'"\\/"',
        b"\xef\xbb\xbf1",  # byte order mark
        b"\xff",
        b"",
        b"{",
        b"[" * 100_000,
        b"1" * 400,  # an integer that no float can hold
        b"1" * 10_000,
    ],
)
def test_other_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        canonical.decode(data)


def test_a_value_nested_too_deeply_is_refused() -> None:
    value: Json = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(NotCanonical):
        canonical.encode(value)


@given(st.binary(max_size=60))
def test_whatever_decodes_encodes_to_the_same_bytes(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except NotCanonical:
        return
    assert canonical.encode(value) == data
