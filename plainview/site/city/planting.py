"""Oddities that chance would not bring on one day: planted once, listed, each with what it should lead to."""

from __future__ import annotations

from plainview.site.city.events import BUFFER, City, Day, Dispatch, Recording
from plainview.site.city.people import Officer


def plant(city: City, found: Day) -> None:
    """Plants one of each on a day that has room for it."""
    sent = [d for d in found.dispatches if d.arrived is not None and d.outcome not in ("CANCELLED",)]
    filmed = {r.call: r for r in found.recordings if r.kind == "body" and r.call and r.stop is not None}
    free = [d for d in sent if d.call in filmed and filmed[d.call].badge == d.badge]
    if len(free) < 6:
        return
    _two_calls(city, found, free[0], filmed[free[0].call])
    _overlap(city, found, free[1])
    _zero_length(city, found, free[2])
    _twice(found, free[3])
    _two_in_a_car(city, found, free[4])
    _old(city, found, free[5])


def _two_calls(city: City, found: Day, first: Dispatch, recording: Recording) -> None:
    """A recording that goes on into the next call and names only the first."""
    city.calls += 1
    begin = first.cleared + 120
    following = Dispatch(f"CT{found.day:%y}-{city.calls:07}", "THEFT", 3, first.badge, first.car, begin - 60, begin,
                         begin + 900, "REPORT")  # fmt: skip
    shift = _officer(city, first.badge).fast
    recording.stop = following.cleared + shift
    found.dispatches.append(following)
    found.planted.append(("one recording, two calls", following.call, first.badge, recording.id, "", "matches both"))


def _overlap(city: City, found: Day, first: Dispatch) -> None:
    """Two calls of one officer at the same time."""
    city.calls += 1
    again = Dispatch(f"CT{found.day:%y}-{city.calls:07}", "ALARM", 4, first.badge, first.car, first.dispatched + 30,
                     first.begin + 60, first.cleared + 60, "CLEARED")  # fmt: skip
    found.dispatches.append(again)
    found.planted.append(("overlapping calls", again.call, first.badge, "", "", "each is judged by itself"))


def _zero_length(city: City, found: Day, like: Dispatch) -> None:
    """Arrived and cleared in the same second: nothing can share more than zero seconds with it."""
    city.calls += 1
    none = Dispatch(f"CT{found.day:%y}-{city.calls:07}", "ALARM", 5, like.badge, like.car, like.begin, like.begin + 60,
                    like.begin + 60, "CLEARED")  # fmt: skip
    found.dispatches.append(none)
    found.planted.append(("zero length", none.call, like.badge, "", "", "not recorded"))


def _twice(found: Day, like: Dispatch) -> None:
    """The same row twice: two dispatches, never merged."""
    found.dispatches.append(Dispatch(**vars(like)))
    found.planted.append(("identical rows", like.call, like.badge, "", "", "both are judged"))


def _two_in_a_car(city: City, found: Day, like: Dispatch) -> None:
    """A second officer in the same car who records nothing: each is judged by the own camera."""
    other = next((o for o in city.staff.officers if o.badge != like.badge and o.camera), None)
    if other is None:
        return
    rides = Dispatch(like.call, like.kind, like.priority, other.badge, like.car or "Car 1", like.dispatched,
                     like.arrived, like.cleared, like.outcome)  # fmt: skip
    found.dispatches.append(rides)
    found.planted.append(("two officers in one car", like.call, other.badge, "", "", "judged by the own camera"))


def _old(city: City, found: Day, like: Dispatch) -> None:
    """A recording of two hundred days ago, before everything that was drawn, that nobody has classed."""
    begin = like.begin - 200 * 86400
    if city.first is not None and begin + 86400 > city.first:
        return  # a call of that time might match it, and its truth is told already
    officer = _officer(city, like.badge)
    city.recordings += 1
    made = Recording(f"CR-{city.recordings:08}", officer.badge, officer.camera, "body", "", begin + BUFFER, begin,
                     begin + 600, begin + 7200, "", "")  # fmt: skip
    found.recordings.append(made)
    found.planted.append(("unclassified for 200 days", "", officer.badge, made.id, "", "never due"))


def _officer(city: City, badge: str) -> Officer:
    return next(o for o in city.staff.officers if o.badge == badge)
