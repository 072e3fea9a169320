"""What runs by itself: mails, and telling supervisors what is overdue."""

from __future__ import annotations

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from plainview.base.notices import actions, leavers, mail
from plainview.base.notices.models import Notice


@app.task(name=mail.TASK, queue="mail", retry=RetryStrategy(max_attempts=8, exponential_wait=5))
def send_mail(notice: int) -> None:
    """Sends one notice by e-mail; once, however often the job runs."""
    found = Notice.objects.select_related("account").filter(pk=notice, mailed_at__isnull=True).first()
    if found is not None and found.account.email and mail.configured():
        mail.send(found)
        actions.note_mailed(found)


@app.periodic(cron="15 6 * * *")
@app.task(name="notices.escalate_overdue")
def escalate_overdue(timestamp: int) -> None:
    """Tells whoever stands above the owner of each overdue notice."""
    today = timezone.localdate()
    for notice in actions.overdue(today).iterator():
        actions.escalate(notice, today)


@app.periodic(cron="0 6 * * *")
@app.task(name="notices.tell_of_leavers")
def tell_of_leavers(timestamp: int) -> None:
    """Tells the administrators whose officers' service has ended."""
    leavers.tell_of_leavers(timezone.localdate())
