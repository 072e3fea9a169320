"""Every page of these rooms can be used without a mouse and without eyes: the mechanical part of WCAG 2.2 AA."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

from conftest import Department
from plainview.base.people.tests.browsing import give_app, log_in, prove

PAGES = [
    "/people/",
    "/people/?q=zzz",
    "/people/accounts/new/",
    "/people/accounts/{bob}/",
    "/people/accounts/{bob}/disable/",
    "/people/accounts/{bob}/grant/?role=auditor",
    "/people/me/",
    "/people/roster/",
    "/people/officers/",
    "/people/officers/{officer}/",
    "/people/units/{unit}/",
    "/inbox/",
    "/inbox/?state=done",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
]
NAMELESS = {"hidden", "submit", "button"}


class Reader(HTMLParser):
    """Collects what a screen reader would stumble over."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.headings: list[int] = []
        self.tables = 0
        self.captions = 0
        self.described: list[str] = []
        self.images_without_words = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if said.get("id"):
            self.ids.append(str(said["id"]))
        if tag == "label" and said.get("for"):
            self.labels.add(str(said["for"]))
        if tag in ("input", "select", "textarea") and said.get("type") not in NAMELESS:
            self.inputs.append(said)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.described += str(said.get("aria-describedby") or "").split()
        self.images_without_words += tag == "img" and "alt" not in said


def faults(html: str) -> list[str]:
    """Returns what is wrong with a page, in words."""
    reader = Reader()
    reader.feed(html)
    found = [f"id {i} twice" for i in set(reader.ids) if reader.ids.count(i) > 1]
    found += [
        f"input {i.get('name')} without a label"
        for i in reader.inputs
        if i.get("id") not in reader.labels and not i.get("aria-label")
    ]
    found += [f"described by {i}, which is not there" for i in reader.described if i not in reader.ids]
    if reader.headings.count(1) != 1:
        found.append(f"{reader.headings.count(1)} first headings")
    jumps = [b for a, b in zip(reader.headings, reader.headings[1:], strict=False) if b > a + 1]
    if jumps:
        found.append(f"headings jump: {reader.headings}")
    if reader.tables != reader.captions:
        found.append("a table without a caption")
    if reader.images_without_words:
        found.append("an image without words")
    if "<title> ·" in html:
        found.append("no title")
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read_aloud(department: Department, path: str) -> None:
    assert department.bob.officer is not None
    browser = prove(department.client(department.adam), department.adam)
    path = path.format(bob=department.bob.pk, officer=department.bob.officer.pk, unit=department.first.pk)
    answer = browser.get(path)
    assert answer.status_code == 200
    assert faults(answer.content.decode()) == []


def test_the_pages_before_the_login_can_be_read_aloud(department: Department) -> None:
    give_app(department.alice)
    browser, _ = log_in("alice")
    pages = [
        Client().get("/accounts/login/"),
        log_in("bob", "wrong")[1],
        browser.get("/accounts/2fa/authenticate/"),
        Client().get("/accounts/inactive/"),
    ]
    for _ in range(4):
        last = log_in("bob", "wrong")[1]
    for answer in [*pages, last]:
        assert faults(answer.content.decode()) == []


def test_a_form_with_faults_can_be_read_aloud(department: Department) -> None:
    browser = prove(department.client(department.adam), department.adam)
    answer = browser.post("/people/accounts/new/", {"full_name": "", "username": "a b", "badge": "999"})
    html = answer.content.decode()
    assert faults(html) == []
    assert 'aria-invalid="true"' in html
    assert 'role="alert"' in html


@pytest.mark.parametrize("path", PAGES[:3])
def test_no_page_asks_for_what_the_content_policy_forbids(department: Department, path: str) -> None:
    answer = prove(department.client(department.adam), department.adam).get(path)
    html = answer.content.decode()
    assert " style=" not in html
    assert "onclick=" not in html
    assert "default-src 'none'" in answer["Content-Security-Policy"]
