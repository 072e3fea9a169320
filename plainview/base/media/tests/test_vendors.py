"""Each maker's format: from real files where there are any, from made ones where there are not."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from plainview.base.media import Facts, believe, vendors
from plainview.base.media.inside.findings import Findings
from plainview.base.media.tests.here import probe_here as probe
from plainview.base.media.tests.test_boxes import box, header
from plainview.base.media.vendors import axis, gpx, motorola, nmea

Look = Callable[..., Facts]


def test_a_new_vendor_is_found_by_being_there() -> None:
    files = {p.stem for p in Path(vendors.__file__).parent.glob("*.py")} - {"__init__"}
    found = {
        hook.__module__.rpartition(".")[2] for kind in ("named", "movie", "sidecar") for hook in vendors.hooks(kind)
    }
    assert found == files


class Test70mai:
    def test_the_real_box_gives_one_place_a_second(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/gps-70mai-dashcam/NO20191130-120156-000121.MP4")
        assert len(facts.points) == 61
        assert [p.at_ms for p in facts.points[:3]] == [0, 1000, 2000]
        first = facts.points[0]
        assert abs(first.lat_e6 - (52 + 11.435 / 60) * 1e6) < 1
        assert abs(first.lon_e6 - (20 + 47.369 / 60) * 1e6) < 1
        assert facts.track_source == "70mai GPS box in the file"

    def test_its_name_needs_the_zone_and_its_header_is_never_utc(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/gps-70mai-dashcam/NO20191130-120156-000121.MP4")
        assert believe(facts.said).start is None
        belief = believe(facts.said, "Europe/Warsaw")
        assert belief.start is not None
        assert belief.start.isoformat() == "2019-11-30T11:01:56+00:00"

    def test_every_fuzzed_file_is_answered(self, shared: Path, look: Look) -> None:
        files = sorted((shared / "data/gps-70mai-dashcam").glob("*.[mM][pP]4"))
        assert len(files) == 37
        for file in files:
            facts = look(file)
            assert facts.problem is None or facts.problem.endswith(".")
            assert all(abs(p.lat_e6) <= 90_000_000 for p in facts.points)

    def test_rows_without_a_fix_or_with_nonsense_are_left_out(self, clip: Callable[..., Path]) -> None:
        def row(fix: int, second: int, lat: int, ns: bytes = b"S", ew: bytes = b"W") -> bytes:
            return struct.pack("<IIIIcIcI", 1, fix, second, 0, ns, lat, ew, 9434716) + bytes(10)

        rows = row(0, 0, 1) + row(1, 1, 3905982) + row(1, 2, 3905982, b"X") + row(1, 3, 99_00000) + bytes(36)
        facts = probe(clip("maidata.mp4", seconds=1).read_bytes() + box(b"GPS ", rows), "NO20240601-120000-000001.MP4")
        assert [(p.at_ms, p.lat_e6, p.lon_e6) for p in facts.points] == [(1000, -39_099_700, -94_578_600)]


class TestPhones:
    def test_a_real_android_phone(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/video-forensics-samples/VID_20191220_170832.mp4")
        assert [(p.at_ms, p.lat_e6, p.lon_e6) for p in facts.points] == [(None, -15_835_500, -48_015_300)]
        assert [(s.value, s.zone, s.habit) for s in facts.said] == [
            ("2019-12-20T17:08:32", None, None),
            ("2019-12-20T20:08:34", None, "UTC"),
        ]
        for zone in (None, "America/Sao_Paulo", "America/Chicago"):
            start = believe(facts.said, zone).start
            assert start is not None
            assert start.isoformat(timespec="seconds") == "2019-12-20T20:08:32+00:00"
        assert (facts.plays, facts.duration_ms, facts.video and facts.video["height"]) == ("direct", 1599, 1080)

    def test_an_apple_recording_names_its_zone(self, shared: Path, look: Look) -> None:
        facts = look(shared / "data/c2pa-python-fixtures/C-recorded-as-mov.mov")
        belief = believe(facts.said)
        assert belief.start is not None
        assert belief.start.isoformat() == "2025-08-23T04:39:57+00:00"
        assert facts.device == "Apple Mac15,9"
        assert facts.plays == "remux"

    def test_keyed_metadata_is_read(self) -> None:
        def entry(number: int, text: bytes) -> bytes:
            return box(struct.pack(">I", number), box(b"data", struct.pack(">II", 1, 0) + text))

        names = [
            b"com.apple.quicktime.make",
            b"com.apple.quicktime.location.ISO6709",
            b"com.apple.quicktime.creationdate",
        ]
        texts = [b"Apple", b"+39.0997-094.5786+270.0/", b"2024-06-01T07:00:00-0500"]
        keys = box(b"keys", struct.pack(">II", 0, len(names)) + b"".join(box(b"mdta", name) for name in names))
        meta = box(b"meta", box(b"hdlr", bytes(24)) + keys + box(b"ilst", b"".join(map(entry, (1, 2, 3), texts))))
        facts = probe(box(b"ftyp", b"qt  \0\0\0\0") + box(b"moov", header(0) + meta), "IMG_0001.MOV")
        assert (facts.points[0].lat_e6, facts.points[0].lon_e6) == (39_099_700, -94_578_600)
        start = believe(facts.said).start
        assert start is not None
        assert start.isoformat() == "2024-06-01T12:00:00+00:00"

    def test_3gpp_places_are_read(self) -> None:
        place = struct.pack(">I", 0) + b"\x15\xc7" + b"home\0" + b"\0" + struct.pack(">iii", -6198303, 2562438, 0)
        facts = probe(
            box(b"ftyp", b"3gp5\0\0\0\0") + box(b"moov", header(0) + box(b"udta", box(b"loci", place))), "a.3gp"
        )
        assert abs(facts.points[0].lat_e6 - 39_099_700) < 20
        assert abs(facts.points[0].lon_e6 + 94_578_600) < 20


class TestAxis:
    def test_the_published_trail(self, shared: Path, look: Look) -> None:
        facts = look(
            shared / "data/formats-axis-bodyworn/gnss_trail_example.json",
            "u1_ACCC8E123456_20220823T114736Z/20220823_114706_9F2B_ACCC8E123456_gpstrail.json",
        )
        assert facts.role == "sidecar"
        assert facts.serial == "ACCC8E123456"
        assert [p.at_ms for p in facts.points] == [64_000, 82_000, 92_000, 102_000, 113_000]
        assert (facts.points[0].lat_e6, facts.points[0].lon_e6) == (55_718_409, 13_221_184)
        belief = believe(facts.said)
        assert belief.start is not None
        assert belief.start.isoformat() == "2022-08-23T11:47:06+00:00"
        assert belief.trigger_on is not None
        assert belief.trigger_on.isoformat() == "2022-08-23T11:47:36+00:00"

    @pytest.mark.parametrize(
        "text",
        [
            b'{"CoordinateEntries": 5}',
            b'{"CoordinateEntries": [5, null, {"LocationWKT": 7}, {"LocationWKT": "LINE(1 2)"}]}',
            b'{"CoordinateEntries": [{"LocationWKT": "POINT(1e9 1)", "SecondsFromStart": "x"}]}',
            b'{"CoordinateEntries": [{"LocationWKT": "POINT(. -)", "SecondsFromStart": 1}]}',
            b'{"CoordinateEntries": [{"LocationWKT": "POINT(1 2)", "SecondsFromStart": 1e400, "Timestamp": "x"}]}',
        ],
    )
    def test_odd_trails_give_nothing_and_break_nothing(self, text: bytes) -> None:
        found = Findings()
        assert axis.sidecar("json", text, found)
        assert found.points == []

    def test_a_damaged_trail_is_a_problem(self) -> None:
        facts = probe(b'{"CoordinateEntries": [{"Locat', "x_gpstrail.json")
        assert facts.problem == "The GPS trail is not understood: its JSON is damaged."


class TestMotorola:
    def test_the_pair_of_a_v300(self) -> None:
        told = json.dumps({"DataPoints": [{"Time": "2023-05-01T18:03:04.123456Z"}, {"Time": "2023-05-01T18:03:05Z"}]})
        facts = probe(told.encode(), "unit12.json")
        assert (facts.role, facts.device) == ("sidecar", "Motorola V300")
        start = believe(facts.said).start
        assert start is not None
        assert start.isoformat() == "2023-05-01T18:03:04.123000+00:00"
        cues = "".join(
            f"\n00:00:{n:02}.000 --> 00:00:{n + 1:02}.000\n"
            + json.dumps({"gpsCoordinates": f"N39.09{n} W94.57{n}", "officer": "J. Doe"})
            + "\n"
            for n in range(3)
        )
        track = probe(f"WEBVTT\n{cues}".encode(), "unit12.vtt")
        assert [(p.at_ms, p.lat_e6, p.lon_e6) for p in track.points] == [
            (0, 39_090_000, -94_570_000),
            (1000, 39_091_000, -94_571_000),
            (2000, 39_092_000, -94_572_000),
        ]
        assert track.tags["officer"] == "J. Doe"

    def test_ordinary_json_and_captions_are_not_theirs(self) -> None:
        for kind, data in (("json", b'{"a": 1}'), ("vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n")):
            found = Findings()
            assert not motorola.sidecar(kind, data, found)

    def test_damaged_pairs_break_nothing(self) -> None:
        found = Findings()
        assert motorola.sidecar("json", b'{"DataPoints": [1, {"Time": 5}]}', found)
        assert found.problem is not None
        found = Findings()
        assert motorola.sidecar(
            "vtt", b'WEBVTT\n\nbad --> worse\n{"gpsCoordinates": [1]}\n{broken gpsCoordinates', found
        )
        assert found.points == []


class TestGpx:
    def test_every_published_track_is_read(self, shared: Path, look: Look) -> None:
        counts = {f.name: look(f) for f in sorted((shared / "data/gps-gpxpy-tracks").glob("*.gpx"))}
        assert len(counts) == 30
        assert {facts.role for facts in counts.values()} == {"sidecar"}
        assert [name for name, facts in counts.items() if facts.problem] == []
        car = counts["around-visnjan-with-car.gpx"]
        assert len(car.points) > 100
        assert car.points[0].utc_ms is not None
        assert len(counts["cerknicko-without-times.gpx"].points) > 100

    def test_the_track_comes_before_way_points_of_another_day(self) -> None:
        data = (
            b"<gpx><wpt lat='1' lon='1'><time>2001-01-01T00:00:00Z</time></wpt><trk><trkseg>"
            b"<trkpt lat='39.0997' lon='-94.5786'><time>2024-06-01T07:00:00-05:00</time></trkpt>"
            b"<trkpt lat='39.1' lon='-94.6'><time>2024-06-01T12:00:05.5Z</time></trkpt></trkseg></trk></gpx>"
        )
        found = Findings()
        gpx.sidecar("gpx", data, found)
        assert [p[0] for p in found.points] == [0, 5500]
        assert found.said[0]["value"] == "2024-06-01T12:00:00"

    def test_entities_are_refused(self) -> None:
        data = b"<!DOCTYPE gpx [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><gpx><trkpt lat='1' lon='1'/></gpx>"
        found = Findings()
        gpx.sidecar("gpx", data, found)
        assert "entities" in (found.problem or "")
        assert found.points == []

    def test_a_cut_track_is_a_problem(self) -> None:
        assert "damaged" in (probe(b"<gpx><trk><trkpt lat='1' lon='1'>", "a.gpx").problem or "")


class TestNmea:
    LOG = (
        b"$GPGGA,120000,3905.982,N,09434.716,W,1,8,1.0,270,M,,M,,*00\n"
        b"$GPRMC,115959,V,,,,,,,010624,,*00\n"
        b"$GPRMC,120000.25,A,3905.982,N,09434.716,W,0.0,0.0,010624,,,A*00\n"
        b"$GNRMC,120001,A,3905.982,S,09434.716,E,0.0,0.0,010624,,,A*00\n"
    )

    def test_sentences_with_a_fix_are_read(self) -> None:
        facts = probe(self.LOG, "track.nmea")
        assert [(p.at_ms, p.lat_e6, p.lon_e6) for p in facts.points] == [
            (0, 39_099_700, -94_578_600),
            (750, -39_099_700, 94_578_600),
        ]
        assert facts.said[0].value == "2024-06-01T12:00:00.250"
        assert facts.role == "sidecar"

    def test_a_log_without_a_fix_gives_nothing(self) -> None:
        found = Findings()
        assert nmea.sidecar("text", b"$GPRMC,115959,V,,,,,,,010624,,*00\n", found)
        assert found.points == []
        assert not nmea.sidecar("text", b"an ordinary text\n", Findings())


class TestNovatek:
    def test_blocks_among_the_pictures_are_found_by_their_list(self, clip: Callable[..., Path]) -> None:
        movie = clip("novatek.mp4", seconds=1, muxer={"movflags": "faststart"}).read_bytes()

        def block(second: int, fix: bytes = b"A") -> bytes:
            clock = struct.pack("<6I3c", 12, 0, second, 24, 6, 1, fix, b"N", b"W")
            body = b"\0\0\0\x60freeGPS " + bytes(36) + clock + b"\0" + struct.pack("<4f", 3905.982, 9434.716, 0, 0)
            return body + bytes(96 - len(body))

        blocks = block(0, b"V") + block(1) + block(2)
        at = len(movie) + 8 + 8 + 24
        table = struct.pack(">II", 0x101, 3) + b"".join(struct.pack(">II", at + 8 + 96 * n, 96) for n in range(3))
        facts = probe(movie + box(b"gps ", table) + box(b"free", blocks), "2024_0601_120000_000001F.MP4")
        assert [p.at_ms for p in facts.points] == [1000, 2000]
        assert abs(facts.points[0].lat_e6 - 39_099_700) < 20
        assert [s.zone for s in facts.said if s.source == "recorder"] == [None]
        assert believe(facts.said).start is None
        assert facts.tags["camera"] == "front"


class TestPictures:
    def test_a_phones_picture_says_place_time_and_maker(self) -> None:
        facts = probe(exif_jpeg(), "IMG_1.jpg")
        assert (facts.role, facts.problem, facts.plays) == ("other", None, "no")
        assert facts.device == "Acme Phone 1"
        assert facts.serial == "SN12345"
        assert (facts.points[0].lat_e6, facts.points[0].lon_e6) == (39_099_700, -94_578_600)
        assert [(s.source, s.value, s.zone) for s in facts.said] == [
            ("container", "2024-06-01T07:00:00", "-05:00"),
            ("gps", "2024-06-01T12:00:01", "UTC"),
        ]

    def test_a_cut_picture_is_a_problem(self) -> None:
        assert "ends early" in (probe(exif_jpeg()[:-2], "IMG_1.jpg").problem or "")

    @pytest.mark.parametrize("at", range(12, 300, 9))
    def test_damaged_words_break_nothing(self, at: int) -> None:
        from plainview.base.media.inside import exif

        data = bytearray(exif_jpeg()[12:])
        data[at : at + 4] = b"\xff\xff\xff\xff"
        exif.read(bytes(data), Findings())


def exif_jpeg() -> bytes:
    """A JPEG's outline with the words that a phone writes."""
    heap = bytearray()

    def directory(entries: list[tuple[int, int, int, bytes]], at: int) -> bytes:
        made = struct.pack("<H", len(entries))
        for tag, kind, count, value in entries:
            if len(value) <= 4:
                made += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
            else:
                made += struct.pack("<HHII", tag, kind, count, at + len(heap))
                heap.extend(value)
        return made + bytes(4)

    def text(tag: int, value: bytes) -> tuple[int, int, int, bytes]:
        return tag, 2, len(value) + 1, value + b"\0"

    def ratios(tag: int, *values: tuple[int, int]) -> tuple[int, int, int, bytes]:
        return tag, 5, len(values), b"".join(struct.pack("<II", *v) for v in values)

    shot = [text(0x9003, b"2024:06:01 07:00:00"), text(0x9011, b"-05:00"), text(0xA431, b"SN12345")]
    place = [
        text(1, b"N"),
        ratios(2, (39, 1), (5, 1), (58_920, 1000)),
        text(3, b"W"),
        ratios(4, (94, 1), (34, 1), (42_960, 1000)),
        ratios(7, (12, 1), (0, 1), (1, 1)),
        text(29, b"2024:06:01"),
    ]
    sizes = [2 + 12 * 4 + 4, 2 + 12 * len(shot) + 4, 2 + 12 * len(place) + 4]
    starts = [8, 8 + sizes[0], 8 + sizes[0] + sizes[1]]
    heap_at = starts[2] + sizes[2]
    main = [
        text(0x010F, b"Acme"),
        text(0x0110, b"Phone 1"),
        (0x8769, 4, 1, struct.pack("<I", starts[1])),
        (0x8825, 4, 1, struct.pack("<I", starts[2])),
    ]
    tables = b"".join(directory(entries, heap_at) for entries in (main, shot, place))
    tiff = b"II*\0" + struct.pack("<I", 8) + tables + heap
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff + b"\xff\xda\0\x02" + b"\xff\xd9"
