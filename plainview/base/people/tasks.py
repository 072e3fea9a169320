"""What runs by itself: accounts that nobody uses are shut (CJIS AC-2)."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from plainview.base.people.actions import Refused, disable_account
from plainview.base.people.models import Account

UNUSED = timedelta(days=90)
ACTOR = "system:unused-accounts"
log = logging.getLogger(__name__)


def unused() -> QuerySet[Account]:
    """Returns the accounts that can be used and have not been for 90 days; new ones count from the day they were made.

    Opening an account again gives it another 90 days.
    """
    since = timezone.now() - UNUSED
    never = Q(last_login__isnull=True, date_joined__lt=since)
    used = Q(is_active=True) & (Q(last_login__lt=since) | never)
    return Account.objects.filter(used).exclude(enabled_at__gte=since).order_by("username")


@app.periodic(cron="30 5 * * *")
@app.task(name="people.disable_unused_accounts")
def disable_unused_accounts(timestamp: int) -> None:
    """Shuts what is unused. The demo's people may stay away as they like, and one administrator always stays."""
    if settings.DEMO:
        return
    for account in unused():
        try:
            disable_account(account, actor=ACTOR, reason="not used for 90 days")
        except Refused as why:
            log.warning("An unused account stays open: %s", why)
