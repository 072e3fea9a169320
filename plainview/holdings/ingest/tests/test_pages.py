"""The pages of this room: who sees them, what they show, and that they stay quick."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conftest import Department
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet.models import Camera, Carry
from plainview.holdings.ingest import actions
from plainview.holdings.ingest.actions import Coming
from plainview.holdings.ingest.models import Arrival
from plainview.holdings.ingest.names import Name
from plainview.holdings.ingest.origin import NOWHERE, Origin
from plainview.holdings.ingest.tests.making import CLAIMS, SERIAL, clip, receive
from plainview.holdings.ingest.tests.tusing import SAID, Tus

pytestmark = pytest.mark.django_db
ALL = ["alice", "bob", "charlie", "sam", "tess", "audrey", "adam", "nora"]


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


# The upload page


@pytest.mark.parametrize("who", ALL)
def test_only_who_may_bring_files_in_sees_the_upload_page(department: Department, who: str) -> None:
    status = department.client(getattr(department, who)).get("/ingest/").status_code
    assert status == (200 if who in ("alice", "bob", "charlie", "sam", "tess") else 403)


def test_a_stranger_is_sent_to_the_login(db: None) -> None:
    assert Client().get("/ingest/").status_code == 302


def test_my_own_camera_of_today_is_the_default(department: Department, camera: Camera) -> None:
    assert f'data-camera="{SERIAL}"' in page(department.client(department.alice), "/ingest/")
    assert 'data-camera=""' in page(department.client(department.bob), "/ingest/")
    assert 'data-camera=""' in page(department.client(department.tess), "/ingest/")


def test_a_camera_that_went_on_to_somebody_else_is_not_mine(department: Department, camera: Camera) -> None:
    Carry.objects.create(camera=camera, officer=department.bob.officer, began=timezone.now() - timedelta(hours=1))
    assert 'data-camera=""' in page(department.client(department.alice), "/ingest/")
    assert f'data-camera="{SERIAL}"' in page(department.client(department.bob), "/ingest/")


def test_of_two_cameras_none_is_guessed_and_both_are_offered(department: Department, camera: Camera) -> None:
    other = Camera.objects.create(serial="BWC-102", kind="body")
    Carry.objects.create(camera=other, officer=department.alice.officer, began=datetime(2021, 1, 1, tzinfo=UTC))
    shown = page(department.client(department.alice), "/ingest/")
    assert 'data-camera=""' in shown
    assert f'<option value="{SERIAL}">' in shown
    assert '<option value="BWC-102">' in shown


def test_unfinished_uploads_are_shown_to_who_began_them_only(department: Department, camera: Camera) -> None:
    tus = Tus(department.client(department.alice))
    path = tus.begin(10_000, {**SAID, "filename": "long <b>.mp4", "modified": "1700000000000"})
    tus.patch(path, 0, b"x" * 2500)
    shown = page(tus.browser, "/ingest/")
    assert f'data-url="{path}"' in shown
    assert 'data-name="long &lt;b&gt;.mp4" data-size="10000" data-modified="1700000000000"' in shown
    assert "2.4\xa0KB of 9.8\xa0KB" in shown
    assert path not in page(department.client(department.bob), "/ingest/")


def test_what_i_brought_lately_is_shown_with_its_receipt(department: Department, camera: Camera) -> None:
    tus = Tus(department.client(department.alice))
    path = tus.send(clip(1))
    shown = page(tus.browser, "/ingest/")
    assert tus.state(path)["recording"] in shown
    assert tus.state(path)["receipt"] in shown


# Receipts


def test_a_receipt_can_be_downloaded(department: Department, camera: Camera) -> None:
    outcome = receive(clip(1))
    answer: Any = department.client(department.alice).get(f"/ingest/receipts/{outcome.arrival}.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert "attachment" in answer["Content-Disposition"]
    assert outcome.receipt is not None
    content = b"".join(answer.streaming_content)
    assert content == outcome.receipt.read_bytes()
    assert json.loads(content)["format"] == "plainview-receipt/1"


@pytest.mark.parametrize("who", ALL)
def test_a_receipt_is_for_whoever_may_see_the_recording(department: Department, camera: Camera, who: str) -> None:
    outcome = receive(clip(1))
    answer = department.client(getattr(department, who)).get(f"/ingest/receipts/{outcome.arrival}.json")
    assert answer.status_code == (200 if who in ("alice", "sam", "tess", "audrey") else 404)


def test_who_brought_a_file_gets_its_receipt_whoever_it_belongs_to(department: Department, camera: Camera) -> None:
    tus = Tus(department.client(department.charlie))
    path = tus.send(clip(1))
    told = tus.state(path)
    assert told["recording"] is None
    assert tus.browser.get(told["receipt"]).status_code == 200


def test_there_is_no_receipt_of_what_is_not_acknowledged(department: Department, camera: Camera) -> None:
    outcome = receive(clip(1))
    Arrival.objects.update(receipt="")
    assert department.client(department.tess).get(f"/ingest/receipts/{outcome.arrival}.json").status_code == 404


def test_a_receipt_that_is_gone_from_the_disk_is_not_found(department: Department, camera: Camera) -> None:
    outcome = receive(clip(1))
    assert outcome.receipt is not None
    outcome.receipt.unlink()
    assert department.client(department.tess).get(f"/ingest/receipts/{outcome.arrival}.json").status_code == 404


# Arrivals


@pytest.mark.parametrize("who", ALL)
def test_only_technicians_see_everything_that_came(department: Department, who: str) -> None:
    status = department.client(getattr(department, who)).get("/ingest/arrivals/").status_code
    assert status == (200 if who == "tess" else 403)


def test_an_empty_list_says_what_to_do(department: Department) -> None:
    assert "plainview ingest PATH" in page(department.client(department.tess), "/ingest/arrivals/")


def test_every_arrival_is_shown_with_state_and_reason(department: Department, camera: Camera) -> None:
    receive(clip(1), "fine.mp4")
    receive(clip(2), "stray.mp4", Claims(camera="NOBODYS"))
    Tus(department.client(department.alice)).begin(10, {**SAID, "filename": "half.mp4"})
    shown = page(department.client(department.tess), "/ingest/arrivals/")
    for text in ("fine.mp4", "Stored", "stray.mp4", "Quarantined", "NOBODYS", "half.mp4", "Receiving", "Alice"):
        assert text in shown


def test_names_can_not_fool_or_break_the_page(department: Department, camera: Camera) -> None:
    receive(clip(1), "<script>alert(1)</script>\n\u202egpj.exe")
    shown = page(department.client(department.tess), "/ingest/arrivals/")
    assert "<script>alert" not in shown
    assert "\\n\\u202egpj.exe" in shown


def test_the_list_can_be_narrowed(department: Department, camera: Camera) -> None:
    receive(clip(1), "fine.mp4")
    receive(clip(2), "stray.mp4", Claims(camera="NOBODYS"))
    tess = department.client(department.tess)
    shown = page(tess, "/ingest/arrivals/?state=quarantined")
    assert "stray.mp4" in shown
    assert "fine.mp4" not in shown
    assert "No arrival matches" in page(tess, "/ingest/arrivals/?door=browser")
    assert "fine.mp4" in page(tess, "/ingest/arrivals/?state=nonsense&door=;drop&before=yesterday~x")


def many(count: int) -> None:
    now = timezone.now()
    for number in range(count):
        coming = Coming("command", Name(f"clip-{number:03}.mp4"), "system:test", CLAIMS, NOWHERE)
        made = actions.begin(coming)
        Arrival.objects.filter(pk=made.pk).update(began_at=now - timedelta(seconds=number // 3))


def test_pages_follow_one_another_without_gap_or_repetition(department: Department) -> None:
    many(120)
    tess, path, seen = department.client(department.tess), "/ingest/arrivals/", []
    while path:
        shown = page(tess, path)
        seen += [line.split(".mp4")[0] for line in shown.split('class="pv-name">')[1:]]
        older = shown.split('href="?')
        path = "/ingest/arrivals/?" + older[1].split('"')[0].replace("&amp;", "&") if len(older) > 1 else ""
    assert len(seen) == 120
    assert len(set(seen)) == 120


def test_a_page_costs_the_same_few_questions_however_long(
    department: Department, camera: Camera, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        receive(clip(number), f"{number}.mp4")
    tess = department.client(department.tess)
    tess.get("/ingest/arrivals/")
    with django_assert_max_num_queries(12):
        tess.get("/ingest/arrivals/")


def test_the_source_is_shown_of_what_came_from_a_folder(department: Department) -> None:
    actions.begin(Coming("folder", Name("a.mp4"), "system:watch", CLAIMS, Origin("/media/dock/a.mp4", "k" * 64)))
    assert "/media/dock/a.mp4" in page(department.client(department.tess), "/ingest/arrivals/")
