"""Writing: a new draft, and a draft that is revised. A text is checked before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from plainview.base.people.access import require
from plainview.base.people.roles import Role
from plainview.base.policy import actions, lookup
from plainview.base.policy.access import account_of, visible
from plainview.base.policy.forms import DraftForm
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Policy, PolicyErrors, Problem, Refused, compare, earliest, parse


@dataclass(frozen=True)
class Line:
    """One line of a text with what is wrong on it."""

    number: int
    text: str
    problems: list[Problem]
    after_gap: bool  # the line before it is left out


@require_http_methods(["GET", "POST"])
@require(Role.ADMINISTRATOR)
def draft(request: HttpRequest) -> HttpResponse:
    """A new draft, empty or from the version it is based on."""
    based_on = visible(account_of(request)).filter(handle=request.GET.get("from", "")).first()
    return _edit(request, None, based_on)


@require_http_methods(["GET", "POST"])
@require(Role.ADMINISTRATOR)
def revise(request: HttpRequest, handle: str) -> HttpResponse:
    """Another text for a draft."""
    return _edit(request, get_object_or_404(visible(account_of(request)), handle=handle), None)


def _edit(request: HttpRequest, version: PolicyVersion | None, based_on: PolicyVersion | None) -> HttpResponse:
    origin = version or based_on
    context: dict[str, Any] = {"version": version, "based_on": based_on}
    if request.method != "POST":
        first = bytes(origin.text).decode() if origin else ""
        return render(request, "policy/draft.html", {**context, "form": DraftForm(initial={"text": first})})
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "policy/draft.html", {**context, "form": form}, status=422)
    content = form.content()
    context["form"] = DraftForm(initial={"text": content.decode("utf-8", "replace")})
    try:
        policy = parse(content)
        if "save" in request.POST:
            return _saved(request, content, version, based_on)
        context |= _checked(policy)
    except PolicyErrors as wrong:
        context |= {"problems": wrong.problems, "lines": lines_with(content, wrong.problems)}
    except Refused as refused:
        context["refused"] = str(refused)
    status = 422 if "problems" in context or "refused" in context else 200
    return render(request, "policy/draft.html", context, status=status)


def _saved(
    request: HttpRequest, content: bytes, version: PolicyVersion | None, based_on: PolicyVersion | None
) -> HttpResponse:
    actor = account_of(request).actor
    if version is not None:
        kept = actions.revise(version, content, actor=actor)
    else:
        kept = actions.draft(content, actor=actor, based_on=based_on)
    messages.success(request, f"Draft {kept.version} is kept. Only administrators see it until it is published.")
    return redirect("policy:version", kept.handle)


def _checked(policy: Policy) -> dict[str, Any]:
    before = lookup.latest_adopted()
    context: dict[str, Any] = {"checked": policy, "before": before}
    if before is not None:
        old = parse(bytes(before.text))
        context |= {"comparison": compare(old, policy), "earliest": earliest(old, policy, timezone.localdate())}
    return context


def lines_with(content: bytes, problems: list[Problem], around: int = 2) -> list[Line]:
    """Returns the lines that have a problem, with a few around each."""
    lines = content.decode("utf-8", "replace").split("\n")
    wanted = {n for p in problems for n in range(max(1, p.line - around), p.line + around + 1)}
    return [
        Line(n, line.rstrip("\r"), [p for p in problems if p.line == n], n > min(wanted) and n - 1 not in wanted)
        for n, line in enumerate(lines, 1)
        if n in wanted
    ]
