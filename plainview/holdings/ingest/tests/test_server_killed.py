"""The real web server dies under an upload: what it said was durable is there, and the client goes on with it."""

from __future__ import annotations

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from conftest import Department
from plainview.holdings.evidence.models import File
from plainview.holdings.fleet.models import Camera
from plainview.holdings.ingest import receipts
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.tests.live import wait_for
from plainview.holdings.ingest.tests.making import SERIAL, clip, padded

tusclient = pytest.importorskip("tusclient.client")
pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = padded(clip(1), 6_000_000)


class Server:
    """granian, as `plainview up` starts it, on the database of the test."""

    def __init__(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        database = settings.DATABASES["default"]
        url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
        self._environment = {**os.environ, "PLAINVIEW_DATA": str(data), "DATABASE_URL": url}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [sys.executable, "-m", "plainview", "up", "--no-work", "--workers", "1", "--port", str(self.port)]
        self._process = subprocess.Popen(words, env=self._environment, start_new_session=True)
        wait_for(self.answers, 120)

    def kill(self) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def answers(self) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            link.request("GET", "/accounts/login/")
            return link.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    (data / "keys" / "sessions.key").write_text(settings.SECRET_KEY)  # the sessions of the test are valid there
    made = Server(data)
    made.start()
    yield made
    made.kill()


def test_an_upload_goes_on_after_the_server_was_killed(
    server: Server, department: Department, camera: Camera, put_file: Callable[..., Path]
) -> None:
    browser = department.client(department.alice)
    browser.get("/ingest/")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    headers = {"Cookie": cookies, "X-CSRFToken": browser.cookies["csrftoken"].value}
    client = tusclient.TusClient(f"http://127.0.0.1:{server.port}/ingest/tus/", headers=headers)
    path = put_file("clip.mp4", CONTENT)

    def uploader(**given: Any) -> Any:
        metadata = {"filename": "clip.mp4", "camera": SERIAL}
        return client.uploader(str(path), chunk_size=1_500_000, metadata=metadata, **given)

    first = uploader()
    first.upload(stop_at=3_000_000)
    server.kill()
    assert Arrival.objects.get().offset == 3_000_000
    server.start()
    again = uploader(url=first.url)
    assert again.offset == 3_000_000
    again.upload()
    arrival = Arrival.objects.get()
    assert arrival.state == "stored"
    assert receipts.file_of(arrival).is_file()
    assert bytes(File.objects.get().object.sha256) == hashlib.sha256(CONTENT).digest()
