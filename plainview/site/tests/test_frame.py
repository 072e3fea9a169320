"""The frame around every page: what each role finds in it, and where it says we are."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from conftest import Department
from plainview.base.people.models import Account
from plainview.site.frame import groups, navigation, navigation_of


def names(account: Account, path: str = "/") -> list[str]:
    request = RequestFactory().get(path)
    request.user = account
    return [place.name for place in navigation(request)]


def current(account: Account, path: str) -> list[str]:
    request = RequestFactory().get(path)
    request.user = account
    return [place.name for place in navigation(request) if place.current]


def test_each_role_finds_its_places(department: Department) -> None:
    assert "Quarantine" in names(department.tess)
    assert "Quarantine" not in names(department.alice)
    assert "People" in names(department.adam)
    assert "People" not in names(department.tess)
    assert "Upload" not in names(department.audrey)


def test_an_account_without_a_role_finds_nothing(department: Department) -> None:
    assert names(department.nora) == []


@pytest.mark.parametrize(
    ("path", "place"), [("/ingest/", "Upload"), ("/ingest/arrivals/", "Arrivals"), ("/log/", "Log")]
)
def test_only_one_place_is_the_current_one(department: Department, path: str, place: str) -> None:
    assert current(department.tess, path) == [place]


@pytest.mark.parametrize("name", ["alice", "sam", "tess", "audrey", "adam", "bea", "cora", "dina"])
def test_every_place_that_somebody_finds_opens(department: Department, name: str) -> None:
    account = getattr(department, name)
    request = RequestFactory().get("/")
    request.user = account
    browser = department.client(account)
    answers = {place.name: browser.get(place.path, follow=True).status_code for place in navigation(request)}
    assert answers
    assert set(answers.values()) == {200}


def test_a_stranger_is_sent_to_the_login(department: Department) -> None:
    from django.test import Client

    answer = Client().get("/recordings/")
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_everybody_has_a_home(department: Department) -> None:
    homes = {
        name: department.client(getattr(department, name)).get("/")["Location"]
        for name in ("tess", "alice", "adam", "nora")
    }
    assert homes == {"tess": "/recordings/", "alice": "/recordings/mine/", "adam": "/people/", "nora": "/people/me/"}


def test_a_page_that_is_not_there_says_what_to_do(department: Department) -> None:
    answer = department.client(department.alice).get("/quarantine/")
    assert answer.status_code in (403, 404)
    assert "Ask your administrator" in answer.content.decode()


def test_places_stand_in_groups_and_one_alone_stands_by_itself(department: Department) -> None:
    request = RequestFactory().get("/quarantine/")
    request.user = department.tess
    found = {group.name: group for group in groups(navigation_of(request))}
    assert found["Footage"].current
    assert found["Footage"].alone is None
    assert not found["Department"].current
    inbox = found["Inbox"].alone
    assert inbox is not None
    assert inbox.name == "Inbox"
