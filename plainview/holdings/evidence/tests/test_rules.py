"""Rules of the room, without a database."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.holdings.evidence import rules
from plainview.holdings.evidence.rules import Circumstances, Claims, Reason, Refused, Why, judge

ROOM = Path(__file__).resolve().parent.parent
PURE = ("rules", "grouping", "byterange", "trail", "words", "storable", "stream", "localtime", "filters")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FINE = Circumstances(
    size=1000,
    problem=None,
    serial="BWC-1",
    camera_registered=True,
    badge="",
    officer_badge="101",
    carrier_badge="101",
    in_vehicle=False,
    start=NOW - timedelta(hours=1),
    received=NOW,
)


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_import_no_django(name: str) -> None:
    tree = ast.parse((ROOM / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
    assert not {each.split(".")[0] for each in imported} & {"django", "procrastinate", "psycopg"}


def reasons(**changed: object) -> list[str]:
    return [why.reason.value for why in judge(replace(FINE, **changed))]  # type: ignore[arg-type]


def test_what_is_as_it_should_be_waits_for_nobody() -> None:
    assert reasons() == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"size": 0}, ["empty"]),
        ({"size": 0, "problem": "It is empty."}, ["empty"]),
        ({"problem": "It is a playlist."}, ["not-understood"]),
        ({"camera_registered": False, "officer_badge": None, "carrier_badge": None}, ["camera-unregistered"]),
        ({"camera_registered": False, "serial": ""}, ["camera-not-stated"]),
        ({"officer_badge": None, "carrier_badge": None}, ["nobody-carried"]),
        ({"officer_badge": None, "carrier_badge": None, "in_vehicle": True}, []),
        ({"badge": "999", "officer_badge": None}, ["badge-unknown"]),
        ({"badge": "102", "officer_badge": "102", "carrier_badge": "101"}, ["officer-disputed"]),
        ({"badge": "101"}, []),
        ({"start": None}, ["start-unknown"]),
        ({"start": NOW + timedelta(days=2)}, ["start-implausible"]),
        ({"start": datetime(1970, 1, 1, tzinfo=UTC)}, ["start-implausible"]),
        ({"start": NOW + timedelta(minutes=5)}, []),
        (
            {"start": None, "size": 0, "serial": "", "camera_registered": False},
            ["camera-not-stated", "empty", "start-unknown"],
        ),
    ],
)
def test_what_waits_for_a_person(changed: dict[str, object], expected: list[str]) -> None:
    assert reasons(**changed) == expected


def test_the_detail_names_what_was_said() -> None:
    (why,) = judge(replace(FINE, camera_registered=False, serial="X-9"))
    assert "X-9" in why.detail
    assert "X-9" in why.in_words


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_is_the_matter_and_what_to_do(reason: Reason) -> None:
    assert reason.sentence.endswith(".")
    assert reason.to_do.endswith(".")
    assert reason.sentence != reason.to_do
    assert reason.label
    assert Why(reason).in_words == reason.label


def test_only_an_unknown_origin_or_content_sets_apart() -> None:
    """A registered camera that nobody carries, or a start that can't be known, is stored with the blank shown."""
    shown = {Reason.NOBODY_CARRIED, Reason.START_UNKNOWN, Reason.START_IMPLAUSIBLE, Reason.OFFICER_DISPUTED}
    assert {reason for reason in Reason if not reason.quarantines} == shown


# --- call numbers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kc21-012345", "KC21-012345"),
        ("  26  0099\t1 ", "26 0099 1"),
        ("", ""),
        ("   ", ""),
        ("A/12.#3", "A/12.#3"),
    ],
)
def test_a_call_number_has_one_form(typed: str, kept: str) -> None:
    assert rules.call_number(typed) == kept


@pytest.mark.parametrize("typed", ["<b>", "=1+1", "-5", "12;13", "É1", "x" * 41, "1\x00"])
def test_what_is_no_call_number_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(Refused, match=r"call number"):
        rules.call_number(typed)


@given(st.text())
def test_a_call_number_once_taken_stays_as_it_is(text: str) -> None:
    try:
        kept = rules.call_number(text)
    except Refused:
        return
    assert rules.call_number(kept) == kept


def test_a_title_is_one_line() -> None:
    assert rules.title(" Traffic\nstop \t on 5th\x00 ") == "Traffic stop on 5th"
    with pytest.raises(Refused, match="at most 200"):
        rules.title("x" * 201)


# --- classes

KNOWN = ["criminal", "non-evidentiary", "unclassified"]


@pytest.mark.parametrize(
    ("held", "wanted", "after"),
    [
        (["unclassified"], ["criminal"], ["criminal"]),
        (["unclassified"], ["non-evidentiary", "criminal"], ["criminal", "non-evidentiary"]),
        (["criminal"], ["criminal", "unclassified"], ["criminal"]),
        (["criminal"], [], ["unclassified"]),
        (["criminal"], ["unclassified"], ["unclassified"]),
        (["criminal"], ["", "criminal"], ["criminal"]),
        (["retired-class"], ["retired-class", "criminal"], ["criminal", "retired-class"]),
    ],
)
def test_class_change(held: list[str], wanted: list[str], after: list[str]) -> None:
    assert rules.class_change(held, wanted, KNOWN) == after


def test_a_class_that_policy_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(Refused, match=r"no class secret\. It has: criminal, non-evidentiary"):
        rules.class_change(["unclassified"], ["secret"], KNOWN)


def test_without_a_policy_there_are_no_classes_to_give() -> None:
    with pytest.raises(Refused, match="no policy is in force"):
        rules.class_change(["unclassified"], ["criminal"], [])


@given(st.lists(st.sampled_from(KNOWN)), st.lists(st.sampled_from(KNOWN)))
def test_a_recording_is_never_without_a_class_and_never_both(held: list[str], wanted: list[str]) -> None:
    after = rules.class_change(held or ["unclassified"], wanted, KNOWN)
    assert after
    assert after == ["unclassified"] or "unclassified" not in after


def test_claims_are_written_with_their_blanks() -> None:
    written = Claims(camera="C", start=NOW).as_json()
    assert written == {"camera": "C", "badge": None, "start": NOW.isoformat(), "trigger_on": None, "zone": None}


@pytest.mark.parametrize(
    ("role", "plays", "problem", "words"),
    [
        ("footage", "direct", None, ""),
        ("footage", "remux", None, ""),
        ("footage", "no", None, "neither video nor sound"),
        ("footage", "direct", "It is cut off.", "It is cut off."),
        ("sidecar", "no", None, "nothing to play"),
        ("other", "no", None, "neither video nor sound"),
    ],
)
def test_why_nothing_plays(role: str, plays: str, problem: str | None, words: str) -> None:
    said = rules.nothing_to_play(role, plays, problem)
    assert words in said
    assert bool(said) == bool(words)
