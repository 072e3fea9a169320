"""parse() on whatever comes: a damaged text gets an answer, and what a board may write comes back as written."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.policy.rules import Class, Policy, Rule, parse
from plainview.base.policy.tests.cities import KINDS, policies
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, problems

KC = KANSAS_CITY.read_text(encoding="utf-8")
SNIPPETS = [
    "[",
    "]",
    "[[",
    '"',
    '"""',
    "=",
    "{",
    "}",
    "#",
    ",",
    ".",
    "\n",
    "\r",
    "\t",
    "\x00",
    "é",
    "\u2028",
    "0",
    "-1",
]
SNIPPETS += ["true", "2021-13-01", "[policy]\n", "[[class]]\n", "[class.more]\n", 'keep = "0 days"\n', "from = 7\n"]


def answered(text: str | bytes) -> list[str]:
    """Parses; anything but a policy or PolicyErrors with lines inside the text fails the test."""
    lines = (text.count(b"\n") if isinstance(text, bytes) else text.count("\n")) + 1
    found = problems(text)
    assert found == sorted(found)
    assert all(1 <= problem.line <= lines for problem in found)
    assert all(problem.message.strip() for problem in found)
    return [problem.message for problem in found]


def damaged(text: str, random: Random, times: int) -> str:
    for _ in range(times):
        at = random.randrange(len(text) + 1)
        how = random.randrange(4)
        if how == 0:
            text = text[:at] + random.choice(SNIPPETS) + text[at:]
        elif how == 1:
            text = text[:at] + text[at + random.randrange(30) :]
        elif how == 2:
            lines = text.split("\n")
            lines.insert(random.randrange(len(lines)), random.choice(lines))
            text = "\n".join(lines)
        else:
            lines = text.split("\n")
            del lines[random.randrange(len(lines))]
            text = "\n".join(lines) or "\n"
    return text


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_a_damaged_text_always_gets_an_answer(random: Random, times: int) -> None:
    answered(damaged(HOUSE, random, times))


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_a_damaged_long_text_too(random: Random, times: int) -> None:
    answered(damaged(KC, random, times))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_that_are_no_text_at_all_get_an_answer(data: bytes) -> None:
    assert answered(data)


@pytest.mark.parametrize("at", range(0, len(HOUSE), 97))
def test_a_text_cut_off_anywhere_is_no_policy_or_says_why(at: int) -> None:
    answered(HOUSE[:at])
    answered(HOUSE[at:])


# A board may write anything that these build; it must come back as it was written.

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs", "S"]), min_size=1, max_size=30).filter(
    lambda t: t.strip() == t
)
RULES = st.builds(
    Rule,
    clause=WORDS,
    dispositions=st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple),
    open_matter=st.sampled_from(KINDS),
)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'


def listed(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(quoted, texts)) + "]"


def class_text(found: Class) -> str:
    lines = ["[[class]]", f"id = {quoted(found.id)}", f"clause = {quoted(found.clause)}", f'keep = "{found.keep}"']
    if found.keep != "forever":
        lines.append(f"from = {quoted(found.moment)}")
        lines.append(f"review = {str(found.review).lower()}")
    if found.matter_kinds:
        lines.append(f"matter_kinds = {listed(found.matter_kinds)}")
    if found.name:
        lines.append(f"name = {quoted(found.name)}")
    return "\n".join(lines)


def rule_text(rule: Rule) -> str:
    when = f"when = {{ disposition = {listed(rule.dispositions)} }}"
    return f"[[rule]]\nclause = {quoted(rule.clause)}\n{when}\nopen_matter = {quoted(rule.open_matter)}"


def text_for(policy: Policy, title: str) -> str:
    head = [
        "[policy]",
        'id = "p"',
        f"version = {quoted(policy.version)}",
        f"title = {quoted(title)}",
        "effective = 2021-04-01",
    ]
    return "\n".join([*head, *map(class_text, policy.classes), *map(rule_text, policy.rules)])


@settings(max_examples=80, deadline=None)
@given(policies(), WORDS, st.lists(RULES, max_size=2, unique_by=lambda r: frozenset(r.dispositions)))
def test_what_a_board_writes_comes_back_as_written(policy: Policy, title: str, rules: list[Rule]) -> None:
    policy = Policy(policy.id, policy.version, policy.sha256, classes=policy.classes, rules=tuple(rules))
    found = parse(text_for(policy, title))
    assert (found.id, found.version, found.title) == ("p", policy.version, title)
    assert found.effective == date(2021, 4, 1)
    assert found.rules == policy.rules
    for was, now in zip(policy.classes, found.classes, strict=True):
        assert (now.id, now.clause, now.keep, now.matter_kinds) == (was.id, was.clause, was.keep, was.matter_kinds)
        assert was.keep == "forever" or (now.moment, now.review) == (was.moment, was.review)
