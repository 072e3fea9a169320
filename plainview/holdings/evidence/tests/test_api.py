"""Recordings for programs: the words of the pages, in JSON."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from conftest import Department
from plainview.base.people.models import Account
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests.making import footage, later


def get(department: Department, account: Account, name: str, *args: Any, **query: Any) -> Any:
    return department.client(account).get(reverse(f"evidence:api:{name}", args=args), query)


def test_the_list_is_that_of_the_page(department: Department) -> None:
    made = footage(department.alice).recording
    answer = get(department, department.tess, "list").json()
    (line,) = answer["recordings"]
    assert line["id"] == str(made.pk)
    assert line["recording_id"] == str(made.pk)
    assert (line["badge"], line["camera"], line["unit"]) == ("101", "BWC-1", "Central Squad 1")
    assert line["start"] == "2026-06-01T17:00:00Z"
    assert (answer["count"], answer["more"], answer["older"]) == (1, False, None)


def test_pages_are_linked(department: Department) -> None:
    for n in range(51):
        Recording.objects.create(
            handle=f"{n:032x}", agency=department.agency, uploaded=later(n), listed_at=later(n), call_number="26-1"
        )
    first = get(department, department.tess, "list", call="26").json()
    assert len(first["recordings"]) == 50
    second = department.client(department.tess).get(first["older"]).json()
    assert len(second["recordings"]) == 1
    back = department.client(department.tess).get(second["newer"]).json()
    assert back["recordings"] == first["recordings"]


def test_what_cannot_be_read_is_said(department: Department) -> None:
    answer = get(department, department.tess, "list", unit="x").json()
    assert answer["problems"] == ["There is no unit 'x'."]


def test_one_recording_with_files_and_how_long_it_is_kept(department: Department) -> None:
    made = footage(department.alice)
    answer = get(department, department.alice, "one", made.recording.pk).json()
    (file,) = answer["files"]
    assert file["sha256"] == bytes(made.file.object.sha256).hex()
    assert file["original"] == reverse("evidence:download", args=[made.recording.pk, made.file.pk])
    assert answer["kept"]["until"] == "forever"
    assert answer["kept"]["sentence"].endswith(".")
    assert answer["open"] == []


def test_history_in_sentences(department: Department) -> None:
    made = footage(department.alice)
    told = get(department, department.tess, "history", made.recording.pk).json()
    assert told[0]["title"] == "Viewed"
    assert any("Stored as it came" in each["sentence"] for each in told)


def test_nothing_there_and_not_for_you_are_one_answer(department: Department) -> None:
    made = footage(department.charlie).recording
    mine = get(department, department.alice, "one", made.pk)
    none = get(department, department.alice, "one", "01890000-0000-7000-8000-000000000000")
    assert (mine.status_code, mine.json()) == (none.status_code, none.json()) == (404, {"detail": "Not Found"})


def test_only_what_is_named_is_changed(department: Department) -> None:
    made = footage(department.alice).recording
    path = reverse("evidence:api:change", args=[made.pk])
    answer = department.client(department.alice).patch(path, {"title": "Stop"}, content_type="application/json")
    assert answer.status_code == 200
    made.refresh_from_db()
    assert (made.title, made.call_number, made.classes) == ("Stop", "", ["unclassified"])


def test_the_description_names_every_address(department: Department) -> None:
    paths = get(department, department.tess, "openapi-json").json()["paths"]
    assert len(paths) == 3
