"""A file whose bytes are durable and of which nothing else exists yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from plainview.base.media import Belief, Facts
from plainview.base.people.models import Agency, Officer, Unit
from plainview.base.storage.stored import Stored
from plainview.holdings.evidence.grouping import Segment
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet.models import Camera, Vehicle
from plainview.ledger.canonical import Json


@dataclass(frozen=True)
class Arriving:
    """What was said and found out about it."""

    stored: Stored
    facts: Facts
    name: str
    door: str
    source: str
    actor: str
    claims: Claims
    camera: Camera | None
    vehicle: Vehicle | None
    officer: Officer | None
    carrier: Officer | None
    unit: Unit | None
    agency: Agency
    belief: Belief | None
    start: datetime | None
    now: datetime

    @property
    def serial(self) -> str:
        """The camera's serial number as far as anybody stated one."""
        return self.camera.serial if self.camera else self.claims.camera or self.facts.serial or ""

    @property
    def stop(self) -> datetime | None:
        """When the file ends, where its start and length are known."""
        if self.start is None or self.facts.duration_ms is None:
            return None
        return self.start + timedelta(milliseconds=self.facts.duration_ms)

    @property
    def trigger_on(self) -> datetime | None:
        """When the button was pressed, as stated at the door or else by the file."""
        return self.claims.trigger_on or (self.belief.trigger_on if self.belief else None)

    @property
    def segment(self) -> Segment:
        """The file as a part of a press."""
        facts = self.facts
        return Segment(self.name, facts.role, facts.press or "", facts.sequence, self.start, self.stop)

    @property
    def basis(self) -> dict[str, Json]:
        """What the file says of its time, what we believe, and why."""
        says: list[Json] = [
            {"source": s.source, "value": s.value, "zone": s.zone, "moment": s.moment, "at_ms": s.at_ms, "by": s.by}
            for s in self.facts.said
        ]
        why = self.belief.why if self.belief else "as stated by the person who brought it" if self.start else ""
        return {
            "believed": self.start.isoformat() if self.start else None,
            "why": why,
            "basis": self.belief.basis if self.belief else "",
            "doubts": list(self.belief.doubts) if self.belief else [],
            "says": says,
        }
