"""Handing out bytes: ranges, headers that let nothing run or stay, memory that stays flat."""

from __future__ import annotations

import io
import secrets
import tracemalloc
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from conftest import Department
from plainview.base.storage import actions as storage
from plainview.base.storage.shelves import shelf
from plainview.holdings.evidence import delivery
from plainview.holdings.evidence.models import Derivative, File
from plainview.holdings.evidence.tests.making import content, derivative, footage, video

CONTENT = bytes(range(256)) * 1000


@pytest.fixture
def file(department: Department) -> File:
    return footage(department.alice, content=CONTENT, name="patrol.mp4").file


def get(department: Department, file: File, name: str = "media", more: tuple[str, ...] = (), **headers: str) -> Any:
    path = reverse(f"evidence:{name}", args=[file.recording_id, file.pk, *more])
    return department.client(department.alice).get(path, headers=headers)


def test_the_whole_file(department: Department, file: File) -> None:
    answer = get(department, file)
    assert answer.status_code == 200
    assert content(answer) == CONTENT
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Disposition"] == 'inline; filename="patrol.mp4"'


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=65530-65545", 65530, 65546),
        ("bytes=255990-", 255990, 256000),
        ("bytes=-7", 255993, 256000),
    ],
)
def test_a_range(department: Department, file: File, asked: str, first: int, end: int) -> None:
    answer = get(department, file, range=asked)
    assert answer.status_code == 206
    assert content(answer) == CONTENT[first:end]
    assert answer["Content-Range"] == f"bytes {first}-{end - 1}/{len(CONTENT)}"
    assert answer["Content-Length"] == str(end - first)


def test_a_range_beyond_the_end(department: Department, file: File) -> None:
    answer = get(department, file, range="bytes=256000-")
    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */256000"


def test_a_range_of_the_same_copy_only(department: Department, file: File) -> None:
    etag = get(department, file)["ETag"]
    assert etag == f'"{bytes(file.object.sha256).hex()}"'
    same = get(department, file, "media", (), **{"range": "bytes=0-9", "if-range": etag})
    assert same.status_code == 206
    other = get(department, file, "media", (), **{"range": "bytes=0-9", "if-range": '"something else"'})
    assert other.status_code == 200
    assert content(other) == CONTENT


def test_asking_for_the_headers(department: Department, file: File) -> None:
    path = reverse("evidence:media", args=[file.recording_id, file.pk])
    answer = department.client(department.alice).head(path, headers={"range": "bytes=0-99"})
    assert answer.status_code == 206
    assert answer["Content-Length"] == "100"
    assert answer.content == b""


@pytest.mark.parametrize(
    ("name", "more"),
    [("media", ()), ("download", ()), ("view", ()), ("picture", ("poster",)), ("picture", ("waveform",))],
)
def test_nothing_is_kept_sniffed_or_run(department: Department, file: File, name: str, more: tuple[str, ...]) -> None:
    for kind in (Derivative.Kind.POSTER, Derivative.Kind.WAVEFORM, Derivative.Kind.REMUX):
        derivative(file, kind)
    answer = get(department, file, name, more)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "mime", ["text/html", "image/svg+xml", "application/xhtml+xml", "video/mp4; x", "", "text/xml"]
)
def test_what_could_run_is_a_download_without_a_type(department: Department, mime: str) -> None:
    made = footage(department.alice, facts=video(), content=b"<script>alert(1)</script>").file
    made.facts["mime"] = mime
    made.save()
    answer = get(department, made)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_empty_file(department: Department) -> None:
    kept = storage.register(storage.put(io.BytesIO(b""), handle=secrets.token_hex(16), agency="home"))
    beyond = delivery.send(RequestFactory().get("/", headers={"range": "bytes=0-"}), kept, mime="video/mp4", name="e")
    assert beyond.status_code == 416
    whole = delivery.send(RequestFactory().get("/"), kept, mime="video/mp4", name="e")
    assert (whole.status_code, whole["Content-Length"]) == (200, "0")


def test_a_missing_object_is_an_error_and_not_half_a_film(department: Department, file: File) -> None:
    path = next(each.path for each in shelf().everything() if each.object_id == file.object_id)
    path.rename(path.with_suffix(".gone"))
    answer = get(department, file)
    assert answer.status_code == 503
    assert b"can't be read now" in answer.content


def test_memory_stays_flat(department: Department) -> None:
    big = footage(department.alice, content=bytes(24 << 20)).file
    answer = get(department, big)
    tracemalloc.start()
    total = sum(len(part) for part in answer.streaming_content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert total == 24 << 20
    assert peak < 4 << 20


def test_windows_cover_every_byte_once(monkeypatch: pytest.MonkeyPatch, department: Department, file: File) -> None:
    noted: list[tuple[int, int]] = []
    monkeypatch.setattr(delivery, "WINDOW", 100_000)
    request: HttpRequest = RequestFactory().get("/", headers={"range": "bytes=5-250004"})
    answer: Any = delivery.send(
        request, file.object, mime="video/mp4", name="x", note=lambda first, end: noted.append((first, end))
    )
    assert content(answer) == CONTENT[5:250_005]
    assert noted == [(5, 100_005), (100_005, 200_005), (200_005, 250_005)]


@given(st.text(min_size=0, max_size=40))
def test_any_name_makes_a_header(name: str) -> None:
    made = delivery.disposition(name, attachment=True)
    assert made.startswith("attachment")
    assert "\n" not in made
    assert "\r" not in made


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", 'attachment; filename="passwd"'),
        ("C:\\clips\\a.mp4", 'attachment; filename="a.mp4"'),
        ("a\nb.mp4", 'attachment; filename="a_b.mp4"'),
        ("..", 'attachment; filename="file"'),
        ("", 'attachment; filename="file"'),
        ("😀.mp4", "attachment; filename*=utf-8''%F0%9F%98%80.mp4"),
    ],
)
def test_names(name: str, shown: str) -> None:
    assert delivery.disposition(name, attachment=True) == shown


def test_the_thumbnail_is_the_first_poster_of_the_press(department: Department) -> None:
    second = footage(department.alice, facts=video(press="1", sequence=2), name="2.mp4").file
    first = footage(department.alice, facts=video(press="1", sequence=1), name="1.mp4").file
    derivative(second, Derivative.Kind.POSTER, b"second")
    derivative(first, Derivative.Kind.POSTER, b"first")
    path = reverse("evidence:poster", args=[first.recording_id])
    assert content(department.client(department.alice).get(path)) == b"first"


def test_a_picture_that_was_not_made_is_not_there(department: Department, file: File) -> None:
    assert get(department, file, "picture", ("scrub",)).status_code == 404
    assert get(department, file, "picture", ("nonsense",)).status_code == 404
    assert get(department, file, "picture", ("remux",)).status_code == 404
    assert get(department, file, "view").status_code == 404


def test_a_thumbnail_that_was_not_made_is_an_empty_frame(department: Department, file: File) -> None:
    path = reverse("evidence:poster", args=[file.recording_id])
    answer = department.client(department.alice).get(path)
    assert answer["Content-Type"] == "image/svg+xml"
    assert department.client(department.charlie).get(path).status_code == 404
