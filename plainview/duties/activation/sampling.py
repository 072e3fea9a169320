"""An auditor's sample of dispatches: drawn by the database from a seed, with what it says of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count

from plainview.duties.activation.models import Finding
from plainview.duties.activation.rules.figures import Figures
from plainview.duties.activation.rules.finding import Status
from plainview.duties.activation.rules.sampling import Estimate, Stratum, allotted, estimate

MOST = 2000
FOOTAGE = frozenset({Status.RECORDED.value, Status.PARTIAL.value})


@dataclass(frozen=True)
class Sample:
    """The dispatches drawn, and what they say beside what all of them say."""

    seed: str
    findings: list[Finding]
    population: int
    strata: list[tuple[str, int, int]]  # unit, dispatches, drawn
    activation: Estimate | None
    unexplained: Estimate | None
    truth: Figures


def draw(seed: str, first: date, last: date, wanted: int) -> Sample:
    """Draws so many of the dispatches of which a recording is expected and due; the same seed draws the same."""
    expected = Finding.objects.filter(day__gte=first, day__lte=last).exclude(
        status__in=(Status.PENDING.value, Status.EXCLUDED.value)
    )
    units = {row["unit"]: row for row in expected.values("unit", "unit__name").annotate(n=Count("pk"))}
    sizes: dict[int | None, int] = {unit: row["n"] for unit, row in units.items()}
    share = allotted(sizes, min(wanted, MOST))
    ids = _drawn(seed, first, last, share)
    found = list(
        Finding.objects.filter(pk__in=ids).select_related("dispatch__call", "officer", "unit__parent")
        .order_by("unit__name", "begin", "pk")
    )  # fmt: skip
    statuses = {row["status"]: row["n"] for row in expected.values("status").annotate(n=Count("pk"))}
    strata = [(str(row["unit__name"] or "unit not known"), sizes[unit], share[unit]) for unit, row in units.items()]
    return Sample(
        seed, found, sum(sizes.values()), sorted(strata),
        _estimate(found, sizes, share, lambda f: f.status in FOOTAGE),
        _estimate(found, sizes, share, lambda f: f.status == Status.NOT_RECORDED), Figures.of(statuses),
    )  # fmt: skip


def _estimate(
    found: list[Finding], sizes: dict[int | None, int], share: dict[int | None, int], hit: Callable[[Finding], bool]
) -> Estimate | None:
    hits: dict[int | None, int] = dict.fromkeys(sizes, 0)
    for each in found:
        hits[each.unit_id] += hit(each)
    return estimate([Stratum(sizes[unit], share[unit], hits[unit]) for unit in sizes])


def _drawn(seed: str, first: date, last: date, share: dict[int | None, int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _DRAW,
            {
                "seed": seed,
                "first": first,
                "last": last,
                "units": [unit or 0 for unit in share],
                "numbers": list(share.values()),
            },
        )
        return [row[0] for row in cursor.fetchall()]


# rules.sampling.place, set-based. Rows that say the same of one dispatch have one place; the id tells them apart.
_DRAW = """
select id from (
    select f.dispatch_id as id, coalesce(f.unit_id, 0) as unit,
           row_number() over (partition by f.unit_id order by sha256(convert_to(
               %(seed)s || ':' || c.number || ':' || d.badge || ':'
               || to_char(f.begin at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'UTF8')), f.dispatch_id) as n
    from activation_finding f join incidents_dispatch d on d.id = f.dispatch_id
    join incidents_call c on c.id = d.call_id
    where f.day >= %(first)s and f.day <= %(last)s and f.status not in ('pending', 'excluded')
) placed join unnest(%(units)s::bigint[], %(numbers)s::int[]) as s (unit, number) using (unit)
where placed.n <= s.number"""
