"""What runs by itself: the last days every hour, so that late footage is counted; the last five weeks every night."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from plainview.duties.activation.actions import audit
from plainview.duties.activation.models import Run

ACTOR = "system:activation"
HOURLY = 3  # days
NIGHTLY = 35


@app.periodic(cron="12 * * * *")
@app.task(name="activation.audit_lately", queueing_lock="activation.audit_lately")
def audit_lately(timestamp: int) -> None:
    """Audits the last days, and every day of which something came in since the last audit."""
    today = timezone.localdate()
    audit(min(touched(today) or today, today - timedelta(days=HOURLY)), today, actor=ACTOR)


@app.periodic(cron="20 3 * * *")
@app.task(name="activation.audit_nightly", queueing_lock="activation.audit_nightly")
def audit_nightly(timestamp: int) -> None:
    """Audits the last five weeks anew: what was open may have been closed, corrected or uploaded."""
    today = timezone.localdate()
    audit(today - timedelta(days=NIGHTLY), today, actor=ACTOR)


def touched(today: date) -> date | None:
    """Returns the earliest day of which calls or recordings came in by a file since the last audit began."""
    last = Run.objects.order_by("-began_at").values_list("began_at", flat=True).first()
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"since": last})
        found: date | None = cursor.fetchone()[0]
    return found


_TOUCHED = """
with fresh as (
    select id from incidents_batch
    where ended_at is not null and (%(since)s::timestamptz is null or ended_at > %(since)s)
)
select least(
    (select min(d.begun)::date - 1 from incidents_dispatch d where d.batch_id in (select id from fresh)),
    (select min(r.listed_at)::date - 1 from evidence_recording r where r.batch_id in (select id from fresh)))"""
