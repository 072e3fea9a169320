"""What may follow what, and what is unusual about a list. PURE: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

FRESH = timedelta(minutes=5)  # how long ago an approver may have shown who they are
STANDSTILL = timedelta(hours=1)  # without a signed checkpoint: then nobody can say what time it is
MONTH = timedelta(days=31)
TIMES, SHARE, FEW, YOUNG = 2, 0.05, 20, timedelta(days=60)


class Refused(ValueError):
    """What was asked for can't be done; the message says why, and what to do."""


@dataclass(frozen=True)
class Figures:
    """What a list, or a month of lists, comes to."""

    recordings: int = 0
    size: int = 0
    officers: int = 0
    matters: int = 0
    oldest: date | None = None
    newest: date | None = None
    of_officer: int = 0  # of the one with most
    held: int = 0  # recordings of the whole department that are held here
    classes: Mapping[str, int] = field(default_factory=dict)


def unusual(now: Figures, before: Figures, policy_since: date | None, today: date) -> list[str]:
    """Returns what a reviewer should look at twice, against the month before; empty where nothing stands out."""
    found = []
    if not before.recordings:
        found.append("Nothing was destroyed in the month before: there is nothing to compare it with.")
    elif now.recordings > TIMES * before.recordings and now.recordings > FEW:
        times = now.recordings / before.recordings
        found.append(f"{times:.1f} times as many recordings as in the month before ({before.recordings:,}).")
    if before.size and now.size > TIMES * before.size:
        found.append(f"{now.size / before.size:.1f} times as many bytes as in the month before.")
    if now.held and now.recordings > SHARE * now.held and now.recordings > FEW:
        found.append(f"{now.recordings / now.held:.0%} of everything that is held here.")
    new = sorted(set(now.classes) - set(before.classes)) if before.recordings else []
    if new:
        found.append(f"No recording of {_listed(new)} went in the month before.")
    if now.recordings > FEW and now.of_officer > now.recordings / 2:
        found.append(f"{now.of_officer / now.recordings:.0%} of them are one officer’s.")
    if now.newest and now.newest > today - YOUNG:
        found.append(f"The newest is only {(today - now.newest).days} days old.")
    if now.matters and now.matters > TIMES * max(before.matters, 1):
        found.append(f"They belong to {now.matters:,} concluded matters; {before.matters:,} in the month before.")
    if policy_since and policy_since > today - YOUNG:
        found.append(f"The policy text has been in force for {(today - policy_since).days} days only.")
    return found


def clock_problem(now: datetime, last_entry: datetime | None, signed_at: datetime | None) -> str:
    """Returns why the machine's clock can't be believed, or nothing.

    The log's heartbeat comes every ten minutes. A clock that jumped, forward or back, stands away from the last of it;
    and where the heartbeat has followed the jump, what was jumped over doesn't count as waited (policy.rules.LogClock).
    """
    if last_entry is None or signed_at is None:
        return "The log has no signed checkpoint yet: nobody can say since when something was announced."
    if now < last_entry or now < signed_at:
        behind = max(last_entry, signed_at) - now
        return f"The clock of this machine is {_span(behind)} behind the log: it was set back. Mend it first."
    if now - signed_at > STANDSTILL:
        return (
            f"The last signed checkpoint is {_span(now - signed_at)} old: the log stands still, or the clock jumped. "
            "See that `plainview work` runs."
        )
    return ""


def proof_problem(now: datetime, proved_at: datetime) -> str:
    """Returns why somebody has to show again who they are, or nothing."""
    if timedelta(0) <= now - proved_at <= FRESH:
        return ""
    return "Show once more who you are: an approval counts only within five minutes of that."


def _span(length: timedelta) -> str:
    if length >= timedelta(days=2):
        return f"{length.days} days"
    hours = length.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours >= 2 else f"{length.total_seconds() / 60:.0f} minutes"


def _listed(words: list[str]) -> str:
    return " or ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} or {words[-1]}"
