"""The sections that tell the department what to do besides keeping: who is told of what nobody classed, what needs a
second person, what is a closed record, when a camera is docked late, which class is doubtful, what is reviewed, and on
which path something is destroyed.

A text may leave any of them out. Then the defaults below hold, and what is decided by them names no clause.
"""

from __future__ import annotations

from dataclasses import dataclass

CYCLES = ("week", "month", "quarter")
"""How often a random review comes around, in calendar periods of the department's zone."""

SERIOUS = ("ARREST", "FORCE")
TELLING = ("ARREST", "CITATION", "FORCE", "PURSUIT", "REPORT", "TOW")


@dataclass(frozen=True)
class Escalation:
    """After how many days an unclassified recording is told to its officer, to the supervisor, to the unit."""

    clause: str = ""
    unclassified_days: tuple[int, int, int] = (3, 7, 14)


@dataclass(frozen=True)
class Lowering:
    """The outcomes of a call after which a class is taken off its recordings only by two people."""

    clause: str = ""
    dispositions: tuple[str, ...] = SERIOUS


@dataclass(frozen=True)
class ClosedRecords:
    """The kinds of matters that make their recordings closed records while they are open or appealed."""

    clause: str = ""
    matter_kinds: tuple[str, ...] = ("criminal",)


@dataclass(frozen=True)
class Docking:
    """Within how many hours of its end a recording is uploaded; None: as `upload_hours` of [activation] says."""

    clause: str = ""
    hours: int | None = None


@dataclass(frozen=True)
class Doubtful:
    """Classes that can hardly be right where a call ended in one of these outcomes."""

    clause: str = ""
    classes: tuple[str, ...] = ("non-evidentiary",)
    dispositions: tuple[str, ...] = TELLING


@dataclass(frozen=True)
class Review:
    """What people look at: so many recordings of every officer a cycle by chance, and every call of these outcomes.

    `command` are outcomes that go to command and open a matter; `days` is how long a reviewer has.
    """

    clause: str = ""
    per_officer: int = 1
    cycle: str = "month"
    days: int = 14
    always: tuple[str, ...] = ("FORCE", "PURSUIT")
    command: tuple[str, ...] = ("FORCE WITHOUT INTERVENTION", "LESS LETHAL DISPERSAL")


@dataclass(frozen=True)
class Early:
    """A reason to destroy something before its time: a court's order, a camera left on in a locker room."""

    id: str
    clause: str
    name: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.name or self.id


@dataclass(frozen=True)
class Disposal:
    """How anything is destroyed: announced so many days before, approved by so many different people afterwards.

    Before its time only for one of the `early` reasons, and then by one person more.
    """

    clause: str = ""
    waiting_days: int = 14
    approvals: int = 2
    early: tuple[Early, ...] = ()

    def find(self, early_id: str) -> Early | None:
        """Returns the reason of that id; None for one that this text doesn't know."""
        return next((each for each in self.early if each.id == early_id), None)

    def needed(self, early: bool) -> int:
        """Returns how many people have to approve."""
        return self.approvals + early


@dataclass(frozen=True)
class Duties:
    """All of them."""

    escalation: Escalation = Escalation()
    lowering: Lowering = Lowering()
    closed_records: ClosedRecords = ClosedRecords()
    docking: Docking = Docking()
    doubtful: Doubtful = Doubtful()
    review: Review = Review()
    disposal: Disposal = Disposal()
