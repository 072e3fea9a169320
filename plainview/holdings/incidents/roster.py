"""Who held which badge on which day, for a whole file: one query, then no more."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from plainview.base.people.models import Assignment

Stretch = tuple[date, date, int]  # first day, last day, officer id


class Roster:
    """The home department's assignments in memory: some thousands, whatever the size of the file."""

    def __init__(self) -> None:
        found: dict[str, list[Stretch]] = defaultdict(list)
        rows = Assignment.objects.filter(officer__agency__kind="home").order_by("-began")
        for badge, began, ended, officer in rows.values_list("officer__badge", "began", "ended", "officer_id"):
            found[badge].append((began, ended or date.max, officer))
        self._of = dict(found)

    def officer(self, badge: str, day: date) -> int | None:
        """Returns the officer's id; where two assignments overlap, the later one counts."""
        return next((who for began, ended, who in self._of.get(badge, ()) if began <= day <= ended), None)

    def knows(self, badge: str) -> bool:
        """Whether anybody ever held the badge."""
        return badge in self._of
