"""Names are kept to the byte and never fool who reads them."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.holdings.ingest import names


@pytest.mark.parametrize(
    "name", ["clip.mp4", "naïve 🎥.mp4", "two\nlines.mp4", "..", "a/../b", "👨‍👩‍👧.mov", "back\\slash"]
)
def test_a_name_that_is_text_stays_as_it_is(name: str) -> None:
    assert names.from_bytes(name.encode()) == names.Name(name, None)


def test_bytes_that_are_not_text_are_shown_and_kept() -> None:
    found = names.from_bytes(b"clip\xff\xfe.mp4")
    assert found.text == "clip\\xff\\xfe.mp4"
    assert found.raw == b"clip\xff\xfe.mp4"


def test_nul_which_no_database_takes_is_shown_and_kept() -> None:
    found = names.from_bytes(b"evil\0.exe.mp4")
    assert found == names.Name("evil\\x00.exe.mp4", b"evil\0.exe.mp4")


def test_a_name_that_spells_an_escape_is_told_from_one_that_needs_it() -> None:
    assert names.from_bytes(b"a\\xff").raw is None
    assert names.from_bytes(b"a\xff").raw == b"a\xff"


@given(st.binary(max_size=300))
def test_every_name_of_a_file_system_can_be_had_back_and_put_into_utf8(raw: bytes) -> None:
    found = names.from_text(os.fsdecode(raw))
    assert (found.text.encode() if found.raw is None else found.raw) == raw
    assert "\0" not in found.text


@given(st.text(st.characters(codec=None), max_size=50))
def test_any_text_of_a_browser_becomes_a_name(text: str) -> None:
    names.from_text(text).text.encode()


def test_an_endless_name_is_cut() -> None:
    assert len(names.from_bytes(b"x" * 100_000).text) == names.LONGEST


@given(st.text(max_size=80))
def test_nothing_on_screen_breaks_a_line_or_moves_the_cursor(text: str) -> None:
    shown = names.on_screen(text)
    assert not any(c in shown for c in "\n\r\x1b\x07\x08\t\u202e\u2028\u2066")


def test_what_is_on_screen_can_still_be_recognized() -> None:
    assert names.on_screen("a\nb\x1b[2J\u202egpj.exe 🎥👨‍👩‍👧") == "a\\nb\\x1b[2J\\u202egpj.exe 🎥👨‍👩‍👧"
    assert names.on_screen(os.fsdecode(b"a\xff")) == "a\\xff"


def test_partial_copies_hidden_files_and_receipts_are_recognized() -> None:
    assert all(names.partial(n) for n in ("a.mp4.part", "a.TMP", "b.crdownload"))
    assert not names.partial("apartment.mp4")
    assert names.hidden(".DS_Store")
    assert not names.hidden("x.hidden")
    assert names.is_receipt("clip.mp4.plainview-receipt.json")
    assert not names.is_receipt("receipt.json")
    assert names.comes_after_footage("Clip.JSON")
    assert not names.comes_after_footage("clip.mp4")
