"""Accounts of officers whose service has ended: the administrators are told the day after (CJIS AC-2)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from plainview.base.notices.actions import tell
from plainview.base.people.lookup import serving
from plainview.base.people.models import Account
from plainview.base.people.roles import Role

TO_DECIDE = timedelta(days=7)  # an account that should be shut is shut within a week


def leavers(today: date) -> list[Account]:
    """Returns the accounts in use whose officer served once and serves no longer."""
    of_officer = {"officer": OuterRef("officer")}
    linked = Account.objects.filter(is_active=True, officer__assignments__ended__lt=today).select_related("officer")
    return list(linked.exclude(Exists(serving(today).filter(**of_officer))).distinct().order_by("username"))


def tell_of_leavers(today: date) -> int:
    """Tells every administrator of each leaver, once for each end of service. Returns how many notices are new."""
    held = {"grants__role": Role.ADMINISTRATOR, "grants__revoked_at__isnull": True}
    administrators = list(Account.objects.filter(is_active=True, **held).distinct())
    return sum(len(_tell(administrators, account, today)) for account in leavers(today))


def _tell(administrators: list[Account], account: Account, today: date) -> list[object]:
    assert account.officer is not None  # leavers() names only accounts of officers
    last = account.officer.assignments.order_by("-began").first()
    ended = last.ended if last else None
    return list(
        tell(
            administrators,
            f"leaver:{account.pk}:{ended}",
            f"{account} is no longer on the roster",
            f"The last day of service was {ended}. Disable the account, or correct the roster and import it again.",
            reverse("people:account", args=[account.pk]),
            today + TO_DECIDE,
        )
    )
