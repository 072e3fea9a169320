"""Who may see the pages of this room, and whom a supervisor supervises. Closed unless a role opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponseBase

from plainview.base.people.models import Account, Officer
from plainview.base.people.roles import Role

ROSTER_READERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR, Role.TECHNICIAN)

View = Callable[..., HttpResponseBase]


def require(*roles: Role) -> Callable[[View], View]:
    """Lets only accounts with one of the roles pass; without a role nobody passes."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not holds(request.user, *roles):
                raise PermissionDenied("This page is for: " + ", ".join(str(r.label) for r in roles))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def viewer(request: HttpRequest) -> Account:
    """Returns the account that looks. Strangers never come this far: the middleware turns them away."""
    if not isinstance(request.user, Account):
        raise PermissionDenied("Log in first.")
    return request.user


def holds(account: Any, *roles: Role) -> bool:
    """Whether the account holds one of the roles now."""
    return isinstance(account, Account) and not account.roles.isdisjoint(roles)


def may_read_officer(account: Account, officer: Officer) -> bool:
    """Whether the account may see where an officer served: readers of the roster, and everybody their own."""
    return holds(account, *ROSTER_READERS) or account.officer_id == officer.pk


def supervised_units(account: Account, on: date) -> set[int]:
    """Returns the units that the account supervises on that day: the one its officer serves in, with all below it."""
    if account.officer_id is None or not holds(account, Role.SUPERVISOR):
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_UNITS, {"officer": account.officer_id, "on": on})
        return {row[0] for row in cursor.fetchall()}


def supervised_officers(account: Account, on: date) -> set[int]:
    """Returns the officers who serve in those units on that day, or answer to the account's officer by the roster."""
    if account.officer_id is None or not holds(account, Role.SUPERVISOR):
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_OFFICERS, {"officer": account.officer_id, "on": on})
        return {row[0] for row in cursor.fetchall()}


# The officer's own unit of the day is one probe backward in assignment_once; units below it are few.
_MINE = """
with recursive mine(id) as (
    (select unit_id from people_assignment
      where officer_id = %(officer)s and began <= %(on)s and (ended is null or ended >= %(on)s)
      order by began desc limit 1)
    union
    select unit.id from people_unit unit join mine on unit.parent_id = mine.id
)"""
_UNITS = _MINE + " select id from mine"
_OFFICERS = (
    _MINE
    + """
select officer_id from (
    select distinct on (officer_id) officer_id, unit_id, supervisor_id
      from people_assignment
     where began <= %(on)s and (ended is null or ended >= %(on)s) and officer_id in (
           select officer_id from people_assignment where unit_id in (select id from mine) and began <= %(on)s
           union
           select officer_id from people_assignment where supervisor_id = %(officer)s and began <= %(on)s)
     order by officer_id, began desc
) serving
where officer_id <> %(officer)s and (unit_id in (select id from mine) or supervisor_id = %(officer)s)"""
)
