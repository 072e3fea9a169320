"""When a recording began, as far as it can be known. Pure.

A time that states no zone is never taken for UTC, except where its maker is known to write UTC or another source
bears it out. Where nothing can be known, nothing is claimed: the start stays open and the reason is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import readings, trust
from .clocks import zone_named
from .facts import Said


@dataclass(frozen=True)
class Belief:
    """What we take the start to be, and why."""

    start: datetime | None  # UTC
    why: str  # one plain sentence, or a few
    basis: str  # claimed, satellite, zoned, maker, confirmed, named-zone, written, press, or unknown
    trigger_on: datetime | None = None  # UTC; the press, where the file tells it apart from the start
    doubts: list[str] = field(default_factory=list)  # plain sentences: what speaks against it


def believe(
    said: Sequence[Said], zone: str | None = None, claimed_start: datetime | None = None, now: datetime | None = None
) -> Belief:
    """Returns the start that is best borne out.

    Args:
        said: everything the file and its name state.
        zone: the zone that a person or dock named for times without one, such as America/Chicago.
        claimed_start: a start stated at the door, with its offset. It is taken, and what contradicts it is said.
        now: the present, against which the future is judged; the clock's own where left out.

    Raises:
        ValueError: no such zone, or a claimed start without an offset.
    """
    if claimed_start is not None and claimed_start.utcoffset() is None:
        raise ValueError("A claimed start needs an offset.")
    if zone:
        zone_named(zone)
    judged = [(one, readings.doubt(one, now or datetime.now(UTC))) for one in said]
    doubts = [doubt for _, doubt in judged if doubt]
    kept = [one for one, doubt in judged if not doubt]
    case = _case([one for one in kept if one.moment != "trigger"], zone)
    found = trust.decide(case)
    trigger_on = _trigger(kept)
    if claimed_start is not None:
        start = claimed_start.astimezone(UTC)
        if found and abs(found.start - start) > trust.AGREE:
            doubts.append(f"{found.why} That is {readings.apart(found.start, start)} the start given at the door.")
        return Belief(start, "The start was given at the door.", "claimed", trigger_on, doubts)
    if found is None and trigger_on:
        why = "Only the moment of the press is stated; a buffer before it would make the recording begin earlier."
        return Belief(trigger_on, why, "press", trigger_on, doubts)
    if found is None:
        return Belief(None, trust.unknown(case), "unknown", trigger_on, doubts)
    doubts += [readings.unreal(r, zone or "") for r in case.local if len(r.starts) != 1]
    return Belief(found.start, found.why, found.basis, trigger_on, doubts + trust.against(case, found))


def _case(said: list[Said], zone: str | None) -> trust.Case:
    open_ones = [one for one in said if readings.unzoned(one)]
    zoned = [reading for one in said if one.zone for reading in readings.read([one], one.zone)]
    return trust.Case(
        said, zone, zoned, readings.read(open_ones, zone) if zone else [], readings.read(open_ones, "UTC")
    )


def _trigger(said: Sequence[Said]) -> datetime | None:
    stated = [one for one in said if one.moment == "trigger" and one.zone]
    return next((r.only for one in stated for r in readings.read([one], one.zone or "UTC") if r.only), None)
