"""Bringing a version further: publish, comment, adopt, withdraw. Each calls its action and says what came of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from plainview.base.people.access import require
from plainview.base.people.roles import Role
from plainview.base.policy import actions, lookup
from plainview.base.policy.access import READERS, account_of, may_comment, may_edit, visible
from plainview.base.policy.forms import AdoptForm, CommentForm, PublishForm, WithdrawForm
from plainview.base.policy.models import Comment, PolicyVersion
from plainview.base.policy.rules import Refused, compare, earliest, in_words, parse
from plainview.base.policy.views.read import version_page

OPEN = (PolicyVersion.State.DRAFT, PolicyVersion.State.PUBLISHED)


@require_POST
@require(Role.ADMINISTRATOR)
def publish(request: HttpRequest, handle: str) -> HttpResponse:
    """Publishes a draft for comment."""
    version = _version(request, handle)
    form = PublishForm(request.POST)
    try:
        if not form.is_valid():
            return version_page(request, version, 422, publish_form=form)
        actions.publish(version, actor=account_of(request).actor, **form.cleaned_data)
    except Refused as refused:
        return _refused(request, version, form, refused, "publish_form")
    messages.success(request, "Published for comment. Its text stands from now on.")
    return redirect("policy:version", handle)


@require_POST
@require(*READERS)
def comment(request: HttpRequest, handle: str) -> HttpResponse:
    """Enters a comment: administrators for whoever spoke, everybody else in their own name."""
    account, version = account_of(request), _version(request, handle)
    for_others = may_edit(account)
    form = CommentForm(request.POST, policy=parse(bytes(version.text)), for_others=for_others)
    if not may_comment(account, version) and not for_others:
        raise PermissionDenied("This version takes no comments.")
    own = {} if for_others else {"voice": Comment.Voice.DEPARTMENT, "name": str(account)}
    try:
        if not form.is_valid():
            return version_page(request, version, 422, comment_form=form)
        actions.comment(version, actor=account.actor, **{**form.cleaned_data, **own})
    except Refused as refused:
        return _refused(request, version, form, refused, "comment_form")
    messages.success(request, "The comment is entered. It stays with this version.")
    return redirect("policy:version", handle)


@require_POST
@require(Role.ADMINISTRATOR)
def withdraw(request: HttpRequest, handle: str) -> HttpResponse:
    """Withdraws a version that is not in force."""
    version = _version(request, handle)
    form = WithdrawForm(request.POST)
    try:
        if not form.is_valid():
            return version_page(request, version, 422, withdraw_form=form)
        actions.withdraw(version, form.cleaned_data["why"], actor=account_of(request).actor)
    except Refused as refused:
        return _refused(request, version, form, refused, "withdraw_form")
    messages.success(request, "Withdrawn.")
    return redirect("policy:version", handle)


@require_http_methods(["GET", "POST"])
@require(Role.ADMINISTRATOR)
def adopt(request: HttpRequest, handle: str) -> HttpResponse:
    """Enters the board's adoption; shows first what the text shortens and from when it may be in force."""
    version = get_object_or_404(visible(account_of(request)).filter(state__in=OPEN), handle=handle)
    policy = parse(bytes(version.text))
    if request.method != "POST":
        return _adopt_page(request, version, AdoptForm(policy=policy))
    form = AdoptForm(request.POST, policy=policy)
    if not form.is_valid():
        return _adopt_page(request, version, form, 422)
    try:
        kept = actions.adopt(bytes(version.text), actor=account_of(request).actor, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _adopt_page(request, version, form, 422)
    assert kept.effective is not None
    messages.success(request, f"Adopted: version {kept.version}, in force from {in_words(kept.effective)}.")
    return redirect("policy:version", kept.handle)


def _adopt_page(request: HttpRequest, version: PolicyVersion, form: AdoptForm, status: int = 200) -> HttpResponse:
    policy = parse(bytes(version.text))
    before = lookup.latest_adopted()
    context: dict[str, Any] = {"version": version, "policy": policy, "form": form, "before": before}
    if before is not None:
        old = parse(bytes(before.text))
        context |= {"comparison": compare(old, policy), "earliest": earliest(old, policy, timezone.localdate())}
    return render(request, "policy/adopt.html", context, status=status)


def _version(request: HttpRequest, handle: str) -> PolicyVersion:
    return get_object_or_404(visible(account_of(request)), handle=handle)


def _refused(
    request: HttpRequest, version: PolicyVersion, form: forms.Form, refused: Refused, name: str
) -> HttpResponse:
    """Shows the version's page again, with the reason on top: the form itself may have no place on it any more."""
    return version_page(request, version, 422, **{name: form, "refused": str(refused)})
