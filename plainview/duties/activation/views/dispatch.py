"""One dispatch: what was expected, what matched and why, the picture, and the reason that a person gives."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.access import require, viewer
from plainview.base.people.lookup import names_of
from plainview.base.people.models import Account
from plainview.base.policy.lookup import by_hash
from plainview.duties.activation import access, explaining
from plainview.duties.activation.auditing import three_decimals
from plainview.duties.activation.models import Finding
from plainview.duties.activation.reading import note_read
from plainview.duties.activation.reasons import Refused, allowed, give_reason
from plainview.holdings.evidence import access as evidence


@never_cache
@require_safe
@require(*access.SINGLE)
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one finding."""
    account = viewer(request)
    finding = _seen(account, pk)
    note_read(account, "dispatch")
    return _page(request, account, finding)


@require_POST
@require(*access.SINGLE)
def reason(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes down why there is no footage."""
    account = viewer(request)
    finding = _seen(account, pk)
    if not access.may_give_reason(account, finding):
        raise Http404
    chosen, text = request.POST.get("reason", ""), request.POST.get("text", "")
    try:
        give_reason(finding, chosen, text, actor=account.actor)
    except Refused as refused:
        return _page(request, account, finding, problem=str(refused), text=text)
    messages.success(request, f"Noted: {chosen}. The finding stays, with this reason beside it.")
    return redirect("activation:dispatch", pk)


def _seen(account: Account, pk: int) -> Finding:
    found = access.findings(account).select_related("dispatch__call", "officer", "unit__parent").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, account: Account, finding: Finding, problem: str = "", text: str = "") -> HttpResponse:
    found = explaining.matches(finding)
    visible = set(evidence.visible(account).filter(pk__in=[m.recording.pk for m in found]).values_list("pk", flat=True))
    policy = by_hash(finding.policy)
    given = list(finding.dispatch.given_reasons.order_by("-pk"))
    names = names_of(each.given_by for each in given)
    context = {
        "finding": finding,
        "sentences": explaining.sentences(finding),
        "matches": [(match, match.recording.pk in visible) for match in found],
        "picture": explaining.picture(finding, found),
        "coverage": three_decimals(finding.coverage),
        "policy": policy,
        "wording": policy.wording(finding.clause),
        "terms": policy.activation,
        "given": [(each, names[each.given_by]) for each in given],
        "reasons": allowed(finding),
        "may_give": not finding.recordings and access.may_give_reason(account, finding),
        "problem": problem,
        "text": text,
    }
    return render(request, "activation/dispatch.html", context, status=422 if problem else 200)
