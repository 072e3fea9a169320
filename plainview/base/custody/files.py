"""The log as everybody may fetch it: C2SP tlog-tiles, static files below /log/. They hold no person and no place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from plainview.base.custody import place

View = TypeVar("View", bound=Callable[..., HttpResponse])

# The paths that tlog-tiles knows: nothing else below the folder can be asked for.
_LEVEL = r"(?:[0-9]|[1-5][0-9]|6[0-3]|entries)"
_WIDTH = r"(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])"
TILE = rf"tile/{_LEVEL}/(?:x[0-9]{{3}}/)*[0-9]{{3}}(?:\.p/{_WIDTH})?"
FOR_EVER = "public, max-age=31536000, immutable"
FRESH = "public, max-age=1"


def public(view: View) -> View:
    """Marks a view that needs no login; the middleware that closes everything else looks for the mark."""
    view.public = True  # type: ignore[attr-defined]
    return view


@public
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest signed checkpoint."""
    return _serve("checkpoint", "text/plain; charset=utf-8", FRESH)


@public
@require_safe
def vkey(request: HttpRequest) -> HttpResponse:
    """The verifier key of the log."""
    return _serve("vkey", "text/plain; charset=utf-8", FRESH)


@public
@require_safe
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries; what is in one never changes."""
    return _serve(path, "application/octet-stream", FOR_EVER)


def _serve(path: str, content_type: str, cached: str) -> HttpResponse:
    try:
        data = (place.log_folder() / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise Http404("The log has no such file. It begins with the first recording.") from None
    headers = {"Cache-Control": cached, "Access-Control-Allow-Origin": "*"}
    return HttpResponse(data, content_type=content_type, headers=headers)
