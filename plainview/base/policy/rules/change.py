"""What one policy text shortens against another, so that nobody shortens by the way.

Whatever might make a recording go sooner counts, even if it does so only from some days of the calendar, or only for a
recording whose matters end in a certain order. Whatever a person decides one by one (reclassing) does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plainview.base.policy.rules.duties import Disposal
from plainview.base.policy.rules.period import Period
from plainview.base.policy.rules.shape import Class, Policy, Rule
from plainview.base.policy.rules.words import FOREVER, MATTER_CONCLUDED, MATTER_KINDS, listed


@dataclass(frozen=True)
class Change:
    """One thing that a new text shortens: what it is about, by which clause of the new text, and how."""

    subject: str  # a class id, or the outcomes of a rule
    clause: str
    before: str
    after: str
    sentence: str


def shortens(old: Policy, new: Policy) -> list[Change]:
    """Returns everything that `new` shortens against `old`; empty where it shortens nothing."""
    return [*_classes(old, new), *_rules(old, new), *_disposal(old.duties.disposal, new.duties.disposal)]


def class_shortens(old: Class, new: Class) -> str:
    """Returns how a class gets shorter, as the later part of a sentence; empty where it does not."""
    if new.keep == FOREVER:
        return ""
    if old.keep == FOREVER:
        return "was kept forever and would end"
    if new.moment != old.moment:
        return _moment_shortens(old, new)
    if new.matter_kinds != old.matter_kinds:
        return "would wait for the conclusion of other matters"
    if isinstance(old.keep, Period) and isinstance(new.keep, Period) and new.keep.may_end_before(old.keep):
        return f"would be kept {new.keep} instead of {old.keep}"
    return "would go without a person's decision" if old.review and not new.review else ""


def _moment_shortens(old: Class, new: Class) -> str:
    """Uploading comes after recording, so that change alone can't shorten; every other change of moment may."""
    later = (old.moment, new.moment) == ("recorded", "uploaded")
    if (
        later
        and isinstance(old.keep, Period)
        and isinstance(new.keep, Period)
        and not new.keep.may_end_before(old.keep)
    ):
        return "would go without a person's decision" if old.review and not new.review else ""
    if old.moment == MATTER_CONCLUDED:
        return "would no longer wait for the conclusion of its matters"
    return f"would count from another day ({new.moment} instead of {old.moment})"


def _classes(old: Policy, new: Policy) -> Iterator[Change]:
    for before in old.classes:
        after = new.find(before.id)
        how = class_shortens(before, after) if after else ""  # a class that is dropped becomes unknown: that never goes
        if after and how:
            sentence = f"Class {after.label} {how} (clause {after.clause})."
            yield Change(after.id, after.clause, before.how_long(), after.how_long(), sentence)


def _disposal(old: Disposal, new: Disposal) -> Iterator[Change]:
    """What is destroyed after a shorter announcement, by fewer people, or before its time for a new reason."""
    if new.waiting_days < old.waiting_days:
        before, after = f"{old.waiting_days} days", f"{new.waiting_days} days"
        sentence = f"Destruction would be announced for {after} instead of {before}."
        yield Change("destruction", new.clause, before, after, sentence)
    if new.approvals < old.approvals:
        before, after = str(old.approvals), str(new.approvals)
        sentence = f"Destruction would be approved by {after} people instead of {before}."
        yield Change("destruction", new.clause, before, after, sentence)
    for each in new.early:
        if old.find(each.id) is None:
            sentence = f"Something could be destroyed before its time: {each.label} (clause {each.clause})."
            yield Change("destruction", each.clause, "", each.label, sentence)


def _rules(old: Policy, new: Policy) -> Iterator[Change]:
    """What the outcome of a call did to its recordings by itself, and would do no more."""
    for rule in old.rules:
        for effect, name in effects(rule):
            lost = [d for d in rule.dispositions if (effect, name) not in done_by(new, d)]
            if lost:
                what = f"add class {name}" if effect == "class" else f"open a {MATTER_KINDS.get(name, name)}"
                sentence = f"The outcome {listed(lost, 'or')} would no longer {what} (clause {rule.clause} until now)."
                yield Change(", ".join(lost), rule.clause, what, "", sentence)


def effects(rule: Rule) -> list[tuple[str, str]]:
    """Returns what a rule does: ("class", its class), ("matter", its kind)."""
    return [(e, name) for e, name in (("class", rule.add_class), ("matter", rule.open_matter)) if name]


def done_by(policy: Policy, disposition: str) -> set[tuple[str, str]]:
    """Returns everything that a policy's rules do on one outcome."""
    return {effect for rule in policy.rules if disposition in rule.dispositions for effect in effects(rule)}
