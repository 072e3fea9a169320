"""Telling: once under a key, only who is there, with a path of ours, in history."""

from __future__ import annotations

from datetime import date

import pytest

from conftest import Department
from plainview.base.custody.history import facts_of, history
from plainview.base.custody.kinds import Kind
from plainview.base.notices.actions import BadPath, settle, tell
from plainview.base.notices.models import Notice
from plainview.base.people.models import Account

DUE = date(2024, 5, 10)


def told(account: Account) -> list[str]:
    return list(account.notices.order_by("pk").values_list("subject", flat=True))


def test_everybody_named_is_told(department: Department) -> None:
    made = tell([department.alice, department.bob], "calls:1", "A call number is missing", "Body", "/recordings/", DUE)
    assert {n.account_id for n in made} == {department.alice.pk, department.bob.pk}
    notice = department.alice.notices.get()
    assert (notice.subject, notice.body, notice.path, notice.due) == (
        "A call number is missing",
        "Body",
        "/recordings/",
        DUE,
    )
    assert told(department.charlie) == []


def test_the_same_key_tells_once(department: Department) -> None:
    tell([department.alice], "calls:1", "First")
    again = tell([department.alice, department.bob], "calls:1", "Second")
    assert [n.account_id for n in again] == [department.bob.pk]
    assert told(department.alice) == ["First"]


def test_an_account_named_twice_is_told_once(department: Department) -> None:
    assert len(tell([department.alice, department.alice], "k", "S")) == 1


def test_what_is_done_is_not_told_again(department: Department) -> None:
    tell([department.alice], "k", "S")
    settle("k")
    assert tell([department.alice], "k", "S") == []


def test_a_disabled_account_is_not_told(department: Department) -> None:
    department.alice.is_active = False
    assert tell([department.alice], "k", "S") == []


def test_nobody_to_tell_is_no_fault(db: None) -> None:
    assert tell([], "k", "S") == []


@pytest.mark.parametrize("path", ["https://evil.test/", "//evil.test/", "/\\evil.test", "recordings/", "javascript:x"])
def test_a_notice_leads_nowhere_else(department: Department, path: str) -> None:
    with pytest.raises(BadPath):
        tell([department.alice], "k", "S", path=path)
    assert not Notice.objects.exists()


def test_telling_is_in_the_accounts_history(department: Department) -> None:
    tell([department.alice], "calls:1", "A call number is missing", due=DUE)
    (event,) = history(department.alice.handle)
    assert event.kind == Kind.NOTICES_NOTICE_TOLD
    assert event.actor == "system:notices"
    facts = facts_of(event)
    assert (facts["key"], facts["subject"], facts["due"]) == ("calls:1", "A call number is missing", "2024-05-10")


def test_when_it_has_happened_every_open_notice_of_the_key_is_done(department: Department) -> None:
    tell([department.alice, department.bob], "calls:1", "S")
    tell([department.alice], "calls:2", "S")
    assert settle("calls:1") == 2
    assert settle("calls:1") == 0
    assert list(Notice.objects.filter(done_at=None).values_list("key", flat=True)) == ["calls:2"]


def test_many_are_told_in_a_handful_of_statements(
    department: Department, django_assert_max_num_queries: object
) -> None:
    everybody = list(Account.objects.all())
    tell(everybody, "first", "S")  # the first event of a process looks whether the log is sound
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        tell(everybody, "k", "S")
