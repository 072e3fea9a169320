"""The sample: shares that add up, a draw that a stranger repeats, an interval that keeps its promise."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Department
from plainview.duties.activation.models import Finding
from plainview.duties.activation.rules.sampling import Stratum, allotted, estimate, place
from plainview.duties.activation.sampling import draw
from plainview.duties.activation.tests.making import DAY, busy


@given(st.dictionaries(st.integers(0, 40), st.integers(0, 500), max_size=12), st.integers(0, 300))
def test_shares_add_up_and_never_exceed_what_there_is(sizes: dict[int, int], wanted: int) -> None:
    given_ = allotted(sizes, wanted)
    assert sum(given_.values()) == min(wanted, sum(sizes.values()))
    assert all(0 <= given_[key] <= size for key, size in sizes.items())
    filled = [key for key, size in sizes.items() if size]
    if wanted >= len(filled) * 2:
        assert all(given_[key] for key in filled)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = random.Random(3)
    units = [[rng.random() < rate for _ in range(size)] for size, rate in ((900, 0.9), (400, 0.7), (60, 0.4))]
    truth = sum(map(sum, units)) / sum(map(len, units))
    share = allotted({n: len(unit) for n, unit in enumerate(units)}, 98)
    hits = 0
    for _ in range(600):
        strata = [Stratum(len(unit), share[n], sum(rng.sample(unit, share[n]))) for n, unit in enumerate(units)]
        found = estimate(strata)
        assert found is not None
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / 600 <= 1


def test_drawing_everything_leaves_no_doubt() -> None:
    found = estimate([Stratum(10, 10, 7), Stratum(10, 10, 1)])
    assert found is not None
    assert found.low == found.share == found.high == pytest.approx(0.4)
    assert estimate([]) is None


def test_the_database_draws_what_the_rule_says(department: Department) -> None:
    busy(department)
    drawn = draw("a seed", DAY, DAY, 3)
    rows = Finding.objects.select_related("dispatch__call")
    wanted = allotted({unit: rows.filter(unit=unit).count() for unit in rows.values_list("unit", flat=True)}, 3)
    expected = set()
    for unit, number in wanted.items():
        placed = sorted(
            rows.filter(unit=unit),
            key=lambda f: place("a seed", f.dispatch.call.number, f.dispatch.badge, f"{f.begin:%Y-%m-%dT%H:%M:%SZ}"),
        )
        expected |= {f.pk for f in placed[:number]}
    assert {f.pk for f in drawn.findings} == expected
