"""Which rows of a comparison a page shows, and how a problem's words look."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from plainview.base.policy.rules import Row

register = template.Library()


@register.filter
def worth_showing(rows: list[Row], everything: bool) -> list[Row]:
    """Returns the rows that differ, or all of them."""
    return [row for row in rows if everything or row.how != "same"]


@register.filter
def coded(message: str) -> SafeString:
    """Returns a message with what stands in backticks shown as code."""
    return mark_safe(re.sub(r"`([^`]*)`", r'<code class="pol-code">\1</code>', escape(message)))
