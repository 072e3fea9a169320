"""Notices by e-mail, where a mail server is configured: the subject and the way to the inbox, nothing more."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from procrastinate.contrib.django import app

from plainview.base.notices.models import Notice

TASK = "notices.mail"
NONE = "django.core.mail.backends.dummy.EmailBackend"


def configured() -> bool:
    """Whether anything would leave this machine."""
    return bool(settings.EMAIL_BACKEND != NONE)


def queue(notices: Iterable[int]) -> None:
    """Queues the mails in the transaction that tells: no commit, no mail."""
    if configured():
        for pk in notices:
            app.configure_task(TASK).defer(notice=pk)


def send(notice: Notice) -> None:
    """Sends one notice. Raises what the mail server answers; the job tries again."""
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    where = f"{origin}/inbox/{notice.pk}/" if origin else "Log in to Plainview and open your inbox."
    due = f"\nDue {notice.due:%B %-d, %Y}." if notice.due else ""
    text = f"{notice.subject}{due}\n\n{where}\n\nWhat it is about is told only after login."
    send_mail(f"Plainview: {' '.join(notice.subject.split())}", text, None, [notice.account.email])
