"""Which matters a list shows: filters over what the account may see, for page, table and API alike."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Account
from plainview.holdings.evidence.matters import access
from plainview.holdings.incidents.models import Matter, MatterKind, Status
from plainview.ledger.canonical import Json

COLUMNS = ("matter_id", "kind", "agency", "charge_class", "title", "status", "status_on", "reason", "opened_by_clause")
FIELDS = ("number", "kind", "agency", "charge_class", "title", "status", "status_on", "reason", "clause")


def found(account: Account, given: Mapping[str, str]) -> tuple[QuerySet[Matter], dict[str, str]]:
    """Returns the matters that the filters let through, and the filters. What another took over is found by number."""
    asked = {name: given.get(name, "").replace("\0", "").strip()[:80] for name in ("q", "kind", "status")}
    rows = access.visible(account)
    if asked["q"]:
        rows = rows.filter(number__istartswith=asked["q"])
    if asked["kind"] in MatterKind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["status"] in Status.values:
        rows = rows.filter(status=asked["status"])
    return rows if asked["q"] else rows.filter(merged_into=None), asked


@transaction.atomic
def note_export(account: Account, rows: QuerySet[Matter], asked: Mapping[str, str]) -> None:
    """Writes down that the list goes out. Call it before the first line does."""
    facts: dict[str, Json] = {"list": "matters", "rows": rows.count(), "filters": dict(asked)}
    record(Kind.INCIDENTS_LIST_EXPORTED, account.handle, actor=account.actor, facts=facts)
