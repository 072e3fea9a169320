"""`{% load figures %}`: shares as people say them, numbers as a drawing or an address wants them."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """Returns 87.3 % of 0.873; a dash of nothing."""
    return "–" if share is None else f"{share * 100:.1f} %"


@register.filter
def unlocalized(value: Any) -> str:
    """Returns a number as a drawing or an address wants it, without thousands."""
    return str(value)
