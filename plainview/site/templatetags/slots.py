"""`{% load slots %}{% slot "policy version" version %}`: whatever rooms above have to show there."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, about: Any) -> SafeString:
    """Returns the panels of a slot. They are rendered templates, escaped by themselves."""
    from plainview.site.slots import filled  # the rooms are ready only once Django has loaded them

    return mark_safe("".join(filled(name, context["request"], about)))
