"""What the tests of this room share: a policy that says what is recorded, calls, recordings, an audit of the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from conftest import Department
from plainview.base.custody import open_item
from plainview.base.people.models import Account
from plainview.duties.activation.actions import audit
from plainview.duties.activation.models import Finding, Run
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests import paper
from plainview.holdings.fleet.models import Camera, Carry
from plainview.holdings.incidents.models import Call, Dispatch

NOON = paper.NOON
DAY = date(2026, 6, 1)
ACTIVATION = """
[activation]
clause = "III.A"
late_start_seconds = 60
early_stop_seconds = 60
gap_seconds = 60
upload_hours = 24
exclude_call_types = ["STATION REPORT"]
cancelled_dispositions = ["CANCELLED"]
reasons = ["forgotten", "battery empty"]
[docking]
clause = "IV.3"
hours = 24
[doubtful]
clause = "V.20"
classes = ["non-evidentiary"]
disposition = ["ARREST", "REPORT"]
"""


def policy(text: str = ACTIVATION) -> None:
    """Adopts a policy that says what is recorded."""
    paper.policy(paper.TEXT + text)


def carry(account: Account, serial: str, since: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> Camera:
    """Gives an officer a body camera."""
    camera = Camera.objects.create(serial=serial, kind="body", handle=open_item("camera"))
    Carry.objects.create(camera=camera, officer=account.officer, began=since)
    return camera


def sent(account: Account, number: str, at: datetime = NOON, disposition: str = "REPORT") -> Dispatch:
    """A call of half an hour; returns the officer's dispatch to it."""
    call: Call = paper.call(number, account, disposition, at)
    return Dispatch.objects.get(call=call, officer=account.officer)


def recording(account: Account, at: datetime = NOON, minutes: int = 30, **more: object) -> Recording:
    """A body recording; its press is its start unless said."""
    made = paper.recording(account, "non-evidentiary", at=at, minutes=minutes)
    Recording.objects.filter(pk=made.pk).update(trigger_on=at, **more)
    return paper.again(made)


def audited(first: date = DAY, last: date = DAY, as_of: datetime | None = None) -> Run:
    """Audits the day."""
    return audit(first, last, actor="system:test", as_of=as_of or NOON + timedelta(days=10))


def finding(dispatch: Dispatch) -> Finding:
    """What was found of a dispatch."""
    return Finding.objects.get(pk=dispatch.pk)


def busy(department: Department) -> dict[str, Dispatch]:
    """A day on which everything happens: full, in part, missing, excused; Alice and Bob in squad 1, Charlie in 2."""
    policy()
    for account, serial in ((department.alice, "B1"), (department.bob, "B2"), (department.charlie, "B3")):
        carry(account, serial)
    made = {
        "full": sent(department.alice, "CALL-F1"),
        "part": sent(department.bob, "CALL-P1"),
        "missing": sent(department.alice, "CALL-M1", NOON + timedelta(hours=3)),
        "other": sent(department.charlie, "CALL-O1", NOON + timedelta(hours=8)),
    }
    recording(department.alice)
    recording(department.bob, NOON + timedelta(minutes=5), 10)
    audited()
    return made
