"""What runs by itself: the draw once a cycle has ended, what outcomes of calls ask for, who is told."""

from __future__ import annotations

import logging

from procrastinate.contrib.django import app

from plainview.duties.review import by_rule
from plainview.duties.review.drawing import draw_cycle, period_asked
from plainview.duties.review.making import hand_on
from plainview.duties.review.rules import Refused
from plainview.duties.review.telling import tell_all

log = logging.getLogger(__name__)


@app.periodic(cron="50 5 * * *")
@app.task(name="review.day")
def day(timestamp: int) -> None:
    """Draws the cycle that has ended, applies the rules, hands on what its reviewer may not do, and tells everybody."""
    try:
        draw_cycle(period_asked())
    except Refused as refused:  # no policy, or no checkpoint yet: tomorrow is another day
        log.info("%s", refused)
    by_rule.apply()
    hand_on()
    tell_all()


@app.periodic(cron="25 * * * *")
@app.task(name="review.rules")
def rules(timestamp: int) -> None:
    """Applies the rules every hour: what goes to command does not wait for the morning."""
    if by_rule.apply().tasks:
        tell_all()
