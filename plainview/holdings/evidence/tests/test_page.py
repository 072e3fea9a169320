"""The recording page: what it is, what the files say, its history with proofs, and what plays."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import Department
from plainview.base.custody.models import Event
from plainview.base.media import Said
from plainview.base.people.models import Account
from plainview.holdings.evidence import showing
from plainview.holdings.evidence.models import Derivative, File, Playable, Recording
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.evidence.tests.making import NOON, camera, derivative, footage, later, trail, video


def page(department: Department, account: Account, recording: Recording, **query: str) -> str:
    path = reverse("evidence:recording", args=[recording.pk])
    return department.client(account).get(path, query).content.decode()


def player(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="player-facts" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def test_it_says_who_when_where_from_and_how_long(department: Department) -> None:
    made = footage(department.alice, claims=Claims(trigger_on=later(3))).recording
    html = page(department, department.tess, made)
    assert "Alice Officer" in html
    assert "Monday, June 1, 2026, 12:00:00 to 12:00:10 · 0:10" in html
    assert "Body-worn camera BWC-1" in html
    assert "Central Patrol › Central Squad 1" in html
    assert "Button pressed" in html
    assert "12:00:03" in html


def test_blanks_are_shown_as_blanks(department: Department) -> None:
    made = footage(None, camera=None, start=None, claims=Claims(camera="STRAY-1")).recording
    html = page(department, department.tess, made)
    assert "Officer not known" in html
    assert "Start not known" in html
    assert "STRAY-1, not registered" in html
    assert "In quarantine" in html
    assert "Decide what to do" in html


def test_only_a_technician_is_sent_to_decide(department: Department) -> None:
    made = footage(department.alice, start=None).recording
    html = page(department, department.alice, made)
    assert "An evidence technician will decide." in html
    assert "Decide what to do" not in html


def test_one_sentence_says_how_long_why_and_by_which_clause(department: Department) -> None:
    html = page(department, department.alice, footage(department.alice).recording)
    section = re.search(r'<section class="ev-kept".*?</section>', html, re.DOTALL)
    assert section
    assert len(re.findall(r"<p>[^<]+\.</p>", section[0])) == 1


def test_what_the_file_says_stands_beside_what_we_believe(department: Department) -> None:
    said = [Said("container", "2026-06-01T12:00:00", None, by="the movie's header"), Said("gps", "x", "UTC")]
    made = footage(department.alice, facts=video(said=said)).recording
    html = page(department, department.alice, made)
    assert "2026-06-01T12:00:00" in html
    assert "no zone stated" in html
    assert "by the movie&#x27;s header" in html
    assert "We believe" in html
    assert "as the camera says" in html


def test_files_are_listed_with_size_hash_and_twin(department: Department) -> None:
    footage(department.alice, content=b"same bytes")
    second = footage(department.alice, content=b"same bytes", start=later(86_400))
    html = page(department, department.alice, second.recording)
    assert bytes(second.file.object.sha256).hex() in html
    assert "10 bytes" in html
    assert "The same bytes came before" in html
    assert "another recording" in html


def test_a_twin_out_of_reach_is_said_without_a_link(department: Department) -> None:
    first = footage(department.charlie, content=b"same bytes", camera=camera("BWC-2"))
    second = footage(department.alice, content=b"same bytes")
    html = page(department, department.alice, second.recording)
    assert "The same bytes came before" in html
    assert str(first.recording.pk) not in html


def test_names_from_outside_cannot_become_markup(department: Department) -> None:
    evil = "</script><img src=x onerror=alert(1)>.mp4"
    html = page(department, department.alice, footage(department.alice, name=evil).recording)
    assert "<img src=x" not in html
    assert player(html)["parts"][0]["name"] == evil


def test_history_is_told_with_names_and_a_proof_behind_each(department: Department) -> None:
    made = footage(department.alice)
    page(department, department.sam, made.recording)
    html = page(department, department.tess, made.recording)
    assert "Sam looked at the recording." in html
    assert "Stored as it came" in html
    for event in Event.objects.filter(item_id__in=[made.recording.handle, made.file.handle]):
        assert reverse("custody:event", args=[event.pk]) in html


def test_a_long_history_is_cut_with_a_way_to_all_of_it(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing.history_of, "__defaults__", (1,))
    made = footage(department.alice).recording
    assert "Everything that happened" in page(department, department.alice, made)
    path = reverse("evidence:history", args=[made.pk])
    html = department.client(department.alice).get(path).content.decode()
    assert "3 events" in html


# --- the player


def test_what_plays_as_it_came_plays_from_the_original(department: Department) -> None:
    made = footage(department.alice)
    (part,) = player(page(department, department.alice, made.recording))["parts"]
    assert part["ready"]
    assert part["src"].endswith("/media")
    assert part["start_ms"] == NOON.timestamp() * 1000
    assert (part["fps"], part["duration_ms"], part["video"]) == (30.0, 10_000, True)


def test_a_copy_plays_where_there_is_one(department: Department) -> None:
    made = footage(department.alice, facts=video(plays="remux"))
    derivative(made.file, Derivative.Kind.REMUX)
    (part,) = player(page(department, department.alice, made.recording))["parts"]
    assert part["src"].endswith("/view")


def test_pictures_are_named_as_they_are_made(department: Department) -> None:
    made = footage(department.alice)
    (part,) = player(page(department, department.alice, made.recording))["parts"]
    assert (part["poster"], part["scrub"], part["waveform"]) == (None, None, None)
    derivative(made.file, Derivative.Kind.SCRUB, columns=5, count=9, every_ms=1000, width=160, height=90)
    (part,) = player(page(department, department.alice, made.recording))["parts"]
    assert part["scrub"]["src"].endswith("/scrub")
    assert part["scrub"]["every_ms"] == 1000


def test_segments_play_in_the_order_of_the_press_without_copies(department: Department) -> None:
    for n, content in ((2, b"two"), (1, b"one"), (2, b"two")):
        facts = video(press="7", sequence=n)
        made = footage(department.alice, facts=facts, content=content, start=later(10 * n), name=f"GX0{n}0007.MP4")
    parts = player(page(department, department.alice, made.recording))["parts"]
    assert [part["name"] for part in parts] == ["GX010007.MP4", "GX020007.MP4"]


def test_the_cameras_own_clock_is_shown_as_it_stands(department: Department) -> None:
    """No zone is known for it, so none is applied."""
    made = footage(department.alice, facts=video(said=[Said("name", "2026-06-01T11:53:00")]))
    (part,) = player(page(department, department.alice, made.recording))["parts"]
    assert part["clock_ms"] == NOON.replace(hour=11, minute=53).timestamp() * 1000


def test_a_sidecar_is_not_played(department: Department) -> None:
    made = footage(department.alice, facts=video(role="sidecar", plays="no", streams=[]))
    html = page(department, department.alice, made.recording)
    assert "Nothing to play" in html
    assert "<video" not in html


def test_the_trail_is_drawn_and_its_dots_are_timed(department: Department) -> None:
    places = trail((39_099_730, -94_578_570), (39_099_830, -94_578_570), (39_099_930, -94_578_470))
    made = footage(department.alice, facts=video(points=places, track_source="gpmf"))
    html = page(department, department.alice, made.recording)
    assert "Where the camera was" in html
    assert "39.09973° N, 94.57857° W" in html
    assert "<polyline" in html
    dots = player(html)["dots"]
    assert [dot[:2] for dot in dots] == [[0, 0], [0, 1000], [0, 2000]]


def test_a_trail_beside_the_film_is_placed_by_the_satellites_time(department: Department) -> None:
    film = footage(department.alice, facts=video(press="7", sequence=1), name="a.mp4")
    at = round(later(4).timestamp() * 1000)
    points = [type(p)(None, p.lat_e6, p.lon_e6, at) for p in trail((39_000_000, -94_000_000))]
    facts = video(press="7", sequence=1, role="sidecar", plays="no", streams=[], duration_ms=None, points=points)
    footage(department.alice, facts=facts, start=None, name="a.gpx")
    assert player(page(department, department.alice, film.recording))["dots"][0][:2] == [0, 4000]


# --- preparation


def test_the_page_waits_for_what_is_being_prepared(department: Department) -> None:
    made = footage(department.alice, facts=video(plays="remux"))
    File.objects.update(preparing="Poster picture")
    html = page(department, department.alice, made.recording)
    assert "Getting it ready to play: poster picture" in html
    assert "hx-get" in html


def test_the_page_asks_for_preparation_where_it_was_lost(department: Department) -> None:
    made = footage(department.alice)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    for _ in range(2):
        page(department, department.alice, made.recording)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'evidence.prepare'")
        assert cursor.fetchone() == (1,)


def test_the_fragment_stops_polling_when_all_is_done(department: Department) -> None:
    made = footage(department.alice, facts=video(plays="remux"))
    path = reverse("evidence:preparation", args=[made.recording.pk])
    browser = department.client(department.alice)
    assert 'hx-trigger="every 1s"' in browser.get(path).content.decode()
    File.objects.update(prepared_at=NOON, playable=Playable.READY)
    html = browser.get(path).content.decode()
    assert "hx-trigger" not in html
    assert player(html)["parts"][0]["ready"]


def test_what_can_never_be_played_says_why(department: Department) -> None:
    made = footage(department.alice)
    File.objects.update(prepared_at=NOON, playable=Playable.UNPLAYABLE, why_not="It is cut off.")
    html = page(department, department.alice, made.recording)
    assert "can't be played here. It is cut off." in html


def test_the_page_does_not_query_more_for_more_files(department: Department) -> None:
    counts = []
    for count in (1, 5):
        for n in range(count):
            facts = video(press=f"p{count}", sequence=n, points=trail((39_000_000, -94_000_000)))
            made = footage(department.alice, facts=facts, start=later(10 * n), name=f"{count}-{n}.mp4")
        File.objects.update(prepared_at=NOON)
        browser = department.client(department.tess)
        path = reverse("evidence:recording", args=[made.recording.pk])
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nothing_of_a_page_is_kept_by_a_browser(department: Department) -> None:
    made = footage(department.alice).recording
    for name in ("recording", "history", "preparation"):
        answer = department.client(department.alice).get(reverse(f"evidence:{name}", args=[made.pk]))
        assert "no-store" in answer["Cache-Control"]
