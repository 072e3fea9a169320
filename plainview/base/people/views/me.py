"""My account."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.access import ROSTER_READERS, holds, viewer
from plainview.base.people.actions.credentials import end_sessions
from plainview.base.people.lockout import WHY_LOGGED_OUT
from plainview.base.people.lookup import assignment_on
from plainview.base.people.middleware import SENTENCES
from plainview.base.people.origin import origin
from plainview.base.people.roles import MAY
from plainview.base.people.story import recent_events


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Shows who I am here, what I may do, where I am logged in, and what was written about my account."""
    account = viewer(request)
    context = {
        "account": account,
        "roles": [(role, MAY[role]) for role in sorted(account.roles)],
        "assignment": account.officer and assignment_on(account.officer, timezone.localdate()),
        "reads_roster": holds(account, *ROSTER_READERS),
        "sessions": UserSession.objects.purge_and_list(account),
        "session_key": request.session.session_key,
        "factors": Authenticator.objects.filter(user=account).exclude(type=Authenticator.Type.RECOVERY_CODES).count(),
        "factor_required": settings.REQUIRE_SECOND_FACTOR,
        "events": recent_events(account.handle, 10),
    }
    return render(request, "people/me.html", context)


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Logs me out everywhere but here."""
    account = viewer(request)
    key = request.session.session_key or ""
    ended = end_sessions(account, actor=account.actor, keep=key, origin=origin(request))
    messages.success(request, f"{ended} other session{'' if ended == 1 else 's'} ended.")
    return redirect("people:me")


@require_POST
def active(request: HttpRequest) -> HttpResponse:
    """Hears from the page that somebody is there, or (`away`) that nobody has been for too long."""
    if request.POST.get("away"):
        setattr(request, WHY_LOGGED_OUT, "idle")
        logout(request)
        messages.info(request, SENTENCES["idle"])
    return HttpResponse(status=204)
