"""Facts survive JSON, and hold nothing that a canonical event refuses."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from plainview.base.media import Facts, Point, Said
from plainview.ledger.canonical import decode, encode

FULL = Facts(
    container="mp4",
    mime="video/mp4",
    duration_ms=1234,
    streams=[{"kind": "video", "codec": "h264", "width": 1280, "height": 720, "fps": "29.97"}, {"kind": "audio"}],
    plays="direct",
    problem=None,
    said=[Said("gps", "2024-03-10T08:00:00.500", "UTC", by="satellites"), Said("name", "2024-03-10")],
    serial="X60A",
    device="Camera",
    points=[Point(0, 39_099_700, -94_578_600, 1_710_057_600_000), Point(None, -1, 1)],
    track_source="telemetry",
    press="axis:1",
    sequence=2,
    role="footage",
    notes=["A note."],
    tags={"firmware": "1.0"},
)


def test_json_and_back_is_the_same() -> None:
    assert Facts.from_json(json.loads(json.dumps(FULL.as_json()))) == FULL


def test_every_field_is_in_the_json() -> None:
    assert set(FULL.as_json()) == {f.name for f in fields(Facts)}


def test_the_least_of_facts_survives_too() -> None:
    least = Facts(container=None, mime="application/octet-stream")
    assert Facts.from_json(least.as_json()) == least
    assert least.role == "other"
    assert least.plays == "no"


def test_an_event_can_hold_them() -> None:
    value: Any = FULL.as_json()
    assert decode(encode(value)) == value


def test_older_json_with_fewer_words_is_still_read() -> None:
    old = FULL.as_json()
    old["points"] = [[0, 1, 2]]
    del old["tags"]
    del old["notes"]
    read = Facts.from_json(old)
    assert read.points == [Point(0, 1, 2, None)]
    assert read.tags == {}


def test_the_streams_that_are_shown_and_heard_are_found() -> None:
    assert FULL.video is not None
    assert FULL.video["width"] == 1280
    assert FULL.audio == {"kind": "audio"}
    assert Facts(container=None, mime="").video is None
