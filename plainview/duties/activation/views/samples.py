"""An auditor's sample: a seed, some days, so many dispatches; the answer without footage, and as a table."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plainview.base.people.access import require, viewer
from plainview.base.people.download import csv_response
from plainview.duties.activation import access, table
from plainview.duties.activation.reading import note_export
from plainview.duties.activation.sampling import MOST, Sample, draw
from plainview.duties.activation.views.asked import asked, query
from plainview.ledger.canonical import Json

USUAL = 98  # as many as the city's auditor watched in 2022


@never_cache
@require_safe
@require(*access.SAMPLERS)
def sample(request: HttpRequest) -> HttpResponse:
    """Draws a sample; the address holds all that is needed to draw it again."""
    found = asked(request)
    seed = request.GET.get("seed", "").strip()[:64]
    wanted = _wanted(request)
    drawn: Sample | None = None
    if seed:
        drawn = draw(seed, found.first, found.last, wanted)
        note_export(
            viewer(request),
            {"sample": seed, "from": str(found.first), "to": str(found.last), "wanted": wanted},
            len(drawn.findings),
        )
    context = {
        "asked": found,
        "seed": seed or secrets.token_hex(4),
        "wanted": wanted,
        "drawn": drawn,
        "query": query(found, seed=seed, wanted=wanted),
        "most": MOST,
    }
    return render(request, "activation/sample.html", context)


@require_safe
@require(*access.SAMPLERS)
def export(request: HttpRequest) -> HttpResponseBase:
    """The sample as a table."""
    found, seed, wanted = asked(request), request.GET.get("seed", "").strip()[:64], _wanted(request)
    drawn = draw(seed, found.first, found.last, wanted)
    names = table.names_of(drawn.findings)
    asked_for: dict[str, Json] = {"sample": seed, "from": str(found.first), "to": str(found.last), "wanted": wanted}
    note_export(viewer(request), asked_for, len(drawn.findings))
    rows = (table.cells(each, names) for each in drawn.findings)
    return csv_response(f"sample-{found.first}-{found.last}.csv", table.HEADER, rows)


def _wanted(request: HttpRequest) -> int:
    text = request.GET.get("wanted", "")
    return max(1, min(MOST, int(text))) if text.isdecimal() and len(text) < 9 else USUAL
