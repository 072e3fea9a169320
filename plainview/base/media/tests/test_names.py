"""What file names say: time, zone, serial number, press, order; and what they don't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.media import names


@pytest.mark.parametrize(
    ("name", "value", "zone"),
    [
        ("76936@20140224123907.mpg", "2014-02-24T12:39:07", None),
        ("NO20191130-120156-000121.MP4", "2019-11-30T12:01:56", None),
        ("VID_20191220_170832.mp4", "2019-12-20T17:08:32", None),
        ("PXL_20230704_201530123.mp4", "2023-07-04T20:15:30.123", "UTC"),
        ("PXL_20230704_201530123.LS.mp4", "2023-07-04T20:15:30.123", "UTC"),
        ("AXON_Body_2_Video_2024-11-29_2256_001.mp4", "2024-11-29T22:56", None),
        ("Axon Body 3 Video 2020-09-02 1817 X6039BM1Q.mp4", "2020-09-02T18:17", None),
        ("AXON_Fleet_2_Video_2021-01-05_0007.mp4", "2021-01-05T00:07", None),
        ("BryanMerritt_202511292257_BWL7137497-0.mp4", "2025-11-29T22:57", None),
        ("2026_0801_131218_000289F.MP4", "2026-08-01T13:12:18", None),
        ("2024-06-01 12.30.45.mp4", "2024-06-01T12:30:45", None),
        ("2024-06-01T12:30:45Z.mp4", "2024-06-01T12:30:45", "UTC"),
        ("20240601T123045Z_cam.mp4", "2024-06-01T12:30:45", "UTC"),
        ("clip 2024-06-01T12:30:45-05:00.mp4", "2024-06-01T12:30:45", "-05:00"),
        ("clip_2024-06-01_12-30-45+0530.mkv", "2024-06-01T12:30:45", "+05:30"),
        ("20240601123045.avi", "2024-06-01T12:30:45", None),
        ("unit7_20240601_1230.mp4", "2024-06-01T12:30", None),
        ("WhatsApp Video 2024-06-01 at.mp4", "2024-06-01", None),
        ("signal-2024-06-01-123045.mp4", "2024-06-01T12:30:45", None),
    ],
)
def test_times_in_names(name: str, value: str, zone: str | None) -> None:
    said = names.read(name).said
    assert [(s["value"], s.get("zone")) for s in said] == [(value, zone)]
    assert said[0]["source"] == "name"


@pytest.mark.parametrize(
    "name",
    [
        "GOPR0001.MP4",
        "clip.mp4",
        "IMG_0042.MOV",
        "case 2024-123456.mp4",
        "12345678.mp4",
        "99991301_256199.mp4",
        "",
        ".mp4",
        "....",
        "6115BE71B12442DD878B929294147540.mp4",
    ],
)
def test_names_that_state_no_time(name: str) -> None:
    assert [s for s in names.read(name).said if "T" in s["value"]] == []


@pytest.mark.parametrize(
    ("name", "serial", "device"),
    [
        ("76936@20140224123907.mpg", "76936", "Coban in-car camera 6 of unit 7693"),
        ("Axon_Body_3_Video_2020-09-02_1817_X6039BM1Q.mp4", "X6039BM1Q", "Axon Body 3"),
        ("AXON_Body_2_Video_2024-11-29_2256_001.mp4", None, "Axon Body 2"),
        ("CristianMartin_202511292312_BWL7139081-0.mp4", "BWL7139081", "Motorola body-worn camera"),
        ("GH010123.MP4", None, "GoPro"),
        ("VID_20191220_170832.mp4", None, None),
    ],
)
def test_serials_and_devices_in_names(name: str, serial: str | None, device: str | None) -> None:
    found = names.read(name)
    assert (found.serial, found.device) == (serial, device)


def test_chapters_of_one_gopro_press() -> None:
    old = [names.read(n) for n in ("GOPR0123.MP4", "GP010123.MP4", "GP020123.MP4")]
    new = [names.read(n) for n in ("GH010123.MP4", "GX020123.MP4", "gh030123.mp4")]
    for chapters in (old, new):
        assert {c.press for c in chapters} == {"gopro:0123"}
        assert [c.sequence for c in chapters] == sorted({c.sequence or 0 for c in chapters})
    assert names.read("GH010124.MP4").press != "gopro:0123"


def test_parts_counted_by_name() -> None:
    first, second = names.read("interview_part1.mp4"), names.read("interview_part2.mp4")
    assert first.press == second.press == "name:interview"
    assert (first.sequence, second.sequence) == (1, 2)


def test_a_70mai_number_counts_files_not_presses() -> None:
    one, other = names.read("EV20191130-121056-000130.MP4"), names.read("NO20191130-120156-000121.MP4")
    assert (one.sequence, other.sequence) == (130, 121)
    assert one.press is None
    assert (one.tags["mode"], other.tags["mode"]) == ("emergency", "continuous")


class TestAxis:
    FOLDER = "a1b2c3d4-0000-4000-8000-000000000001_ACCC8E123456_20220823T114736Z"

    def test_the_container_gives_user_serial_and_press(self) -> None:
        found = names.read(f"{self.FOLDER}/20220823_114706_9F2B.mkv")
        assert found.serial == "ACCC8E123456"
        assert found.press == f"axis:{self.FOLDER}"
        assert found.tags["user"] == "a1b2c3d4-0000-4000-8000-000000000001"

    def test_the_press_and_the_start_with_its_buffer_are_two_times(self) -> None:
        said = names.read(f"{self.FOLDER}/20220823_114706_9F2B.mp4").said
        assert [(s["moment"], s["value"], s["zone"]) for s in said] == [
            ("trigger", "2022-08-23T11:47:36", "UTC"),
            ("start", "2022-08-23T11:47:06", "UTC"),
        ]

    def test_clips_are_in_the_order_of_their_start_over_midnight_too(self) -> None:
        clips = [names.read(f"{self.FOLDER}/{c}_9F2B.mkv") for c in ("20220823_235930", "20220824_000430")]
        assert clips[0].sequence is not None
        assert clips[1].sequence == clips[0].sequence + 300

    def test_what_lies_beside_them_is_a_sidecar_of_the_same_press(self) -> None:
        for name in (
            "20220823_114706_9F2B.key",
            "bookmark_20220823T114800Z_1",
            "20220823_114706_9F2B_ACCC8E123456_gpstrail.json",
        ):
            found = names.read(f"{self.FOLDER}/{name}")
            assert found.sidecar, name
            assert found.press == f"axis:{self.FOLDER}"

    def test_a_trail_alone_still_tells_its_camera(self) -> None:
        found = names.read("20220823_114706_9F2B_ACCC8E123456_gpstrail.json")
        assert found.sidecar
        assert found.serial == "ACCC8E123456"

    def test_a_recording_saved_under_its_containers_name_keeps_it(self) -> None:
        for name in (f"{self.FOLDER}.mkv", f"{self.FOLDER}.20220823_114706_9F2B.mkv"):
            found = names.read(name)
            assert found.serial == "ACCC8E123456"
            assert found.press == f"axis:{self.FOLDER}"
        assert [s["moment"] for s in found.said] == ["trigger", "start"]

    def test_a_clip_outside_its_container_is_anyones_local_time(self) -> None:
        said = names.read("20220823_114706_9F2B.mkv").said
        assert [s["zone"] for s in said] == [None]

    def test_backslashes_part_folders_too(self) -> None:
        assert names.read(f"D:\\upload\\{self.FOLDER}\\20220823_114706_9F2B.mkv").serial == "ACCC8E123456"


@given(st.text(max_size=300))
def test_any_name_is_read_without_trouble(name: str) -> None:
    found = names.read(name)
    for said in found.said:
        assert said["value"][:4].isdigit()


def test_a_very_long_name_takes_no_time() -> None:
    assert names.read("2024" * 100_000 + "_" * 100_000 + ".mp4") is not None
    assert names.read("A_" * 50_000 + "_20220823T114736Z/x.mkv") is not None


def test_names_are_taken_apart() -> None:
    parts = names.split("a/b\\c.tar.GZ")
    assert (parts.folder, parts.stem, parts.ending) == ("b", "c.tar", "gz")
    assert names.split(".hidden").ending == ""
    assert names.split("noending").ending == ""
