"""The sentences, word by word: a board, a defendant and a sergeant read them."""

from __future__ import annotations

from datetime import date

import pytest

from plainview.base.policy.rules import (
    MATTER_KINDS,
    Class,
    Clause,
    HoldState,
    MatterState,
    Period,
    Policy,
    describe_class,
    describe_rule,
    in_words,
    keep_until,
    parse,
)
from plainview.base.policy.rules.words import kinds_in_words, listed
from plainview.base.policy.tests.texts import HOUSE, house

DAY = date(2021, 3, 3)


def one_class(
    keep: Period | str, moment: str = "recorded", kinds: tuple[str, ...] = (), review: bool = False
) -> Policy:
    found = Class("c", "V.3", keep, moment, kinds, review, "Some class")  # type: ignore[arg-type]
    return Policy("p", "1", "0" * 64, classes=(found,))


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists(words: list[str], said: str) -> None:
    assert listed(words) == said
    assert listed(words, "or") == said.replace(" and ", " or ")


def test_days_and_kinds() -> None:
    assert in_words(DAY) == "March 3, 2021"
    assert kinds_in_words(("criminal",)) == "criminal case"
    assert kinds_in_words(("civil", "criminal", "force")) == "civil claim, criminal case or force review"


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (one_class("forever"), "forever"),
        (one_class(Period(1, "days")), "1 day from the day it was recorded"),
        (one_class(Period(6, "months"), "uploaded"), "6 months from the day it was uploaded"),
        (
            one_class(Period(1, "years"), "matter concluded", ("civil", "criminal")),
            "1 year from the day its civil claim or criminal case is concluded",
        ),
    ],
)
def test_how_long_a_class_is_kept(policy: Policy, said: str) -> None:
    assert policy.classes[0].how_long() == said


def test_a_class_and_a_rule_in_one_line() -> None:
    policy = house()
    assert describe_class(policy.classes[2]) == (
        "criminal: 90 days from the day its criminal case is concluded; a person decides at the end, by clause V.4"
    )
    assert describe_rule(policy.rules[0]) == "add class criminal and open a criminal case, by clause V.6"


@pytest.mark.parametrize("kind", sorted(MATTER_KINDS))
def test_every_kind_of_matter_is_named_in_words(kind: str) -> None:
    policy = one_class(Period(90, "days"), "matter concluded", (kind,))
    words = MATTER_KINDS[kind]
    waiting = keep_until(policy, ["c"], DAY, [MatterState("M-1", kind, "open", DAY)])
    assert waiting.sentence() == (
        f"Kept until concluded, because its class Some class is kept until 90 days after its {words} is concluded, "
        f"by clause V.3, which {words} M-1 (open) is not; besides, it is held by {words} M-1 (open)."
    )
    assert waiting.what_would_have_to_happen() == [
        f"{words.capitalize()} M-1 has to be concluded or become inactive.",
        "From then on it is kept 90 days more (class Some class, clause V.3).",
    ]
    alone = keep_until(policy, ["c"], DAY)
    assert alone.what_would_have_to_happen() == [
        f"A {words} has to be linked to it and be concluded, or it has to get another class. "
        "From then on it is kept 90 days more (class Some class, clause V.3)."
    ]


def test_several_matters_are_named_together() -> None:
    policy = one_class(Period(90, "days"), "matter concluded", ("civil", "criminal"))
    matters = [MatterState("C-1", "criminal", "open"), MatterState("V-1", "civil", "appealed")]
    sentence = keep_until(policy, ["c"], DAY, matters).sentence()
    assert "which criminal case C-1 (open) and civil claim V-1 (appealed) are not" in sentence
    assert sentence.endswith("it is held by criminal case C-1 (open) and civil claim V-1 (appealed).")


def test_holds_are_counted_in_people() -> None:
    for lifted_by, said in (((), "two people have to lift it."), (("a",), "one more person has to lift it.")):
        found = keep_until(house(), ["non-evidentiary"], DAY, holds=[HoldState("H-1", "A suit.", lifted_by)])
        assert found.what_would_have_to_happen()[0] == f"Hold H-1 (A suit): {said}"
    assert keep_until(house(), ["non-evidentiary"], DAY, holds=[HoldState("H-1")]).what_would_have_to_happen()[0] == (
        "Hold H-1: two people have to lift it."
    )


def test_review_is_said_at_the_end_of_a_clock_only() -> None:
    reviewed = one_class(Period(5, "years"), review=True)
    assert keep_until(reviewed, ["c"], DAY).sentence().endswith("by clause V.3; then a person decides.")
    waiting = one_class(Period(5, "years"), "matter concluded", ("force",), review=True)
    assert "person decides" not in keep_until(waiting, ["c"], DAY).sentence()


def test_a_policy_gives_the_wording_of_what_it_cites() -> None:
    text = '[[clause]]\nid = "V.1"\ntext = """\nIt\nstays."""\n' + HOUSE
    for cited in ("III.A", "V.3", "V.4", "V.6"):
        text = f'[[clause]]\nid = "{cited}"\ntext = "x"\n' + text
    policy = parse(text)
    assert policy.wording("V.1") == "It\nstays."
    assert policy.clause("V.1") == Clause("V.1", "It\nstays.")
    assert (policy.clause("V.99"), policy.wording("V.99")) == (None, "")
    assert policy.unknown(["criminal", "x", "unclassified", "y"]) == ("x", "y")
