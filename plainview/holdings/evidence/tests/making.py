"""What the tests of this room share: footage in a hurry, without a decoder."""

from __future__ import annotations

import io
import itertools
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from plainview.base.custody.models import Event
from plainview.base.media import Belief, Facts, Point, Stream
from plainview.base.people.models import Account
from plainview.base.storage import actions as storage
from plainview.base.storage.stored import Stored
from plainview.holdings.evidence.actions import Registered, add_derivative, register
from plainview.holdings.evidence.models import Derivative, File
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet.models import Camera, CameraKind
from plainview.ledger.event import read_body

NOON = datetime(2026, 6, 1, 17, 0, tzinfo=UTC)  # noon in Kansas City
_counter = itertools.count(1)


def stored(content: bytes = b"", agency: str = "home") -> Stored:
    """Stores bytes, fresh ones unless given."""
    return storage.put(
        io.BytesIO(content or f"footage {next(_counter)}".encode()), handle=secrets.token_hex(16), agency=agency
    )


def video(**more: Any) -> Facts:
    """The facts of ten seconds of video with sound that a browser plays as it is."""
    streams: list[Stream] = [
        {"kind": "video", "codec": "h264", "width": 1280, "height": 720, "fps": "30"},
        {"kind": "audio", "codec": "aac", "sample_rate": 48000, "channels": 1},
    ]
    given: dict[str, Any] = {"duration_ms": 10_000, "streams": streams, "plays": "direct", "role": "footage"}
    return Facts(container="mp4", mime="video/mp4", **{**given, **more})


def trail(*places: tuple[int, int]) -> list[Point]:
    """Positions one second apart, in microdegrees."""
    return [Point(1000 * n, lat, lon) for n, (lat, lon) in enumerate(places)]


def camera(serial: str = "BWC-1", kind: CameraKind = CameraKind.BODY) -> Camera:
    """A registered camera."""
    return Camera.objects.get_or_create(serial=serial, defaults={"kind": kind, "maker": "Testcam", "model": "T1"})[0]


def footage(
    account: Account | None = None,
    *,
    content: bytes = b"",
    start: datetime | None = NOON,
    facts: Facts | None = None,
    name: str = "clip.mp4",
    **more: Any,
) -> Registered:
    """Registers a file, by default as footage of the account's officer with a registered camera."""
    officer = account.officer if account else None
    given: dict[str, Any] = {"camera": camera(), "officer": officer, "claims": Claims()}
    return register(
        stored=stored(content),
        facts=facts or video(),
        name=name,
        door="command",
        actor="system:test",
        **{**given, "belief": Belief(start, "as the camera says", "name"), **more},
    )


def derivative(
    file: File, kind: Derivative.Kind, content: bytes = b"\xff\xd8 picture", **parameters: Any
) -> Derivative:
    """Adds something made from a file."""
    return add_derivative(file, kind, stored(content), tool="test", parameters=parameters, actor="system:test")


def events(handle: str) -> list[tuple[str, dict[str, Any]]]:
    """The item's history: kind and facts of each event, oldest first."""
    found = Event.objects.filter(item_id=handle).order_by("n")
    return [(event.kind, dict(read_body(bytes(event.body)))) for event in found]


def later(seconds: float) -> datetime:
    """A moment after noon."""
    return NOON + timedelta(seconds=seconds)


def jobs(file: File) -> list[str]:
    """The states of the jobs that prepare a file; other tests may have left jobs of their own."""
    found = ProcrastinateJob.objects.filter(task_name="evidence.prepare", args={"file_id": str(file.pk)})
    return list(found.order_by("id").values_list("status", flat=True))


def content(answer: Any) -> bytes:
    """All bytes of a streamed answer."""
    return b"".join(answer.streaming_content)
