"""Notices by e-mail: subject and link, once, only where a server is configured."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail
from django.test.utils import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from conftest import Department
from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.notices.actions import tell
from plainview.base.notices.mail import NONE, TASK
from plainview.base.notices.models import Notice
from plainview.base.notices.tasks import send_mail


@pytest.fixture
def notice(department: Department) -> Notice:
    """A notice to Alice, who has an address."""
    department.alice.email = "alice@samplebrook.test"
    department.alice.save()
    return tell([department.alice], "k", "A call number is missing", "Details", "/x/", date(2024, 5, 10))[0]


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=TASK).count()


def test_who_has_an_address_gets_a_mail(notice: Notice) -> None:
    assert jobs() == 1
    send_mail(notice.pk)
    (sent,) = mail.outbox
    assert sent.to == ["alice@samplebrook.test"]
    assert sent.subject == "Plainview: A call number is missing"
    assert "Due May 10, 2024." in sent.body
    assert "Details" not in sent.body


def test_the_mail_leads_to_the_notice_where_the_address_is_known(notice: Notice) -> None:
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://plainview.samplebrook.test"]):
        send_mail(notice.pk)
    assert f"https://plainview.samplebrook.test/inbox/{notice.pk}/" in mail.outbox[0].body


def test_a_job_that_runs_twice_mails_once(notice: Notice) -> None:
    send_mail(notice.pk)
    send_mail(notice.pk)
    assert len(mail.outbox) == 1
    assert [e.kind for e in history(notice.account.handle)] == [Kind.NOTICES_NOTICE_TOLD, Kind.NOTICES_NOTICE_MAILED]


def test_a_subject_of_two_lines_can_not_smuggle_a_header(department: Department) -> None:
    department.alice.email = "alice@samplebrook.test"
    department.alice.save()
    (made,) = tell([department.alice], "k", "First line\nBcc: everybody@samplebrook.test")
    send_mail(made.pk)
    assert mail.outbox[0].recipients() == ["alice@samplebrook.test"]
    assert "\n" not in mail.outbox[0].subject


def test_who_has_no_address_gets_none(department: Department) -> None:
    tell([department.bob], "k", "S")
    assert jobs() == 0


@override_settings(EMAIL_BACKEND=NONE)
def test_without_a_server_nothing_is_queued(department: Department) -> None:
    department.alice.email = "alice@samplebrook.test"
    tell([department.alice], "k", "S")
    assert jobs() == 0
