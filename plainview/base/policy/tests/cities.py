"""Random policies, recordings, matters and holds, for properties that must hold whatever a board writes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

from plainview.base.policy.rules import (
    MATTER_KINDS,
    Class,
    HoldState,
    KeepUntil,
    MatterState,
    Period,
    Policy,
    keep_until,
)

KINDS = sorted(MATTER_KINDS)
CLASS_IDS = ["unclassified", "c1", "c2", "c3", "c4"]
DAYS = st.dates(date(1999, 1, 1), date(2030, 12, 31))
PERIODS = st.one_of(
    st.integers(1, 800).map(lambda n: Period(n, "days")),
    st.integers(1, 30).map(lambda n: Period(n, "months")),
    st.integers(1, 9).map(lambda n: Period(n, "years")),
)


@st.composite
def class_of(draw: st.DrawFn, class_id: str) -> Class:
    """A class as a text may define it."""
    clause = f"V.{class_id}"
    if class_id == "unclassified" or draw(st.integers(0, 5)) == 0:
        return Class(class_id, clause, "forever")
    moment = draw(st.sampled_from(["recorded", "uploaded", "matter concluded"]))
    kinds = draw(st.sets(st.sampled_from(KINDS), min_size=1, max_size=3)) if moment == "matter concluded" else set()
    return Class(class_id, clause, draw(PERIODS), moment, tuple(sorted(kinds)), draw(st.booleans()))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy with unclassified and some of four other classes."""
    ids = ["unclassified", *draw(st.lists(st.sampled_from(CLASS_IDS[1:]), unique=True))]
    version = draw(st.text("abcdef", min_size=1, max_size=6))
    return Policy("p", version, "0" * 64, classes=tuple(draw(class_of(i)) for i in ids))


MATTERS = st.builds(
    MatterState,
    id=st.text("MN", min_size=1, max_size=3),
    kind=st.sampled_from(KINDS),
    status=st.sampled_from(["open", "appealed", "inactive", "concluded"]),
    status_on=st.one_of(st.none(), DAYS),
)
HOLDS = st.builds(
    HoldState,
    id=st.text("HK", min_size=1, max_size=3),
    lifted_by=st.lists(st.sampled_from("abc"), max_size=3).map(tuple),
)


@dataclass(frozen=True)
class Case:
    """One recording with everything that bears on it."""

    policy: Policy
    classes: tuple[str, ...]
    start_day: date | None
    uploaded_day: date | None
    matters: tuple[MatterState, ...] = ()
    holds: tuple[HoldState, ...] = ()
    earlier: tuple[Policy, ...] = ()

    def judged(self) -> KeepUntil:
        """What the rules say of it."""
        return keep_until(
            self.policy,
            self.classes,
            self.start_day,
            self.matters,
            self.holds,
            uploaded_day=self.uploaded_day,
            earlier=self.earlier,
        )

    def but(self, **changes: object) -> Case:
        """The same recording with something changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the tests name the fields


CASES = st.builds(
    Case,
    policy=policies(),
    classes=st.lists(st.sampled_from([*CLASS_IDS, "strange"]), max_size=4).map(tuple),
    start_day=st.one_of(st.none(), DAYS),
    uploaded_day=st.one_of(st.none(), DAYS),
    matters=st.lists(MATTERS, max_size=4).map(tuple),
    holds=st.lists(HOLDS, max_size=2).map(tuple),
    earlier=st.lists(policies(), max_size=2).map(tuple),
)
