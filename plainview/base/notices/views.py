"""The inbox: what I was told, what I still have to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from plainview.base.notices.actions import mark_done, mark_read
from plainview.base.notices.models import Notice
from plainview.base.people.access import viewer
from plainview.base.people.paging import page_of


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Lists my notices, open or done."""
    mine = Notice.objects.filter(account=viewer(request))
    done = request.GET.get("state") == "done"
    page = page_of(mine.filter(done_at__isnull=not done), "id", request, newest_first=True)
    return render(request, "notices/inbox.html", {"page": page, "done": done, "today": timezone.localdate()})


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one notice, and notes that it was read."""
    account = viewer(request)
    found = get_object_or_404(Notice, pk=pk, account=account)
    mark_read(found, actor=account.actor)
    return render(request, "notices/notice.html", {"notice": found, "today": timezone.localdate()})


@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a notice off the list."""
    account = viewer(request)
    mark_done(get_object_or_404(Notice, pk=pk, account=account), actor=account.actor)
    return redirect("notices:inbox")
