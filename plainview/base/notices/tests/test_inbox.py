"""The inbox page: open, done, read; nobody else's."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from conftest import Department
from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.notices.actions import tell
from plainview.base.notices.models import Notice
from plainview.base.people.paging import SIZE


@pytest.fixture
def alice(department: Department) -> Client:
    return department.client(department.alice)


def page(browser: Client, path: str = "/inbox/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def make(department: Department, key: str = "k", **said: object) -> Notice:
    return tell([department.alice], key, f"Subject {key}", "The body.", "/people/me/", **said)[0]  # type: ignore[arg-type]


def test_an_empty_inbox_says_what_will_be_there(alice: Client) -> None:
    assert "Nothing waits for you." in page(alice)
    assert "Nothing is done yet." in page(alice, "/inbox/?state=done")


def test_the_newest_comes_first_and_what_is_new_is_marked(department: Department, alice: Client) -> None:
    make(department, "a")
    make(department, "b", due=date(2020, 1, 1))
    shown = page(alice)
    assert shown.index("Subject b") < shown.index("Subject a")
    assert shown.count(">new<") == 2
    assert shown.count(">overdue<") == 1


def test_the_navigation_counts_what_is_new(department: Department, alice: Client) -> None:
    make(department)
    assert '<span class="pv-count">1</span>' in page(alice, "/people/me/")


def test_opening_a_notice_marks_it_read_once(department: Department, alice: Client) -> None:
    notice = make(department)
    shown = page(alice, f"/inbox/{notice.pk}/")
    assert "The body." in shown
    assert 'href="/people/me/"' in shown
    page(alice, f"/inbox/{notice.pk}/")
    assert ">new<" not in page(alice)
    assert [e.kind for e in history(department.alice.handle)].count(Kind.NOTICES_NOTICE_READ) == 1


def test_a_notice_that_is_done_moves_to_done(department: Department, alice: Client) -> None:
    notice = make(department)
    alice.post(f"/inbox/{notice.pk}/done/")
    alice.post(f"/inbox/{notice.pk}/done/")
    assert "Subject k" not in page(alice)
    assert "Subject k" in page(alice, "/inbox/?state=done")
    assert [e.kind for e in history(department.alice.handle)].count(Kind.NOTICES_NOTICE_DONE) == 1


def test_a_link_does_not_finish_anything(department: Department, alice: Client) -> None:
    assert alice.get(f"/inbox/{make(department).pk}/done/").status_code == 405


def test_nobody_reads_what_another_was_told(department: Department) -> None:
    notice = make(department)
    bob, adam = department.client(department.bob), department.client(department.adam)
    for browser in (bob, adam):
        assert browser.get(f"/inbox/{notice.pk}/").status_code == 404
        assert browser.post(f"/inbox/{notice.pk}/done/").status_code == 404
    assert "Subject" not in page(bob)
    assert Notice.objects.get().read_at is None


def test_what_is_told_is_shown_as_text(department: Department, alice: Client) -> None:
    (notice,) = tell([department.alice], "x", "<script>alert(1)</script>", "<img src=x>")
    for shown in (page(alice), page(alice, f"/inbox/{notice.pk}/")):
        assert "<script>alert" not in shown
        assert "<img src=x>" not in shown


def test_a_long_inbox_is_paged_newest_first(department: Department, alice: Client) -> None:
    for n in range(SIZE + 3):
        make(department, f"{n:03}")
    first = alice.get("/inbox/").context["page"]
    second = alice.get("/inbox/" + first.older).context["page"]
    assert [n.key for n in second.rows] == ["002", "001", "000"]
    back = alice.get("/inbox/" + second.newer).context["page"]
    assert [n.pk for n in back.rows] == [n.pk for n in first.rows]
    assert not back.newer


def test_a_page_that_no_key_names_is_the_first(department: Department, alice: Client) -> None:
    make(department)
    assert "Subject k" in page(alice, "/inbox/?after=nonsense")
