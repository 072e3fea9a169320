"""Honest histories, whatever happens in which order, never raise an alarm: not at the start, not in the full check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.base import custody
from plainview.base.custody import guard, moving, place, sequencer
from plainview.base.custody.actions import Entry
from plainview.base.custody.audit import audit
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.custody.receipts import receipt
from plainview.base.custody.tests.making import ACTOR
from plainview.ledger.canonical import Json

KINDS = [Kind.EVIDENCE_FILE_STORED, Kind.EVIDENCE_RECORDING_CLASSED, Kind.PEOPLE_ROLE_GRANTED]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
FACTS = st.dictionaries(st.sampled_from(["name", "old", "new", "reason", "size"]), JSON, max_size=4)
ACT = st.one_of(
    st.tuples(st.just("one"), st.integers(0, 4), FACTS),
    st.tuples(st.just("many"), st.integers(1, 40), FACTS),
    st.tuples(st.just("undone"), st.integers(0, 4), FACTS),
    st.tuples(st.just("open"), st.integers(0, 4), FACTS),
    st.tuples(st.just("drain"), st.integers(1, 300), FACTS),
    st.tuples(st.just("cut off"), st.integers(0, 9), FACTS),
    st.tuples(st.just("idle"), st.integers(0, 2000), FACTS),
    st.tuples(st.just("clock"), st.integers(-100, 100), FACTS),
)


class CutOff(BaseException):
    """The process died."""


class City:
    """What happens in it."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.items = [custody.open_item("file") for _ in range(3)]
        self.made: list[Event] = []

    def act(self, what: str, number: int, facts: dict[str, Json]) -> None:
        acts: dict[str, Callable[[int, dict[str, Json]], None]] = {
            "one": self.one,
            "many": self.many,
            "undone": self.undone,
            "open": lambda *_: self.items.append(custody.open_item("file")),
            "drain": self.drain,
            "cut off": self.cut_off,
            "idle": self.idle,
            "clock": lambda seconds, _: self.clock.shift(seconds),
        }
        acts[what](number, facts)

    def one(self, number: int, facts: dict[str, Json]) -> None:
        with transaction.atomic():
            item = self.items[number % len(self.items)]
            self.made.append(custody.record(KINDS[number % 3], item, actor=ACTOR, facts=facts, public=facts))

    def many(self, number: int, facts: dict[str, Json]) -> None:
        entries = [Entry(KINDS[i % 3], self.items[i % len(self.items)], facts) for i in range(number)]
        with transaction.atomic():
            self.made += custody.record_many(entries, actor=ACTOR)

    def undone(self, number: int, facts: dict[str, Json]) -> None:
        with transaction.atomic():
            custody.record(KINDS[0], self.items[number % len(self.items)], actor=ACTOR, facts=facts)
            transaction.set_rollback(True)

    def drain(self, number: int, _: object) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(moving, "BATCH", number)
            sequencer.drain()

    def cut_off(self, files: int, _: object) -> None:
        """Dies before the next file but `files`; nothing may hang on it."""
        left, replace = [files], Path.replace

        def some(self: Path, target: Path) -> Path:
            left[0] -= 1
            if left[0] < 0:
                raise CutOff
            return replace(self, target)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Path, "replace", some)
            try:
                sequencer.drain()
            except CutOff:
                guard._sound.clear()

    def idle(self, seconds: int, _: object) -> None:
        self.clock.shift(timedelta(seconds=seconds))
        sequencer.heartbeat()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=25))
def test_an_honest_history_never_raises_an_alarm(
    acts: list[tuple[str, int, dict[str, Json]]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("city")
    monkeypatch.setattr(place, "root", lambda: folder)
    with transaction.atomic(), time_machine.travel(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), tick=False) as clock:
        point = transaction.savepoint()
        with pytest.MonkeyPatch.context() as patch:
            # the transaction around all this is the test's own
            patch.setattr(sequencer, "_require_no_transaction", lambda: None)
            city = City(clock)
            for act in acts:
                city.act(*act)
            assert guard.check_start() == []
            sequencer.drain()
            assert [finding for check in audit() for finding in check.findings] == []
            for event in city.made[:3]:
                assert receipt(event)
        transaction.savepoint_rollback(point)  # the next example begins anew
