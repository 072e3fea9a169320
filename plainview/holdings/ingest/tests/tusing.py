"""Speaks tus through Django's test client."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from django.test import Client

from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.tests.making import SERIAL, START

ENDPOINT = "/ingest/tus/"
BODY = "application/offset+octet-stream"
SAID = {"filename": "clip.mp4", "camera": SERIAL, "start": START.isoformat()}


class Tus:
    """A browser that uploads."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser

    def ask(self, method: str, path: str, body: bytes = b"", content_type: str = "", **headers: str) -> Any:
        sent = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body:
            return self.browser.generic(method, path, body, content_type=content_type, headers=sent)
        # The test client leaves the type of an empty body out; real ones send it.
        return self.browser.generic(method, path, headers=sent, CONTENT_TYPE=content_type, CONTENT_LENGTH="0")

    def create(self, size: int, said: Mapping[str, str | bytes] = SAID, token: str = "") -> Any:
        return self.ask("POST", ENDPOINT, Upload_Length=str(size), Upload_Metadata=metadata(said), X_CSRFToken=token)

    def begin(self, size: int, said: Mapping[str, str | bytes] = SAID) -> str:
        answer = self.create(size, said)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"])

    def patch(self, path: str, offset: int, body: bytes, **headers: str) -> Any:
        return self.ask("PATCH", path, body, BODY, Upload_Offset=str(offset), **headers)

    def send(self, content: bytes, said: Mapping[str, str | bytes] = SAID) -> str:
        path = self.begin(len(content), said)
        if content:
            answer = self.patch(path, 0, content)
            assert answer.status_code == 204, answer.content
        return path

    def state(self, path: str) -> dict[str, Any]:
        answer = self.browser.get(f"{path}/state")
        assert answer.status_code == 200
        return dict(answer.json())


def metadata(said: Mapping[str, str | bytes]) -> str:
    pairs = []
    for key, value in said.items():
        coded = base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
        pairs.append(f"{key} {coded}")
    return ",".join(pairs)


def checksum(algorithm: str, content: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def arrival_of(path: str) -> Arrival:
    return Arrival.objects.get(pk=path.rstrip("/").rsplit("/", 1)[-1])
