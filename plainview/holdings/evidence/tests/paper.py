"""What the tests of matters, holds and classes share: a policy in force, calls with outcomes, recordings of them."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from plainview.base.custody import open_item
from plainview.base.custody.models import Event
from plainview.base.people.models import Account, Agency, Unit
from plainview.base.policy.actions import adopt
from plainview.base.policy.models import PolicyVersion
from plainview.holdings.evidence.models import Recording, RecordingCall
from plainview.holdings.incidents.models import Batch, Call, Dispatch
from plainview.ledger.event import read_body

NOON = datetime(2026, 6, 1, 17, 0, tzinfo=UTC)  # noon in Kansas City
TEXT = """\
[policy]
id = "recorded-media"
version = "2026-01"
adopted_by = "Board of Police Commissioners"
adopted_on = 2020-01-01
effective = 2020-01-01
[[class]]
id = "unclassified"
clause = "V.1"
keep = "forever"
[[class]]
id = "non-evidentiary"
name = "Non-evidentiary"
clause = "V.3"
keep = "180 days"
from = "recorded"
[[class]]
id = "criminal"
name = "Criminal case"
clause = "V.4"
keep = "90 days"
from = "matter concluded"
matter_kinds = ["criminal"]
review = true
[[class]]
id = "citation"
clause = "V.5"
keep = "2 years"
from = "recorded"
review = true
[[rule]]
clause = "V.6"
when = { disposition = ["ARREST", "FORCE"] }
add_class = "criminal"
open_matter = "criminal"
[[rule]]
clause = "V.5"
when = { disposition = ["CITATION"] }
add_class = "citation"
[lowering]
clause = "V.19"
disposition = ["ARREST", "FORCE"]
"""


def policy(text: str = TEXT) -> PolicyVersion:
    """Adopts the policy; it has been the department's since 2020."""
    return adopt(text, actor="system:test")


def call(number: str, account: Account, disposition: str = "REPORT", at: datetime = NOON) -> Call:
    """A call of half an hour with one officer on it."""
    batch = Batch.objects.create(handle=open_item("batch"), kind="calls", name="t.csv", sha256=b"0" * 32, actor="t")
    made, _ = Call.objects.get_or_create(number=number)
    assert account.officer is not None
    Dispatch.objects.create(
        call=made,
        batch=batch,
        badge=account.officer.badge,
        officer=account.officer,
        begun=at,
        dispatched=at,
        arrived=at,
        cleared=at + timedelta(minutes=30),
        disposition=disposition,
    )
    return made


def recording(
    account: Account | None, *classes: str, of: Call | None = None, at: datetime = NOON, minutes: int = 30
) -> Recording:
    """A recording held elsewhere, tied to a call where one is given."""
    made = Recording.objects.create(
        handle=open_item("recording"),
        agency=Agency.objects.get(slug="home"),
        officer=account.officer if account else None,
        unit=_unit(account),
        kind="body",
        external_id=secrets.token_hex(8),
        held_here=False,
        start=at,
        stop=at + timedelta(minutes=minutes),
        uploaded=at + timedelta(hours=2),
        listed_at=at,
        classes=sorted(classes) or ["unclassified"],
        call_number=of.number.upper() if of else "",
        duration_ms=minutes * 60_000,
    )
    if of is not None:
        RecordingCall.objects.create(recording=made, call=of, how="import")
    return made


def _unit(account: Account | None) -> Unit | None:
    if account is None or account.officer is None:
        return None
    assignment = account.officer.assignments.first()
    return assignment.unit if assignment else None


def kinds(handle: str) -> list[str]:
    """The kinds of an item's events, in order."""
    return list(Event.objects.filter(item_id=handle).order_by("n").values_list("kind", flat=True))


def facts(handle: str, kind: str) -> dict[str, object]:
    """The facts of an item's latest event of a kind."""
    event = Event.objects.filter(item_id=handle, kind=kind).order_by("-n")[0]
    return dict(read_body(bytes(event.body)))


def again(recording: Recording) -> Recording:
    """The recording as it stands now."""
    return Recording.objects.get(pk=recording.pk)


def table(folder: Path, name: str, text: str) -> Path:
    """A file to import."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


DAY = date(2026, 6, 1)
