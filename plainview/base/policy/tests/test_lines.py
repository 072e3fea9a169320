"""line_numbers(): the line of every table, key and list element, in whatever shape TOML allows."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.policy.rules.lines import Path, line_numbers
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY

TWISTED = '''# a comment with [brackets] and = signs
title = "a \\" quote ] # no comment"
[owner]  # [[not]] this
"quoted key" = "it's"
a.b."c d" = 1
multi = """
[not.a.table]
key = "not a key"
\\""" still inside"""
raw = \'\'\'
x = 1
\'\'\'
when = 2021-03-23 10:00:00
list = [ # first
  "one", # ] no end
  { deep = [1,
            2] },
  [
    3,
  ],
]
[[class]]
id = "a"
[class.more]
x = 1
[[class]]
id = "b"
[[class.inner]]
y = 2
[[class.inner]]
y = 3
'''


def paths(value: Any, above: Path = ()) -> Iterator[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*above, key)
        yield from paths(inner, (*above, key))


@pytest.mark.parametrize(
    "text", [HOUSE, KANSAS_CITY.read_text(encoding="utf-8"), TWISTED], ids=["house", "kc", "twisted"]
)
def test_everything_that_tomllib_reads_has_a_line(text: str) -> None:
    assert set(line_numbers(text)) == set(paths(tomllib.loads(text)))


def test_the_lines_are_right() -> None:
    found = line_numbers(TWISTED)
    lines = TWISTED.split("\n")
    for path, line in found.items():
        key = next(k for k in reversed(path) if isinstance(k, str))
        if isinstance(path[-1], str) and path[-1] not in ("a", "more"):
            assert key in lines[line - 1], (path, line)
    assert lines[found["owner", "list", 1, "deep", 1] - 1].strip() == "2] },"
    assert lines[found["class", 1, "inner", 1, "y"] - 1] == "y = 3"
    assert lines[found["class", 0] - 1] == "[[class]]"
    assert found["class", 1] == found["class", 0] + 4


keys = st.text("abc-_1", min_size=1, max_size=4)
scalars = st.one_of(
    st.integers(-9, 9).map(str),
    st.booleans().map(lambda b: str(b).lower()),
    st.text(st.characters(codec="ascii", exclude_characters="\\\"'\r\n", min_codepoint=32)).map(lambda t: f'"{t}"'),
    st.text("ab[]{}#=,\n '", max_size=9).map(lambda t: '"""' + t + '"""'),
    st.text('ab[]{}#=, "', max_size=9).map(lambda t: f"'{t}'"),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda vs: "[" + ", # x ]\n".join(vs) + "\n]"),
        st.dictionaries(keys, inner, max_size=2).map(
            lambda d: "{" + ", ".join(f"{k} = {v}" for k, v in d.items()) + "}"
        ),
    ),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(keys, values, max_size=4), st.lists(st.dictionaries(keys, values, max_size=3), max_size=3))
def test_no_valid_text_gets_lost(top: dict[str, str], tables: list[dict[str, str]]) -> None:
    text = "".join(f"{k} = {v}\n" for k, v in top.items())
    text += "".join("[[zz]] # t\n" + "".join(f"\t{k} = {v}\n" for k, v in table.items()) for table in tables)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # a line break in an inline table, for one
        return
    assert set(line_numbers(text)) == set(paths(document))
