"""What an administrator, or somebody with a comment, fills in."""

from __future__ import annotations

from typing import Any

from django import forms

from plainview.base.policy.actions.comment import LONGEST
from plainview.base.policy.models import Comment
from plainview.base.policy.rules import Policy


class Day(forms.DateInput):
    """A day, as browsers know it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DraftForm(forms.Form):
    """A policy text: typed, or from a file, whose exact bytes then count."""

    file = forms.FileField(
        required=False, label="From a file", help_text="A TOML file. It counts instead of the text below."
    )
    text = forms.CharField(
        required=False, strip=False, label="Text", widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"})
    )

    def clean(self) -> dict[str, Any]:
        """Asks for one of the two."""
        found = super().clean() or {}
        if not self.content():
            raise forms.ValidationError("Choose a file, or type the text.")
        return found

    def content(self) -> bytes:
        """Returns the bytes that were given. Browsers send typed lines with CR LF; the text keeps plain line ends."""
        upload = self.cleaned_data.get("file")
        if upload:
            upload.seek(0)
            return bytes(upload.read())
        return str(self.cleaned_data.get("text") or "").replace("\r\n", "\n").encode("utf-8", "surrogatepass")


class PublishForm(forms.Form):
    """Until when comments are taken."""

    comments_until = forms.DateField(
        required=False, widget=Day(), label="Comments until", help_text="The last day. Empty: until it is adopted."
    )


class CommentForm(forms.Form):
    """What somebody says of a text. Administrators enter for others; everybody else speaks for the department's own."""

    voice = forms.ChoiceField(choices=Comment.Voice.choices, label="Who speaks")
    name = forms.CharField(
        required=False, max_length=200, label="Name", help_text="A person or an office, if one is given."
    )
    said_on = forms.DateField(required=False, widget=Day(), label="Said on", help_text="Today if left empty.")
    clause = forms.ChoiceField(required=False, label="About")
    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}), label="Comment")

    def __init__(self, *args: Any, policy: Policy, for_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clauses = [(c.id, f"Clause {c.id}{f': {c.heading}' if c.heading else ''}") for c in policy.clauses]
        self.fields["clause"] = forms.ChoiceField(
            required=False, label="About", choices=[("", "The whole text"), *clauses]
        )
        if not for_others:
            for name in ("voice", "name", "said_on"):
                del self.fields[name]


class AdoptForm(forms.Form):
    """What the board decided. What the text says itself is not asked again."""

    by = forms.CharField(required=False, max_length=200, label="Adopted by", help_text="The body that voted.")
    on = forms.DateField(required=False, widget=Day(), label="Day of the vote", help_text="Today if left empty.")
    effective = forms.DateField(required=False, widget=Day(), label="In force from")
    vote = forms.CharField(required=False, max_length=100, label="Vote", help_text="Such as 4-1, for and against.")
    minutes = forms.CharField(required=False, max_length=300, label="Minutes", help_text="Where the minutes are found.")

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if policy.adopted_by:
            del self.fields["by"]
        if policy.adopted_on:
            del self.fields["on"]
        said = f"Empty: {policy.effective}, as the text says." if policy.effective else "The text names no day."
        self.fields["effective"].help_text = said
        self.fields["effective"].required = policy.effective is None


class WithdrawForm(forms.Form):
    """Why a version is withdrawn."""

    why = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), label="Why")
