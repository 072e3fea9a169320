"""A simulation as text for a terminal, and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from plainview.base.policy.rules import in_words
from plainview.duties.retention.simulate import YEARS, Answer, Moved, Simulation


def as_json(found: Simulation) -> dict[str, Any]:
    """Returns everything that a simulation found."""
    return {
        "on": str(found.on),
        "recordings": found.recordings,
        "held": found.held,
        "shortens": [asdict(change) for change in found.shortens],
        "as_adopted": _answer(found.adopted),
        "as_if": _answer(found.as_if),
        "prices": [asdict(tier) for tier in found.tiers],
        "years": YEARS,
    }


def _answer(found: Answer) -> dict[str, Any]:
    return {
        **_moved(found.total),
        "matters": found.matters,
        "size_unknown": found.size_unknown,
        "due_before": found.due_before,
        "due_after": found.due_after,
        "newly_due": {"recordings": found.newly_due, "hours": round(found.due_hours, 1), "bytes": found.due_size,
                      "matters": found.due_matters},
        "by_class": [{"classes": m.name, **_moved(m)} for m in found.by_class],
        "by_unit": [{"unit": m.name, **_moved(m)} for m in found.by_unit],
    }  # fmt: skip


def _moved(found: Moved) -> dict[str, Any]:
    return {
        "moved": found.recordings,
        "longer": found.longer,
        "shorter": found.shorter,
        "hours": round(found.hours, 1),
        "bytes": found.size,
        "dollars": round(found.dollars, 2),
    }


def text(found: Simulation) -> str:
    """Returns what a person reads on a terminal."""
    lines = [
        f"Against {found.recordings:,} recordings, {found.held:,} of them held by a matter or a person: no draft frees "
        "those.",
        f"It could be in force on {in_words(found.on)} at the earliest.",
        *(f"  It shortens: {change.sentence}" for change in found.shortens),
        "",
        "As adopted (every earlier promise stands):",
        *_lines(found.adopted),
        "",
        "As if it had always been so (everything here judged by the draft alone):",
        *_lines(found.as_if),
        "",
        f"Adopting it destroys nothing. Dollars are counted over {YEARS} years at "
        + ", ".join(f"${t.dollars:g} a GB and month from day {t.from_day} ({t.name})" for t in found.tiers)
        + ": assumptions, set with --price or PLAINVIEW_STORAGE_PRICES.",
    ]
    return "\n".join(lines)


def _lines(found: Answer) -> list[str]:
    total = found.total
    lines = [
        f"  {total.recordings:,} recordings move: {total.longer:,} longer, {total.shorter:,} shorter; "
        f"{total.hours:,.1f} hours, {total.size / 1e9:,.1f} GB, {_dollars(total.dollars)}, {found.matters:,} matters.",
        f"  Due on that day: {found.due_before:,} now, {found.due_after:,} then"
        + (
            f" — {found.newly_due:,} more ({found.due_hours:,.1f} hours, {found.due_size / 1e9:,.1f} GB, "
            f"{found.due_matters:,} matters)."
            if found.newly_due
            else "."
        ),
    ]
    if found.size_unknown:
        lines.append(
            f"  {found.size_unknown:,} of them are held elsewhere: their bytes and dollars are not known here."
        )
    lines += [
        f"    {m.name}: {m.longer:,} longer, {m.shorter:,} shorter, {_dollars(m.dollars)}" for m in found.by_class
    ]
    return lines


def _dollars(amount: float) -> str:
    return f"${amount:,.2f} more" if amount >= 0 else f"${-amount:,.2f} less"
