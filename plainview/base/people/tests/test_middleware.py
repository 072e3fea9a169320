"""Closed by default; sessions end when nobody is there, and after twelve hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path

from conftest import Department
from plainview.base.custody.history import facts_of, history
from plainview.base.people.tests.browsing import PAGE

ME = "/people/me/"
NOON = datetime(2024, 5, 1, 17, tzinfo=UTC)


def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


def public(request: HttpRequest) -> HttpResponse:
    return HttpResponse("for everybody")


def passive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("a tick")


public.public = True  # type: ignore[attr-defined]
passive.passive = True  # type: ignore[attr-defined]
urlpatterns = [
    path("", include("plainview.site.urls")),
    path("t/closed", closed),
    path("t/public", public),
    path("t/passive", passive),
]


@pytest.fixture(autouse=True)
def own_addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


def test_a_view_is_closed_unless_it_says_otherwise(db: None) -> None:
    assert Client().get("/t/closed", headers=PAGE).status_code == 302
    assert Client().get("/t/public").content == b"for everybody"


def test_a_person_is_led_to_the_login_page_and_back(db: None) -> None:
    answer = Client().get("/t/closed?a=1", headers=PAGE)
    assert answer["Location"] == "/accounts/login/?next=%2Ft%2Fclosed%3Fa%3D1"


@pytest.mark.parametrize(
    "headers",
    [{"Range": "bytes=0-"}, {"Sec-Fetch-Dest": "video"}, {"Accept": "application/json"}],
    ids=["ranges", "player", "script"],
)
def test_a_program_is_told_401(db: None, headers: dict[str, str]) -> None:
    answer = Client(headers=headers).get("/t/closed")
    assert (answer.status_code, answer.content) == (401, b"Log in first.")


def test_an_upload_is_told_401(db: None) -> None:
    assert Client().patch("/t/closed").status_code == 401


def test_htmx_is_told_where_to_log_in(db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/recordings/?page=2"}
    answer = Client(headers=headers).get("/t/closed")
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Frecordings%2F%3Fpage%3D2"


def test_a_form_sent_too_late_leads_back_to_its_page(db: None) -> None:
    answer = Client(headers={"Referer": "http://testserver/people/me/"}).post("/t/closed", headers=PAGE)
    assert answer["Location"].endswith("next=%2Fpeople%2Fme%2F")


def test_a_strangers_page_is_not_the_way_back(db: None) -> None:
    answer = Client(headers={"Referer": "https://evil.test/x"}).post("/t/closed", headers=PAGE)
    assert answer["Location"].endswith("next=%2F")


def test_an_idle_session_ends(department: Department, clock: time_machine.Traveller) -> None:
    browser = department.client(department.alice)
    assert browser.get("/t/closed").status_code == 200
    clock.shift(29 * 60)
    assert browser.get("/t/closed").status_code == 200
    clock.shift(31 * 60)
    assert browser.get("/t/closed", headers=PAGE).status_code == 302
    assert b"nothing happened for a while" in browser.get("/accounts/login/").content
    assert facts_of(history(department.alice.handle)[-1])["why"] == "idle"


@pytest.mark.parametrize(
    "headers",
    [{"Range": "bytes=0-1"}, {"Sec-Fetch-Dest": "video"}, {"Sec-Fetch-Dest": "image"}],
    ids=["ranges", "video", "pictures"],
)
def test_a_playing_video_is_nobody_at_the_keyboard(
    department: Department, clock: time_machine.Traveller, headers: dict[str, str]
) -> None:
    browser = department.client(department.alice)
    browser.get("/t/closed")
    for _ in range(6):
        clock.shift(5 * 60)
        assert browser.get("/t/closed", headers=headers).status_code == 200
    clock.shift(60)
    assert browser.get("/t/closed", headers=headers).status_code == 401


def test_a_view_may_say_that_it_is_no_activity(department: Department, clock: time_machine.Traveller) -> None:
    browser = department.client(department.alice)
    browser.get("/t/closed")
    clock.shift(20 * 60)
    assert browser.get("/t/passive").status_code == 200
    clock.shift(11 * 60)
    assert browser.get("/t/closed").status_code == 302


def test_twelve_hours_are_the_end_for_the_busiest(department: Department, clock: time_machine.Traveller) -> None:
    browser = department.client(department.alice)
    for _ in range(12 * 3):
        assert browser.get("/t/closed").status_code == 200
        clock.shift(20 * 60)
    clock.shift(1)
    assert browser.get("/t/closed").status_code == 302
    assert facts_of(history(department.alice.handle)[-1])["why"] == "over"


def test_the_page_can_say_that_somebody_is_there(department: Department, clock: time_machine.Traveller) -> None:
    browser = department.client(department.alice)
    browser.get("/t/closed")
    clock.shift(20 * 60)
    assert browser.post("/people/active/").status_code == 204
    clock.shift(20 * 60)
    assert browser.get("/t/closed").status_code == 200


def test_the_page_can_say_that_nobody_is_there(department: Department) -> None:
    browser = department.client(department.alice)
    assert browser.post("/people/active/", {"away": "1"}).status_code == 204
    assert browser.get("/t/closed").status_code == 302
    assert b"nothing happened for a while" in browser.get("/accounts/login/").content
    assert facts_of(history(department.alice.handle)[-1])["why"] == "idle"


@override_settings(IDLE_LOCK_SECONDS=60)
def test_the_limit_is_a_setting(department: Department, clock: time_machine.Traveller) -> None:
    browser = department.client(department.alice)
    browser.get("/t/closed")
    clock.shift(61)
    assert browser.get("/t/closed").status_code == 302


def test_activity_costs_one_session_write_a_minute(
    department: Department, clock: time_machine.Traveller, django_assert_max_num_queries: object
) -> None:
    browser = department.client(department.alice)
    browser.get("/t/closed")
    with django_assert_max_num_queries(2) as queries:  # type: ignore[operator]
        browser.get("/t/closed")
    assert all(q["sql"].startswith("SELECT") for q in queries.captured_queries)
