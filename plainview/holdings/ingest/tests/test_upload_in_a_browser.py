"""The upload page in a real browser: files go in, survive a lost connection and a reload, and show their receipts."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from conftest import Department
from plainview.holdings.evidence.models import File, Recording
from plainview.holdings.fleet.models import Camera
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.tests.live import server_is_idle, wait_for
from plainview.holdings.ingest.tests.making import SERIAL, clip, padded

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PutFile = Callable[..., Path]


@pytest.fixture
def page(live_server: Any, department: Department, camera: Camera, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Alice's browser on the upload page."""
    # Playwright's own loop runs in this thread; the test itself is as synchronous as any.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    session = department.client(department.alice).cookies["sessionid"].value
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context()
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        opened = context.new_page()
        opened.set_default_timeout(30_000)
        playwright.expect.set_options(timeout=30_000)
        opened.problems = problems = []
        opened.on("pageerror", lambda problem: problems.append(str(problem)))
        opened.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        opened.goto(f"{live_server.url}/ingest/")
        yield opened
        chromium.close()
        connection.close()  # under Playwright's loop Django gave this thread a connection of its own
    wait_for(server_is_idle)


def shot(page: Any, name: str) -> None:
    """Keeps a picture where somebody wants to look at them."""
    folder = os.environ.get("PLAINVIEW_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def entry(page: Any, name: str) -> Any:
    return page.locator(".pv-file", has=page.get_by_text(name, exact=True))


def test_files_go_in_and_show_what_became_of_them(page: Any, put_file: PutFile) -> None:
    paths = [put_file("one.mp4", clip(1)), put_file("two 🎥.mp4", clip(2)), put_file("odd.bin", b"\0\1\2")]
    page.get_by_label("Choose files").set_input_files([str(p) for p in paths])
    first = entry(page, "one.mp4")
    playwright.expect(first.get_by_label("Camera serial")).to_have_value(SERIAL)
    first.get_by_label("Start").fill("2026-11-02T09:30:00")
    shot(page, "upload-chosen")
    page.get_by_role("button", name="Upload 3 files").click()
    playwright.expect(first.locator(".pv-file-state")).to_contain_text("Stored")
    playwright.expect(entry(page, "odd.bin").locator(".pv-file-state")).to_contain_text("quarantine")
    playwright.expect(page.get_by_role("status").filter(has_text="3 of 3 finished")).to_be_visible()
    shot(page, "upload-done")
    with page.expect_download() as download:
        first.get_by_role("link", name="Download the receipt of one.mp4").click()
    assert "plainview-receipt/1" in Path(download.value.path()).read_text()
    assert Recording.objects.get(files__name="one.mp4").start is not None
    assert {a.state for a in Arrival.objects.all()} == {"stored", "quarantined"}
    assert page.problems == []
    page.reload()
    playwright.expect(page.get_by_role("heading", name="Your latest uploads")).to_be_visible()
    shot(page, "upload-latest")


def test_the_page_works_with_the_keyboard_alone(page: Any, put_file: PutFile) -> None:
    page.get_by_label("Choose files").set_input_files(str(put_file("one.mp4", clip(1))))
    focused = page.evaluate("document.activeElement.name")
    assert focused == "camera"
    page.keyboard.press("Enter")
    playwright.expect(entry(page, "one.mp4").locator(".pv-file-state")).to_contain_text("Stored")


def test_files_can_be_dropped(page: Any) -> None:
    dropped = page.evaluate_handle(
        "() => { const d = new DataTransfer(); d.items.add(new File(['x'], 'dropped.mp4')); return d; }"
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": dropped})
    playwright.expect(entry(page, "dropped.mp4")).to_be_visible()


def slow(page: Any, bytes_a_second: int) -> None:
    """Lets the network carry so many bytes a second, -1 for all it can."""
    if not hasattr(page, "network"):  # every session has limits of its own: one is enough
        page.network = page.context.new_cdp_session(page)
        page.network.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    page.network.send("Network.emulateNetworkConditions", limits)


def test_an_upload_that_was_cut_by_a_reload_goes_on_where_it_stopped(page: Any, put_file: PutFile) -> None:
    content = padded(clip(1), 8_000_000)
    path = put_file("long.mp4", content)
    slow(page, 1_000_000)
    page.get_by_label("Choose files").set_input_files(str(path))
    page.get_by_role("button", name="Upload").click()
    wait_for(lambda: page.locator("progress").evaluate("p => p.value") >= 30)
    shot(page, "upload-sending")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    wait_for(lambda: Arrival.objects.get().holder == "" and Arrival.objects.get().offset > 0)
    before = Arrival.objects.get().offset
    assert before < len(content)
    page.reload()
    playwright.expect(page.get_by_role("heading", name="Unfinished uploads")).to_be_visible()
    shot(page, "upload-unfinished")
    slow(page, -1)
    page.get_by_label("Choose files").set_input_files(str(path))
    playwright.expect(entry(page, "long.mp4").locator(".pv-file-state")).to_contain_text("goes on where it stopped")
    page.get_by_role("button", name="Upload").click()
    playwright.expect(entry(page, "long.mp4").locator(".pv-file-state")).to_contain_text("Stored")
    assert Arrival.objects.count() == 1
    assert bytes(File.objects.get().object.sha256) == hashlib.sha256(content).digest()


def test_an_upload_survives_a_lost_network_by_itself(page: Any, put_file: PutFile) -> None:
    content = padded(clip(1), 4_000_000)
    slow(page, 1_000_000)
    page.get_by_label("Choose files").set_input_files(str(put_file("long.mp4", content)))
    page.get_by_role("button", name="Upload").click()
    wait_for(lambda: page.locator("progress").evaluate("p => p.value") >= 20)
    page.context.set_offline(True)
    time.sleep(1)
    page.context.set_offline(False)
    playwright.expect(entry(page, "long.mp4").locator(".pv-file-state")).to_contain_text("Stored", timeout=60_000)
    assert bytes(File.objects.get().object.sha256) == hashlib.sha256(content).digest()


def test_pausing_keeps_what_was_sent(page: Any, put_file: PutFile) -> None:
    content = padded(clip(1), 4_000_000)
    slow(page, 1_000_000)
    page.get_by_label("Choose files").set_input_files(str(put_file("long.mp4", content)))
    page.get_by_role("button", name="Upload").click()
    wait_for(lambda: page.locator("progress").evaluate("p => p.value") >= 20)
    page.get_by_role("button", name="Pause: long.mp4").click()
    playwright.expect(entry(page, "long.mp4").locator(".pv-file-state")).to_contain_text("Paused")
    wait_for(lambda: Arrival.objects.get().holder == "")
    assert Arrival.objects.get().offset > 0
    slow(page, -1)
    page.get_by_role("button", name="Go on: long.mp4").click()
    playwright.expect(entry(page, "long.mp4").locator(".pv-file-state")).to_contain_text("Stored")
    assert bytes(File.objects.get().object.sha256) == hashlib.sha256(content).digest()


def test_an_unfinished_upload_can_be_discarded(page: Any, put_file: PutFile) -> None:
    slow(page, 200_000)
    page.get_by_label("Choose files").set_input_files(str(put_file("long.mp4", padded(clip(1), 2_000_000))))
    page.get_by_role("button", name="Upload").click()
    wait_for(lambda: page.locator("progress").evaluate("p => p.value") >= 10)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    wait_for(lambda: Arrival.objects.get().holder == "")
    page.reload()
    slow(page, -1)
    page.get_by_role("button", name="Discard what was received of long.mp4").click()
    wait_for(lambda: Arrival.objects.get().state == "failed")
    playwright.expect(page.get_by_text("long.mp4", exact=True)).to_have_count(0)
