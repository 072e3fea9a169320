"""Whether a text may be adopted, and from which day: what the vote says, what notice asks for, never into the past."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from plainview.base.policy.rules.change import shortens
from plainview.base.policy.rules.period import Period
from plainview.base.policy.rules.shape import Policy
from plainview.base.policy.rules.terms import Term
from plainview.base.policy.rules.words import in_words


class Refused(ValueError):
    """An act that the rules on policy do not allow; the message says why, and what to do instead."""


@dataclass(frozen=True)
class Ballot:
    """What is known of the vote besides the text. Where the text says the same thing, both must agree."""

    by: str = ""  # the body
    on: date | None = None
    effective: date | None = None
    vote: str = ""
    minutes: str = ""


@dataclass(frozen=True)
class Adoption:
    """What is adopted: by whom, when, from which day on, and what a reader should know besides."""

    by: str
    on: date
    effective: date
    remarks: tuple[str, ...] = ()


def settle(policy: Policy, ballot: Ballot, adopted: Sequence[Term], today: date) -> Adoption:
    """Returns the adoption that text and vote amount to.

    Args:
        policy: the text.
        ballot: the vote.
        adopted: every policy adopted before, in the order of their first days; a first adoption has none, and may carry
            the past day since which it has been the department's policy. Every later one is prospective.
        today: the day in the department's zone on which the adoption is logged; notice counts from it.

    Raises:
        Refused: with the reason and the next step.
    """
    _check_new(policy, adopted)
    check_vote(ballot.vote)
    by = _agreed("adopted_by", policy.adopted_by, ballot.by)
    on = _agreed("adopted_on", policy.adopted_on, ballot.on) or today
    if not by:
        raise Refused("Nobody is named as adopting body: write `adopted_by` into [policy], or name it with the vote.")
    if on > today:
        raise Refused(f"The vote is dated {on}, which is still to come: adopt the text when it has been voted.")
    effective = ballot.effective or policy.effective
    if effective is None:
        raise Refused("The text names no `effective` day: name the first day on which it shall be in force.")
    if adopted:
        _check_prospective(policy, on, effective, adopted[-1], today)
        return Adoption(by, on, effective)
    return Adoption(by, on, effective, _remarks(on, effective))


def earliest(old: Policy, new: Policy, today: date) -> date:
    """Returns the earliest day on which a text may follow another: today, or after the notice where it shortens."""
    return notice_of(old).after(today) if shortens(old, new) else today


def notice_of(policy: Policy) -> Period:
    """Returns the notice that a policy asks for before anything in it may be shortened."""
    return policy.changes.notice


def check_vote(vote: str) -> None:
    """Raises Refused for a vote in figures (5-0, 3-1-1) that the motion lost. Anything in words is taken as it is."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*[-–:]\s*(\d{1,4})(?:\s*[-–:]\s*\d{1,4})?\s*", vote)
    if found and int(found[1]) <= int(found[2]):
        raise Refused(f"A vote of {vote.strip()} does not carry: {found[1]} for, {found[2]} against.")


def check_withdrawal(effective: date | None, last: bool, today: date) -> None:
    """Raises Refused unless a version may still be withdrawn; `effective` is None for one that is not adopted."""
    if effective is None:
        return
    if effective <= today:
        raise Refused(f"It has been in force since {in_words(effective)}: adopt another version to follow it.")
    if not last:
        raise Refused("Another version is adopted to follow it: withdraw that one first.")


def _check_new(policy: Policy, adopted: Sequence[Term]) -> None:
    for term in adopted:
        if term.policy.sha256 == policy.sha256:
            raise Refused(f"This very text is adopted already, in force from {in_words(term.effective)}.")
        if (term.policy.id, term.policy.version) == (policy.id, policy.version):
            raise Refused(
                f"Another text is adopted as {policy.id} {policy.version} already: give this one a new `version`."
            )


_Said = TypeVar("_Said", str, date | None)


def _agreed(key: str, in_text: _Said, in_vote: _Said) -> _Said:
    if in_text and in_vote and in_text != in_vote:
        raise Refused(f"The text says `{key}` = {in_text}, the vote says {in_vote}: one of them has to be corrected.")
    return in_text or in_vote


def _check_prospective(policy: Policy, on: date, effective: date, last: Term, today: date) -> None:
    if effective < max(today, on):
        raise Refused(
            f"It would take effect on {in_words(effective)}, in the past: only the first adoption may. "
            f"Name a day from {in_words(max(today, on))} on."
        )
    if effective <= last.effective:
        first = last.effective + timedelta(days=1)
        raise Refused(
            f"Version {last.policy.version} takes effect on {in_words(last.effective)}; "
            f"this one can follow it from {in_words(first)} on."
        )
    _check_notice(policy, effective, last, today)


def _check_notice(policy: Policy, effective: date, last: Term, today: date) -> None:
    shorter = shortens(last.policy, policy)
    notice = notice_of(last.policy)
    if not shorter or effective >= notice.after(today):
        return
    more = f", and {len(shorter) - 1} more" if len(shorter) > 1 else ""
    clause = f" (clause {last.policy.changes.clause})" if last.policy.changes.clause else ""
    raise Refused(
        f"It shortens what version {last.policy.version} promises: {shorter[0].sentence.rstrip('.')}{more}. "
        f"That takes {notice} of notice{clause}: it can take effect on {in_words(notice.after(today))} at the earliest."
    )


def _remarks(on: date, effective: date) -> tuple[str, ...]:
    if effective >= on:
        return ()
    return (f"It counts as in force since {in_words(effective)}, before the vote of {in_words(on)}.",)
