"""Pages of a long list, each found by an index: no counting of what is skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)
SIZE = 50  # rows


@dataclass(frozen=True)
class Page:
    """Some rows, and the addresses of the rows before and after them (empty where there are none)."""

    rows: Sequence[Any]
    newer: str
    older: str


def page_of(rows: QuerySet[M], key: str, request: HttpRequest, size: int = SIZE) -> Page:
    """Returns the page that the request's `after` or `before` names, in the order of a unique key."""
    before, after = request.GET.get("before"), request.GET.get("after")
    backward = before is not None and after is None
    if backward:
        found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}")[: size + 1])
    else:
        found = list((rows.filter(**{f"{key}__gt": after}) if after else rows).order_by(key)[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backward:
        shown.reverse()
    has_previous, has_next = (more, True) if backward else (bool(after), more)
    return Page(
        shown,
        _link(request, "before", _value(shown[0], key)) if shown and has_previous else "",
        _link(request, "after", _value(shown[-1], key)) if shown and has_next else "",
    )


def _value(row: Any, key: str) -> Any:
    return reduce(getattr, key.split("__"), row)


def _link(request: HttpRequest, name: str, value: Any) -> str:
    kept = {k: v for k, v in request.GET.items() if k not in ("before", "after") and v}
    return f"?{urlencode({**kept, name: value})}"
