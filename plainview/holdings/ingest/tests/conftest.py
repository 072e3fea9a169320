"""A data folder of its own for every test, a camera that is carried, a folder of somebody's files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from conftest import Department
from plainview.base.custody import place
from plainview.holdings.fleet.models import Camera, Carry
from plainview.holdings.ingest.tests.making import SERIAL, clip


@pytest.fixture(autouse=True)
def data(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, own_log: None, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The data folder of this test: objects, receipts and log lie in one place, as in an installation."""
    made = tmp_path_factory.mktemp("data")
    for name in ("keys", "objects", "log", "receipts"):
        (made / name).mkdir()
    settings.DATA = made
    monkeypatch.setattr(place, "root", lambda: made)
    return made


@pytest.fixture
def camera(department: Department) -> Camera:
    """Alice's body camera, carried by her since 2020."""
    made = Camera.objects.create(serial=SERIAL, kind="body", maker="Sample", model="One")
    Carry.objects.create(camera=made, officer=department.alice.officer, began=datetime(2020, 1, 1, tzinfo=UTC))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of somebody's files."""
    made = tmp_path / "card"
    made.mkdir()
    return made


@pytest.fixture
def put_file(folder: Path) -> Callable[..., Path]:
    """Writes a file into the folder: a clip, unless bytes are given."""

    def put(name: str, content: bytes | None = None) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(clip() if content is None else content)
        return path

    return put
