"""What people type about a camera."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from plainview.holdings.fleet.rules.faults import WHAT_LENGTH


def _moment(label: str, hint: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=hint, widget=widget)


class FaultForm(forms.Form):
    """Since when a camera does not work, and why."""

    what = forms.CharField(label="What is wrong with it", max_length=WHAT_LENGTH)
    began = _moment("Since when", "In the department's time.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["began"].initial = timezone.localtime().replace(second=0, microsecond=0)


class EndForm(forms.Form):
    """Since when it works again."""

    ended = _moment("Works again since", "In the department's time.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended"].initial = timezone.localtime().replace(second=0, microsecond=0)
