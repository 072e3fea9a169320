"""Lists, handed out as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse, StreamingHttpResponse

from plainview.base.people.table import write_table


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Returns a CSV file for download, its cells made harmless for spreadsheets."""
    response = StreamingHttpResponse(write_table(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def private(response: HttpResponse) -> HttpResponse:
    """Keeps a page that shows a secret out of every cache."""
    response["Cache-Control"] = "no-store"
    return response
