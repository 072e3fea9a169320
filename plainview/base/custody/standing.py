"""How the log stands now: for its page, the doctor and the command."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from plainview.base.custody import checkpoints, guard, place
from plainview.base.custody.models import Outbox


@dataclass(frozen=True)
class Standing:
    """Figures of the log."""

    size: int  # leaves in the database
    waiting: int  # events in the outbox
    waiting_since: datetime | None
    published: int  # leaves under the latest checkpoint
    root: bytes  # of the latest checkpoint
    signed_at: datetime | None
    note: str  # the latest checkpoint itself
    origin: str
    vkey: str

    @property
    def root_base64(self) -> str:
        """The root as the checkpoint spells it."""
        return base64.b64encode(self.root).decode()


def standing() -> Standing:
    """Returns how the log stands. A handful of small reads."""
    last = checkpoints.latest()
    return Standing(
        size=guard.end_of_database()[0],
        waiting=Outbox.objects.count(),
        waiting_since=Outbox.objects.aggregate(since=Min("event__logged_at"))["since"],
        published=last.size if last else 0,
        root=bytes(last.root) if last else b"",
        signed_at=last.signed_at if last else None,
        note=last.note if last else "",
        origin=_text("origin"),
        vkey=_text("vkey"),
    )


def _text(name: str) -> str:
    path = place.log_folder() / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""
