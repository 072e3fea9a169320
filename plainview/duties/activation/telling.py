"""What an audit found, in words."""

from __future__ import annotations

from typing import Any

from plainview.base.people.cli import counted
from plainview.duties.activation.models import Run
from plainview.duties.activation.rules.finding import Status
from plainview.duties.activation.rules.kinds import LABELS, Kind

STATUSES = {
    Status.RECORDED: "recorded from beginning to end",
    Status.PARTIAL: "recorded with a late start, an early stop or a gap",
    Status.NOT_RECORDED: "not recorded, and nothing explains it",
    Status.EXCUSED: "without footage, with a reason on record",
    Status.PENDING: "without footage so far; the upload is not due yet",
    Status.EXCLUDED: "of a type that the policy excludes",
}


def as_json(run: Run) -> dict[str, Any]:
    """Returns the run as a command answers it."""
    return {
        "from": str(run.first), "to": str(run.last), "as_of": run.as_of.isoformat(), "dispatches": run.dispatches,
        "unjudged": run.unjudged, "without_officer": run.nobody, **run.counts, "sha256": run.sha256,
    }  # fmt: skip


def sentences(run: Run) -> list[str]:
    """Returns the run line by line."""
    lines = [f"{run.first} to {run.last}: {counted(run.dispatches, 'dispatch', 'dispatches')}."]
    if run.unjudged:
        lines.append(
            f"{run.unjudged:,} more are of days on which no policy in force says what is recorded ([activation])."
        )
    if run.nobody:
        lines.append(f"{run.nobody:,} rows of calls name no officer: nobody is judged by them.")
    statuses: dict[str, int] = run.counts["statuses"]
    lines += [f"{statuses.get(s, 0):>10,}  {words}" for s, words in STATUSES.items() if run.dispatches]
    found: dict[str, int] = run.counts["others"]
    if any(found.values()):
        lines.append("Beside them:")
        lines += [f"{found[k]:>10,}  {LABELS[k].lower()}" for k in Kind if found.get(k)]
    return lines
