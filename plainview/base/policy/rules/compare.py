"""Two versions side by side: class by class, clause by clause, so that a reader sees what would be different."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from plainview.base.policy.rules.change import Change, class_shortens, shortens
from plainview.base.policy.rules.say_duties import told
from plainview.base.policy.rules.shape import Activation, Class, Policy, Rule
from plainview.base.policy.rules.words import CLAUSE_STATUSES, MATTER_KINDS, listed

How = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True)
class Piece:
    """A run of words: kept, only in the old text, or only in the new."""

    how: Literal["same", "removed", "added"]
    text: str

    @property
    def words(self) -> str:
        """The run without the space that follows it."""
        return self.text.rstrip()


@dataclass(frozen=True)
class Row:
    """One thing in both versions, before and after."""

    subject: str
    how: How
    before: str
    after: str
    effect: str = ""  # shorter, longer, or empty
    why: str = ""

    @property
    def pieces(self) -> list[Piece]:
        """The difference word by word."""
        return word_by_word(self.before, self.after)


@dataclass(frozen=True)
class Comparison:
    """Everything that is in either version; `shortens` lists what the new one makes shorter."""

    facts: list[Row]
    classes: list[Row]
    rules: list[Row]
    activation: list[Row]
    clauses: list[Row]
    shortens: list[Change]

    @property
    def changed(self) -> int:
        """How many things differ."""
        rows = [*self.facts, *self.classes, *self.rules, *self.activation, *self.clauses]
        return sum(row.how != "same" for row in rows)


def compare(old: Policy, new: Policy) -> Comparison:
    """Returns both versions side by side, in the order of the new one."""
    return Comparison(
        facts=_rows(_facts(old), _facts(new)),
        classes=_class_rows(old, new),
        rules=_rows(_rules(old), _rules(new)),
        activation=_rows(_activation(old.activation), _activation(new.activation)),
        clauses=_rows(_clauses(old), _clauses(new)),
        shortens=shortens(old, new),
    )


def word_by_word(before: str, after: str) -> list[Piece]:
    """Returns the words of both texts in one line: what stays, what goes, what comes."""
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    pieces: list[Piece] = []
    for op, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            pieces.append(Piece("same", "".join(new[k:m])))
            continue
        if i < j:
            pieces.append(Piece("removed", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("added", "".join(new[k:m])))
    return pieces


def describe_class(found: Class) -> str:
    """Returns what the text says of a class in one line."""
    decides = "; a person decides at the end" if found.review else ""
    return f"{found.label}: {found.how_long()}{decides}, by clause {found.clause}"


def describe_rule(rule: Rule) -> str:
    """Returns what a rule does in one line."""
    does = [f"add class {rule.add_class}"] if rule.add_class else []
    does += [f"open a {MATTER_KINDS.get(rule.open_matter, rule.open_matter)}"] if rule.open_matter else []
    return f"{listed(does)}, by clause {rule.clause}"


def _class_rows(old: Policy, new: Policy) -> list[Row]:
    before = {c.id: c for c in old.classes}
    after = {c.id: c for c in new.classes}
    return [_class_row(class_id, before.get(class_id), after.get(class_id)) for class_id in _in_order(before, after)]


def _class_row(class_id: str, before: Class | None, after: Class | None) -> Row:
    old, new = (describe_class(c) if c else "" for c in (before, after))
    if before is None or after is None:
        why = "" if before is None else "Recordings that bear a class which the policy does not know never go."
        return Row(class_id, "added" if before is None else "removed", old, new, "longer" if before else "", why)
    shorter, back = class_shortens(before, after), class_shortens(after, before)
    effect = "shorter" if shorter else "longer" if back else ""
    return Row(class_id, "same" if old == new else "changed", old, new, effect, shorter)


def _rows(before: Mapping[str, str], after: Mapping[str, str]) -> list[Row]:
    rows = []
    for subject in _in_order(before, after):
        old, new = before.get(subject), after.get(subject)
        how: How = "added" if old is None else "removed" if new is None else "same" if old == new else "changed"
        rows.append(Row(subject, how, old or "", new or ""))
    return rows


def _in_order(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """Returns every name once, in the order of the new text; what was removed stands after its old neighbor."""
    order = list(after)
    place = 0
    for name in before:
        if name in order:
            place = order.index(name) + 1
        else:
            order.insert(place, name)
            place += 1
    return order


def _facts(policy: Policy) -> dict[str, str]:
    stated = {
        "Title": policy.title,
        "Number": policy.number,
        "Version": policy.version,
        "Adopted by": policy.adopted_by,
        "Notice before anything is shortened": str(policy.changes.notice),
        **{
            duty.name: f"{duty.says}{f', by clause {duty.clause}' if duty.clause else ''}"
            for duty in told(policy.duties)
        },
    }
    return {name: value for name, value in stated.items() if value}


def _rules(policy: Policy) -> dict[str, str]:
    """Each outcome with everything that it does: rules may be split or joined without a difference."""
    outcomes = dict.fromkeys(d for rule in policy.rules for d in rule.dispositions)
    return {
        f"After {outcome}": "; ".join(describe_rule(r) for r in policy.rules if outcome in r.dispositions)
        for outcome in outcomes
    }


def _activation(found: Activation | None) -> dict[str, str]:
    if found is None:
        return {}
    return {
        "Clause": found.clause,
        "Late start": f"more than {found.late_start_seconds} seconds",
        "Early stop": f"more than {found.early_stop_seconds} seconds",
        "Hole in the recordings": f"more than {found.gap_seconds} seconds",
        "Upload": f"within {found.upload_hours} hours",
        "Calls that expect no recording": listed(list(found.exclude_call_types)) or "none",
        "Outcomes that mean cancelled": listed(list(found.cancelled_dispositions)) or "none",
        "Reasons an officer may give": listed(list(found.reasons), "or") or "any",
    }


def _clauses(policy: Policy) -> dict[str, str]:
    shown = {}
    for c in policy.clauses:
        heading = f"{c.heading}. " if c.heading else ""
        status = f" [{CLAUSE_STATUSES[c.status].partition(':')[0]}]" if c.status else ""
        shown[c.id] = f"{heading}{c.text}{status}"
    return shown
