"""A data folder of its own for every test of the room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from plainview.base.storage.tests.killing import Victim


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    """Points storage at an empty data folder; returns it."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    return Path(settings.DATA)


@pytest.fixture(scope="session")
def victim_process(django_db_setup: None) -> Iterator[Victim]:
    """Starts the victim once: that takes longer than most of its jobs."""
    with Victim() as process:
        yield process


@pytest.fixture
def victim(victim_process: Victim, transactional_db: None, tmp_path: Path) -> Victim:
    """The process that stores and gets killed, pointed at this test's folders."""
    victim_process.out = tmp_path / "acknowledged.json"
    return victim_process
