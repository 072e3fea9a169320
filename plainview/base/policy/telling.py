"""Policies as text for a terminal, and as JSON."""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import (
    Change,
    Class,
    Comparison,
    Policy,
    Problem,
    Row,
    describe_class,
    describe_rule,
    shortens,
)

WIDTH = 100


def problem(file: Path, found: Problem) -> str:
    """Returns one problem as compilers write them, so that editors can jump to it."""
    clause = f"clause {found.clause}: " if found.clause else ""
    return f"{file}:{found.line}: {clause}{found.message}"


def summary(policy: Policy) -> str:
    """Returns what was found in a text, in a few lines."""
    marks = {status: sum(c.status == status for c in policy.clauses) for status in ("sourced", "proposal")}
    marked = ", ".join(f"{n} {status}" for status, n in marks.items() if n)
    activation = f"activation by clause {policy.activation.clause}" if policy.activation else "no activation"
    clauses = f"{_count(len(policy.clauses), 'clause')}{f' ({marked})' if marked else ''}"
    lines = [
        f"{policy.id} {policy.version}: {_count(len(policy.classes), 'class', 'classes')}, "
        f"{_count(len(policy.rules), 'rule')}, {activation}, {clauses}.",
        _adoption(policy),
        f"SHA-256 {policy.sha256}",
    ]
    return "\n".join(lines)


def _adoption(policy: Policy) -> str:
    known = [f"adopted by the {policy.adopted_by}"] if policy.adopted_by else []
    known += [f"on {policy.adopted_on}"] if policy.adopted_on else []
    known += [f"effective {policy.effective}"] if policy.effective else []
    return f"It says: {', '.join(known)}." if known else "It names no adoption yet: a draft."


def whole(version: PolicyVersion, policy: Policy) -> str:
    """Returns a version as a person reads it on a terminal."""
    head = [policy.title or policy.id, f"Version {version.version}, {version.get_state_display().lower()}"]
    if version.adopted_on:
        vote = f", {version.vote}" if version.vote else ""
        head.append(
            f"Adopted by the {version.adopted_by} on {version.adopted_on}{vote}; in force from {version.effective}"
        )
    head.append(f"SHA-256 {version.hash}")
    classes = [f"  {describe_class(c)}" for c in policy.classes]
    rules = [f"  After {' or '.join(r.dispositions)}: {describe_rule(r)}" for r in policy.rules]
    clauses = [_clause(c.id, c.text, c.status) for c in policy.clauses]
    parts = [
        head,
        ["How long recordings are kept", *classes],
        ["What an outcome does", *rules] if rules else [],
        clauses,
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _clause(number: str, text: str, status: str) -> str:
    mark = f" [{status}]" if status else ""
    return textwrap.fill(f"{number:<7}{text}{mark}", WIDTH, subsequent_indent=" " * 7)


def comparison(found: Comparison, before: Policy, after: Policy) -> str:
    """Returns what is different between two texts."""
    lines = [f"From {before.version} ({before.sha256[:12]}) to {after.version} ({after.sha256[:12]}):"]
    groups = (
        ("The policy", found.facts),
        ("Classes", found.classes),
        ("Rules", found.rules),
        ("Activation", found.activation),
        ("Clauses", found.clauses),
    )
    for name, rows in groups:
        changed = [row for row in rows if row.how != "same"]
        if changed:
            lines += ["", name, *(line for row in changed for line in _row(row))]
    if not found.changed:
        lines.append("Nothing is different.")
    lines += [
        "",
        *(
            ["It shortens:", *(f"  {c.sentence}" for c in found.shortens)]
            if found.shortens
            else ["It shortens nothing."]
        ),
    ]
    return "\n".join(lines)


def _row(row: Row) -> list[str]:
    effect = f" ({row.effect})" if row.effect else ""
    lines = [f"  {row.subject}: {row.how}{effect}"]
    lines += [f"    - {row.before}"] if row.before else []
    lines += [f"    + {row.after}"] if row.after else []
    return lines


def as_json(policy: Policy) -> dict[str, Any]:
    """Returns everything that a text says."""
    return {
        "id": policy.id,
        "version": policy.version,
        "sha256": policy.sha256,
        "title": policy.title,
        "number": policy.number,
        "activation": asdict(policy.activation) if policy.activation else None,
        "notice": str(policy.changes.notice),
        "duties": asdict(policy.duties),
        "classes": [_class(c) for c in policy.classes],
        "rules": [asdict(r) for r in policy.rules],
        "clauses": [asdict(c) for c in policy.clauses],
        "remarks": list(policy.remarks),
    }


def _class(found: Class) -> dict[str, Any]:
    kinds = list(found.matter_kinds)
    known = {"id": found.id, "name": found.label, "clause": found.clause, "keep": str(found.keep)}
    return {**known, "from": found.moment or None, "matter_kinds": kinds, "review": found.review}


def changes_as_json(old: Policy | None, new: Policy) -> list[dict[str, str]]:
    """Returns what a text shortens against the one before it."""
    return [_change(c) for c in shortens(old, new)] if old is not None else []


def _change(change: Change) -> dict[str, str]:
    return dict(asdict(change))


def comparison_as_json(found: Comparison) -> dict[str, Any]:
    """Returns what differs, without what is the same."""
    groups = {"facts": found.facts, "classes": found.classes, "rules": found.rules}
    groups |= {"activation": found.activation, "clauses": found.clauses}
    told: dict[str, Any] = {name: [asdict(r) for r in rows if r.how != "same"] for name, rows in groups.items()}
    return {**told, "shortens": [_change(c) for c in found.shortens]}


def version_as_json(version: PolicyVersion) -> dict[str, Any]:
    """Returns where a version stands and what is known of its vote."""
    return {
        "handle": version.handle,
        "id": version.policy_id,
        "version": version.version,
        "sha256": version.hash,
        "state": version.state,
        "adopted_by": version.adopted_by,
        "adopted_on": _iso(version.adopted_on),
        "vote": version.vote,
        "minutes": version.minutes,
        "effective": _iso(version.effective),
    }


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows into a CSV file with a header."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]) if rows else ["version"])
        writer.writeheader()
        writer.writerows(rows)


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
