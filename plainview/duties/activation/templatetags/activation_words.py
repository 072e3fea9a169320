"""Shares and seconds as people say them."""

from __future__ import annotations

from datetime import datetime

from django import template

from plainview.duties.activation.explaining import STATUS_WORDS
from plainview.duties.activation.rules.figures import Figures
from plainview.duties.activation.rules.finding import Status

register = template.Library()
TAGS = {"not_recorded": "pv-tag-alarm", "partial": "pv-tag-wait", "recorded": "pv-tag-on"}
FLAGS = {"late_start": "late start", "early_stop": "early stop", "gap": "gap"}


@register.filter
def coverage(thousandths: int) -> str:
    """Returns 86.1 % of 861."""
    return f"{thousandths / 10:.1f} %"


@register.filter
def status_words(status: str) -> str:
    """Returns what a status means."""
    return STATUS_WORDS[Status(status)]


@register.filter
def status_tag(status: str) -> str:
    """Returns the look of a status."""
    return TAGS.get(status, "ev-tag-plain")


@register.filter
def spaced(word: str) -> str:
    """Returns a word of the table as people write it."""
    return FLAGS.get(word, word.replace("_", " "))


@register.filter
def lasting(seconds: int | None) -> str:
    """Returns seconds as 3 min 20 s; a dash of nothing."""
    if seconds is None:
        return "–"
    if seconds >= 3600:
        return f"{seconds // 3600} h {seconds % 3600 // 60} min"
    return f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"


@register.filter
def between(begin: datetime, end: datetime) -> str:
    """Returns how long it lasts."""
    return lasting(max(0, int((end - begin).total_seconds())))


@register.filter
def segments(figures: Figures) -> list[tuple[str, float, float]]:
    """Returns how dispatches ended as pieces of a bar a hundred wide: (status, x, width)."""
    pieces, x = [], 0.0
    for status in ("recorded", "partial", "excused", "not_recorded"):
        width = 100 * getattr(figures, status) / figures.expected if figures.expected else 0.0
        pieces.append((status, round(x, 2), round(width, 2)))
        x += width
    return pieces
