"""What the upload page can know beforehand: the cameras that its reader carries today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from plainview.base.people.models import Account
from plainview.holdings.fleet import lookup as fleet


@dataclass(frozen=True)
class MyCamera:
    """A camera that somebody carries now."""

    serial: str
    label: str


def my_cameras(account: Account) -> list[MyCamera]:
    """Returns the cameras that the account's officer carries now; none for an account without an officer."""
    if account.officer_id is None:
        return []
    now = timezone.now()
    mine = fleet.carrying(now).filter(officer=account.officer_id).select_related("camera")
    cameras = {carry.camera.serial: carry.camera for carry in mine.order_by("camera__serial")}
    # A later carry of the same camera counts, even where nobody ended the earlier one.
    still = [c for serial, c in cameras.items() if _is_with(account, serial, now)]
    return [MyCamera(c.serial, f"{c.maker} {c.model}".strip()) for c in still]


def _is_with(account: Account, serial: str, now: datetime) -> bool:
    carry = fleet.carried_by(serial, now)
    return carry is not None and carry.officer_id == account.officer_id
