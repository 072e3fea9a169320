"""Who reviews a recording: the officer's supervisor of that day, then those above, then command; never a party to it.

Everything that is asked of the roster is read once a run, so that a whole cycle costs a handful of queries.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone

from plainview.base.people.lookup import serving
from plainview.base.people.models import Account, Assignment, RoleGrant, Unit
from plainview.base.people.roles import Role
from plainview.duties.review.models import Task
from plainview.duties.review.rules import first_free
from plainview.holdings.evidence.access import Reach, reach
from plainview.holdings.evidence.models import Recording

REVIEWING = (Role.COMMANDER, Role.SUPERVISOR)


def day_of(recording: Recording) -> date:
    """Returns the day of a recording in the department's zone."""
    return timezone.localdate(recording.start or recording.listed_at)


def parties_to(recordings: Collection[UUID]) -> dict[UUID, set[int]]:
    """Returns the officers who are parties: who recorded it, and whoever was sent to a call that it is tied to."""
    found: dict[UUID, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_PARTIES, [list(recordings), list(recordings)])
        for recording, officer in cursor.fetchall():
            found[recording].add(officer)
    return found


_PARTIES = """
select id, officer_id from evidence_recording where id = any(%s) and officer_id is not null
union
select t.recording_id, d.officer_id from evidence_recordingcall t join incidents_dispatch d on d.call_id = t.call_id
where t.recording_id = any(%s) and d.officer_id is not null"""


class Reviewers:
    """The people of a day, for the recordings that are to be given to somebody."""

    def __init__(self, recordings: Collection[UUID]) -> None:
        self.today = timezone.localdate()
        self.parties = parties_to(recordings)
        self.accounts, self.roles = _accounts()
        self.of_officer = {a.officer_id: pk for pk, a in self.accounts.items() if a.officer_id}
        self.command = [pk for pk in self.accounts if Role.COMMANDER in self.roles[pk]]
        self.parents = dict(Unit.objects.values_list("pk", "parent_id"))
        open_tasks = Task.objects.filter(state=Task.State.OPEN, reviewer__isnull=False)
        self.load = Counter(str(pk) for pk in open_tasks.values_list("reviewer_id", flat=True))
        self._served = _served()
        self._in_unit = self._supervisors_by_unit()
        self._reach: dict[str, Reach] = {}

    def choose(self, recording: Recording, *, command: bool = False) -> Account | None:
        """Returns who is to review it, and counts that; None where nobody may."""
        chain = [self.command] if command else self._chain(recording)
        everybody = {each for step in chain for each in step}
        unfit = {pk for pk in everybody if not self.fits(self.accounts[pk], recording)}
        found = first_free(chain, unfit, self.load)
        if found is None:
            return None
        self.load[found] += 1
        return self.accounts[found]

    def fits(self, account: Account, recording: Recording, *, command: bool = False) -> bool:
        """Whether the account may review it: a reviewer by role, allowed to watch it, and no party to it."""
        pk = str(account.pk)
        if pk not in self.accounts or account.officer_id in self.parties.get(recording.pk, ()):
            return False
        if command and Role.COMMANDER not in self.roles[pk]:
            return False
        if pk not in self._reach:
            self._reach[pk] = reach(self.accounts[pk], self.today)
        return self._reach[pk].play.covers(recording)

    def _chain(self, recording: Recording) -> list[list[str]]:
        served = self._on(recording.officer_id, day_of(recording)) if recording.officer_id else None
        own = self.of_officer.get(served.supervisor_id) if served and served.supervisor_id else None
        first = [own] if own else []
        unit = served.unit_id if served else recording.unit_id
        chain = [first] if served else [self._in_unit.get(unit or 0, [])]
        while unit is not None and (unit := self.parents.get(unit)) is not None:
            chain.append(self._in_unit.get(unit, []))
        return [*chain, self.command]

    def _on(self, officer: int, day: date) -> Assignment | None:
        """Where two assignments overlap, the later one counts."""
        rows = self._served.get(officer, ())
        return next((a for a in rows if a.began <= day and (a.ended is None or a.ended >= day)), None)

    def _supervisors_by_unit(self) -> dict[int, list[str]]:
        """The supervisors who serve in each unit today: they are the ones who can do it now."""
        found: dict[int, list[str]] = defaultdict(list)
        for assignment in serving(self.today).filter(officer__in=list(self.of_officer)):
            pk = self.of_officer[assignment.officer_id]
            if Role.SUPERVISOR in self.roles[pk]:
                found[assignment.unit_id].append(pk)
        return found


def _accounts() -> tuple[dict[str, Account], dict[str, set[Role]]]:
    held = RoleGrant.objects.filter(role__in=REVIEWING, revoked_at=None, account__is_active=True)
    accounts: dict[str, Account] = {}
    roles: dict[str, set[Role]] = defaultdict(set)
    for grant in held.select_related("account").order_by("account__username"):
        accounts.setdefault(str(grant.account_id), grant.account)
        roles[str(grant.account_id)].add(Role(grant.role))
    return accounts, roles


def _served() -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    for assignment in Assignment.objects.order_by("-began"):
        found[assignment.officer_id].append(assignment)
    return found
