"""Hands out stored bytes: ranges, flat memory, nothing kept by a cache, and no byte before its reading is noted."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Destroyed, StorageError
from plainview.base.storage.models import StoredObject
from plainview.holdings.evidence.byterange import Span, Unsatisfiable, asked, still_valid

log = logging.getLogger(__name__)
WINDOW = 4 << 20  # bytes that are noted as read before they go out
BLOCK = 256 << 10  # bytes handed to the server at a time
# What may be shown inside a page. Everything else is a download without a type: no markup, no script, no SVG.
SHOWN = re.compile(
    r"(video/(mp4|webm|quicktime|ogg)|audio/(mpeg|mp4|aac|ogg|wav|x-wav|webm|flac)|image/jpeg|application/json)"
)
PLAIN = "application/octet-stream"
Note = Callable[[int, int], None]


def send(
    request: HttpRequest,
    kept: StoredObject,
    *,
    mime: str,
    name: str,
    attachment: bool = False,
    note: Note | None = None,
) -> HttpResponseBase:
    """Answers with the object's bytes, or the span of them that is asked for.

    `note(first, end)` is called before those bytes go out, window by window: a reader who stops early is noted for what
    they got, to the next 4 MiB.
    """
    etag = f'"{bytes(kept.sha256).hex()}"'
    try:
        wanted = asked(request.headers.get("Range"), kept.size)
    except Unsatisfiable:
        return _headers(HttpResponse(status=416, headers={"Content-Range": f"bytes */{kept.size}"}), etag)
    if wanted and not still_valid(request.headers.get("If-Range"), etag):
        wanted = None
    span = wanted or Span(0, kept.size)
    try:
        response = _body(request, kept, span, note)
    except Destroyed:
        when = f"{kept.destroyed_at:%Y-%m-%d}" if kept.destroyed_at else "an earlier day"
        text = f"This was destroyed on {when}. Its history and the certificate stay.\n"
        return _headers(HttpResponse(text, content_type="text/plain; charset=utf-8", status=410), etag)
    except StorageError as problem:
        # Missing or damaged evidence is loud in the log and plain to the reader; it never becomes half a film.
        log.error("object %s can't be read: %s", kept.pk, problem)
        text = f"The stored bytes can't be read now: {problem}. Tell an administrator; `plainview doctor` says more.\n"
        return _headers(HttpResponse(text, content_type="text/plain; charset=utf-8", status=503), etag)
    if wanted:
        response.status_code = 206
        response["Content-Range"] = wanted.content_range(kept.size)
    response["Content-Length"] = str(span.length)
    shown = SHOWN.fullmatch(mime) is not None
    response["Content-Type"] = mime if shown else PLAIN
    response["Content-Disposition"] = disposition(name, attachment=attachment or not shown)
    return _headers(response, etag)


def _body(request: HttpRequest, kept: StoredObject, span: Span, note: Note | None) -> HttpResponseBase:
    if request.method == "HEAD" or span.length == 0:
        return HttpResponse()
    return StreamingHttpResponse(_blocks(storage.open_object(kept), span, note))


def _blocks(reader: storage.Reader, span: Span, note: Note | None) -> Iterator[bytes]:
    with reader:
        for first in range(span.first, span.end, WINDOW):
            end = min(first + WINDOW, span.end)
            if note:
                note(first, end)
            for start in range(first, end, BLOCK):
                yield reader.read_at(start, min(BLOCK, end - start))


def _headers(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    # Opened by itself, a file still can't run or load anything.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def disposition(name: str, *, attachment: bool) -> str:
    """Returns a Content-Disposition for any file name whatever: no path, no control characters."""
    plain = "".join(c if c.isprintable() else "_" for c in name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return content_disposition_header(as_attachment=attachment, filename=plain or "file") or "attachment"
