"""The policy in force on any day, and what it says of one recording. Parsed texts are kept by their hash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from django.utils import timezone

from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import (
    HoldState,
    KeepUntil,
    MatterState,
    Policy,
    Term,
    keep_until,
    parse,
    speaking,
)

ADOPTED = PolicyVersion.State.ADOPTED


def in_force(day: date | None = None) -> PolicyVersion | None:
    """Returns the version in force on a day of the department's zone, today unless given. One indexed query."""
    begun = PolicyVersion.objects.filter(state=ADOPTED, effective__lte=day or timezone.localdate())
    return begun.order_by("-effective").first()


def current_hash(day: date | None = None) -> str | None:
    """Returns the hex SHA-256 of the text in force, as `record()` wants it; None where there is none."""
    begun = PolicyVersion.objects.filter(state=ADOPTED, effective__lte=day or timezone.localdate())
    found = begun.order_by("-effective").values_list("sha256", flat=True).first()
    return None if found is None else bytes(found).hex()


def current_policy(day: date | None = None) -> Policy | None:
    """Returns what the text in force says; None where there is none."""
    found = current_hash(day)
    return None if found is None else by_hash(found)


def by_hash(sha256: str) -> Policy:
    """Returns what the adopted text of that hash says. Raises LookupError where there is none."""
    return _adopted(sha256)


def terms() -> list[Term]:
    """Returns every adopted policy with its first day, in order. Texts are read once and kept by their hash."""
    rows = PolicyVersion.objects.filter(state=ADOPTED).order_by("effective").values_list("sha256", "effective")
    return [Term(by_hash(bytes(sha256).hex()), effective) for sha256, effective in rows if effective is not None]


def judge(
    classes: Iterable[str],
    start_day: date | None,
    matters: Sequence[MatterState] = (),
    holds: Sequence[HoldState] = (),
    *,
    uploaded_day: date | None = None,
    on: date | None = None,
    known_terms: Sequence[Term] | None = None,
) -> KeepUntil:
    """Returns how long one recording is kept by the policy in force and by every earlier promise that still stands.

    `on` is the day for which it is asked, today unless given; `known_terms` spares the query where many are asked for.
    """
    policy, earlier = speaking(terms() if known_terms is None else known_terms, start_day, on or timezone.localdate())
    return keep_until(policy, classes, start_day, matters, holds, uploaded_day=uploaded_day, earlier=earlier)


def latest_adopted() -> PolicyVersion | None:
    """Returns the last adopted version, in force already or not: the one that a new text would follow."""
    return PolicyVersion.objects.filter(state=ADOPTED).order_by("-effective").first()


def find(reference: str) -> PolicyVersion | None:
    """Returns the version of a name, a handle, or the first digits of a hash (8 at least); adopted ones first."""
    versions = sorted(PolicyVersion.objects.all(), key=lambda v: (v.state == ADOPTED, v.entered_at), reverse=True)
    for version in versions:
        if reference in (version.version, version.handle):
            return version
    alike = [v for v in versions if len(reference) >= 8 and v.hash.startswith(reference.lower())]
    return alike[0] if len({v.hash for v in alike}) == 1 else None


@lru_cache(maxsize=64)
def _adopted(sha256: str) -> Policy:
    """A text never changes once it is adopted, so what it says may be kept for as long as the process lives."""
    wanted = bytes.fromhex(sha256)
    text = PolicyVersion.objects.filter(state=ADOPTED, sha256=wanted).values_list("text", flat=True).first()
    if text is None:
        raise LookupError(f"no adopted policy has the hash {sha256}")
    return parse(bytes(text))
