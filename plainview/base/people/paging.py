"""Pages of a long list, each found by an index: no counting of what is skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
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


def page_of(rows: QuerySet[M], key: str, request: HttpRequest, size: int = SIZE, *, newest_first: bool = False) -> Page:
    """Returns the page that the request's `after` or `before` names, in the order of a unique key.

    `newest_first` turns the order around. What no key of this kind could be is taken for no page at all.
    """
    before, after = request.GET.get("before"), request.GET.get("after")
    backward = before is not None and after is None
    given, further = (before, "lt") if backward else (after, "gt")
    if newest_first:
        further = {"lt": "gt", "gt": "lt"}[further]
    order = key if further == "gt" else f"-{key}"
    found = list(_beyond(rows, f"{key}__{further}", given).order_by(order)[: size + 1])
    more, shown = len(found) > size, found[:size]
    if backward:
        shown.reverse()
    has_previous, has_next = (more, True) if backward else (bool(after), more)
    return Page(
        shown,
        _link(request, "before", _value(shown[0], key)) if shown and has_previous else "",
        _link(request, "after", _value(shown[-1], key)) if shown and has_next else "",
    )


def _beyond(rows: QuerySet[M], condition: str, given: str | None) -> QuerySet[M]:
    try:
        return rows.filter(**{condition: given}) if given else rows
    except (ValueError, ValidationError):
        return rows


def _value(row: Any, key: str) -> Any:
    return reduce(getattr, key.split("__"), row)


def _link(request: HttpRequest, name: str, value: Any) -> str:
    kept = {k: v for k, v in request.GET.items() if k not in ("before", "after") and v}
    return f"?{urlencode({**kept, name: value})}"
