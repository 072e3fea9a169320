"""The lock-out after five failures, as axes asks for it."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

WHY_LOGGED_OUT = "plainview_why_logged_out"  # attribute of a request


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str | None:
    """Returns the name under which failures are counted: however it is spelled, it is one account."""
    typed = (credentials or {}).get("username") or request.POST.get("login")
    return unicodedata.normalize("NFKC", str(typed)).strip().lower() if typed else None


def locked_page(request: HttpRequest, *args: Any) -> HttpResponse:
    """Says that the account is locked and who can release it. Says the same of names that don't exist."""
    return render(request, "account/locked.html", status=429)
