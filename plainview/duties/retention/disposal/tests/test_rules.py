"""What is unusual about a list, when a clock can't be believed, when somebody has to show again who they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plainview.duties.retention.disposal.rules import Figures, clock_problem, proof_problem, unusual

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
MIN = timedelta(minutes=1)
BEFORE = Figures(recordings=100, size=1000, officers=20, matters=5, classes={"non-evidentiary": 100})
USUAL = Figures(
    recordings=110, size=1100, officers=22, matters=6, oldest=date(2026, 1, 1), newest=date(2026, 6, 1), of_officer=9,
    held=10_000, classes={"non-evidentiary": 110},
)  # fmt: skip


def test_a_usual_month_says_nothing() -> None:
    assert unusual(USUAL, BEFORE, date(2021, 4, 1), TODAY) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"recordings": 250, "of_officer": 9}, "2.5 times as many recordings as in the month before (100)"),
        ({"size": 5000}, "5.0 times as many bytes"),
        ({"held": 440}, "25% of everything that is held here"),
        ({"classes": {"criminal": 1, "non-evidentiary": 1}}, "No recording of criminal went"),
        ({"of_officer": 80}, "73% of them are one officer"),
        ({"newest": date(2026, 11, 20)}, "only 11 days old"),
        ({"matters": 30}, "30 concluded matters"),
    ],
)
def test_what_stands_out_is_said(change: dict[str, object], says: str) -> None:
    found = unusual(Figures(**{**USUAL.__dict__, **change}), BEFORE, date(2021, 4, 1), TODAY)
    assert len(found) == 1
    assert says in found[0]


def test_a_policy_of_yesterday_and_a_first_month_stand_out() -> None:
    assert unusual(USUAL, BEFORE, date(2026, 11, 20), TODAY) == ["The policy text has been in force for 11 days only."]
    assert unusual(USUAL, Figures(), None, TODAY)[0].startswith("Nothing was destroyed in the month before")


@pytest.mark.parametrize(
    ("last", "signed", "says"),
    [
        (None, None, "no signed checkpoint yet"),
        (NOW + 3 * MIN, NOW - MIN, "3 minutes behind the log"),
        (NOW - MIN, NOW + timedelta(days=3), "3 days behind the log"),
        (NOW - MIN, NOW - 61 * MIN, "the log stands still, or the clock jumped"),
        (NOW - timedelta(days=30), NOW - timedelta(days=30), "30 days old"),
        (NOW - 9 * MIN, NOW - 9 * MIN, ""),
    ],
)
def test_when_a_clock_is_believed(last: datetime | None, signed: datetime | None, says: str) -> None:
    found = clock_problem(NOW, last, signed)
    assert says in found
    assert bool(found) == bool(says)


def test_a_proof_is_fresh_for_five_minutes() -> None:
    assert proof_problem(NOW, NOW - 5 * MIN) == ""
    assert proof_problem(NOW, NOW - 6 * MIN)
    assert proof_problem(NOW, NOW + MIN)
