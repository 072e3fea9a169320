"""What an address asks for: days, unit, officer, shift, status and flag. What makes no sense is left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from plainview.base.people.models import Unit
from plainview.duties.activation.counting import Asked
from plainview.duties.activation.models import Finding
from plainview.duties.activation.rules.finding import FLAGS, Status
from plainview.duties.activation.rules.shifts import BY_ID

FOUR_WEEKS = 28
STATUSES = {s.value for s in Status} | {"footage", "expected"}


def asked(request: HttpRequest, days: int = FOUR_WEEKS) -> Asked:
    """Returns what the address asks for; without days, the last weeks of which there are findings."""
    last = day(request, "to") or latest()
    first = day(request, "from") or last - timedelta(days=days - 1)
    unit = request.GET.get("unit", "")
    status, flag = request.GET.get("status", ""), request.GET.get("flag", "")
    return Asked(
        min(first, last),
        last,
        unit=int(unit) if unit.isdecimal() and len(unit) < 18 else None,
        no_unit=unit == "none",
        officer=_number(request, "officer"),
        shift=BY_ID.get(request.GET.get("shift", "")),
        status=status if status in STATUSES else "",
        flag=flag if flag in FLAGS else "",
    )


def latest() -> date:
    """Returns the last day of which there are findings; today where there are none."""
    found = Finding.objects.order_by("-day").values_list("day", flat=True).first()
    return found or timezone.localdate()


def day(request: HttpRequest, name: str) -> date | None:
    """Returns a day of the address; None where there is none, or no such day."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def query(found: Asked, **changed: Any) -> str:
    """Returns the address's part that asks for the same, with what is given changed."""
    unit = "none" if found.no_unit else found.unit
    values = {
        "from": found.first, "to": found.last, "unit": unit, "officer": found.officer,
        "shift": found.shift.id if found.shift else None, "status": found.status, "flag": found.flag, **changed,
    }  # fmt: skip
    return urlencode({name: value for name, value in values.items() if value not in (None, "")})


def words(found: Asked) -> str:
    """Returns what is asked for besides the days, in words."""
    told = []
    if found.unit is not None:
        unit = Unit.objects.filter(pk=found.unit).first()
        told.append(unit.name if unit else "an unknown unit")
    if found.no_unit:
        told.append("unit not known")
    if found.shift:
        told.append(found.shift.name.lower())
    if found.status:
        told.append(
            {"footage": "with footage", "expected": "expected"}.get(found.status, found.status.replace("_", " "))
        )
    if found.flag:
        told.append(found.flag.replace("_", " "))
    return ", ".join(told)


def after(request: HttpRequest) -> tuple[datetime, int] | None:
    """Returns where the next page of a list begins."""
    begin, _, pk = request.GET.get("after", "").partition("_")
    try:
        moment = datetime.fromisoformat(begin)
    except ValueError:
        return None
    return (moment, int(pk)) if moment.tzinfo is not None and pk.isdecimal() and len(pk) < 18 else None


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None
