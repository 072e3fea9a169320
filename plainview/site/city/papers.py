"""The policy that the city's board adopted, its cases, and what keeps each recording: the truth of retention."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from plainview.base.policy.rules import MatterState, keep_until, parse
from plainview.site.city.events import Day, Dispatch, Recording

COUNTIES = ("Alder", "Birch", "Cedar", "Dogwood")
RAISES = {"ARREST": ("criminal", "criminal"), "FORCE": ("criminal", "criminal"), "CITATION": ("citation", "")}
POLICY = """\
# The fictional city's policy. `plainview policy adopt policy.toml` puts it in force.
[policy]
id = "recorded-media"
version = "city"
title = "Recorded Media Policy of a fictional city"
adopted_by = "Board of Police Commissioners (fictional)"
adopted_on = 2020-01-01
effective = 2020-01-01

[activation]
clause = "III.A"
late_start_seconds = 60
early_stop_seconds = 60
gap_seconds = 60
upload_hours = 24
exclude_call_types = ["STATION REPORT", "PHONE REPORT"]
cancelled_dispositions = ["CANCELLED"]
reasons = ["forgotten", "battery empty", "safety did not allow it"]

[[class]]
id = "unclassified"
clause = "V.1"
keep = "forever"
[[class]]
id = "non-evidentiary"
clause = "V.3"
keep = "180 days"
from = "recorded"
[[class]]
id = "criminal"
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
[[class]]
id = "force"
clause = "V.7"
keep = "5 years"
from = "recorded"
review = true
[[class]]
id = "complaint"
clause = "V.8"
keep = "5 years"
from = "matter concluded"
matter_kinds = ["complaint"]
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
"""


@dataclass(frozen=True)
class Case:
    """One matter, with what it concerns."""

    number: str
    kind: str
    agency: str
    status: str
    on: date
    reason: str
    call: str = ""
    recording: str = ""

    @property
    def state(self) -> MatterState:
        return MatterState(self.number, self.kind, self.status, self.on)


@dataclass
class Papers:
    """Opens cases day by day and knows what keeps a recording."""

    rng: random.Random
    zone: ZoneInfo
    on: date  # the day of the retention truth
    cases: int = 0
    of_call: dict[str, list[Case]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)  # of calls that a rule speaks of
    opened: dict[str, Case] = field(default_factory=dict)  # by a rule, as the program will do it
    policy = parse(POLICY)

    def day(self, found: Day) -> Iterator[Case]:
        """Yields the cases of a day's calls; a third of the arrests is left to the rule."""
        seen: set[str] = set()
        for sent in found.dispatches:
            if sent.outcome in RAISES and sent.call not in seen:
                seen.add(sent.call)
                self.outcomes[sent.call] = sent.outcome
                yield from self._of(sent)

    def _of(self, sent: Dispatch) -> Iterator[Case]:
        kind = RAISES[sent.outcome][1]
        day = datetime.fromtimestamp(sent.dispatched, self.zone).date()
        if kind and self.rng.random() < 0.66:
            case = self._case(kind, day, call=sent.call)
            self.of_call.setdefault(sent.call, []).append(case)
            yield case
        elif kind:
            self.opened[sent.call] = Case(f"{sent.call}-{kind}", kind, "", "open", day, "", sent.call)
        if sent.outcome == "FORCE" and self.rng.random() < 0.3:
            case = self._case("complaint", day, call=sent.call)
            self.of_call.setdefault(sent.call, []).append(case)
            yield case

    def direct(self, recording: Recording) -> Case | None:
        """Returns a case that names a recording itself, once in five hundred."""
        if self.rng.random() >= 0.002:
            return None
        day = datetime.fromtimestamp(recording.start, self.zone).date()
        return self._case(self.rng.choice(("complaint", "civil", "criminal")), day, recording=recording.id)

    def _case(self, kind: str, day: date, call: str = "", recording: str = "") -> Case:
        self.cases += 1
        status, reason = self.rng.choice(
            (("open", "charged"), ("open", "charged"), ("concluded", "plea"), ("concluded", "verdict"),
             ("inactive", "not pursued"), ("inactive", "time"), ("inactive", "final"), ("appealed", "notice of appeal"))
        )  # fmt: skip
        on = day if status == "open" else day + timedelta(days=self.rng.randint(10, 120))
        agency = f"{self.rng.choice(COUNTIES)} County Prosecutor (fictional)" if kind == "criminal" else ""
        return Case(f"M-{self.cases:06}", kind, agency, status, on, reason, call, recording)

    def keeps(self, recording: Recording, direct: Case | None) -> tuple[str, ...]:
        """Returns the row of truth/retention.csv."""
        classes = [recording.classes] if recording.classes else ["unclassified"]
        raised = RAISES.get(self.outcomes.get(recording.call, ""), ("", ""))[0] if recording.call else ""
        if raised:
            classes = sorted({raised, *(c for c in classes if c != "unclassified")})
        cases = [*self.of_call.get(recording.call, ())] if recording.call else []
        cases += [self.opened[recording.call]] if recording.call in self.opened else []
        cases += [direct] if direct else []
        start = datetime.fromtimestamp(recording.start, self.zone).date()
        states = sorted((case.state for case in cases), key=lambda state: state.id)
        kept = keep_until(self.policy, classes, start, states)
        due = "true" if kept.due(self.on) else "false"
        return recording.id, due, str(kept.until), ";".join(kept.held_by), ";".join(classes), kept.governing[0].clause


def reasons(rng: random.Random, sent: Dispatch, status: str) -> Sequence[str] | None:
    """Returns the reason that an officer gave for a missing recording; most give none."""
    if status != "not_recorded" or rng.random() >= 0.05:
        return None
    return sent.call, sent.badge, rng.choice(("forgotten", "battery empty", "safety did not allow it")), "as stated"
