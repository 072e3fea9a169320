"""What satellites say of a camera's clock goes before what calls say."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.utils import timezone

from conftest import Department
from plainview.base.storage.models import Epoch, StoredObject
from plainview.duties.activation.clocks import estimates
from plainview.duties.activation.tests.making import carry, policy, recording
from plainview.holdings.evidence.models import File, Recording, Track
from plainview.holdings.fleet.models import Camera


def filmed(recording: Recording, fast: int) -> None:
    """A file with a trail whose satellites say that the camera's clock was so many seconds fast."""
    assert recording.start is not None
    handle = secrets.token_hex(16)
    epoch, _ = Epoch.objects.get_or_create(name="2026-06")
    stored = StoredObject.objects.create(
        handle=handle, epoch=epoch, wrapped_key=b"k", size=1, stored_size=1, sha256=b"0" * 32, chunk_root=b"0" * 32
    )
    file = File.objects.create(handle=handle, recording=recording, object=stored, name="a.mp4", start=recording.start)
    at = int((recording.start - timedelta(seconds=fast)).timestamp() * 1000)
    Track.objects.create(file=file, source="gpmf", points=[[None, 39, -94, None], [2000, 39, -94, at + 2000]])


def test_satellites_tell_a_fast_clock(department: Department) -> None:
    policy()
    camera: Camera = carry(department.alice, "GPS1")
    for n in range(3):
        at = timezone.now() - timedelta(days=3, hours=n)
        filmed(recording(department.alice, at, camera=camera), 300 + n)
    (found,) = estimates()
    assert (found.serial, found.source, found.seconds) == ("GPS1", "gps", 301)
    assert "ahead of the satellites" in found.basis


def test_a_clock_that_agrees_is_not_listed(department: Department) -> None:
    policy()
    camera = carry(department.alice, "GPS2")
    filmed(recording(department.alice, timezone.now() - timedelta(days=1), camera=camera), 2)
    assert estimates() == []
