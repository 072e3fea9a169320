"""Other people's tus client against our door, over a real socket: it uploads, stops, and goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Department
from plainview.holdings.evidence.models import File
from plainview.holdings.fleet.models import Camera
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.tests.live import server_is_idle, wait_for
from plainview.holdings.ingest.tests.making import SERIAL, clip, padded

tusclient = pytest.importorskip("tusclient")
from tusclient.client import TusClient  # noqa: E402
from tusclient.exceptions import TusUploadFailed  # noqa: E402

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = padded(clip(1), 3_000_000)
PutFile = Callable[..., Path]


@pytest.fixture
def client(live_server: Any, department: Department, camera: Camera) -> Iterator[Any]:
    """Alice's program, with her session and the token of her page."""
    browser = department.client(department.alice)
    browser.get("/ingest/")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    headers = {"Cookie": cookies, "X-CSRFToken": browser.cookies["csrftoken"].value}
    yield TusClient(f"{live_server.url}/ingest/tus/", headers=headers)
    wait_for(server_is_idle)


def uploader(client: Any, path: Path, **given: Any) -> Any:
    return client.uploader(str(path), metadata={"filename": path.name, "camera": SERIAL}, **given)


def sha256_of_the_file() -> str:
    return bytes(File.objects.get().object.sha256).hex()


def test_tuspy_uploads_in_pieces_with_checksums(client: Any, put_file: PutFile) -> None:
    path = put_file("clip.mp4", CONTENT)
    uploader(client, path, chunk_size=700_001, upload_checksum=True).upload()
    assert sha256_of_the_file() == hashlib.sha256(CONTENT).hexdigest()
    assert Arrival.objects.get().receipt


def test_tuspy_uploads_in_one_piece(client: Any, put_file: PutFile) -> None:
    uploader(client, put_file("clip.mp4", CONTENT)).upload()
    assert sha256_of_the_file() == hashlib.sha256(CONTENT).hexdigest()


def test_tuspy_stops_and_goes_on_later(client: Any, put_file: PutFile) -> None:
    path = put_file("clip.mp4", CONTENT)
    first = uploader(client, path, chunk_size=500_000)
    first.upload(stop_at=1_500_000)
    assert Arrival.objects.get().offset == 1_500_000
    again = uploader(client, path, chunk_size=500_000, url=first.url)
    assert again.offset == 1_500_000
    again.upload()
    assert sha256_of_the_file() == hashlib.sha256(CONTENT).hexdigest()
    assert Arrival.objects.count() == 1


def test_tuspy_uploads_an_empty_file(client: Any, put_file: PutFile) -> None:
    uploader(client, put_file("empty.mp4", b"")).upload()
    assert Arrival.objects.get().state == "quarantined"


def test_tuspy_is_told_when_an_upload_is_gone(client: Any, put_file: PutFile) -> None:
    path = put_file("clip.mp4", CONTENT)
    first = uploader(client, path, chunk_size=500_000)
    first.upload(stop_at=500_000)
    Arrival.objects.update(actor="account:5a0c4b2e-0000-4000-8000-000000000000")
    with pytest.raises(TusUploadFailed):
        first.upload()
