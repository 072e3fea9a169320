"""Hours, bytes and dollars as people say them."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from plainview.duties.retention.simulate import Answer, Simulation
from plainview.holdings.evidence.words import size

register = template.Library()
AS_ADOPTED = "On its first possible day, with every earlier promise standing: what is here keeps what it was promised."
AS_IF = (
    "Everything that is here judged by this text alone, against the policy in force alone: what the change comes to in "
    "the long run, and what would be gone by now had it always been so."
)


@register.filter
def hours(number: float) -> str:
    """Returns hours: 12 hours, 3,400 hours."""
    return f"{number:,.0f} hours" if number >= 10 or number == 0 else f"{number:,.1f} hours"


@register.filter
def seconds(number: int) -> str:
    """Returns seconds as hours."""
    return hours(number / 3600)


@register.filter("bytes")
def in_bytes(number: int) -> str:
    """Returns bytes in the units that disks are sold in. Nothing: held elsewhere, so that nobody here knows."""
    return size(int(number)) if number else "size not known"


@register.filter
def dollars(amount: float) -> str:
    """Returns what is to be paid more or less."""
    return f"${amount:,.2f} more" if amount >= 0 else f"${-amount:,.2f} less"


@register.filter
def named(names: Mapping[str, str], class_id: str) -> str:
    """Returns the name of a class; its id where the policy in force does not know it."""
    return names.get(class_id, class_id)


@register.filter
def answers(found: Simulation) -> list[tuple[str, str, Answer]]:
    """Returns both ways of looking at a draft with their headings."""
    return [("As adopted", AS_ADOPTED, found.adopted), ("As if it had always been so", AS_IF, found.as_if)]
