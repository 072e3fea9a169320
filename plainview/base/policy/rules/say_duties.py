"""The duties of a policy in plain words, each with the clause it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from plainview.base.policy.rules.duties import Disposal, Duties, Review
from plainview.base.policy.rules.words import kinds_in_words, listed


@dataclass(frozen=True)
class Told:
    """One duty; without a clause it is the program's default, since the text is silent."""

    name: str
    says: str
    clause: str


def told(duties: Duties) -> list[Told]:
    """Returns every duty that says something, in the order of the text."""
    first, second, third = duties.escalation.unclassified_days
    doubtful, docking = duties.doubtful, duties.docking
    rows = [
        Told("Docking", f"within {docking.hours} hours" if docking.hours else "", docking.clause),
        Told(
            "Unclassified recordings",
            f"after {first} days the officer is told, after {second} the supervisor, after {third} the unit's command",
            duties.escalation.clause,
        ),
        Told(
            "Two people to lower a class",
            f"after {listed(list(duties.lowering.dispositions), 'or')}",
            duties.lowering.clause,
        ),
        Told(
            "Doubtful classes",
            f"{listed(list(doubtful.classes), 'or')} after {listed(list(doubtful.dispositions), 'or')}",
            doubtful.clause,
        ),
        Told(
            "Closed records",
            f"while its {kinds_in_words(duties.closed_records.matter_kinds)} is open or appealed",
            duties.closed_records.clause,
        ),
        Told("Review", _review(duties.review), duties.review.clause),
        Told("Destruction", _disposal(duties.disposal), duties.disposal.clause),
        *(Told(f"Destruction before its time: {each.label}", _early(duties.disposal), each.clause)
          for each in duties.disposal.early),
    ]  # fmt: skip
    return [row for row in rows if row.says]


def _disposal(disposal: Disposal) -> str:
    return f"announced for {disposal.waiting_days} days, then approved by {disposal.approvals} different people"


def _early(disposal: Disposal) -> str:
    return f"announced for {disposal.waiting_days} days, then approved by {disposal.needed(True)} different people"


def _review(review: Review) -> str:
    by_chance = f"{review.per_officer} of every officer a {review.cycle} by chance, within {review.days} days"
    always, command = (listed(list(names)) for names in (review.always, review.command))
    return f"{by_chance}; every {always}; {command} to command"
