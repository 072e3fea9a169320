"""The database's answers against the obvious way, on random rosters: who served where, who supervised whom."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from plainview.base.people.access import supervised_officers, supervised_units
from plainview.base.people.actions import create_account, import_roster
from plainview.base.people.agency import home_agency
from plainview.base.people.lookup import assignment_on, officer_on
from plainview.base.people.models import Officer, Unit
from plainview.base.people.roles import Role
from plainview.base.people.roster import unit_paths
from plainview.base.people.rules.rows import COLUMNS
from plainview.base.people.views.roster import branches, posts

pytestmark = pytest.mark.django_db
FIRST = date(2024, 1, 1)
UNITS = ["A", "A / 1", "A / 1 / x", "A / 2", "B", "B / 1"]


@dataclass
class Line:
    """One assignment, as the file says it and as anybody would read it."""

    badge: str
    name: str
    unit: str
    boss: str
    began: date
    ended: date | None

    def covers(self, day: date) -> bool:
        return self.began <= day and (self.ended is None or day <= self.ended)


def city(seed: int) -> list[Line]:
    """Twenty badges over half a year: moves, gaps, and now and then a badge that passes to another person."""
    dice = random.Random(seed)
    lines: list[Line] = []
    for number in range(20):
        known = [badge for badge in range(number) if len({x.name for x in lines if x.badge == str(badge)}) == 1]
        day, person = FIRST + timedelta(days=dice.randrange(30)), 0
        for _ in range(dice.randrange(1, 5)):
            last = day + timedelta(days=dice.randrange(40))
            boss = str(dice.choice(known)) if known and dice.random() < 0.7 else ""
            lines.append(Line(str(number), f"P{number}.{person}", dice.choice(UNITS), boss, day, last))
            day = last + timedelta(days=dice.choice([1, 1, 1, 9]))
            person += dice.random() < 0.2
        if dice.random() < 0.5:
            lines[-1].ended = None
    return lines


@pytest.fixture(params=range(4))
def lines(request: pytest.FixtureRequest, tmp_path: Path) -> list[Line]:
    """A city, imported in two halves and in random order."""
    made = city(request.param)
    dice = random.Random(request.param)
    halves = [[x for x in made if int(x.badge) < 12], list(made)]
    for n, half in enumerate(halves):
        dice.shuffle(half)
        path = tmp_path / f"{n}.csv"
        rows = [f"{x.badge},{x.name},{x.unit},,{x.boss},{x.began},{x.ended or ''}" for x in half]
        path.write_text("\n".join([",".join(COLUMNS), *rows]))
        import_roster(path, actor="system:test")
    return made


def days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range(0, 220, 13)]


def test_badges_mean_the_same_people(lines: list[Line]) -> None:
    for day in days():
        for badge in {x.badge for x in lines}:
            expected = next((x.name for x in lines if x.badge == badge and x.covers(day)), None)
            found = officer_on(badge, day)
            assert (found.name if found else None) == expected


def test_officers_serve_in_the_same_units_under_the_same_people(lines: list[Line]) -> None:
    paths = unit_paths(home_agency())
    officers = {(o.badge, o.name): o for o in Officer.objects.all()}
    for day in days():
        for line in lines:
            found = assignment_on(officers[line.badge, line.name], day)
            if line.covers(day):
                assert found is not None
                assert " / ".join(paths[found.unit_id]) == line.unit
                assert (found.supervisor.badge if found.supervisor else "") == line.boss


def test_the_pages_count_the_same_people(lines: list[Line]) -> None:
    paths = unit_paths(home_agency())
    for day in days():
        serving = [x for x in lines if x.covers(day)]
        assert posts(day).count() == len(serving)
        counted = {" / ".join(paths[b.unit.pk]): b.serving for b in branches(home_agency(), day)}
        assert counted == {unit: sum(x.unit == unit for x in serving) for unit in counted}


def test_supervisors_supervise_the_same_units_and_officers(lines: list[Line]) -> None:
    paths = {pk: " / ".join(path) for pk, path in unit_paths(home_agency()).items()}
    badges = {o.pk: (o.badge, o.name) for o in Officer.objects.all()}
    boss = next(o for o in Officer.objects.order_by("badge") if any(x.boss == o.badge for x in lines))
    account = create_account("boss", "The Boss", actor="system:test", roles=[Role.SUPERVISOR])
    account.officer = boss
    for day in days():
        serving = [x for x in lines if x.covers(day)]
        own = next((x.unit for x in serving if (x.badge, x.name) == (boss.badge, boss.name)), None)
        units = {u for u in paths.values() if own and (u == own or u.startswith(f"{own} / "))}
        assert {paths[pk] for pk in supervised_units(account, day)} == units
        named = {a.officer_id for a in posts(day) if a.supervisor_id == boss.pk}
        expected = {(x.badge, x.name) for x in serving if x.unit in units} | {badges[pk] for pk in named}
        expected.discard((boss.badge, boss.name))
        assert {badges[pk] for pk in supervised_officers(account, day)} == expected


def test_importing_it_all_again_changes_nothing(lines: list[Line], tmp_path: Path) -> None:
    before = Unit.objects.count(), Officer.objects.count()
    done = import_roster(tmp_path / "1.csv", actor="system:test")
    assert not done.changed
    assert (Unit.objects.count(), Officer.objects.count()) == before
