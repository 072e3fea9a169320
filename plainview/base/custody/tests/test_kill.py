"""SIGKILL at random moments of the sequencer, while four processes write: nothing is lost, nothing comes twice."""

from __future__ import annotations

import pytest

from plainview.base.custody.tests.killing import Count, kill_and_count


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_doubled_whenever_the_sequencer_is_killed() -> None:
    found = kill_and_count(kills=12, writers=4, events=100)
    assert found.events >= 400
    assert found.moved > 50
    assert found == Count(kills=12, events=found.events, moved=found.moved)
    assert found.clean
