"""Whose footage this is: camera, who carried it, the officer, and when it began. Looks up, decides nothing for good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath

from django.utils import timezone

from plainview.base.media.facts import Facts
from plainview.base.media.times import Belief, believe
from plainview.base.people import lookup as people
from plainview.base.people.models import Officer
from plainview.holdings.evidence.models import File
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet import lookup as fleet
from plainview.holdings.fleet.models import Camera, Vehicle
from plainview.holdings.ingest import names
from plainview.holdings.ingest.models import Arrival

ONE_PRESS_WITHIN = timedelta(hours=12)
BESIDE_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Finding:
    """What was found out. Blanks are shown to a person, never filled with a guess."""

    belief: Belief
    camera: Camera | None = None
    vehicle: Vehicle | None = None
    officer: Officer | None = None  # whom we take for the maker
    carrier: Officer | None = None  # whom the fleet names
    beside: File | None = None  # the footage that it lay beside, under the same name


def identify(arrival: Arrival, facts: Facts, claims: Claims) -> Finding:
    """Returns what the file and the door say together: a badge given at the door goes before who carried the camera."""
    serial = claims.camera or facts.serial or ""
    camera = fleet.camera(serial) if serial else None
    belief = _after_its_predecessor(facts, claims, camera) or believe(facts.said, claims.zone or None, claims.start)
    carry = fleet.carried_by(serial, belief.start) if camera and belief.start else None
    carrier = carry.officer if carry else None
    officer = _holder_of(claims.badge, belief.start) if claims.badge else carrier
    vehicle = carry.vehicle if carry else None
    return Finding(belief, camera, vehicle, officer, carrier, _footage_beside(arrival, facts))


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
    given = believe(facts.said, claims.zone or None, claims.start)
    why = f"it follows {before.name}, which ends then; the start that was given is that of the press"
    return replace(given, start=before.stop, why=why)


def _footage_beside(arrival: Arrival, facts: Facts) -> File | None:
    """Returns the footage that came the same way lately, from the same folder, under the same name."""
    if facts.role == "footage" or not names.comes_after_footage(arrival.name):
        return None
    stem, folder = arrival.name.rpartition(".")[0], PurePosixPath(arrival.source).parent
    same_way = Arrival.objects.filter(actor=arrival.actor, door=arrival.door, file__role="footage")
    lately = same_way.filter(began_at__gte=arrival.began_at - BESIDE_WITHIN, name__startswith=f"{stem}.")
    for other in lately.select_related("file").order_by("-began_at"):
        same_name = other.name.rpartition(".")[0] == stem
        if same_name and PurePosixPath(other.source).parent == folder and other.claims == arrival.claims:
            return other.file
    return None
