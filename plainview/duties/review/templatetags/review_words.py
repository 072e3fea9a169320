"""Shares as people say them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def of(part: int, whole: int) -> str:
    """Returns part of whole as a width from 0 to 100."""
    return f"{100 * part / whole:.1f}" if whole else "0"
