"""The list of recordings as a CSV table that no spreadsheet can be made to run. Times are ISO 8601 with an offset."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from django.utils import timezone

from plainview.holdings.evidence.listing import Row

MIME = "text/csv; charset=utf-8"
COLUMNS = (
    "recording_id",
    "badge",
    "officer",
    "unit",
    "camera_serial",
    "kind",
    "start",
    "stop",
    "uploaded",
    "seconds",
    "bytes",
    "classes",
    "call_number",
    "title",
    "quarantined",
    "held",
)
# What makes a spreadsheet take a cell for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def header() -> str:
    """Returns the first line."""
    return _line(COLUMNS)


def line(row: Row) -> str:
    """Returns one recording as a line."""
    return _line(
        (
            row.external_id or row.id,
            row.badge,
            row.officer,
            row.unit,
            row.camera or row.serial,
            row.kind,
            _time(row.start),
            _time(row.stop),
            _time(row.uploaded),
            "" if row.duration_ms is None else row.duration_ms // 1000,
            row.size,
            ";".join(row.classes),
            row.call_number,
            row.title,
            "yes" if row.quarantined else "no",
            "destroyed" if row.destroyed_at else "here" if row.held_here else "elsewhere",
        )
    )


def _line(cells: tuple[Any, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_cell(each) for each in cells])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _time(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
