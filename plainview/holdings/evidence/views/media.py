"""The bytes: originals, viewing copies, and pictures of them. Every answer passes the same door (delivery.send)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from plainview.base.people.models import Account
from plainview.holdings.evidence.actions import end_sittings, note_download, note_play
from plainview.holdings.evidence.delivery import send
from plainview.holdings.evidence.models import Derivative, File, Sitting
from plainview.holdings.evidence.prepare import VIEWING
from plainview.holdings.evidence.views.found import played, played_file, who

TYPES = {
    Derivative.Kind.POSTER: "image/jpeg",
    Derivative.Kind.PROXY: "video/mp4",
    Derivative.Kind.REMUX: "video/mp4",
    Derivative.Kind.SCRUB: "image/jpeg",
    Derivative.Kind.WAVEFORM: "application/json",
}

PICTURES = {Derivative.Kind.POSTER.value, Derivative.Kind.SCRUB.value, Derivative.Kind.WAVEFORM.value}


@require_safe
def original(request: HttpRequest, recording_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Plays the original, range by range."""
    account, held = who(request)
    file = played_file(held, recording_id, file_id)
    mime = str(file.facts.get("mime") or "")
    return send(request, file.object, mime=mime, name=file.name, note=_noting(account, file, "original"))


@require_safe
def download(request: HttpRequest, recording_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Hands out the original as a file; an event of its own."""
    account, held = who(request)
    file = played_file(held, recording_id, file_id)
    if request.method != "HEAD":
        note_download(account, file)
    return send(request, file.object, mime="", name=file.name, attachment=True)


@require_safe
def viewing_copy(request: HttpRequest, recording_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Plays the copy that was made because browsers can't play the original."""
    account, held = who(request)
    file = played_file(held, recording_id, file_id)
    made = _derivative(file, *VIEWING)
    note = _noting(account, file, made.kind)
    return send(request, made.object, mime=TYPES[Derivative.Kind(made.kind)], name=f"{file.name}.mp4", note=note)


@require_safe
def picture(request: HttpRequest, recording_id: UUID, file_id: UUID, kind: str) -> HttpResponseBase:
    """Sends the poster, the scrub pictures, or the waveform."""
    _, held = who(request)
    file = played_file(held, recording_id, file_id)
    if kind not in PICTURES:
        raise Http404
    made = _derivative(file, Derivative.Kind(kind))
    return send(request, made.object, mime=TYPES[Derivative.Kind(kind)], name=f"{kind}-{file.pk}")


NO_POSTER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90">
<rect width="160" height="90" fill="#dfe1e2"/><path d="M56 34h34v24H56z M92 42l14-8v24l-14-8z" fill="#a9aeb1"/>
<path d="M50 68L112 24" stroke="#71767a"
stroke-width="4"/></svg>"""


@require_safe
def poster(request: HttpRequest, recording_id: UUID) -> HttpResponseBase:
    """Sends the first picture there is of a recording: the thumbnail of a list."""
    _, held = who(request)
    recording = played(held, recording_id)
    made = (
        Derivative.objects.filter(file__recording=recording, kind=Derivative.Kind.POSTER)
        .select_related("object")
        .order_by("file__sequence", "file__stored_at")
        .first()
    )
    if made is None:  # not prepared yet, or nothing in it can be drawn: an empty frame, no broken picture
        return HttpResponse(NO_POSTER, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
    return send(request, made.object, mime="image/jpeg", name=f"poster-{recording.pk}")


@require_POST
def finished(request: HttpRequest, recording_id: UUID) -> HttpResponse:
    """The player says that its page is being left: what was read becomes history now instead of in some minutes."""
    account, held = who(request)
    recording = played(held, recording_id)
    end_sittings(Sitting.objects.filter(account=account, file__recording=recording))
    return HttpResponse(status=204)


def _derivative(file: File, *kinds: Derivative.Kind) -> Derivative:
    made = file.derivatives.filter(kind__in=kinds).select_related("object").first()
    if made is None:
        raise Http404
    return made


def _noting(account: Account, file: File, about: str) -> Callable[[int, int], None]:
    return lambda first, end: note_play(account, file, about, (first, end))
