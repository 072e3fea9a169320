"""Rows of the list in the words that a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from plainview.holdings.evidence.access import Scope
from plainview.holdings.evidence.listing import Row
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.rules import UNCLASSIFIED
from plainview.holdings.evidence.words import length

KINDS = {"body": "Body-worn", "in-car": "In-car", "interview": "Interview room", "": ""}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a page."""

    id: str
    path: str
    picture: str  # address of its thumbnail; empty where there is none, or it isn't for this account
    when: datetime
    start_known: bool
    title: str
    badge: str
    officer: str
    unit: str
    camera: str
    kind: str
    length: str
    classes: list[str]
    call_number: str
    quarantined: bool
    classed: bool
    held_here: bool
    destroyed: bool


def shown(rows: list[Row], play: Scope, names: dict[str, str]) -> list[Shown]:
    """Returns the rows as a page shows them; only those whose bytes the account may have come with a picture.

    `names` are the names of classes; a class that the policy in force dropped stands under its id.
    """
    sample = Recording().pk
    page = reverse("evidence:recording", args=[sample]).replace(str(sample), "{}")
    poster = reverse("evidence:poster", args=[sample]).replace(str(sample), "{}")
    return [_one(row, names, page, poster if row.has_picture and _in(play, row) else "") for row in rows]


def _in(play: Scope, row: Row) -> bool:
    return play.everything or row.officer_id in play.officers or row.unit_id in play.units


def _one(row: Row, names: dict[str, str], page: str, poster: str) -> Shown:
    return Shown(
        id=str(row.id),
        path=page.format(row.id),
        picture="" if row.destroyed_at else poster.format(row.id),
        when=row.listed_at,
        start_known=row.start is not None,
        title=row.title,
        badge=row.badge or "",
        officer=row.officer or "",
        unit=row.unit or "",
        camera=row.camera or row.serial,
        kind=KINDS.get(row.kind, row.kind),
        length=length(row.duration_ms),
        classes=[names.get(each, each) for each in row.classes],
        call_number=row.call_number,
        quarantined=row.quarantined,
        classed=row.classes != [UNCLASSIFIED],
        held_here=row.held_here,
        destroyed=row.destroyed_at is not None,
    )
