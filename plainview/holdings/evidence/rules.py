"""Pure decisions: why a recording waits for a person, what a call number looks like, what a class change means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

UNCLASSIFIED = "unclassified"
CALL_NUMBER_LENGTH = 40
TITLE_LENGTH = 200
# No body camera was sold before; an earlier year is a clock that lost its battery.
EARLIEST_START_YEAR = 2005
CLOCK_TOLERANCE = timedelta(hours=24)
_CALL_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9 ./#-]*")


class Reason(StrEnum):
    """Why a recording waits for a person. Sorted; retired reasons stay as comments."""

    BADGE_UNKNOWN = "badge-unknown"
    CAMERA_NOT_STATED = "camera-not-stated"
    CAMERA_UNREGISTERED = "camera-unregistered"
    CHANGED_WHILE_READ = "changed-while-read"
    EMPTY = "empty"
    NOBODY_CARRIED = "nobody-carried"
    NOT_UNDERSTOOD = "not-understood"
    OFFICER_DISPUTED = "officer-disputed"
    START_IMPLAUSIBLE = "start-implausible"
    START_UNKNOWN = "start-unknown"

    @property
    def sentence(self) -> str:
        """What is the matter, in plain words."""
        return _EXPLAINED[self][0]

    @property
    def to_do(self) -> str:
        """What a person can do about it."""
        return _EXPLAINED[self][1]

    @property
    def quarantines(self) -> bool:
        """Whether the recording is set apart until decided; the others are blanks to fill in."""
        return self in _QUARANTINES

    @property
    def label(self) -> str:
        """A few words for a table cell."""
        return _EXPLAINED[self][2]


_EXPLAINED: dict[Reason, tuple[str, str, str]] = {
    Reason.BADGE_UNKNOWN: (
        "The badge given with the file is not on the roster for that day.",
        "Find the officer who made the recording and assign it, or import the missing roster row first.",
        "Badge not on roster",
    ),
    Reason.CAMERA_NOT_STATED: (
        "Neither the file nor the person who brought it says which camera made it.",
        "Ask who brought it, then assign the camera; or accept it as footage without a camera of ours.",
        "No camera stated",
    ),
    Reason.CAMERA_UNREGISTERED: (
        "The camera that made this is not registered.",
        "Register the camera in the fleet and assign it here, or accept the recording as coming from elsewhere.",
        "Camera not registered",
    ),
    Reason.CHANGED_WHILE_READ: (
        "The file was changed while it was read: what is kept may be neither what it was before nor what it is now.",
        "Take the file again once nothing writes to it, then accept this one as it is.",
        "Changed while read",
    ),
    Reason.EMPTY: (
        "The file is empty: it was received with no bytes in it.",
        "Look for the original on the camera or dock. If there is none, accept the empty file as the finding.",
        "Empty file",
    ),
    Reason.NOBODY_CARRIED: (
        "The fleet list names nobody who carried this camera at that time.",
        "Find out who carried it and assign the officer.",
        "No officer known",
    ),
    Reason.NOT_UNDERSTOOD: (
        "The file can't be understood as video, sound, or a trail. It is kept exactly as it came.",
        "Download it and look at it with the maker's player. Then say what it is, or accept it as it is.",
        "Not understood",
    ),
    Reason.OFFICER_DISPUTED: (
        "The badge given with the file is not the officer who carried the camera at that time.",
        "Find out who made the recording and assign that officer.",
        "Two officers claimed",
    ),
    Reason.START_IMPLAUSIBLE: (
        "The time the file states can't be right: it lies in the future or before such cameras existed.",
        "Find the true time in the call record or the officer's report and set the start.",
        "Impossible time",
    ),
    Reason.START_UNKNOWN: (
        "When this was recorded can't be known from the file or from who brought it.",
        "Find the time in the call record or the officer's report and set the start.",
        "Start not known",
    ),
}
_QUARANTINES = frozenset(
    {
        Reason.BADGE_UNKNOWN,
        Reason.CAMERA_NOT_STATED,
        Reason.CAMERA_UNREGISTERED,
        Reason.CHANGED_WHILE_READ,
        Reason.EMPTY,
        Reason.NOT_UNDERSTOOD,
    }
)


@dataclass(frozen=True)
class Why:
    """One reason with what is particular about this case."""

    reason: Reason
    detail: str = ""

    @property
    def in_words(self) -> str:
        """The reason in a few words, for a sentence of history."""
        return f"{self.reason.label} ({self.detail.rstrip('.')})" if self.detail else self.reason.label


@dataclass(frozen=True)
class Claims:
    """What was said at the door, word for word as understood; nothing here is believed by itself."""

    camera: str = ""
    badge: str = ""
    start: datetime | None = None
    trigger_on: datetime | None = None
    zone: str = ""

    def as_json(self) -> dict[str, str | None]:
        """Returns the claims for history: times in ISO 8601, None where nothing was said."""
        return {
            "badge": self.badge or None,
            "camera": self.camera or None,
            "start": self.start.isoformat() if self.start else None,
            "trigger_on": self.trigger_on.isoformat() if self.trigger_on else None,
            "zone": self.zone or None,
        }


@dataclass(frozen=True)
class Circumstances:
    """What decides whether a new file needs a person."""

    size: int
    problem: str | None  # why media could not understand the file
    serial: str  # as stated by the file or at the door
    camera_registered: bool
    badge: str  # as stated at the door
    officer_badge: str | None  # whom we take for the maker
    carrier_badge: str | None  # whom the fleet names, where it is known
    in_vehicle: bool  # the camera rides in a car: nobody has to carry it
    start: datetime | None
    received: datetime


def judge(case: Circumstances) -> list[Why]:
    """Returns every reason why a person has to look, in the order of the enumeration."""
    found = [*_about_content(case), *_about_camera(case), *_about_officer(case), *_about_start(case)]
    order = list(Reason)
    return sorted(found, key=lambda why: order.index(why.reason))


def _about_content(case: Circumstances) -> Iterable[Why]:
    if case.size == 0:
        yield Why(Reason.EMPTY)
    elif case.problem:
        yield Why(Reason.NOT_UNDERSTOOD, case.problem)


def _about_camera(case: Circumstances) -> Iterable[Why]:
    if case.camera_registered:
        return
    if case.serial:
        yield Why(Reason.CAMERA_UNREGISTERED, f"Serial number {case.serial}.")
    else:
        yield Why(Reason.CAMERA_NOT_STATED)


def _about_officer(case: Circumstances) -> Iterable[Why]:
    if case.badge and case.officer_badge is None:
        yield Why(Reason.BADGE_UNKNOWN, f"Badge {case.badge}.")
    elif case.badge and case.carrier_badge and case.badge != case.carrier_badge:
        yield Why(Reason.OFFICER_DISPUTED, f"Badge {case.badge} was given; badge {case.carrier_badge} carried it.")
    elif case.camera_registered and case.officer_badge is None and not case.in_vehicle:
        yield Why(Reason.NOBODY_CARRIED)


def _about_start(case: Circumstances) -> Iterable[Why]:
    if case.start is None:
        yield Why(Reason.START_UNKNOWN)
    elif case.start > case.received + CLOCK_TOLERANCE or case.start.year < EARLIEST_START_YEAR:
        yield Why(Reason.START_IMPLAUSIBLE, f"Stated: {case.start.isoformat()}.")


TOO_OFTEN = "Preparing it failed again and again, so it is no longer tried. Download the original to look at it."


def nothing_to_play(role: str, plays: str, problem: str | None) -> str:
    """Returns why a file has nothing that could be played, in plain words; empty where it has."""
    if role == "sidecar":
        return "This file holds data about the footage (a trail, bookmarks or settings); there is nothing to play."
    if problem:
        return problem
    if role != "footage" or plays == "no":
        return "This file is neither video nor sound that we can read."
    return ""


class Refused(ValueError):
    """A person asked for something that can't be; the message says what to do instead."""


def require_living(destroyed_at: datetime | None) -> None:
    """Raises Refused for a recording that was destroyed."""
    if destroyed_at is not None:
        raise Refused(f"It was destroyed on {destroyed_at:%Y-%m-%d}: nothing of it is left but its history.")


def call_number(text: str) -> str:
    """Returns a call number in its one form: upper case, single spaces. Empty stays empty.

    Raises:
        Refused: it holds other characters than letters, digits, space and . / # -, or is too long.
    """
    plain = " ".join(text.upper().split())
    if not plain:
        return ""
    if len(plain) > CALL_NUMBER_LENGTH:
        raise Refused(f"A call number has at most {CALL_NUMBER_LENGTH} characters. Enter one call number only.")
    if not _CALL_NUMBER.fullmatch(plain):
        raise Refused("A call number holds only letters, digits, spaces and . / # -. Check what was typed or pasted.")
    return plain


def title(text: str) -> str:
    """Returns a title on one line.

    Raises:
        Refused: it is too long.
    """
    plain = " ".join(text.replace("\0", "").split())
    if len(plain) > TITLE_LENGTH:
        raise Refused(f"A title has at most {TITLE_LENGTH} characters. Shorten it.")
    return plain


REASON_LENGTH = 500


def reason_given(text: str) -> str:
    """Returns a reason on one line.

    Raises:
        Refused: nobody gave one, or it is too long.
    """
    plain = " ".join(text.replace("\0", "").split())
    if not plain or len(plain) > REASON_LENGTH:
        raise Refused(f"Say why, in 1 to {REASON_LENGTH} characters. The reason stays with it.")
    return plain


def settled_classes(wanted: Iterable[str]) -> list[str]:
    """Returns the classes a recording then bears, sorted: without a real one it is unclassified, never nothing."""
    real = sorted({c for c in wanted if c and c != UNCLASSIFIED})
    return real or [UNCLASSIFIED]


def class_change(held: Iterable[str], wanted: Iterable[str], known: Iterable[str]) -> list[str]:
    """Returns the classes after the change. A class that a newer policy dropped may stay, but not be given anew.

    Raises:
        Refused: a class is asked for that the policy in force does not have.
    """
    after, allowed = settled_classes(wanted), {*known, *held, UNCLASSIFIED}
    strange = [c for c in after if c not in allowed]
    if strange:
        offered = ", ".join(sorted({*known} - {UNCLASSIFIED})) or "none, since no policy is in force"
        raise Refused(f"The policy in force has no class {', '.join(strange)}. It has: {offered}.")
    return after
