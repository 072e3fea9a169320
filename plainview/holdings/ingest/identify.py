"""Whose footage this is: camera, who carried it, the officer, and when it began. Looks up, decides nothing for good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from plainview.base.media.facts import Facts
from plainview.base.media.times import Belief, believe
from plainview.base.people import lookup as people
from plainview.base.people.models import Officer
from plainview.holdings.evidence.models import File
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet import lookup as fleet
from plainview.holdings.fleet.models import Camera, Vehicle
from plainview.holdings.ingest.times import zone_named

ONE_PRESS_WITHIN = timedelta(hours=12)


@dataclass(frozen=True)
class Finding:
    """What was found out. Blanks are shown to a person, never filled with a guess."""

    belief: Belief
    camera: Camera | None = None
    vehicle: Vehicle | None = None
    officer: Officer | None = None  # whom we take for the maker
    carrier: Officer | None = None  # whom the fleet names


def identify(facts: Facts, claims: Claims) -> Finding:
    """Returns what the file and the door say together: a badge given at the door goes before who carried the camera."""
    serial = claims.camera or facts.serial or ""
    camera = fleet.camera(serial) if serial else None
    belief = _after_its_predecessor(facts, claims, camera) or believe(facts.said, _zone(claims), claims.start)
    carry = fleet.carried_by(serial, belief.start) if camera and belief.start else None
    carrier = carry.officer if carry else None
    officer = _holder_of(claims.badge, belief.start) if claims.badge else carrier
    return Finding(belief, camera, carry.vehicle if carry else None, officer, carrier)


def _zone(claims: Claims) -> ZoneInfo:
    return zone_named(claims.zone or settings.TIME_ZONE)


def _holder_of(badge: str, start: datetime | None) -> Officer | None:
    day: date = timezone.localdate(start) if start else timezone.localdate()
    return people.officer_on(badge, day)


def _after_its_predecessor(facts: Facts, claims: Claims, camera: Camera | None) -> Belief | None:
    """Returns the start of a later segment where the start of its press was given at the door.

    Whoever gives one start for all files of a press means the press: the second segment begins where the first ended.
    """
    if claims.start is None or camera is None or not facts.press or facts.sequence is None:
        return None
    before = (
        File.objects.filter(press=facts.press, role="footage", recording__camera=camera, stop__gt=claims.start)
        .filter(facts__sequence=facts.sequence - 1, start__range=(claims.start, claims.start + ONE_PRESS_WITHIN))
        .filter(recording__listed_at__range=(claims.start - ONE_PRESS_WITHIN, claims.start + ONE_PRESS_WITHIN))
        .order_by("-stored_at")
        .first()
    )
    if before is None:
        return None
    given = believe(facts.said, _zone(claims), claims.start)
    why = f"it follows {before.name}, which ends then; the start that was given is that of the press"
    return replace(given, start=before.stop, why=why)
