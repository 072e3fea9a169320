"""How long a recording is kept: decided once more from the policy text, and compared with what the package says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from plainview.verify.history import Known
from plainview.verify.reading import Unreadable, parse_object
from plainview.verify.report import Report, counted

try:
    from plainview.base.policy import rules
except ImportError:  # a verifier built without the policy room
    rules = None  # type: ignore[assignment]

FORMAT = "plainview-retention/1"
WHERE = "proof/retention.json"
_FIELDS = ("classes", "holds", "matters", "recording", "sentence", "start_day", "until", "uploaded_day")


def replay(data: bytes, texts: Mapping[str, bytes], events: Mapping[str, list[Known]], report: Report) -> None:
    """Compares what the package says of each recording with what the policy texts and the recording's events give."""
    if rules is None:
        report.notice("How long the recordings are kept was not checked: this verifier was built without it.", WHERE)
        return
    try:
        stated = parse_object(data, ("format", "on", "recordings", "terms", "zone"))
        terms = _terms(stated["terms"], texts, events)
        on, wrong = date.fromisoformat(stated["on"]), 0
        for each in stated["recordings"]:
            problem = _judge(each, terms, on, events.get(each.get("recording"), []), str(stated["zone"]))
            if problem:
                report.damaged(f"Of recording {each['recording']}: {problem}", WHERE)
                wrong += 1
    except (Unreadable, ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
        reason = problem if isinstance(problem, Unreadable) else "it is not a statement of how long things are kept"
        report.damaged(f"It can't be followed: {reason}.", WHERE)
        return
    if not wrong:
        report.holds(
            f"How long {counted(len(stated['recordings']), 'recording is', 'recordings are')} to be kept, as of {on}, "
            "follows from the policy texts inside, the classes and holds in the recordings' histories, and the matters "
            "that are stated.",
            WHERE,
        )


def _terms(stated: list[dict[str, str]], texts: Mapping[str, bytes], events: Mapping[str, list[Known]]) -> list[Any]:
    """Returns the adopted policies; each has its text inside and an event of its adoption with the same first day."""
    adopted = {
        known.text("sha256"): known.text("effective")
        for chain in events.values()
        for known in chain
        if known.leaf.kind == "policy.version.adopted"
    }
    terms = []
    for each in stated:
        if each["sha256"] not in texts or adopted.get(each["sha256"]) != each["effective"]:
            raise Unreadable(f"the policy {each['sha256']:.64} is not inside, or was not adopted as stated")
        terms.append(rules.Term(rules.parse(texts[each["sha256"]]), date.fromisoformat(each["effective"])))
    if len(adopted) != len(terms):
        raise Unreadable("it leaves out a policy that was adopted")
    return terms


def _judge(each: dict[str, Any], terms: list[Any], on: date, chain: list[Known], zone: str) -> str:
    """Returns what is wrong, or nothing."""
    if set(each) != set(_FIELDS):
        raise Unreadable("a recording's fields are not those expected")
    classes, start = _facts(chain)
    if classes is None or sorted(classes) != sorted(each["classes"]):
        return "its classes are not those in its history."
    if start is not None and _day(start, zone) not in (None, each["start_day"]):
        return "its day is not the one in its history."
    start_day, uploaded_day = (date.fromisoformat(each[k]) if each[k] else None for k in ("start_day", "uploaded_day"))
    matters = [rules.MatterState(m["id"], m["kind"], m["status"], _date(m["status_on"])) for m in each["matters"]]
    holds = [rules.HoldState(h["id"], h["reason"], tuple(h["lifted_by"])) for h in each["holds"]]
    policy, earlier = rules.speaking(terms, start_day, on)
    kept = rules.keep_until(
        policy, each["classes"], start_day, matters, holds, uploaded_day=uploaded_day, earlier=earlier
    )
    if str(kept.until) != each["until"] or kept.sentence() != each["sentence"]:
        return f"the policy gives another answer: {kept.sentence()}"
    if sorted(h.id for h in holds) != sorted(_holds(chain)):
        return "its holds are not those in its history."
    return ""


def _holds(chain: list[Known]) -> set[str]:
    """Returns the holds that people placed on the recording and two people have not lifted."""
    standing: set[str] = set()
    for known in chain:
        if known.leaf.kind == "evidence.hold.placed":
            standing.add(known.text("hold"))
        elif known.leaf.kind == "evidence.hold.lifted":
            standing.discard(known.text("hold"))
    return standing


def _facts(chain: list[Known]) -> tuple[list[str] | None, str | None]:
    """Returns the classes and the start that the recording's events end with."""
    classes: list[str] | None = None
    start: str | None = None
    for known in chain:
        body = known.body or {}
        new = body.get("new")
        if known.leaf.kind == "evidence.recording.created":
            new = body
            found = body.get("classes")
            classes = list(found) if isinstance(found, list) else None
        elif known.leaf.kind == "evidence.recording.classed":
            classes = list(new) if isinstance(new, list) else None
        if isinstance(new, dict) and "start" in new:
            start = new["start"] if isinstance(new["start"], str) else None
    return classes, start


def _day(moment: str, zone: str) -> str | None:
    """Returns the day in the department's zone; None on a machine that doesn't know the zone."""
    try:
        return str(datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date())
    except (LookupError, OSError):
        return None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
