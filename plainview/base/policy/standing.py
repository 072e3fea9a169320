"""Where every version stands on a day: draft, published, adopted, in force, superseded, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import in_words

State = PolicyVersion.State


class Standing(StrEnum):
    """In the order of life."""

    DRAFT = "Draft"
    PUBLISHED = "Published for comment"
    ADOPTED = "Adopted, not in force yet"
    IN_FORCE = "In force"
    SUPERSEDED = "Superseded"
    WITHDRAWN = "Withdrawn"


@dataclass(frozen=True)
class Placed:
    """A version and where it stands on a day; `until` is the first day of the version that follows it."""

    version: PolicyVersion
    standing: Standing
    until: date | None = None

    def span(self) -> str:
        """Returns from when to when it is in force, in words; empty where it never was."""
        if self.version.effective is None or self.standing == Standing.WITHDRAWN:
            return ""
        start = f"from {in_words(self.version.effective)}"
        return f"{start} until {in_words(self.until)}" if self.until else start


def placed(versions: Iterable[PolicyVersion], day: date) -> list[Placed]:
    """Returns the versions with their standing on a day, the latest first. It needs all adopted ones to tell."""
    rows = list(versions)
    adopted = sorted((v for v in rows if v.state == State.ADOPTED and v.effective), key=_effective)
    follows = {v.pk: after.effective for v, after in pairwise(adopted)}
    found = [Placed(v, _standing(v, follows.get(v.pk), day), follows.get(v.pk)) for v in rows]
    return sorted(found, key=lambda p: (p.version.effective or date.max, p.version.entered_at), reverse=True)


def _effective(version: PolicyVersion) -> date:
    return version.effective or date.max


def _standing(version: PolicyVersion, until: date | None, day: date) -> Standing:
    if version.state != State.ADOPTED:
        return Standing[version.state.upper()]
    if _effective(version) > day:
        return Standing.ADOPTED
    return Standing.IN_FORCE if until is None or until > day else Standing.SUPERSEDED
