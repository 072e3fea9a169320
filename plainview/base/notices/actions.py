"""Telling people, and what they do with it. The same key tells an account once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.notices import mail
from plainview.base.notices.models import Notice
from plainview.base.people.lookup import assignment_on
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.ledger.canonical import Json

TELLER = "system:notices"


class BadPath(ValueError):
    """A notice may lead only to a page of this installation."""


@transaction.atomic
def tell(
    accounts: Iterable[Account],
    key: str,
    subject: str,
    body: str = "",
    path: str = "",
    due: date | None = None,
    *,
    actor: str = TELLER,
) -> list[Notice]:
    """Puts a notice into the inbox of every account that was not told under this key, and mails those who have mail.

    Subject and body never hold a resident's name: they are read over shoulders and travel by e-mail. `path` is where to
    act, `due` the day by which. Returns the new notices.
    """
    if path and not (path.startswith("/") and not path.startswith(("//", "/\\"))):
        raise BadPath(f"{path!r} is not a path of this installation")
    told = {account.pk: account for account in accounts if account.is_active}
    ids = _insert(list(told), key, subject, body, path, due)
    notices = list(Notice.objects.filter(pk__in=ids).order_by("pk"))
    facts: dict[str, Json] = {"key": key, "subject": subject, "path": path, "due": due.isoformat() if due else None}
    entries = [custody.Entry(Kind.NOTICES_NOTICE_TOLD, told[n.account_id].handle, facts) for n in notices]
    custody.record_many(entries, actor=actor)
    mail.queue(n.pk for n in notices if told[n.account_id].email)
    return notices


@transaction.atomic
def mark_read(notice: Notice, *, actor: str) -> None:
    """Notes that its owner has opened a notice; once."""
    if Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now()):
        _record(Kind.NOTICES_NOTICE_READ, notice, actor)


@transaction.atomic
def mark_done(notice: Notice, *, actor: str) -> None:
    """Takes a notice off its owner's list; it stays to be found under done."""
    now = timezone.now()
    if Notice.objects.filter(pk=notice.pk, done_at__isnull=True).update(done_at=now):
        Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now)
        _record(Kind.NOTICES_NOTICE_DONE, notice, actor)


@transaction.atomic
def settle(key: str, *, actor: str = TELLER) -> int:
    """Marks every open notice of a key as done, when what it asked for has happened. Returns how many."""
    waiting = list(Notice.objects.select_for_update(of=("self",)).filter(key=key, done_at__isnull=True))
    for notice in waiting:
        mark_done(notice, actor=actor)
    return len(waiting)


@transaction.atomic
def escalate(notice: Notice, today: date) -> list[Notice]:
    """Tells whoever supervises the owner that a notice is overdue; the administrators where nobody does. Once."""
    taken = Notice.objects.filter(pk=notice.pk, done_at__isnull=True, escalated_at__isnull=True)
    if not taken.update(escalated_at=timezone.now()):
        return []
    owner = notice.account
    above = _above(owner, today)
    subject = f"Overdue with {owner}: {notice.subject}"
    told = tell(above, f"escalated:{notice.pk}", subject, notice.body, notice.path, actor=TELLER)
    _record(Kind.NOTICES_NOTICE_ESCALATED, notice, TELLER, {"to": sorted(account.actor for account in above)})
    return told


@transaction.atomic
def note_mailed(notice: Notice) -> None:
    """Notes that a notice went out by e-mail."""
    Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
    _record(Kind.NOTICES_NOTICE_MAILED, notice, TELLER)


def overdue(today: date) -> QuerySet[Notice]:
    """Returns the notices whose day has passed, that are not done, and that nobody above was told of."""
    waiting = Notice.objects.filter(due__lt=today, done_at__isnull=True, escalated_at__isnull=True)
    return waiting.select_related("account__officer").order_by("due", "pk")


def _above(owner: Account, today: date) -> Sequence[Account]:
    assignment = assignment_on(owner.officer, today) if owner.officer else None
    supervisor = assignment.supervisor if assignment else None
    found = Account.objects.filter(officer=supervisor, is_active=True) if supervisor else Account.objects.none()
    if found:
        return list(found)
    held = {"grants__role": Role.ADMINISTRATOR, "grants__revoked_at__isnull": True}
    return list(Account.objects.filter(is_active=True, **held).exclude(pk=owner.pk))


def _insert(accounts: Sequence[object], key: str, subject: str, body: str, path: str, due: date | None) -> list[int]:
    """One statement, so that two tellers at once still tell once."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [key, subject, body, path, due, timezone.now(), list(accounts)])
        return [row[0] for row in cursor.fetchall()]


def _record(kind: Kind, notice: Notice, actor: str, more: dict[str, Json] | None = None) -> None:
    facts: dict[str, Json] = {"key": notice.key, "subject": notice.subject, **(more or {})}
    custody.record(kind, notice.account.handle, actor=actor, facts=facts)


_INSERT = """
insert into notices_notice (account_id, key, subject, body, path, due, created_at)
select account, %s, %s, %s, %s, %s, %s from unnest(%s::uuid[]) account
on conflict (account_id, key) do nothing
returning id"""
