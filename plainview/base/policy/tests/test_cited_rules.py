"""The retention rules of Missouri, Kansas City and other places, as cited: a text can say each, and it counts so."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from plainview.base.policy.rules import KeepUntil, MatterState, Policy, keep_until, parse
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, a_class

MARCH_3 = date(2021, 3, 3)


@pytest.fixture
def cited(shared: Path) -> dict[str, dict[str, Any]]:
    path = shared / "data" / "retention-rules-cited" / "retention_rules.json"
    return {rule["id"]: rule for rule in json.loads(path.read_text(encoding="utf-8"))["rules"]}


@pytest.fixture(scope="module")
def kansas_city() -> Policy:
    return parse(KANSAS_CITY.read_bytes())


def kept(policy: Policy, *classes: str, matters: tuple[MatterState, ...] = ()) -> KeepUntil:
    return keep_until(policy, classes, MARCH_3, matters)


def test_a_text_can_say_every_cited_period_and_it_counts_in_days(cited: dict[str, dict[str, Any]]) -> None:
    periods = {rule_id: rule["min_days"] for rule_id, rule in cited.items() if rule["min_days"]}
    assert len(periods) > 10
    text = HOUSE + "".join(a_class(f"r-{i.lower()}", f'"{days} days"') for i, days in periods.items())
    policy = parse(text)
    for rule_id, days in periods.items():
        assert kept(policy, f"r-{rule_id.lower()}").until == MARCH_3 + timedelta(days=days)


def test_nothing_of_kansas_city_s_text_goes_before_missouri_s_minimum(
    cited: dict[str, dict[str, Any]], kansas_city: Policy
) -> None:
    """MO-01: at least 30 days. Counted on every day of four years, for months of every length."""
    least = cited["MO-01"]["min_days"]
    for found in kansas_city.classes:
        for n in range(0, 4 * 365, 7):
            day = date(2020, 1, 1) + timedelta(days=n)
            until = keep_until(
                kansas_city, [found.id], day, [MatterState("C", k, "concluded", day) for k in found.matter_kinds]
            ).until
            assert not isinstance(until, date) or until >= day + timedelta(days=least)


def test_kansas_city_keeps_non_evidentiary_video_180_days(
    cited: dict[str, dict[str, Any]], kansas_city: Policy
) -> None:
    assert kept(kansas_city, "non-evidentiary").until == MARCH_3 + timedelta(days=cited["KC-01"]["min_days"])


def test_the_auditor_s_finding_what_nobody_classed_never_goes_at_the_non_evidence_period(
    cited: dict[str, dict[str, Any]], kansas_city: Policy
) -> None:
    assert "UNCLASSIFIED" in cited["KC-03"]["rule"]
    found = kept(kansas_city, "unclassified")
    assert not found.due(MARCH_3 + timedelta(days=200))
    assert not found.due(date(2999, 1, 1))


def test_kentucky_counts_in_months_not_days(cited: dict[str, dict[str, Any]]) -> None:
    assert "DUI 14 months; DUI with accident 26 months" in cited["KY-01"]["scope"]
    policy = parse(HOUSE + a_class("dui", '"14 months"') + a_class("dui-crash", '"26 months"'))
    assert kept(policy, "dui").until == date(2022, 5, 3)
    assert kept(policy, "dui-crash").until == date(2023, 5, 3)


def test_ohio_two_years_or_the_end_of_all_proceedings_whichever_is_longer(cited: dict[str, dict[str, Any]]) -> None:
    assert "whichever is LONGER" in cited["OH-02"]["rule"]
    kinds = 'matter_kinds = ["criminal", "civil", "complaint"]'
    policy = parse(
        HOUSE + a_class("two-years", '"2 years"') + a_class("proceedings", '"1 day"', '"matter concluded"', kinds)
    )
    both = ("two-years", "proceedings")
    early = (MatterState("C", "criminal", "concluded", date(2021, 6, 1)),)
    late = (*early, MatterState("V", "civil", "concluded", date(2024, 6, 1)))
    still_open = (*late, MatterState("IA", "complaint", "open", date(2021, 6, 1)))
    assert kept(policy, *both, matters=early).until == date(2023, 3, 3)
    assert kept(policy, *both, matters=late).until == date(2024, 6, 2)
    assert kept(policy, *both, matters=still_open).until == "until concluded"


def test_new_jersey_s_three_years_for_force_beat_its_180_days(cited: dict[str, dict[str, Any]]) -> None:
    assert "3 years" in cited["NJ-02"]["rule"]
    policy = parse(HOUSE + a_class("nj", '"180 days"') + a_class("nj-force", '"3 years"'))
    assert kept(policy, "nj", "nj-force").until == date(2024, 3, 3)
