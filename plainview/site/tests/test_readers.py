"""The private facts of an item's events are for those whom the room of the item lets in, and for nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from plainview.base.custody import open_item
from plainview.base.custody.access import may_read
from plainview.base.custody.models import Item
from plainview.holdings.evidence.models import Recording

EVERYBODY = {"alice", "bob", "charlie", "sam", "tess", "audrey", "adam", "nora"}


def readers(department: Any, handle: str) -> set[str]:
    item = Item.objects.get(handle=handle)
    return {name for name in EVERYBODY if may_read(getattr(department, name), item)}


@pytest.mark.parametrize("path", sorted(set(settings.CUSTODY_READERS.values())))
def test_every_rule_that_the_settings_name_is_there(path: str) -> None:
    assert callable(import_string(path))


def test_a_recording_is_read_by_those_who_see_its_page(department: Any) -> None:
    recording = Recording.objects.create(
        handle=open_item("recording"),
        agency=department.agency,
        officer=department.alice.officer,
        unit=department.first,
        uploaded=timezone.now(),
        listed_at=timezone.now(),
    )
    assert readers(department, recording.handle) == {"alice", "sam", "tess", "audrey"}


def test_a_handle_without_a_recording_is_read_by_nobody(department: Any) -> None:
    for kind in ("recording", "file", "derivative", "policy"):
        assert readers(department, open_item(kind)) == set()


def test_an_account_is_read_by_itself_administrators_and_auditors(department: Any) -> None:
    assert readers(department, department.alice.handle) == {"alice", "adam", "audrey"}


def test_the_log_itself_is_read_by_everybody_with_a_role(department: Any) -> None:
    assert readers(department, open_item("log")) == EVERYBODY - {"nora"}


def test_what_nobody_owns_is_read_by_nobody(department: Any) -> None:
    assert readers(department, open_item("lost")) == set()


@pytest.mark.parametrize("kind", ["agency", "arrival", "batch", "camera", "leftover", "package"])
def test_the_system_is_read_by_those_who_run_it(department: Any, kind: str) -> None:
    assert readers(department, open_item(kind)) == {"adam", "audrey", "tess"}
