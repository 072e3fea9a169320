"""Recordings that nobody has classed: how old they are, whose they are, and who has to be told.

An unclassified recording never expires, so nothing is lost by waiting. But nobody may be left unasked: after the days
that the policy names, its officer is told, then the supervisor, then the unit's command.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from plainview.base.notices.actions import settle, tell
from plainview.base.notices.models import Notice
from plainview.base.people.lookup import assignment_on
from plainview.base.people.models import Account, Officer, Unit
from plainview.base.people.roles import Role
from plainview.base.policy import lookup as policy
from plainview.base.policy.rules import Escalation
from plainview.holdings.evidence.access import Scope
from plainview.holdings.evidence.rules import UNCLASSIFIED

STEPS = ("officer", "supervisor", "unit")
_KEY = "unclassified"


@dataclass(frozen=True)
class Pile:
    """The unclassified recordings of one officer in one unit; both empty where they are not known."""

    officer: int | None
    unit: int | None
    counts: tuple[int, int, int, int]  # in all, and older than each of the three steps
    oldest: datetime


def terms() -> Escalation:
    """Returns the days of the policy in force, or the program's own."""
    found = policy.current_policy()
    return found.duties.escalation if found else Escalation()


def piles(scope: Scope, now: datetime | None = None) -> list[Pile]:
    """Returns what is unclassified in a scope, officer by officer, the oldest first. One query on an index."""
    if scope.empty:
        return []
    now = now or timezone.now()
    moments = [now - timedelta(days=days) for days in terms().unclassified_days]
    only, which = ("true", []) if scope.everything else (_ONLY, [sorted(scope.officers), sorted(scope.units)])
    with connection.cursor() as cursor:
        cursor.execute(_PILES.format(only=only), [*moments, [UNCLASSIFIED], *which])
        rows = cursor.fetchall()
    return [Pile(officer, unit, (n, one, two, three), oldest) for officer, unit, n, one, two, three, oldest in rows]


_ONLY = "(officer_id = any(%s) or unit_id = any(%s))"
_PILES = """
select officer_id, unit_id, count(*), count(*) filter (where listed_at < %s), count(*) filter (where listed_at < %s),
       count(*) filter (where listed_at < %s), min(listed_at)
from evidence_recording where classes = %s and {only}
group by officer_id, unit_id order by min(listed_at)"""


@dataclass
class _Told:
    """What one account has to be told at one step."""

    count: int = 0
    oldest: datetime | None = None

    def add(self, count: int, oldest: datetime) -> None:
        self.count += count
        self.oldest = min(self.oldest, oldest) if self.oldest else oldest


def escalate(now: datetime | None = None) -> int:
    """Tells everybody who has to know, once a week and step, and settles what is done. Returns how many notices."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    people = _People(today)
    due: dict[tuple[int, Account], _Told] = defaultdict(_Told)
    for pile in piles(Scope(everything=True), now):
        for step in range(3):
            if pile.counts[step + 1]:
                for account in people.told_of(pile, step):
                    due[step, account].add(pile.counts[step + 1], pile.oldest)
    _settle_done(due, today)
    return sum(len(_tell(step, account, what, today)) for (step, account), what in due.items())


def _tell(step: int, account: Account, what: _Told, today: date) -> list[Notice]:
    days = terms().unclassified_days[step]
    many = "recording has" if what.count == 1 else "recordings have"
    whose = "of yours " if step == 0 else ""
    oldest = timezone.localdate(what.oldest) if what.oldest else today
    return tell(
        [account],
        _key(step, today),
        f"{what.count} {many.replace('recording', f'recording {whose}'.strip(), 1)} had no class for {days} days",
        f"The oldest is of {oldest:%B} {oldest.day}, {oldest.year}. Unclassified recordings are never destroyed, and "
        "nobody can find them by what they show. Give each a class.",
        reverse("evidence:mine") if step == 0 and account.officer_id else reverse("evidence:untagged"),
        today + timedelta(days=7),
    )


def _key(step: int, today: date) -> str:
    year, week, _ = today.isocalendar()
    return f"{_KEY}:{STEPS[step]}:{year}-{week:02}"


def _settle_done(due: Iterable[tuple[int, Account]], today: date) -> None:
    """Marks as done what no longer has to be told to anybody, and what an earlier week said."""
    now_due = {(_key(step, today), account.pk) for step, account in due}
    waiting = Notice.objects.filter(key__startswith=f"{_KEY}:", done_at=None).values_list("key", "account_id")
    for key in {key for key, account in waiting if (key, account) not in now_due}:
        if not any(each == key for each, _ in now_due):
            settle(key)


class _People:
    """Who is told of a pile: looked up once a run."""

    def __init__(self, today: date) -> None:
        self.today = today
        held = Q(grants__role=Role.COMMANDER) | Q(grants__role=Role.TECHNICIAN)
        active = Account.objects.filter(is_active=True).select_related("officer")
        self.of_officer = {a.officer_id: a for a in active.filter(officer__isnull=False)}
        self.command = list(active.filter(held, grants__revoked_at__isnull=True).distinct())
        self.officers = Officer.objects.in_bulk(list({o for o in self.of_officer if o}))
        self.parents = dict(Unit.objects.values_list("pk", "parent_id"))
        self._above: dict[int, list[Account]] = {}
        self._supervisors: dict[int, list[Account]] = {}

    def told_of(self, pile: Pile, step: int) -> list[Account]:
        """Returns the accounts of a step; technicians and commanders where nobody else is known."""
        if pile.officer is None:
            return self.command if step == 0 else []
        if step == 0:
            own = self.of_officer.get(pile.officer)
            return [own] if own else []
        return (self._supervisor(pile.officer) if step == 1 else self._division(pile.unit)) or self.command

    def _supervisor(self, officer: int) -> list[Account]:
        if officer not in self._supervisors:
            found = assignment_on(Officer.objects.get(pk=officer), self.today)
            account = self.of_officer.get(found.supervisor_id) if found else None
            self._supervisors[officer] = [account] if account else []
        return self._supervisors[officer]

    def _division(self, unit: int | None) -> list[Account]:
        """The supervisors who serve in the unit above."""
        above = self.parents.get(unit) if unit else None
        if above is None:
            return []
        if above not in self._above:
            serving = Q(officer__assignments__began__lte=self.today) & (
                Q(officer__assignments__ended__isnull=True) | Q(officer__assignments__ended__gte=self.today)
            )
            found = Account.objects.filter(serving, officer__assignments__unit=above, is_active=True)
            roles = {"grants__role": Role.SUPERVISOR, "grants__revoked_at__isnull": True}
            self._above[above] = list(found.filter(**roles).distinct())
        return self._above[above]
