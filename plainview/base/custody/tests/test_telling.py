"""Facts become sentences that read well with all of them, with some, and with none."""

from __future__ import annotations

import pytest

from plainview.base.custody.telling import plain_actor, tell
from plainview.ledger.canonical import Json

ALICE = "account:1"


def names(actor: str) -> str | None:
    return {"account:1": "Alice Officer", "account:2": "Bob Officer"}.get(actor)


@pytest.mark.parametrize(
    ("template", "facts", "sentence"),
    [
        ("{who} looked.", {}, "Alice Officer looked."),
        ("Stored[: {name}].", {"name": "a.mp4"}, "Stored: a.mp4."),
        ("Stored[: {name}].", {}, "Stored."),
        ("Stored[: {name}].", {"name": ""}, "Stored."),
        ("Stored[: {name}].", {"name": None}, "Stored."),
        ("From[ {old}][ to {new}].", {"old": "a"}, "From a."),
        ("Both[ {a} and {b}].", {"a": "x"}, "Both."),
        ("Start {new.start}.", {"new": {"start": "now"}}, "Start now."),
        ("Start[ {new.start}].", {"new": "text"}, "Start."),
        ("Needs {it}.", {}, "Needs …."),
        ("{n|file/files}", {"n": 1}, "1 file"),
        ("{n|file/files}", {"n": 12_000}, "12,000 files"),
        ("{n|lost leaf/lost leaves}", {"n": ["a", "b"]}, "2 lost leaves"),
        ("{c|list}", {"c": ["a"]}, "a"),
        ("{c|list}", {"c": ["a", "b", "c"]}, "a, b and c"),
        ("{c|list}", {"c": [str(i) for i in range(12)]}, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"),
        ("{c|list}", {"c": "alone"}, "alone"),
        ("{s|bytes}", {"s": 999}, "999 bytes"),
        ("{s|bytes}", {"s": 1500}, "1.5 kB"),
        ("{s|bytes}", {"s": 250_000_000}, "250 MB"),
        ("{s|bytes}", {"s": 3_210_000_000}, "3.2 GB"),
        ("{s|bytes}", {"s": 5_000_000_000_000}, "5.0 TB"),
        ("{ms|length}", {"ms": 65_400}, "1:05"),
        ("{ms|length}", {"ms": 3_725_000}, "1:02:05"),
        ("{k|words}", {"k": "not-stated_yet"}, "not stated yet"),
        ("{by|name}", {"by": "account:2"}, "Bob Officer"),
        ("{by|name}", {"by": "account:9"}, "An account"),
        ("{at|time}", {"at": "2026-07-04T17:00:00Z"}, "Jul 4, 2026, 12:00:00"),
        ("{at|time}", {"at": "2026-07-04T17:00:00"}, "2026-07-04T17:00:00"),
        ("{at|time}", {"at": "soon"}, "soon"),
    ],
)
def test_sentences(template: str, facts: dict[str, Json], sentence: str) -> None:
    assert tell(template, facts, ALICE, names) == sentence


def test_zero_is_a_fact() -> None:
    assert tell("It has[ {n|file/files}].", {"n": 0}, ALICE) == "It has 0 files."


def test_a_name_can_send_nothing_to_a_terminal_and_break_no_line() -> None:
    assert tell("{n}", {"n": "a\x1b[31m\nb\u202ec"}, ALICE) == "a�[31m�b�c"


def test_a_fact_can_not_smuggle_a_template_in() -> None:
    assert tell("{n}", {"n": "{who} [x]"}, ALICE, names) == "{who} [x]"


def test_a_long_fact_is_cut() -> None:
    assert tell("{n}", {"n": "x" * 5000}, ALICE) == "x" * 200 + "…"


@pytest.mark.parametrize(
    ("actor", "called"),
    [("account:1", "An account"), ("system:sequencer", "The system"), ("dock:7", "Dock 7"), ("", "Somebody")],
)
def test_actors_have_plain_names_without_a_callback(actor: str, called: str) -> None:
    assert plain_actor(actor) == called
