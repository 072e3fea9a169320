"""A data folder of its own for every test, with footage in it that belongs to matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from conftest import Department
from plainview.base.custody import open_item, place
from plainview.base.storage.layout import Layout
from plainview.holdings.evidence.actions import Registered
from plainview.holdings.evidence.models import RecordingCall, RecordingMatter
from plainview.holdings.evidence.tests.making import footage
from plainview.holdings.incidents.models import Call, Matter, MatterCall, MatterKind, Status


@pytest.fixture(autouse=True)
def data(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, own_log: None, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The data folder of this test."""
    made = tmp_path_factory.mktemp("data")
    for name in ("keys", "objects", "log", "receipts"):
        (made / name).mkdir()
    settings.DATA = made
    monkeypatch.setattr(place, "root", lambda: made)
    return made


@dataclass
class Held:
    """Three recordings: one that a matter names, one of a call that a matter names, one of none."""

    named: Registered
    called: Registered
    free: Registered
    department: Department

    @property
    def all(self) -> list[Registered]:
        return [self.named, self.called, self.free]


@pytest.fixture
def held(department: Department) -> Held:
    """Footage of a case in one county, of a call in another, and of nothing."""
    found = Held(footage(department.alice), footage(department.alice), footage(department.alice), department)
    jackson = matter("24-100", "Jackson County Prosecutor")
    RecordingMatter.objects.create(recording=found.named.recording, matter=jackson)
    clay = matter("24-200", "Clay County Prosecutor")
    call = Call.objects.create(number="C-1")
    MatterCall.objects.create(matter=clay, call=call)
    RecordingCall.objects.create(recording=found.called.recording, call=call, how="import")
    return found


def matter(number: str, agency: str) -> Matter:
    """Opens a criminal case."""
    return Matter.objects.create(
        handle=open_item("matter"),
        number=number,
        agency=agency,
        kind=MatterKind.CRIMINAL,
        status=Status.OPEN,
        status_on=date(2026, 6, 1),
    )


def path_of(registered: Registered) -> Path:
    """Where the bytes of a file lie."""
    from django.conf import settings

    return Layout(Path(settings.DATA) / "objects").final(registered.file.object_id)
