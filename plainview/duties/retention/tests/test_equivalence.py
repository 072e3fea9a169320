"""The set-based statement and the pure function say the same of every recording of random cities."""

from __future__ import annotations

import random
import secrets
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction

from conftest import Department
from plainview.base.policy.rules import HoldState, KeepUntil, MatterState, Term, keep_until, parse, speaking
from plainview.duties.retention.due import judge_all
from plainview.holdings.evidence.models import Hold, Recording, RecordingCall, RecordingMatter
from plainview.holdings.incidents.models import Call, Matter, MatterCall, MatterKind, Status

KINDS = MatterKind.values
CLASSES = ["unclassified", "alpha", "beta", "gamma", "delta"]
PERIODS = ["1 days", "29 days", "180 days", "1 months", "13 months", "1 years", "5 years", "forever"]
ZONE = ZoneInfo(settings.TIME_ZONE)


def random_text(rng: random.Random, version: int) -> str:
    """Writes a policy of some random classes; unclassified is always kept for ever."""
    lines = [
        "[policy]",
        'id = "random"',
        f'version = "{version}"',
        "[[class]]",
        'id = "unclassified"',
        'clause = "1"',
        'keep = "forever"',
    ]
    for n, name in enumerate(rng.sample(CLASSES[1:], rng.randint(1, 4))):
        keep = rng.choice(PERIODS)
        lines += ["[[class]]", f'id = "{name}"', f'clause = "{n + 2}"', f'keep = "{keep}"']
        moment = rng.choice(["recorded", "uploaded", "matter concluded"])
        if keep != "forever":
            lines.append(f'from = "{moment}"')
            if moment == "matter concluded":
                kinds = rng.sample(KINDS, rng.randint(1, 3))
                lines.append(f"matter_kinds = {kinds!r}".replace("'", '"'))
            if rng.random() < 0.3:
                lines.append("review = true")
    return "\n".join(lines) + "\n"


class City:
    """A random city in the database, and the same city as plain facts."""

    def __init__(self, rng: random.Random, department: Department) -> None:
        self.rng = rng
        first = date(2020, 1, 1)
        self.terms = [
            Term(parse(random_text(rng, n)), first + timedelta(days=rng.randint(0, 900) * n))
            for n in range(rng.randint(0, 3))
        ]
        self.matters = [self._matter(n) for n in range(rng.randint(0, 6))]
        self.calls = [Call.objects.create(number=f"C{n}") for n in range(4)]
        self.matters_of_call = {
            call.pk: rng.sample(self.matters, min(len(self.matters), rng.randint(0, 2))) for call in self.calls
        }
        for call in self.calls:
            for matter in self.matters_of_call[call.pk]:
                MatterCall.objects.create(matter=matter, call=call)
        self.expected: dict[str, KeepUntil] = {}
        self.on = first + timedelta(days=rng.randint(0, 2500))
        for _ in range(rng.randint(1, 12)):
            self._recording(department)

    def _matter(self, n: int) -> Matter:
        return Matter.objects.create(
            handle=secrets.token_hex(16),
            number=f"M{n}",
            kind=self.rng.choice(KINDS),
            status=self.rng.choice(Status.values),
            status_on=date(2020, 1, 1) + timedelta(days=self.rng.randint(0, 1500)),
        )

    def _recording(self, department: Department) -> None:
        rng = self.rng
        start = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randint(0, 2_000_000))
        known = rng.random() < 0.85
        uploaded = start + timedelta(hours=rng.randint(0, 90))
        classes = rng.sample([*CLASSES, "nobody-knows"], rng.randint(0, 3))
        made = Recording.objects.create(
            handle=secrets.token_hex(16),
            agency=department.agency,
            start=start if known else None,
            uploaded=uploaded,
            listed_at=start,
            classes=classes,
        )
        matters: dict[int, Matter] = {}
        for matter in rng.sample(self.matters, min(len(self.matters), rng.randint(0, 2))):
            RecordingMatter.objects.create(recording=made, matter=matter)
            matters[matter.pk] = matter
        for call in rng.sample(self.calls, rng.randint(0, 2)):
            RecordingCall.objects.create(recording=made, call=call, how="import")
            matters |= {m.pk: m for m in self.matters_of_call[call.pk]}
        holds = [self._hold(made) for _ in range(rng.choice([0, 0, 0, 1, 2]))]
        start_day = start.astimezone(ZONE).date() if known else None
        policy, earlier = speaking(self.terms, start_day, self.on)
        self.expected[str(made.pk)] = keep_until(
            policy,
            classes,
            start_day,
            [
                MatterState(m.number, m.kind, m.status, m.status_on)
                for m in sorted(matters.values(), key=lambda m: m.number)
            ],
            holds,
            uploaded_day=uploaded.astimezone(ZONE).date(),
            earlier=earlier,
        )

    def _hold(self, recording: Recording) -> HoldState:
        lifted = self.rng.random() < 0.4
        hold = Hold.objects.create(
            recording=recording,
            reason="because",
            placed_at=datetime(2021, 1, 1, tzinfo=UTC),
            placed_by="account:a",
            lift_asked_by="account:b" if lifted else "",
            lifted_by="account:c" if lifted else "",
            lifted_at=datetime(2021, 2, 1, tzinfo=UTC) if lifted else None,
        )
        return HoldState(f"hold-{hold.pk}", "because", ("account:b", "account:c") if lifted else ())


def compare(seed: int, department: Department) -> int:
    """Builds a city, asks both, and returns how many recordings agreed."""
    city = City(random.Random(seed), department)
    found = {row.id: row for row in judge_all(city.on, city.terms)}
    assert found.keys() == city.expected.keys()
    for recording, wanted in city.expected.items():
        row = found[recording]
        until = wanted.until.isoformat() if isinstance(wanted.until, date) else wanted.until
        assert row.keep_until == until, (seed, wanted)
        assert row.due == wanted.due(city.on), (seed, row, wanted)
        assert sorted(row.held_by) == sorted(wanted.held_by), (seed, row, wanted)
        assert row.review == wanted.review, (seed, row, wanted)
        if wanted.known:
            assert row.clause in {reason.clause for reason in wanted.governing}, (seed, row, wanted)
    return len(found)


@pytest.mark.parametrize("block", range(6))
def test_statement_and_function_agree_on_random_cities(department: Department, block: int) -> None:
    agreed = 0
    for seed in range(block * 50, block * 50 + 50):
        with transaction.atomic():
            agreed += compare(seed, department)
            transaction.set_rollback(True)
    assert agreed > 150
