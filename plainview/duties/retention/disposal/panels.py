"""What this room shows on the page of a recording. `site` puts it into its slot."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from plainview.base.people.access import holds
from plainview.duties.retention.disposal.access import READERS
from plainview.duties.retention.disposal.models import Line
from plainview.holdings.evidence.models import Recording

OPEN = (Line.State.ASKED, Line.State.GOING, Line.State.GONE)


def on_recording(request: HttpRequest, recording: Recording) -> str:
    """Says that a recording is listed to be destroyed, or was; with the way there for whoever may go it."""
    line = Line.objects.filter(recording=recording, state__in=OPEN).select_related("batch").first()
    if line is None or (line.batch.state == line.batch.State.DRAFT and not holds(request.user, *READERS)):
        return ""
    context = {"line": line, "batch": line.batch, "reads": holds(request.user, *READERS)}
    return render_to_string("disposal/on_recording.html", context, request)
