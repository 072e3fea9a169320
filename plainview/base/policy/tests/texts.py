"""Policy texts for the tests: small ones, written on the spot, and slips put into them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plainview.base.policy.rules import Policy, PolicyErrors, Problem, parse

TEXTS = Path(__file__).resolve().parent.parent / "texts"
KANSAS_CITY = TEXTS / "internally-recorded-digital-media-2021-03.toml"

HOUSE = """\
[policy]
id = "internally-recorded-digital-media"
version = "2021-03"
adopted_by = "Board of Police Commissioners"
adopted_on = 2021-03-23
effective = 2021-04-01

[activation]                      # which dispatches expect a recording, and how strictly
clause = "III.A"
late_start_seconds = 60
early_stop_seconds = 60
gap_seconds = 60
upload_hours = 24
exclude_call_types = ["STATION REPORT", "PHONE REPORT"]
cancelled_dispositions = ["CANCELLED"]

[[class]]
id = "unclassified"
clause = "V.1"
keep = "forever"                  # never purged; escalates
[[class]]
id = "non-evidentiary"
clause = "V.3"
keep = "180 days"
from = "recorded"
[[class]]
id = "criminal"
clause = "V.4"
keep = "90 days"
from = "matter concluded"         # no conclusion, no clock
matter_kinds = ["criminal"]
review = true                     # a person decides at the end
[[rule]]
clause = "V.6"
when = { disposition = ["ARREST", "CITATION", "FORCE"] }
add_class = "criminal"
open_matter = "criminal"
"""


def with_slip(old: str, new: str, text: str = HOUSE) -> str:
    """Returns the text with one passage replaced; the passage must be there once."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def later(version: str = "2026-12", *changes: tuple[str, str], text: str = HOUSE) -> str:
    """Returns a next version: another name, no adoption yet, and passages replaced."""
    text = with_slip('version = "2021-03"', f'version = "{version}"', text)
    text = with_slip("adopted_on = 2021-03-23\neffective = 2021-04-01\n", "", text)
    for old, new in changes:
        text = with_slip(old, new, text)
    return text


SHORTER = ('keep = "180 days"', 'keep = "90 days"')
LONGER = ('keep = "180 days"', 'keep = "2 years"')


def house() -> Policy:
    """Returns the policy of the house's own example."""
    return parse(HOUSE)


def problems(text: str | bytes) -> list[Problem]:
    """Returns what is wrong with a text; empty where nothing is."""
    try:
        parse(text)
    except PolicyErrors as wrong:
        return wrong.problems
    return []


def line_of(text: str, passage: str) -> int:
    """Returns the line, from 1, on which a passage stands."""
    assert text.count(passage) == 1
    return text[: text.index(passage)].count("\n") + 1


def a_class(
    class_id: str, keep: str = '"30 days"', moment: str = '"recorded"', more: str = "", clause: str = "V.9"
) -> str:
    """Returns one more [[class]] to put behind a text."""
    moment = f"from = {moment}\n" if moment else ""
    return f'[[class]]\nid = "{class_id}"\nclause = "{clause}"\nkeep = {keep}\n{moment}{more}\n'


def text_of(response: Any) -> str:
    """Returns a page as one line, so that line breaks in templates don't matter."""
    return " ".join(response.content.decode().split())
