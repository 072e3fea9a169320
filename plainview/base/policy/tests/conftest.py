"""The day on which the stories of this room happen, and the texts that they begin with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from plainview.base.policy import actions
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.tests.texts import HOUSE

TODAY = date(2026, 11, 23)
ACTOR = "system:test"


@pytest.fixture
def today() -> Iterator[date]:
    """November 23, 2026, late in the evening in Kansas City: in UTC it is the next day already."""
    with time_machine.travel("2026-11-24T04:30:00Z", tick=False):
        yield TODAY


@pytest.fixture
def in_force(today: date, db: None) -> PolicyVersion:
    """The house's own text, adopted with its past day."""
    return actions.adopt(HOUSE, actor=ACTOR)
