"""The books: the latest balance, nights before, alarms, and the letters they drafted."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from plainview.base.custody.access import names_of
from plainview.base.people.access import holds, require, viewer
from plainview.base.people.download import private
from plainview.base.people.fresh import fresh_login
from plainview.base.people.paging import page_of
from plainview.duties.retention.books import moving
from plainview.duties.retention.books.access import CLOSERS, FIGURES, READERS
from plainview.duties.retention.books.actions import Refused, close_alarm, concerns_of, note_letter
from plainview.duties.retention.books.balance import PILES
from plainview.duties.retention.books.chart import HEIGHT, LEFT, RIGHT, WIDTH, Chart, Night, amount, chart
from plainview.duties.retention.books.models import Alarm, Book, Letter, Line

NIGHTS = 90
WORDS = {"in": "Came in", "held": "Held", "destroyed": "Destroyed", "quarantined": "In quarantine"}


@dataclass(frozen=True)
class Row:
    """A class and month, or a total, as shown."""

    month: object
    what: str
    classes: str
    piles: list[tuple[str, int, str]]  # pile, items, bytes in words


@require_safe
@require(*FIGURES)
def books(request: HttpRequest) -> HttpResponse:
    """The latest balance with its trend, how far the reading is, and what is open."""
    latest = Book.objects.order_by("-struck_at").first()
    sees_alarms = holds(request.user, *READERS)
    context = {
        "book": latest,
        "total": latest and _row(latest),
        "rows": _lines(latest) if latest else [],
        "words": list(WORDS.values()),
        "chart": _trend(),
        "size": {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT},
        "open": Alarm.objects.filter(closed_at=None).order_by("-opened_at")[:20] if sees_alarms else [],
        "open_count": Alarm.objects.filter(closed_at=None).count(),
        "sees_alarms": sees_alarms,
        "shelves": latest.shelves if latest and sees_alarms else [],
        "move": moving.open_move() if sees_alarms else None,
    }
    return render(request, "books/books.html", context)


@require_safe
@require(*FIGURES)
def nights(request: HttpRequest) -> HttpResponse:
    """Every balance, latest first."""
    page = page_of(Book.objects.all(), "pk", request, newest_first=True)
    rows = [(book, _row(book)) for book in page.rows]
    return render(request, "books/nights.html", {"page": page, "rows": rows, "words": list(WORDS.values())})


@require_safe
@require(*FIGURES)
def night(request: HttpRequest, pk: int) -> HttpResponse:
    """One balance by class and month."""
    book = get_object_or_404(Book, pk=pk)
    context = {"book": book, "total": _row(book), "rows": _lines(book), "words": list(WORDS.values())}
    return render(request, "books/night.html", context)


@require_safe
@require(*READERS)
def alarms(request: HttpRequest) -> HttpResponse:
    """Every alarm, latest first."""
    page = page_of(Alarm.objects.all(), "pk", request, newest_first=True)
    return render(request, "books/alarms.html", {"page": page})


@require_safe
@require(*READERS)
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """One alarm: what was found, whom it concerns, the drafts, and how to close it."""
    found = get_object_or_404(Alarm, pk=pk)
    context = {
        "alarm": found,
        "page": page_of(found.findings.select_related("recording"), "pk", request),
        "concerns": concerns_of(found),
        "letters": found.letters.order_by("agency"),
        "may_close": found.closed_at is None and holds(request.user, *CLOSERS),
        "closed_by": names_of([found.closed_by]).get(found.closed_by, "") if found.closed_by else "",
    }
    return private(render(request, "books/alarm.html", context))


@require_POST
@require(*CLOSERS)
@fresh_login
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes an alarm with a reason."""
    found = get_object_or_404(Alarm, pk=pk)
    try:
        close_alarm(
            found, request.POST.get("why", "")[:5000], account=viewer(request), accepted="accepted" in request.POST
        )
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "The alarm is closed. If it is still so, the next sweep opens another.")
    return redirect("books:alarm", pk=pk)


@require_safe
@require(*READERS)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of a letter, to be read and printed."""
    found = get_object_or_404(Letter.objects.select_related("alarm"), pk=pk)
    note_letter(found, account=viewer(request))
    return private(render(request, "books/letter.html", {"letter": found}))


@require_safe
@require(*READERS)
def letter_text(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The draft of a letter as a text file."""
    found = get_object_or_404(Letter.objects.select_related("alarm"), pk=pk)
    note_letter(found, account=viewer(request))
    answer = HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="draft-letter-alarm-{found.alarm_id}-{found.pk}.txt"'
    return private(answer)


def _row(of: Book | Line) -> Row:
    piles = [(pile, getattr(of, f"items_{pile}"), amount(getattr(of, f"bytes_{pile}"))) for pile in PILES]
    if isinstance(of, Book):
        return Row(None, "", "", piles)
    return Row(of.month, of.what, of.classes or "no recording", piles)


def _lines(book: Book) -> list[Row]:
    return [_row(line) for line in book.lines.order_by("-month", "what", "classes")]


def _trend() -> Chart | None:
    latest = Book.objects.order_by("-struck_at").values_list("struck_at", "bytes_in", "bytes_held", "balanced")[:NIGHTS]
    return chart([Night(*row) for row in reversed(latest)])
