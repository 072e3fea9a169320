"""What a policy text says, once it has been read without a problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from plainview.base.policy.rules.duties import Duties
from plainview.base.policy.rules.period import Period
from plainview.base.policy.rules.words import FOREVER, MATTER_CONCLUDED, MOMENTS, RECORDED, kinds_in_words

NOTICE = Period(30, "days")
"""The least notice of a change that shortens anything; a text may ask for more, never for less."""


@dataclass(frozen=True)
class Clause:
    """One numbered sentence or paragraph, in the words that the board adopts."""

    id: str
    text: str
    status: str = ""  # sourced, proposal, or empty: simply the policy's own
    heading: str = ""


@dataclass(frozen=True)
class Class:
    """What policy calls a recording, and how long such a recording is kept."""

    id: str
    clause: str
    keep: Period | Literal["forever"]
    moment: str = RECORDED  # `from` in the text
    matter_kinds: tuple[str, ...] = ()
    review: bool = False
    name: str = ""

    @property
    def label(self) -> str:
        """The name that people read."""
        return self.name or self.id

    def how_long(self) -> str:
        """Returns how long, in words: 180 days from the day it was recorded."""
        if self.keep == FOREVER:
            return "forever"
        if self.moment == MATTER_CONCLUDED:
            return f"{self.keep} from the day its {kinds_in_words(self.matter_kinds)} is concluded"
        return f"{self.keep} from {MOMENTS[self.moment]}"


@dataclass(frozen=True)
class Rule:
    """What the outcome of a call does to its recordings by itself."""

    clause: str
    dispositions: tuple[str, ...]
    add_class: str = ""
    open_matter: str = ""


@dataclass(frozen=True)
class Activation:
    """Which dispatches expect a recording, and how strictly. The tolerances are whole seconds."""

    clause: str
    late_start_seconds: int
    early_stop_seconds: int
    gap_seconds: int
    upload_hours: int
    exclude_call_types: tuple[str, ...] = ()
    cancelled_dispositions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()  # what an officer may give for a call without footage; empty: any text


@dataclass(frozen=True)
class Changes:
    """How this policy itself may be changed."""

    clause: str = ""
    notice: Period = NOTICE


@dataclass(frozen=True)
class Policy:
    """One policy text. `sha256` is the hex digest of its exact bytes: the policy's identity everywhere."""

    id: str
    version: str
    sha256: str
    title: str = ""
    number: str = ""
    adopted_by: str = ""  # a draft leaves these three open until the vote
    adopted_on: date | None = None
    effective: date | None = None
    classes: tuple[Class, ...] = ()
    rules: tuple[Rule, ...] = ()
    clauses: tuple[Clause, ...] = ()
    activation: Activation | None = None
    changes: Changes = field(default_factory=Changes)
    duties: Duties = field(default_factory=Duties)
    remarks: tuple[str, ...] = ()  # odd, but no error

    def find(self, class_id: str) -> Class | None:
        """Returns the class of that id; None for one that this policy does not know."""
        return next((c for c in self.classes if c.id == class_id), None)

    def clause(self, clause_id: str) -> Clause | None:
        """Returns the clause of that number, where the text carries its wording."""
        return next((c for c in self.clauses if c.id == clause_id), None)

    def wording(self, clause_id: str) -> str:
        """Returns what the clause says; empty where the text only names its number."""
        found = self.clause(clause_id)
        return found.text if found else ""

    def unknown(self, class_ids: Iterable[str]) -> tuple[str, ...]:
        """Returns the ids that this policy has no class for, in the order given."""
        return tuple(c for c in class_ids if self.find(c) is None)
