"""The rows of the list and long menus as HTML.

The list is the page that is opened most. Django's template language takes ten times as long for fifty rows as this
does, more than the database needs for all of it. Everything else is a template.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from plainview.holdings.evidence.views.rows import Shown


def table_rows(rows: Sequence[Shown], *, pictures: bool, ticks: bool = False) -> SafeString:
    """Returns the body of the table; the head is in rows.html. With `ticks` rows can be chosen for a bulk change."""
    return mark_safe("".join(_row(row, pictures, ticks) for row in rows))


def options(choices: Iterable[tuple[Hashable, str]], chosen: Hashable) -> SafeString:
    """Returns the options of a menu."""
    return _options(tuple(choices), chosen)


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[Hashable, str], ...], chosen: Hashable) -> SafeString:
    return mark_safe(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(name)}</option>'
            for value, name in choices
        )
    )


def _row(row: Shown, pictures: bool, ticks: bool) -> str:
    cells = [
        _tick(row) if ticks else "",
        _picture(row) if pictures else "",
        f'<th scope="row">{_when(row)}</th>',
        f"<td>{_officer(row)}</td>",
        f"<td>{_camera(row)}</td>",
        f'<td class="pv-number">{row.length or "–"}</td>',
        f"<td>{_classes(row)}</td>",
        f"<td>{_serial(row.call_number) if row.call_number else _blank('None')}</td>",
    ]
    return f"<tr>{''.join(cells)}</tr>\n"


def _tick(row: Shown) -> str:
    at = localtime(row.when)
    label = f"Choose the recording of {at:%b} {at.day}, {at:%H:%M:%S}, {escape(row.officer) or 'officer not known'}"
    return (
        f'<td class="ev-tick"><div class="usa-checkbox"><input class="usa-checkbox__input" type="checkbox" '
        f'name="recording" value="{row.id}" id="t-{row.id}"><label class="usa-checkbox__label" for="t-{row.id}">'
        f'<span class="usa-sr-only">{label}</span></label></div></td>'
    )


def _picture(row: Shown) -> str:
    if not row.picture:
        return '<td class="ev-thumb"><span class="ev-nopicture"></span></td>'
    return (
        f'<td class="ev-thumb"><img src="{row.picture}" alt="" loading="lazy" decoding="async" width="112" height="63">'
        "</td>"
    )


def _when(row: Shown) -> str:
    at = localtime(row.when)
    day = f'{at:%b} {at.day}, {at.year}<span class="ev-clock">{at:%H:%M:%S}</span>'
    more = "" if row.start_known else _note("uploaded; start not known")
    if row.title:
        more += f'<span class="ev-title">{escape(row.title)}</span>'
    if row.quarantined:
        more += '<span class="usa-tag ev-tag-warn">Quarantine</span>'
    if row.destroyed:
        more += '<span class="usa-tag ev-tag-plain">Destroyed</span>'
    if not row.held_here:
        more += '<span class="usa-tag ev-tag-plain">Held elsewhere</span>'
    return f'<a href="{row.path}" class="usa-link">{day}</a>{more}'


def _officer(row: Shown) -> str:
    who = (
        f'{escape(row.officer)} <span class="pv-muted">{escape(row.badge)}</span>' if row.badge else _blank("Not known")
    )
    return who + (_note(row.unit) if row.unit else "")


def _camera(row: Shown) -> str:
    return (_serial(row.camera) if row.camera else _blank("Not stated")) + (_note(row.kind) if row.kind else "")


def _classes(row: Shown) -> str:
    look = "ev-tag-class" if row.classed else "ev-tag-plain"
    return "".join(f'<span class="usa-tag {look}">{escape(each)}</span>' for each in row.classes)


def _note(text: str) -> str:
    return f'<span class="ev-note">{escape(text)}</span>'


def _blank(text: str) -> str:
    return f'<span class="ev-blank">{text}</span>'


def _serial(text: str) -> str:
    return f'<span class="ev-serial">{escape(text)}</span>'
