"""Draws form fields with the classes and ties that USWDS and WCAG ask for, and says what a browser calls itself."""

from __future__ import annotations

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "usa-checkbox__input"),
    (forms.Textarea, "usa-textarea"),
    (forms.Select, "usa-select"),
]


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label stands behind the input."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field is several inputs under one legend."""
    return isinstance(field.field.widget, forms.CheckboxSelectMultiple)


@register.filter
def drawn(field: BoundField) -> SafeString:
    """Returns the input, named as faulty where it is, and tied to its hint and error."""
    style = next((name for kind, name in CLASSES if isinstance(field.field.widget, kind)), "usa-input")
    attributes: dict[str, str | bool] = {"class": f"{style} usa-input--error" if field.errors else style}
    field.field.widget.attrs.pop("placeholder", None)  # a placeholder is no label, and allauth sets them
    hint = f"{field.id_for_label}_hint" if field.help_text else ""
    error = f"{field.id_for_label}_error" if field.errors else ""
    if hint or error:
        attributes["aria-describedby"] = f"{hint} {error}".strip()
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


@register.simple_tag
def second_factor_demanded() -> bool:
    """Whether this installation lets nobody in without a second factor."""
    return bool(settings.REQUIRE_SECOND_FACTOR)


BROWSERS = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
SYSTEMS = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


@register.filter
def browser(agent: str) -> str:
    """Returns `Firefox on Windows`; what it doesn't know, as it calls itself."""
    name = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " on ".join(part for part in (name, system) if part) or agent[:60] or "an unnamed browser"
