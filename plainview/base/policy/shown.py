"""A policy text arranged for a page: clauses by their part, classes with their clause, the steps of its life."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from django.utils import timezone
from django.utils.text import slugify

from plainview.base.policy.rules import (
    FOREVER,
    MATTER_KINDS,
    MOMENTS,
    Class,
    Clause,
    Policy,
    Rule,
    Told,
    in_words,
    told,
)
from plainview.base.policy.standing import Placed, Standing


@dataclass(frozen=True)
class ShownClass:
    """One row of the table of classes."""

    found: Class
    keep: str
    since: str
    end: str

    @property
    def id_differs(self) -> bool:
        """Whether the id says something that the name does not."""
        return slugify(self.found.label) != self.found.id


@dataclass(frozen=True)
class ShownRule:
    """One row of the table of outcomes."""

    rule: Rule
    added: Class | None
    opened: str


@dataclass(frozen=True)
class Part:
    """The clauses whose numbers begin alike: I, II, III."""

    number: str
    clauses: list[Clause]


@dataclass(frozen=True)
class Shown:
    """Everything the page of a text needs."""

    policy: Policy
    classes: list[ShownClass]
    rules: list[ShownRule]
    duties: list[Told]
    parts: list[Part]
    sourced: int
    proposed: int


@dataclass(frozen=True)
class Step:
    """One step of a version's life."""

    name: str
    state: Literal["complete", "current", ""]
    when: str


def text_of(policy: Policy) -> Shown:
    """Returns a text as its page shows it."""
    return Shown(
        policy=policy,
        classes=[_shown_class(c) for c in policy.classes],
        rules=[_shown_rule(policy, r) for r in policy.rules],
        duties=told(policy.duties),
        parts=[Part(number, list(clauses)) for number, clauses in groupby(policy.clauses, _part)],
        sourced=sum(c.status == "sourced" for c in policy.clauses),
        proposed=sum(c.status == "proposal" for c in policy.clauses),
    )


def steps(place: Placed) -> list[Step]:
    """Returns the steps that a version has taken and those before it."""
    version = place.version
    if place.standing == Standing.WITHDRAWN:
        return []
    taken = list(Standing).index(place.standing)
    effective = in_words(version.effective) if version.effective else ""
    whens = [
        in_words(timezone.localdate(version.entered_at)),
        in_words(timezone.localdate(version.published_at)) if version.published_at else "",
        in_words(version.adopted_on) if version.adopted_on else "",
        f"{'since' if taken >= 3 else 'from'} {effective}" if effective else "",
        in_words(place.until) if place.until else "",
    ]
    names = ["Draft", "Published for comment", "Adopted", "In force", "Superseded"]
    return [Step(name, _state(n, taken), when) for n, (name, when) in enumerate(zip(names, whens, strict=True))]


def _state(step: int, taken: int) -> Literal["complete", "current", ""]:
    if step == taken:
        return "current"
    return "complete" if step < taken else ""


def _part(clause: Clause) -> str:
    return clause.id.partition(".")[0]


def _shown_class(found: Class) -> ShownClass:
    if found.keep == FOREVER:
        return ShownClass(found, "forever", "", "Never goes")
    kinds = [MATTER_KINDS[kind] for kind in found.matter_kinds]
    since = MOMENTS[found.moment] if not kinds else f"the day its {' or '.join(kinds)} is concluded"
    return ShownClass(found, str(found.keep), since, "A person decides" if found.review else "May go")


def _shown_rule(policy: Policy, rule: Rule) -> ShownRule:
    opened = MATTER_KINDS.get(rule.open_matter, rule.open_matter)
    return ShownRule(rule, policy.find(rule.add_class) if rule.add_class else None, opened)
