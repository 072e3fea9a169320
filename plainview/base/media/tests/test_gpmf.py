"""GoPro telemetry: our reading against two other programs' and, without their files, against itself."""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.media import Facts, believe
from plainview.base.media.inside.findings import Findings
from plainview.base.media.inside.gpmf import read_payload
from plainview.base.media.vendors import gopro

Look = Callable[..., Facts]


def klv(key: bytes, letter: bytes, size: int, count: int, body: bytes) -> bytes:
    return key + letter + bytes([size]) + struct.pack(">H", count) + body + bytes(-len(body) % 4)


def nest(key: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return klv(key, b"\0", 1, len(body), body)


def gps5(rows: list[tuple[int, int]], *, fix: int = 3, utc: bytes = b"240601120000.500", number: int = 1) -> bytes:
    body = b"".join(struct.pack(">5i", lat, lon, 0, 0, 0) for lat, lon in rows)
    return nest(
        b"DEVC",
        klv(b"DVID", b"L", 4, 1, struct.pack(">I", number)),
        klv(b"DVNM", b"c", 1, 12, b"HERO99 Black"),
        nest(
            b"STRM",
            klv(b"GPSF", b"L", 4, 1, struct.pack(">I", fix)),
            klv(b"GPSU", b"U", 16, 1, utc),
            klv(b"SCAL", b"l", 4, 5, struct.pack(">5i", 10**7, 10**7, 1000, 1000, 100)),
            klv(b"GPS5", b"l", 20, len(rows), body),
        ),
    )


def test_positions_are_scaled_and_spread_over_the_second() -> None:
    payload = read_payload(gps5([(390_997_000, -945_786_000), (390_997_100, -945_786_100)]))
    assert [(f.part, f.lat, f.lon) for f in payload.fixes] == [(0, 39.0997, -94.5786), (0.5, 39.09971, -94.57861)]
    assert payload.utc == datetime(2024, 6, 1, 12, 0, 0, 500_000)
    assert payload.fixes[1].utc == datetime(2024, 6, 1, 12, 0, 1)


def test_without_a_lock_nothing_is_taken() -> None:
    payload = read_payload(gps5([(390_997_000, -945_786_000)], fix=0))
    assert payload.fixes == []
    assert payload.utc is None


def test_gps9_has_a_time_and_a_lock_for_every_position() -> None:
    rows = b"".join(
        struct.pack(">7i2H", 390_997_000 + n, -945_786_000, 0, 0, 0, 8918, (43_200 + n) * 1000, 100, 3 if n else 0)
        for n in range(3)
    )
    payload = read_payload(
        nest(
            b"DEVC",
            nest(
                b"STRM",
                klv(b"TYPE", b"c", 1, 9, b"lllllllSS"),
                klv(b"SCAL", b"l", 4, 9, struct.pack(">9i", 10**7, 10**7, 1000, 1000, 100, 1, 1000, 100, 1)),
                klv(b"GPS9", b"?", 32, 3, rows),
            ),
        )
    )
    assert len(payload.fixes) == 2
    assert payload.fixes[0].utc == datetime(2000, 1, 1) + timedelta(days=8918, seconds=43_201)


@pytest.mark.parametrize("cut", range(0, 200, 7))
def test_a_cut_payload_gives_what_it_has(cut: int) -> None:
    read_payload(gps5([(1, 2)] * 5)[:cut])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_trouble(data: bytes) -> None:
    read_payload(data)
    read_payload(nest(b"DEVC", nest(b"STRM", data)))
    found = Findings()
    gopro.sidecar("gpmf", data, found)


def test_a_scale_of_zero_divides_nothing() -> None:
    data = gps5([(5, 5)]).replace(struct.pack(">i", 10**7), bytes(4))
    read_payload(data)


def test_the_middle_of_all_satellite_times_is_taken() -> None:
    """The first seconds after a lock may be 18 seconds off, until the receiver knows the leap seconds."""
    utc = [b"240601120018.000", *(f"2406011200{n:02}.000".encode() for n in range(1, 9))]
    data = b"".join(gps5([(390_997_000, -945_786_000)], utc=u) for u in utc)
    found = Findings()
    gopro.sidecar("gpmf", data, found)
    assert found.said[0]["value"] == "2024-06-01T12:00:00"
    assert found.notes == ["The satellite times in this file differ by up to 18 seconds from each other."]


class TestAgainstOthers:
    def test_karma_agrees_with_exiftool_second_by_second(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/gps-gopro-gpmf/karma.mp4")
        ours = {(p.lat_e6, p.lon_e6): p for p in facts.points}
        with (shared / "data/gps-gopro-gpmf/exiftool12.57_gps_karma.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 12
        for row in rows:
            lat, lon = float(row["lat"]), float(row["lon"])
            point = min(ours.values(), key=lambda p: abs(p.lat_e6 / 1e6 - lat) + abs(p.lon_e6 / 1e6 - lon))
            assert abs(point.lat_e6 / 1e6 - lat) <= 1e-6
            assert abs(point.lon_e6 / 1e6 - lon) <= 1e-6
            theirs = datetime.strptime(row["GPSDateTime_UTC"], "%Y:%m:%d %H:%M:%S.%f").replace(tzinfo=UTC)
            assert point.utc_ms is not None
            assert abs(point.utc_ms / 1000 - theirs.timestamp()) < 0.05

    def test_karma_begins_when_its_satellites_say(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/gps-gopro-gpmf/karma.mp4")
        belief = believe(facts.said)
        assert belief.basis == "satellite"
        assert belief.start is not None
        assert abs(belief.start - datetime(2017, 4, 17, 19, 27, 57, tzinfo=UTC)) < timedelta(seconds=1)
        assert facts.device == "GoPro HERO5"
        assert facts.duration_ms == 13013
        assert facts.plays == "direct"

    def test_hero5_agrees_with_gopro_telemetry(self, shared: Path, look: Look) -> None:
        folder = shared / "data/gps-gopro-telemetry-npm"
        facts = look(folder / "hero5.raw")
        merged = json.loads((folder / "partials/mergedGps.json").read_text())
        theirs = merged["1"]["streams"]["GPS5"]["samples"]
        assert len(facts.points) == len(theirs)
        for ours, other in zip(facts.points, theirs, strict=True):
            assert abs(ours.lat_e6 / 1e6 - other["value"][0]) <= 1e-6
            assert abs(ours.lon_e6 / 1e6 - other["value"][1]) <= 1e-6
        said = datetime.fromisoformat(theirs[0]["date"]).replace(tzinfo=None)
        assert facts.said[0].value == said.isoformat()
        assert facts.role == "sidecar"

    @pytest.mark.parametrize(
        ("name", "device", "points", "day"),
        [
            ("hero5.raw", None, 18, "2017-04-17"),
            ("hero7.raw", "GoPro Hero7 Black", 308, "2019-01-03"),
            ("hero11.raw", "GoPro HERO11 Black", 110, "2022-09-20"),
            ("Fusion.raw", "GoPro Fusion", 19, "2018-03-23"),
            ("karma.raw", "GoPro Karma v1.0", 4, "2017-04-17"),
        ],
    )
    def test_raw_payloads_of_many_models(
        self, shared: Path, look: Look, name: str, device: str | None, points: int, day: str
    ) -> None:
        facts = look(shared / "data/gps-gopro-telemetry-npm" / name)
        assert (facts.device, len(facts.points)) == (device, points)
        assert facts.said[0].value.startswith(day)
        assert facts.problem is None

    @pytest.mark.parametrize("name", ["hero6.raw", "hero6+ble.raw", "consecutive1.raw", "consecutive2.raw"])
    def test_payloads_without_a_lock_give_neither_place_nor_time(self, shared: Path, look: Look, name: str) -> None:
        facts = look(shared / "data/gps-gopro-telemetry-npm" / name)
        assert facts.points == []
        assert facts.said == []

    def test_the_header_of_a_hero7_gives_its_serial_number(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/gps-gopro-telemetry-npm/mp4header.raw")
        assert facts.serial == "C3281325934846"
        assert facts.device == "GoPro HERO7 Black"
        assert facts.tags["firmware"] == "HD7.01.01.90.00"
