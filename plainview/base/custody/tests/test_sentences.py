"""Every kind of event has its sentence, and a sentence needs no fact: any of them may be withheld."""

from __future__ import annotations

import pytest
from django.db import transaction

from plainview.base import custody
from plainview.base.custody.history import describe, facts_of, history, title
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.custody.sentences import SENTENCES
from plainview.base.custody.sequencer import drain
from plainview.base.custody.telling import tell


def test_every_kind_has_a_name_and_a_sentence() -> None:
    assert set(SENTENCES) == set(Kind)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_sentence_reads_well_without_any_fact(kind: Kind) -> None:
    name, template = SENTENCES[kind]
    told = tell(template, {}, "account:1")
    assert name[0].isupper()
    assert told[0].isupper()
    assert told.endswith(".")
    assert not set(told) & set("…{}[]|")
    assert "  " not in told
    assert " ." not in told


@pytest.fixture
def events(db: None) -> list[Event]:
    with transaction.atomic():
        handle = custody.open_item("file")
        return [
            custody.record(
                Kind.EVIDENCE_FILE_STORED,
                handle,
                actor="system:dock",
                facts={"door": "folder", "name": "GX010042.MP4", "size": 12_000_000},
            ),
            custody.record(Kind.EVIDENCE_FILE_DOWNLOADED, handle, actor="account:7", facts={"name": "GX010042.MP4"}),
        ]


def test_an_event_is_told_in_one_sentence(events: list[Event]) -> None:
    assert describe(events[0]) == "Stored as it came through the folder door: GX010042.MP4, 12.0 MB."
    assert describe(events[1], {"account:7": "Alice"}.get) == "Alice downloaded the file GX010042.MP4."
    assert title(events[1]) == "Downloaded"


def test_who_may_not_read_the_body_learns_no_name(events: list[Event]) -> None:
    assert describe(events[1], {"account:7": "Alice"}.get, with_facts=False) == "Somebody downloaded the file."


def test_history_comes_in_order_with_places(events: list[Event]) -> None:
    drain()
    found = history(events[0].item_id)
    assert [event.n for event in found] == [1, 2]
    assert [event.place.index for event in found] == [0, 1]
    assert history("00" * 16) == []


def test_history_of_what_is_not_in_the_log_yet_has_no_place(events: list[Event]) -> None:
    assert not hasattr(history(events[0].item_id)[0], "place")


def test_a_lost_body_leaves_the_bare_sentence(events: list[Event]) -> None:
    events[1].body = b""
    assert facts_of(events[1]) == {}
    assert describe(events[1]) == "An account downloaded the file."


def test_a_kind_that_this_version_does_not_know_is_told_in_its_own_words() -> None:
    event = Event(kind="records.request.fee_waived", actor="account:1", body=b"")
    assert describe(event) == "Request fee waived."
    assert title(event) == "Fee waived"
