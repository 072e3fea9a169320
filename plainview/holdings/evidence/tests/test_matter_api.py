"""Matters for programs, and what histories, lists and answers tell of them to whom."""

from __future__ import annotations

import pytest
from django.utils import timezone

from conftest import Department
from plainview.holdings.evidence.closing import closed
from plainview.holdings.evidence.imports.matters import link_recordings
from plainview.holdings.evidence.keeping import NOT_SHOWN
from plainview.holdings.evidence.matters.access import hidden_kinds
from plainview.holdings.evidence.matters.holding import consequence, grip
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests import paper
from plainview.holdings.incidents.actions.matters import change_status, open_matter
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import Standing

EVERY = ("tess", "cora", "audrey", "dina", "sam", "alice", "adam", "bea", "nora")
KINDS = ("civil", "complaint", "criminal", "outside", "shooting")
SEES = {"tess": KINDS, "cora": KINDS, "audrey": KINDS, "dina": tuple(k for k in KINDS if k != "complaint")}
SEES |= {"sam": ("civil", "criminal")}


@pytest.fixture
def made(department: Department) -> Recording:
    paper.policy()
    call = paper.call("C1", department.alice)
    recording = paper.recording(department.alice, "non-evidentiary", of=call)
    for kind in KINDS:
        open_matter(f"N-{kind}", kind, Standing("open", paper.DAY, "why"), actor="system:test", calls=[call])
    return recording


@pytest.mark.parametrize("name", EVERY)
def test_list_detail_and_table_follow_one_rule(department: Department, made: Recording, name: str) -> None:
    browser, sees = department.client(getattr(department, name)), SEES.get(name, ())
    answer = browser.get("/api/matters/")
    assert answer.status_code == (200 if sees else 403)
    if sees:
        assert sorted(m["kind"] for m in answer.json()["matters"]) == sorted(sees)
        table = b"".join(browser.get("/matters/matters.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert sorted(line.split(",")[1] for line in table.splitlines()[1:]) == sorted(sees)
    for matter in Matter.objects.all():
        one = browser.get(f"/api/matters/{matter.pk}")
        assert one.status_code == ((200 if matter.kind in sees else 404) if sees else 403)


def test_one_matter_says_what_it_concerns(department: Department, made: Recording) -> None:
    matter = Matter.objects.get(kind="criminal")
    told = department.client(department.tess).get(f"/api/matters/{matter.pk}").json()
    assert told["recording_ids"] == [str(made.pk)]
    assert (told["recordings"], told["held_by_nothing_else"], told["closed_records"]) == (1, 0, 1)
    assert (told["calls"], told["holds"]) == (["C1"], True)
    assert [c["status"] for c in told["changes"]] == ["open"]
    assert "incidents.matter.read" in paper.kinds(matter.handle)


def test_pages_of_the_list_are_found_by_key(department: Department, made: Recording) -> None:
    for n in range(60):
        open_matter(f"M{n:03}", "request", Standing("open", paper.DAY), actor="system:test")
    tess = department.client(department.tess)
    first = tess.get("/api/matters/?kind=request").json()
    assert (len(first["matters"]), first["newer"]) == (50, None)
    rest = tess.get(first["older"]).json()
    assert (len(rest["matters"]), rest["older"]) == (10, None)


def test_the_officer_is_told_no_number_that_is_not_theirs_to_know(department: Department, made: Recording) -> None:
    for matter in Matter.objects.all():
        link_recordings([(matter, made.pk, made.handle)], actor="system:test")
    alice = department.client(department.alice)
    addresses = [f"/recordings/{made.pk}/", f"/recordings/{made.pk}/history/", f"/api/recordings/{made.pk}"]
    for address in [*addresses, f"/api/recordings/{made.pk}/history"]:
        said = alice.get(address).content.decode()
        for kind in ("complaint", "outside", "shooting"):
            assert f"N-{kind}" not in said, address
        assert "N-criminal" in said, address
    one = alice.get(f"/api/recordings/{made.pk}").json()
    assert one["kept"]["held_by"].count(NOT_SHOWN) == 3
    tess = department.client(department.tess)
    assert "N-complaint" in tess.get(f"/recordings/{made.pk}/history/").content.decode()


def test_the_api_says_that_it_is_a_closed_record(department: Department, made: Recording) -> None:
    tess = department.client(department.tess)
    told = tess.get(f"/api/recordings/{made.pk}").json()["closed"]
    assert (told["matters"], told["statute"]) == (["N-criminal"], "RSMo 610.100.2")
    change_status(Matter.objects.get(kind="criminal"), Standing("concluded", paper.DAY, "plea"), actor="system:test")
    assert tess.get(f"/api/recordings/{made.pk}").json()["closed"] is None


def test_a_hidden_kind_closes_without_being_named(department: Department, made: Recording) -> None:
    from plainview.base.policy.actions import adopt

    text = paper.TEXT.replace("2026-01", "2026-02").replace("2020-01-01\n", f"{timezone.localdate()}\n")
    adopt(text + '[closed_records]\nclause = "VI.1"\nmatter_kinds = ["complaint"]\n', actor="system:test")
    found = closed(made, hidden_kinds(department.alice))
    assert found is not None
    assert found.matters == (NOT_SHOWN,)
    assert "complaint" not in found.sentence


def test_what_follows_is_counted_before_it_happens(department: Department) -> None:
    paper.policy()
    call = paper.call("C1", department.alice)
    over, running = (paper.recording(department.alice, c, of=call) for c in ("criminal", "unclassified"))
    both = paper.recording(department.alice, "criminal", of=call)
    matter = open_matter("CR-1", "criminal", Standing("open", paper.DAY, "charged"), actor="system:test", calls=[call])
    other = open_matter("CV-1", "civil", Standing("open", paper.DAY, "claim"), actor="system:test")
    link_recordings([(other, both.pk, both.handle)], actor="system:test")
    then = Standing("concluded", paper.DAY, "plea")
    told = consequence(matter, then)
    assert (told.recordings, told.released, told.held_after, told.due) == (3, 2, 1, 1)
    matter = change_status(matter, then, actor="system:test")
    assert grip(matter).only == 2
    again = consequence(matter, Standing("appealed", paper.DAY, "notice"))
    assert (again.held, again.held_after, again.due) == (2, 3, 0)
    assert {over.pk, running.pk, both.pk} == set(Recording.objects.values_list("pk", flat=True))


def test_the_page_says_who_opened_it_and_what_it_closes_no_more(department: Department, made: Recording) -> None:
    matter = Matter.objects.get(kind="criminal")
    tess = department.client(department.tess)
    page = tess.get(f"/matters/{matter.pk}/").content.decode()
    assert "its recordings are closed records, by RSMo 610.100.2" in page
    assert "by a test" in page.lower()
    change_status(matter, Standing("concluded", paper.DAY, "plea"), actor="system:test")
    page = tess.get(f"/matters/{matter.pk}/").content.decode()
    assert "It no longer makes its recordings closed records." in page
