"""What the upload page can know beforehand: the cameras that its reader carries today."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from plainview.base.people.models import Account
from plainview.holdings.fleet.models import Carry


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
    carried = Carry.objects.filter(Q(ended=None) | Q(ended__gt=now), officer=account.officer_id, began__lte=now)
    found = carried.select_related("camera").order_by("camera__serial", "-began")
    return [MyCamera(c.camera.serial, f"{c.camera.maker} {c.camera.model}".strip()) for c in found]
