"""Findings as the table that the command writes, with what a person needs besides; by keyset, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from plainview.duties.activation.auditing import COLUMNS, three_decimals
from plainview.duties.activation.models import Finding
from plainview.duties.activation.rules.shifts import shift_of
from plainview.holdings.evidence.models import Recording

MORE = ("begin", "day", "unit", "shift")
HEADER = (*COLUMNS, *MORE)
BATCH = 2000


def cells(finding: Finding, names: dict[UUID, str]) -> tuple[str, ...]:
    """Returns one finding as a row of the table."""
    unit = finding.unit.name if finding.unit else ""
    return (
        finding.dispatch.call.number, finding.dispatch.badge, finding.status, ";".join(finding.flags), finding.reason,
        three_decimals(finding.coverage), _blank(finding.late), _blank(finding.early),
        ";".join(names[each] for each in finding.recordings), finding.clause,
        finding.begin.astimezone(UTC).isoformat(), str(finding.day), unit, shift_of(finding.hour).id,
    )  # fmt: skip


def rows(findings: QuerySet[Finding]) -> Iterator[tuple[str, ...]]:
    """Yields every finding as a row, by begin, some thousands at a time."""
    after: tuple[Any, int] | None = None
    while True:
        found = page(findings, after, BATCH)
        names = names_of(found)
        for each in found:
            yield cells(each, names)
        if len(found) < BATCH:
            return
        after = (found[-1].begin, found[-1].pk)


def page(findings: QuerySet[Finding], after: tuple[Any, int] | None, size: int) -> list[Finding]:
    """Returns the next findings by begin, with dispatch, call, officer and unit."""
    if after is not None:
        begin, pk = after
        findings = findings.filter(Q(begin__gt=begin) | Q(begin=begin, pk__gt=pk)).filter(begin__gte=begin)
    found = findings.select_related("dispatch__call", "officer", "unit__parent").order_by("begin", "pk")
    return list(found[:size])


def names_of(findings: Sequence[Finding]) -> dict[UUID, str]:
    """Returns the ids of their recordings as the table shows them: the imported one where there is one."""
    ids = {each for finding in findings for each in finding.recordings}
    found = Recording.objects.filter(pk__in=ids).values_list("pk", "external_id")
    return dict.fromkeys(ids, "") | {pk: external or str(pk) for pk, external in found}


def _blank(number: int | None) -> str:
    return "" if number is None else str(number)
