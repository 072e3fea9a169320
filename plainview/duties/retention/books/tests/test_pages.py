"""The pages of the books: who sees what, what they show, the letter as page and file, closing an alarm."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import Department
from plainview.base.custody.models import Event
from plainview.base.people.models import Account
from plainview.base.people.tests.browsing import prove
from plainview.duties.retention.books.chart import Night, amount, chart
from plainview.duties.retention.books.models import Alarm, Book, Letter
from plainview.duties.retention.books.sweep import sweep
from plainview.duties.retention.books.tests.conftest import Held, path_of

pytestmark = pytest.mark.django_db(transaction=True)
PATHS = ["/books/", "/books/nights/", "/books/alarms/"]


@pytest.fixture
def alarmed(held: Held) -> Held:
    """A night after somebody deleted a file."""
    path_of(held.named).unlink()
    sweep()
    sweep()
    return held


def text(browser: Client, path: str, code: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == code
    return answer.content.decode()


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_closed_by_default(department: Department, path: str) -> None:
    assert Client().get(path).status_code == 302
    for account in (department.alice, department.sam, department.dina, department.nora):
        text(department.client(account), path, 403)


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_page_says_what_to_do(department: Department, path: str) -> None:
    assert "pv-empty" in text(department.client(department.tess), path)


def test_the_latest_balance_its_trend_and_what_is_open(alarmed: Held) -> None:
    page = text(alarmed.department.client(alarmed.department.tess), "/books/")
    for part in ("1 open alarm", "Came in", "= held", "unclassified", "<polyline", "Read from end to end", "data"):
        assert part in page


def test_the_board_sees_figures_and_no_alarm(alarmed: Held) -> None:
    browser = alarmed.department.client(alarmed.department.bea)
    page = text(browser, "/books/")
    assert "1 open alarm" in page
    assert "Technicians, administrators and commanders were told" in page
    assert "/books/alarms/" not in page
    text(browser, f"/books/nights/{Book.objects.latest('pk').pk}/")
    for path in (
        "/books/alarms/",
        f"/books/alarms/{Alarm.objects.get().pk}/",
        f"/books/letters/{Letter.objects.get().pk}/",
    ):
        text(browser, path, 403)


def test_an_alarm_names_what_and_whom(alarmed: Held) -> None:
    page = text(alarmed.department.client(alarmed.department.audrey), f"/books/alarms/{Alarm.objects.get().pk}/")
    for part in (
        "24-100",
        "Jackson County Prosecutor",
        "is missing from the shelf",
        f"/recordings/{alarmed.named.recording.pk}/",
    ):
        assert part in page
    assert "Close the alarm" not in page  # an auditor looks


def test_the_letter_is_a_draft_on_paper_and_as_a_file(alarmed: Held) -> None:
    browser, letter = alarmed.department.client(alarmed.department.cora), Letter.objects.get()
    assert "DRAFT: not sent" in text(browser, f"/books/letters/{letter.pk}/")
    answer = browser.get(f"/books/letters/{letter.pk}/text")
    assert answer.content.decode() == letter.text
    assert "attachment" in answer["Content-Disposition"]
    assert Event.objects.filter(kind="books.letter.taken", actor=alarmed.department.cora.actor).count() == 2


def close(browser: Client, why: str) -> str:
    path = f"/books/alarms/{Alarm.objects.get().pk}/close/"
    return browser.post(path, {"why": why}, follow=True).content.decode()


def test_a_person_closes_it_with_a_reason_after_a_fresh_login(alarmed: Held) -> None:
    tess: Account = alarmed.department.tess
    close(alarmed.department.client(tess), "found")
    assert Alarm.objects.get().closed_at is None  # the password comes first
    browser = prove(alarmed.department.client(tess), tess)
    assert "Say what was found out" in close(browser, "")
    assert "The alarm is closed" in close(browser, "Put back from the tape.")
    assert (Alarm.objects.get().closed_by, Event.objects.filter(kind="books.alarm.closed").count()) == (tess.actor, 1)


def test_an_auditor_closes_nothing(alarmed: Held) -> None:
    audrey = alarmed.department.audrey
    close(prove(alarmed.department.client(audrey), audrey), "fine")
    assert Alarm.objects.get().closed_at is None


def test_the_navigation_leads_there(department: Department) -> None:
    assert 'href="/books/"' in text(department.client(department.bea), "/policy/")


def test_amounts_read_well() -> None:
    assert [amount(n) for n in (0, 999, 1000, 1_500_000, 123_456_789_000)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "1.5 MB",
        "123 GB",
    ]


def test_one_night_makes_no_line() -> None:
    book = Book(struck_at="2026-01-01")
    assert chart([]) is None
    assert chart([Night(book.struck_at, 1, 1, True)]) is None
