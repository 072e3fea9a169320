"""Who carried which camera, and when. One indexed query each."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet, Subquery

from plainview.holdings.fleet.models import Camera, Carry


def camera(serial: str) -> Camera | None:
    """Returns the camera of the fleet list with this serial."""
    return Camera.objects.filter(serial=serial).first()


def carrying(at: datetime) -> QuerySet[Carry]:
    """Returns the carries under way at that moment: begun by then, and not ended by then."""
    return Carry.objects.filter(Q(ended__isnull=True) | Q(ended__gt=at), began__lte=at)


def carried_by(serial: str, at: datetime) -> Carry | None:
    """Returns who, or which car, carried the camera at that moment: one probe backward in the index `carry_once`.

    Where carries overlap, the later one counts.
    """
    of_camera = carrying(at).filter(camera_id=Subquery(Camera.objects.filter(serial=serial).values("pk")))
    return of_camera.select_related("camera", "officer", "vehicle").order_by("-began").first()
