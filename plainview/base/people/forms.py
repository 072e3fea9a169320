"""What people type on the pages of this room."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.http import HttpRequest
from django.utils import timezone

from plainview.base.people.roles import Role
from plainview.base.people.rules.rows import BadDay, read_day


class LogIn(LoginForm):  # type: ignore[misc]
    """allauth's form, without the way to a page that we don't have: passwords are not reset by e-mail here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "User name"
        self.fields["login"].widget.attrs |= {"autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].help_text = ""


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """allauth's form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = (
            "At least eight characters, not a common password, not your name. A sentence that only you would write is "
            "better than a short word with signs in it."
        )
        self.fields["password2"].label = "New password once more"


class Reauthenticate(ReauthenticateForm):  # type: ignore[misc]
    """allauth's form, without the way to a page that we don't have."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class NewAccount(forms.Form):
    """A new account. What the rules refuse is said by the action."""

    full_name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput({"autocomplete": "off"}))
    username = forms.CharField(
        label="User name",
        max_length=150,
        help_text="For logging in: letters, digits, and @ . + - _",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    badge = forms.CharField(
        label="Badge", max_length=100, required=False, help_text="Links the account to an officer of the roster."
    )
    email = forms.EmailField(label="E-mail", required=False, help_text="For notices. Never used to log in.")
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple({"class": "usa-checkbox__input"}),
        help_text="An account without a role sees nothing. You can't undo what somebody saw: give what the work needs.",
    )


class Reason(forms.Form):
    """Why somebody does it; stands in the history."""

    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea({"rows": 3}), help_text="It stays in the history."
    )


def day_of(request: HttpRequest) -> tuple[date, str]:
    """Returns the day that the page is asked for (`?on=`), today unless given, and what is wrong with it."""
    text = request.GET.get("on", "")
    if not text:
        return timezone.localdate(), ""
    try:
        return read_day(text), ""
    except BadDay as problem:
        return timezone.localdate(), str(problem)
