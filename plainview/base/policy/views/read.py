"""Reading: the policy in force, every version, two of them side by side, and the exact bytes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from plainview.base.custody.history import describe, history
from plainview.base.people.access import require
from plainview.base.people.lookup import names_of
from plainview.base.policy import lookup
from plainview.base.policy.access import READERS, account_of, may_comment, may_edit, visible
from plainview.base.policy.forms import CommentForm, PublishForm, WithdrawForm
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Policy, compare, parse
from plainview.base.policy.shown import steps, text_of
from plainview.base.policy.standing import Placed, Standing, placed

State = PolicyVersion.State


@require_safe
@require(*READERS)
def in_force(request: HttpRequest) -> HttpResponse:
    """The policy in force today, or on the day that is asked for."""
    day = _day(request)
    found = lookup.in_force(day)
    coming = PolicyVersion.objects.filter(state=State.ADOPTED, effective__gt=day).order_by("effective")
    context: dict[str, Any] = {
        "day": day,
        "today": timezone.localdate(),
        "version": found,
        "coming": list(coming),
        "open": [v for v in visible(account_of(request)).filter(state=State.PUBLISHED) if v.takes_comments()],
        "may_edit": may_edit(account_of(request)),
    }
    if found is not None:
        context["shown"] = text_of(parse(bytes(found.text)))
    return render(request, "policy/in_force.html", context)


@require_safe
@require(*READERS)
def versions(request: HttpRequest) -> HttpResponse:
    """Every version and where it stands."""
    account = account_of(request)
    rows = _placed(request)
    return render(request, "policy/versions.html", {"rows": rows, "may_edit": may_edit(account)})


@require_safe
@require(*READERS)
def version(request: HttpRequest, handle: str) -> HttpResponse:
    """One version: where it stands, its text, what was said about it, its history."""
    return version_page(request, get_object_or_404(visible(account_of(request)), handle=handle))


def version_page(request: HttpRequest, found: PolicyVersion, status: int = 200, **forms: Any) -> HttpResponse:
    """Renders a version's page; `forms` replaces those that came back with a mistake."""
    account = account_of(request)
    policy = parse(bytes(found.text))
    place = next(row for row in _placed(request) if row.version.pk == found.pk)
    before = _before(found)
    context: dict[str, Any] = {
        "version": found,
        "place": place,
        "steps": steps(place),
        "shown": text_of(policy),
        "before": before,
        "comparison": compare(parse(bytes(before.text)), policy) if before else None,
        "comments": list(found.comments.all()),
        "history": _history(found),
        "may_edit": may_edit(account),
        "may_comment": may_comment(account, found),
        "may_withdraw": _may_withdraw(place),
        "comment_form": CommentForm(policy=policy, for_others=may_edit(account)),
        "publish_form": PublishForm(),
        "withdraw_form": WithdrawForm(),
        **forms,
    }
    return render(request, "policy/version.html", context, status=status)


@require_safe
@require(*READERS)
def text(request: HttpRequest, handle: str) -> HttpResponse:
    """The exact bytes: what is hashed, what is in the log."""
    found = get_object_or_404(visible(account_of(request)), handle=handle)
    response = HttpResponse(bytes(found.text), content_type="application/toml")
    name = f"{slugify(found.policy_id)}-{slugify(found.version) or 'version'}.toml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = f'"{found.hash}"'
    return response


@require_safe
@require(*READERS)
def diff(request: HttpRequest) -> HttpResponse:
    """Two versions side by side."""
    rows = _placed(request)
    old, new = _chosen(request, rows, "a"), _chosen(request, rows, "b")
    context: dict[str, Any] = {"rows": rows, "old": old, "new": new, "everything": "all" in request.GET}
    if old and new:
        before, after = _read(old.version), _read(new.version)
        context["comparison"] = compare(before, after)
    return render(request, "policy/diff.html", context)


def _read(version: PolicyVersion) -> Policy:
    return parse(bytes(version.text))


def _placed(request: HttpRequest) -> list[Placed]:
    """Returns what the account may see; all adopted ones among it, so that the standing comes out right."""
    return placed(visible(account_of(request)), timezone.localdate())


def _chosen(request: HttpRequest, rows: list[Placed], key: str) -> Placed | None:
    handle = request.GET.get(key)
    if not handle:
        return _offered(rows, key)
    found = next((row for row in rows if row.version.handle == handle), None)
    if found is None:
        raise Http404("no such version")
    return found


def _offered(rows: list[Placed], key: str) -> Placed | None:
    """Without a choice: the one in force on the left, and the latest other one on the right."""
    current = next((row for row in rows if row.standing == Standing.IN_FORCE), rows[-1] if rows else None)
    if key == "a" or current is None:
        return current
    return next((row for row in rows if row is not current), None)


def _before(version: PolicyVersion) -> PolicyVersion | None:
    """Returns the version that this one follows, or would follow."""
    adopted = PolicyVersion.objects.filter(state=State.ADOPTED).exclude(pk=version.pk)
    if version.state == State.ADOPTED and version.effective:
        adopted = adopted.filter(effective__lt=version.effective)
    return adopted.order_by("-effective").first()


def _may_withdraw(place: Placed) -> bool:
    return place.standing in (Standing.DRAFT, Standing.PUBLISHED) or (
        place.standing == Standing.ADOPTED and place.until is None
    )


def _history(version: PolicyVersion) -> list[dict[str, Any]]:
    events = history(version.handle)
    names = names_of(event.actor for event in events)
    return [{"event": event, "told": describe(event, names.get)} for event in events]


def _day(request: HttpRequest) -> date:
    asked = request.GET.get("on", "")
    try:
        return date.fromisoformat(asked) if asked else timezone.localdate()
    except ValueError:
        messages.warning(request, f"“{asked[:40]}” is no day; this is today's. Write a day as 2021-04-01.")
        return timezone.localdate()
