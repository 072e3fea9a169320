"""What people type about a matter. What the rules refuse is said by the action."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from plainview.base.people.roles import Role
from plainview.holdings.incidents.models import Matter, MatterKind, Status
from plainview.holdings.incidents.rules import GROUNDS, MOVES

LENGTH = 200
STATUSES = [
    (status.value, status.label) for status in (Status.OPEN, Status.APPEALED, Status.CONCLUDED, Status.INACTIVE)
]


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _not_in_future(day: date) -> date:
    if day > timezone.localdate():
        raise forms.ValidationError("That day is still to come.")
    return day


class OpenForm(forms.Form):
    """A new matter."""

    number = forms.CharField(
        label="Number", max_length=LENGTH, help_text="As the prosecutor, the court or the office knows it."
    )
    kind = forms.ChoiceField(label="Kind", initial=MatterKind.CRIMINAL)
    agency = forms.CharField(label="Prosecutor's office, court or investigator", max_length=LENGTH, required=False)
    charge_class = forms.CharField(label="Charge class", max_length=LENGTH, required=False)
    title = forms.CharField(label="Title", max_length=LENGTH, required=False, help_text="Never a resident's name.")
    status = forms.ChoiceField(label="Where it stands", choices=STATUSES, initial=Status.OPEN)
    status_on = _day("Since")
    reason = forms.CharField(label="Why", max_length=500, help_text="What it was opened for; it stays with the matter.")
    calls = forms.CharField(
        label="Call numbers", required=False, help_text="Separated by commas. Every recording of these calls is held."
    )
    recordings = forms.CharField(
        label="Recordings",
        required=False,
        help_text="Ids, here or where they are held, separated by commas: for recordings of no call.",
    )

    def __init__(self, *args: Any, roles: frozenset[Role] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = set() if roles & {Role.COMMANDER, Role.TECHNICIAN} else {MatterKind.COMPLAINT.value}
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [each for each in MatterKind.choices if each[0] not in hidden]
        self.fields["status_on"].initial = timezone.localdate()

    def clean_status_on(self) -> date:
        """The day may not lie in the future."""
        return _not_in_future(self.cleaned_data["status_on"])

    def names(self, field: str) -> list[str]:
        """Returns the calls, or the recordings, that were typed."""
        typed = self.cleaned_data[field].replace(";", ",").split(",")
        return list(dict.fromkeys(each.strip() for each in typed if each.strip()))


class MoveForm(forms.Form):
    """Where a matter stands from a day on."""

    status = forms.ChoiceField(label="New status")
    status_on = _day("Since")
    ground = forms.ChoiceField(label="Ground", required=False, help_text="Missouri knows three (RSMo 610.100).")
    reason = forms.CharField(label="Why", max_length=500, required=False)

    def __init__(self, *args: Any, matter: Matter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matter = matter
        status, ground = self.fields["status"], self.fields["ground"]
        assert isinstance(status, forms.ChoiceField)
        assert isinstance(ground, forms.ChoiceField)
        status.choices = [(s, Status(s).label) for s in sorted(MOVES[matter.status])]
        ground.choices = [("", "None"), *((word, f"{word}: {what}") for word, what in GROUNDS.items())]
        self.fields["status_on"].initial = timezone.localdate()
        if matter.kind != MatterKind.CRIMINAL or "inactive" not in MOVES[matter.status]:
            del self.fields["ground"]
            self.fields["reason"].required = True
        else:
            self.fields["reason"].help_text = "Needed unless a ground says it."

    def clean_status_on(self) -> date:
        """The day may not lie in the future."""
        return _not_in_future(self.cleaned_data["status_on"])

    def clean(self) -> dict[str, Any]:
        """A change without a reason is no change."""
        said = super().clean() or {}
        why = said.get("ground") if said.get("status") == Status.INACTIVE and said.get("ground") else said.get("reason")
        if not why:
            raise forms.ValidationError("Say why: the reason stays with the matter.")
        said["why"] = why
        return said


class FactsForm(forms.Form):
    """What is known of a matter besides its status."""

    agency = forms.CharField(label="Prosecutor's office, court or investigator", max_length=LENGTH, required=False)
    charge_class = forms.CharField(label="Charge class", max_length=LENGTH, required=False)
    title = forms.CharField(label="Title", max_length=LENGTH, required=False, help_text="Never a resident's name.")


class LinkForm(forms.Form):
    """What else a matter concerns."""

    call = forms.CharField(label="Call number", max_length=LENGTH, required=False)
    recording = forms.CharField(
        label="Recording", max_length=LENGTH, required=False, help_text="Its id, here or where it is held."
    )
    why = forms.CharField(label="Why it belongs here", max_length=500)  # told on the matter alone

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        said = super().clean() or {}
        if bool(said.get("call")) == bool(said.get("recording")):
            raise forms.ValidationError("Give a call number or a recording, one of them.")
        return said


class MergeForm(forms.Form):
    """Which matter takes over one that a rule had opened."""

    into = forms.CharField(label="Number of the real matter", max_length=LENGTH)
    why = forms.CharField(label="Why it is the same", max_length=500)


class UntieForm(forms.Form):
    """What no longer belongs to a matter."""

    what = forms.ChoiceField(label="What to take off")
    why = forms.CharField(label="Why it does not belong here", max_length=500)

    def __init__(self, *args: Any, tied: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = list(tied)
