"""Raising and closing alarms, striking the books. Each ends in history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Item
from plainview.base.notices import actions as notices
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.duties.retention.books import letters
from plainview.duties.retention.books.balance import FIGURES, Balance
from plainview.duties.retention.books.concerned import Concern, matters_of, recordings_of
from plainview.duties.retention.books.models import Alarm, Book, Finding, Letter, Line
from plainview.duties.retention.books.problem import Problem
from plainview.ledger.canonical import Json

SWEEP = "system:books"
TOLD = (Role.ADMINISTRATOR, Role.COMMANDER, Role.TECHNICIAN)
NAMED = 20  # matters in an event; all of them are on the page


class Refused(ValueError):
    """What was asked for can't be done; the message says why."""


def raise_alarm(problems: Iterable[Problem], into: Alarm | None = None) -> tuple[Alarm | None, int]:
    """Opens an alarm over what no open alarm knows yet, or widens the one of this sweep; tells people at once.

    Returns the alarm, if there is one, and how many findings are new.
    """
    fresh = _fresh(problems)
    if not fresh:
        return into, 0
    with transaction.atomic():
        alarm = into or Alarm.objects.create(handle=custody.open_item("alarm"), summary="")
        _keep(alarm, fresh)
        findings = list(alarm.findings.order_by("id"))
        concerns = concerns_of(alarm)
        alarm.count, alarm.summary = len(findings), _summary(findings, concerns)
        alarm.save(update_fields=["count", "summary"])
        drafted = letters.draft(alarm, findings, concerns)
        _tell(alarm, concerns)
        custody.record(
            Kind.BOOKS_ALARM_WIDENED if into else Kind.BOOKS_ALARM_RAISED,
            alarm.handle,
            actor=SWEEP,
            facts={
                "count": alarm.count,
                "summary": alarm.summary,
                "found": [each.says for each in fresh[:NAMED]],
                "matters": [each.number for each in concerns[:NAMED]],
                "letters": [each.agency for each in drafted[:NAMED]],
            },
            public={"count": alarm.count},
        )
    return alarm, len(fresh)


@transaction.atomic
def close_alarm(alarm: Alarm, why: str, *, account: Account, accepted: bool = False) -> Alarm:
    """Closes an alarm with a reason. What is still so opens another at the next sweep, unless it is `accepted`."""
    alarm = Alarm.objects.select_for_update().get(pk=alarm.pk)
    if alarm.closed_at is not None:
        raise Refused("The alarm is closed already.")
    if not why.strip():
        raise Refused("Say what was found out, and what was done.")
    alarm.closed_at, alarm.closed_by, alarm.closed_why = timezone.now(), account.actor, why.strip()
    alarm.accepted = accepted
    alarm.save(update_fields=["closed_at", "closed_by", "closed_why", "accepted"])
    notices.settle(_key(alarm), actor=account.actor)
    facts: dict[str, Json] = {"why": alarm.closed_why, "accepted": accepted}
    custody.record(Kind.BOOKS_ALARM_CLOSED, alarm.handle, actor=account.actor, facts=facts)
    return alarm


@transaction.atomic
def note_letter(letter: Letter, *, account: Account) -> None:
    """Notes that somebody took the draft of a letter, which names recordings and matters."""
    facts: dict[str, Json] = {"agency": letter.agency, "letter": letter.pk}
    custody.record(Kind.BOOKS_LETTER_TAKEN, letter.alarm.handle, actor=account.actor, facts=facts)


@transaction.atomic
def keep_book(balance: Balance, **more: object) -> Book:
    """Keeps a balance with its lines and how far the reading is."""
    totals = {figure: balance.total(figure) for figure in FIGURES}
    book = Book.objects.create(balanced=balance.balanced, differences=balance.differences, **totals, **more)
    for line in balance.lines:
        line.book = book
    Line.objects.bulk_create(balance.lines)
    custody.record(
        Kind.BOOKS_BALANCE_STRUCK,
        books_item(),
        actor=SWEEP,
        facts={"balanced": book.balanced, "read_items": book.read_items, "unread": book.unread},
        public={**totals, "differences": book.differences},
    )
    return book


def books_item() -> str:
    """Returns the handle of the books' own item, opened when first needed."""
    found = Item.objects.filter(kind="books").values_list("handle", flat=True).order_by("opened_at").first()
    return found or custody.open_item("books")


def concerns_of(alarm: Alarm) -> list[Concern]:
    """Returns the matters that an alarm concerns."""
    recordings = alarm.findings.filter(recording__isnull=False).values_list("recording", flat=True).distinct()
    return matters_of([each for each in recordings if each])


def _fresh(problems: Iterable[Problem]) -> list[Problem]:
    by_key = {each.key: each for each in problems}
    standing = Q(alarm__closed_at=None) | Q(alarm__accepted=True)
    known = Finding.objects.filter(standing, key__in=by_key).values_list("key", flat=True)
    for key in set(known):
        del by_key[key]
    return list(by_key.values())


def _keep(alarm: Alarm, problems: Sequence[Problem]) -> None:
    recordings = recordings_of([each.stored for each in problems if each.stored])
    Finding.objects.bulk_create(
        Finding(
            alarm=alarm,
            what=each.what,
            key=each.key,
            says=each.says,
            stored=each.stored,
            recording_id=recordings.get(each.stored) if each.stored else None,
        )
        for each in problems
    )


def _summary(findings: Sequence[Finding], concerns: Sequence[Concern]) -> str:
    counts = Counter(Finding.What(each.what).label.lower() for each in findings)
    recordings = len({each.recording_id for each in findings if each.recording_id})
    said = ", ".join(f"{count:,} {word}" for word, count in sorted(counts.items()))
    return f"{said}; {recordings:,} recordings, {len(concerns):,} matters concerned"


def _tell(alarm: Alarm, concerns: Sequence[Concern]) -> None:
    offices = sorted({each.agency for each in concerns if each.agency})
    body = f"{alarm.summary}. Nothing may be removed from any shelf until it is understood."
    if offices:
        body += f" Letters are drafted to: {', '.join(offices)}."
    held = {"grants__role__in": TOLD, "grants__revoked_at__isnull": True}
    accounts = Account.objects.filter(is_active=True, **held).distinct()
    path = reverse("books:alarm", args=[alarm.pk])
    notices.tell(accounts, _key(alarm), "ALARM: stored footage isn't as the books say", body, path, actor=SWEEP)


def _key(alarm: Alarm) -> str:
    return f"books.alarm:{alarm.pk}"
