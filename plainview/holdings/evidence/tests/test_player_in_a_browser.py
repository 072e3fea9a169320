"""The player in a real browser: footage plays, by mouse and by keys, over all files of a press, and history knows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from conftest import Department
from plainview.base.media import BytesSource, Facts
from plainview.base.media import probe as look
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.prepare import prepare
from plainview.holdings.evidence.tests.filming import film
from plainview.holdings.evidence.tests.making import events, footage, later

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
]
Opened = Callable[[Recording], Any]


@pytest.fixture
def press(department: Department) -> Recording:
    """One press of two files, four seconds and six, prepared."""
    for n, (seconds, start) in enumerate(((4, 0), (6, 4)), 1):
        content, name = film(seconds, 40 * n), f"GX0{n}0042.MP4"
        facts: Facts = look(BytesSource(content), name)
        made = footage(department.alice, content=content, facts=facts, start=later(start), name=name)
        prepare(made.file.pk)
    return made.recording


@pytest.fixture
def opened(live_server: Any, department: Department, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens a recording's page in Alice's browser; nothing may go wrong in its console."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's own loop runs in this thread
    session = department.client(department.alice).cookies["sessionid"].value
    problems: list[str] = []
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context()
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)

        def open_page(recording: Recording) -> Any:
            page.goto(live_server.url + reverse("evidence:recording", args=[recording.pk]))
            until(page, "video.readyState >= 1")
            return page

        yield open_page
        chromium.close()
        connection.close()
    assert problems == []


def until(page: Any, test: str, seconds: float = 30) -> None:
    """Waits from outside: the page's content policy lets nothing inside it evaluate text, not even Playwright."""
    limit = time.monotonic() + seconds
    while not page.evaluate(test):
        assert time.monotonic() < limit, f"still not: {test}"
        page.wait_for_timeout(50)


def test_it_plays(opened: Opened, press: Recording) -> None:
    page = opened(press)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "video.currentTime > 0.5")
    assert page.get_by_role("button", name="Pause", exact=True).is_visible()
    assert "12:00:0" in page.locator("#wall").inner_text(), "noon in the department's zone"


def test_one_timeline_leads_over_both_files(opened: Opened, press: Recording) -> None:
    page = opened(press)
    assert page.locator("#whole").inner_text() == "0:10"
    page.get_by_role("button", name="Play", exact=True).click()
    bar = page.locator("#timeline").bounding_box()
    page.mouse.click(bar["x"] + bar["width"] * 0.38, bar["y"] + 5)  # just before the first file ends
    until(page, "document.querySelector('[data-part=\"1\"]').hasAttribute('aria-current')")
    until(page, "video.currentTime > 0.3")
    assert "12:00:0" in page.locator("#wall").inner_text()


def test_pictures_follow_the_pointer(opened: Opened, press: Recording) -> None:
    page = opened(press)
    page.locator("#timeline").scroll_into_view_if_needed()
    bar = page.locator("#timeline").bounding_box()
    page.mouse.move(bar["x"] + bar["width"] * 0.7, bar["y"] + 5)
    assert page.locator("#preview").is_visible()
    assert page.locator("#preview-time").inner_text() in ("0:06", "0:07")
    assert "/scrub" in page.evaluate("document.getElementById('preview-picture').style.backgroundImage")


KEYS = [
    ("ArrowRight", "document.getElementById('now').textContent === '0:05'"),
    ("Home", "document.getElementById('now').textContent === '0:00'"),
    (".", "video.currentTime > 0.05 && video.currentTime < 0.2"),
    (",", "video.currentTime < 0.05"),
    ("n", "document.querySelector('[data-part=\"1\"]').hasAttribute('aria-current')"),
    ("p", "document.querySelector('[data-part=\"0\"]').hasAttribute('aria-current')"),
    ("m", "video.muted"),
    (">", "video.playbackRate === 1.5"),
    ("<", "video.playbackRate === 1"),
    ("End", "document.getElementById('now').textContent === '0:10'"),
    ("Home", "document.getElementById('now').textContent === '0:00'"),
    ("k", "!video.paused"),
]


def test_keys(opened: Opened, press: Recording) -> None:
    page = opened(press)
    page.locator("#timeline").focus()
    for key, test in KEYS:
        page.keyboard.press(key)
        until(page, test)


def test_keys_do_nothing_while_somebody_types(opened: Opened, press: Recording) -> None:
    page = opened(press)
    page.get_by_label("Title").press_sequentially("mkn. ")
    assert page.get_by_label("Title").input_value() == "mkn. "
    assert page.evaluate("video.paused && !video.muted")


def test_leaving_the_page_writes_what_was_watched(opened: Opened, press: Recording) -> None:
    page = opened(press)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "video.currentTime > 0.3")
    page.goto("about:blank")
    first = press.files.order_by("sequence")[0]
    for _ in range(200):  # the beacon comes after the page has gone
        if "evidence.file.played" in [kind for kind, _ in events(first.handle)]:
            break
        page.wait_for_timeout(50)
    kind, facts = events(first.handle)[-1]
    assert kind == "evidence.file.played"
    assert facts["bytes"] > 0
