"""Logging in with a real browser: a security key, and the screen that hides itself when nobody is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from conftest import PASSWORD, Department
from plainview.base.custody.history import facts_of, history
from plainview.base.people.models import Account

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(live_server: Any, department: Department, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A browser with nobody logged in."""
    # Playwright's own loop runs in this thread; the test itself is as synchronous as any.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = chromium.new_context(base_url=live_server.url).new_page()
        opened.set_default_timeout(30_000)
        playwright.expect.set_options(timeout=30_000)
        opened.problems = problems = []
        opened.on("pageerror", lambda problem: problems.append(str(problem)))
        opened.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        yield opened
        opened.close()
        chromium.close()
        connection.close()  # under Playwright's loop Django gave this thread a connection of its own


def log_in(page: Any, name: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accept and log in").click()
    page.wait_for_load_state()


def test_a_security_key_is_set_up_and_lets_its_owner_in(page: Any, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    log_in(page, "alice")
    page.goto("/people/me/")
    playwright.expect(page.get_by_role("heading", name="Set one up to go on")).to_be_visible()
    page.get_by_role("link", name="Add a security key").click()
    page.wait_for_load_state()  # the button is there before the script that listens to it
    page.get_by_role("button", name="Add").click()
    playwright.expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    log_in(page, "alice")
    page.wait_for_load_state()
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto("/people/me/")
    playwright.expect(page.get_by_role("heading", name="Alice", exact=True)).to_be_visible()


def test_without_a_key_at_hand_the_page_says_what_to_do(page: Any) -> None:
    log_in(page, "alice")
    page.goto("/accounts/2fa/webauthn/add/")
    page.evaluate("void (navigator.credentials.create = () => Promise.reject(new Error('no key')))")
    page.get_by_role("button", name="Add").click()
    playwright.expect(page.get_by_role("alert")).to_contain_text("did not take the security key")


def test_the_screen_hides_itself_when_nobody_is_there(page: Any, settings: Any) -> None:
    settings.IDLE_LOCK_SECONDS = 6
    log_in(page, "alice")
    page.goto("/people/me/")
    playwright.expect(page.get_by_role("alertdialog")).to_contain_text("about to be logged out")
    playwright.expect(page.get_by_role("heading", name="Log in", exact=True)).to_be_visible()
    playwright.expect(page.locator("body")).to_contain_text("nothing happened for a while")
    assert page.url.endswith("/accounts/login/?next=%2Fpeople%2Fme%2F")
    alice = Account.objects.get(username="alice")
    assert facts_of(history(alice.handle)[-1])["why"] == "idle"
    # on a slow machine the server may have ended the session a moment before the page asked for it
    assert [problem for problem in page.problems if "401" not in problem] == []


def test_whoever_says_so_stays_logged_in(page: Any, settings: Any) -> None:
    settings.IDLE_LOCK_SECONDS = 8
    log_in(page, "alice")
    page.goto("/people/me/")
    button = page.get_by_role("button", name="Stay logged in")
    playwright.expect(button).to_be_focused()
    with page.expect_response("**/people/active/") as answered:
        page.keyboard.press("Enter")
    assert answered.value.status == 204
    playwright.expect(page.get_by_role("alertdialog")).to_have_count(0)
    page.wait_for_timeout(3_000)
    page.reload()
    playwright.expect(page.get_by_role("heading", name="Alice", exact=True)).to_be_visible()
