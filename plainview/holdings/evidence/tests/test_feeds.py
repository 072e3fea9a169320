"""Tables that come in by the browser or a program: durable first, told row by row, mended, never half-applied."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from conftest import Department
from plainview.holdings.evidence.feeds import actions, keeping
from plainview.holdings.evidence.feeds.actions import Refused, hand_in, take, try_again
from plainview.holdings.evidence.feeds.keys import make_key, revoke_key
from plainview.holdings.evidence.feeds.models import HandedIn
from plainview.holdings.evidence.feeds.rows import set_aside
from plainview.holdings.evidence.tests import paper
from plainview.holdings.incidents.models import Batch, Call, Dispatch, Matter, Parked

HEAD = "call_id,call_type,priority,badge,dispatched,arrived,cleared,disposition,self_initiated,lat,lon\n"
GOOD = "C1,STOP,2,101,2026-06-01T12:00:00-05:00,,2026-06-01T12:30:00-05:00,REPORT,no,,\n"
BAD = "C2,STOP,2,999,2026-06-01T13:00:00-05:00,,2026-06-01T13:30:00-05:00,REPORT,no,,\n"
MATTERS = "matter_id,kind,agency,status,status_on,reason,call_id,recording_id\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the tables."""
    monkeypatch.setattr(keeping, "folder", lambda: tmp_path)
    return tmp_path


def given(text: str, kind: str = "calls", layout: str = "plainview", name: str = "cad.csv") -> HandedIn:
    return hand_in(kind, name, layout, "", [text.encode()], actor="account:x")


def test_a_table_is_durable_and_in_history_before_it_is_taken(department: Department, own_folder: Path) -> None:
    handed = given(HEAD + GOOD)
    assert (own_folder / f"{handed.handle}.csv").read_text() == HEAD + GOOD
    assert paper.kinds(handed.handle) == ["incidents.table.handed_in"]
    assert not Call.objects.exists()
    done = take(handed.pk)
    assert (done.state, done.batch.taken if done.batch else 0) == ("done", 1)
    assert done.batch is not None
    assert done.batch.name == "cad.csv"
    assert sorted(each.name for each in own_folder.iterdir()) == [f"{handed.handle}.csv"]


def test_the_same_table_twice_changes_nothing(department: Department) -> None:
    for _ in range(2):
        done = take(given(HEAD + GOOD).pk)
    assert done.batch is not None
    assert (done.batch.taken, done.batch.unchanged, Dispatch.objects.count()) == (0, 1, 1)


def test_what_cannot_be_read_is_refused_whole_with_the_reason(department: Department) -> None:
    done = take(given("wrong,header\n1,2\n").pk)
    assert done.state == "refused"
    assert "first row lacks call_id" in done.says
    done = take(given(MATTERS + "M1,parking,,open,2026-01-01,,,\n", "matters", "").pk)
    assert done.state == "refused"
    assert "row 2, column kind" in done.says
    assert not Matter.objects.exists()
    with pytest.raises(Refused, match="no map"):
        given(HEAD, layout="no-such-map")
    with pytest.raises(Refused, match="no zone"):
        hand_in("calls", "x.csv", "plainview", "Mars/Base", [b""], actor="t")


def test_a_table_changed_on_disk_is_not_taken(department: Department, own_folder: Path) -> None:
    handed = given(HEAD + GOOD)
    (own_folder / f"{handed.handle}.csv").write_text(HEAD + GOOD.replace("101", "102"))
    done = take(handed.pk)
    assert done.state == "refused"
    assert not Dispatch.objects.exists()


def test_a_worker_that_dies_leaves_a_lease_that_runs_out(department: Department) -> None:
    handed = given(HEAD + GOOD)
    later = timezone.now() + timedelta(minutes=5)
    HandedIn.objects.filter(pk=handed.pk).update(state="running", lease_until=later)
    assert take(handed.pk).state == "running"
    assert actions.abandoned() == []
    HandedIn.objects.filter(pk=handed.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert actions.abandoned() == [handed.pk]
    assert take(handed.pk).state == "done"


def test_a_fault_of_ours_is_tried_again_and_ends(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    handed = given(HEAD + GOOD)
    monkeypatch.setattr(actions, "take_calls", broken)
    for _ in range(actions.TRIES - 1):
        with pytest.raises(RuntimeError):
            take(handed.pk)
        assert HandedIn.objects.get(pk=handed.pk).state == "waiting"
    assert take(handed.pk).state == "failed"
    monkeypatch.undo()
    monkeypatch.setattr(keeping, "folder", lambda: keeping.path_of(handed.handle).parent)


def test_too_much_leaves_nothing_behind(department: Department, own_folder: Path) -> None:
    with pytest.raises(keeping.TooLarge):
        keeping.keep("a" * 32, [b"x" * 100], most=10)
    assert list(own_folder.iterdir()) == []


def test_names_cannot_lead_elsewhere(department: Department, own_folder: Path) -> None:
    done = take(given(HEAD + GOOD, name="../../etc/\x00pass\nwd.csv").pk)
    assert done.name == "passwd.csv"
    assert done.state == "done"


def test_a_row_is_corrected_in_the_page_and_history_keeps_both(department: Department) -> None:
    done = take(given(HEAD + GOOD + BAD).pk)
    parked = Parked.objects.get()
    tess = department.client(department.tess)
    assert "badge 999 is on no roster" in tess.get(f"/tables/{done.batch_id}/").content.decode()
    page = tess.get(f"/tables/rows/{parked.pk}/").content.decode()
    assert 'value="999"' in page
    place = list(parked.cells).index("badge")
    wrong = tess.post(f"/tables/rows/{parked.pk}/correct", {f"cell-{place}": "888"})
    assert wrong.status_code == 422
    assert "badge 888" in wrong.content.decode()
    assert tess.post(f"/tables/rows/{parked.pk}/correct", {f"cell-{place}": "102"}).status_code == 302
    assert Dispatch.objects.get(call__number="C2").badge == "102"
    batch = Batch.objects.get()
    assert paper.facts(batch.handle, "incidents.row.corrected")["old"] == {"badge": "888"}
    assert tess.get(f"/tables/rows/{parked.pk}/").status_code == 404


def test_a_row_is_set_aside_only_with_a_reason_and_stays_readable(department: Department) -> None:
    take(given(HEAD + BAD).pk)
    parked = Parked.objects.get()
    with pytest.raises(Refused, match="Say why"):
        set_aside(parked, " ", actor="account:x")
    tess = department.client(department.tess)
    assert tess.post(f"/tables/rows/{parked.pk}/aside", {"reason": "a test call"}).status_code == 302
    assert "a test call" in tess.get(f"/tables/rows/{parked.pk}/").content.decode()
    with pytest.raises(Refused, match="does not wait"):
        set_aside(parked, "again", actor="account:x")


def test_parked_rows_come_out_harmless_for_spreadsheets(department: Department) -> None:
    take(given(HEAD + BAD.replace("STOP", "=cmd()")).pk)
    response = department.client(department.tess).get(f"/tables/{Batch.objects.get().pk}/parked.csv")
    body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=cmd()" in body
    assert ",=cmd()" not in body


def test_a_browser_hands_one_in(department: Department) -> None:
    tess = department.client(department.tess)
    file = SimpleUploadedFile("june.csv", (HEAD + GOOD).encode())
    response = tess.post("/tables/hand-in", {"what": "calls/plainview", "file": file, "zone": ""}, follow=True)
    assert "1 new" in response.content.decode()
    file = SimpleUploadedFile("june.csv", b"nonsense\n")
    response = tess.post("/tables/hand-in", {"what": "calls/plainview", "file": file, "zone": ""}, follow=True)
    assert "Nothing was taken" in response.content.decode()
    assert "Try again" in response.content.decode()
    again = HandedIn.objects.get(state="refused")
    try_again(again, actor="account:x")
    assert paper.facts(again.handle, "incidents.table.handed_in")["again"] is True
    assert HandedIn.objects.get(pk=again.pk).state == "waiting"


def test_pages_are_closed_to_whom_they_do_not_concern(department: Department) -> None:
    done = take(given(HEAD + BAD).pk)
    d, parked = department, Parked.objects.get()
    readers = (d.tess, d.adam, d.audrey)
    for path in (
        "/tables/",
        f"/tables/{done.batch_id}/",
        f"/tables/rows/{parked.pk}/",
        f"/tables/{done.batch_id}/parked.csv",
    ):
        for account in (d.alice, d.sam, d.tess, d.audrey, d.adam, d.bea, d.cora, d.dina, d.nora):
            status = d.client(account).get(path).status_code
            assert (status == 200) == (account in readers), (path, str(account), status)
    for account in (d.adam, d.audrey, d.cora):
        assert d.client(account).post(f"/tables/rows/{parked.pk}/aside", {"reason": "x"}).status_code == 403
        assert d.client(account).post("/tables/hand-in", {}).status_code == 403
    assert d.client(d.tess).post("/tables/keys", {"name": "x"}).status_code == 403


def test_a_program_feeds_with_a_key_and_nothing_else(department: Department) -> None:
    key, secret = make_key("CAD", actor="account:x")
    program = Client(enforce_csrf_checks=True, HTTP_AUTHORIZATION=f"Bearer {secret}")
    address = "/api/feeds/calls?map=plainview&wait=true"
    first = program.post(address, HEAD + GOOD + BAD, content_type="text/csv")
    assert first.status_code == 200
    told = first.json()
    assert (told["rows"], told["taken"], told["parked"]) == (2, 1, 1)
    assert told["waiting"][0]["row"] == 3
    assert program.get(told["status"]).json()["state"] == "done"
    waiting = program.post("/api/feeds/calls?map=plainview", HEAD + GOOD, content_type="text/csv")
    assert (waiting.status_code, waiting.json()["state"]) == (202, "waiting")
    assert program.post("/api/feeds/calls?map=nope", HEAD, content_type="text/csv").status_code == 400
    assert program.post("/api/feeds/cats?map=plainview", HEAD, content_type="text/csv").status_code == 400
    assert program.post(address, "x\n", content_type="text/csv").status_code == 422
    assert program.get("/api/recordings/").status_code in (302, 401)
    assert Batch.objects.filter(actor=f"system:feed-cad-{key.pk}").exists()
    for stranger in (Client(), Client(HTTP_AUTHORIZATION="Bearer pvfeed_wrong"), department.client(department.tess)):
        assert stranger.post(address, HEAD + GOOD, content_type="text/csv").status_code == 401
    revoke_key(key, actor="account:x")
    assert program.post(address, HEAD + GOOD, content_type="text/csv").status_code == 401


def test_one_program_does_not_see_what_another_handed_in(department: Department) -> None:
    _, mine = make_key("CAD", actor="account:x")
    _, other = make_key("Cloud", actor="account:x")
    address = "/api/feeds/calls?map=plainview&wait=1"
    told = Client(HTTP_AUTHORIZATION=f"Bearer {mine}").post(address, HEAD + GOOD, content_type="text/csv").json()
    assert Client(HTTP_AUTHORIZATION=f"Bearer {other}").get(told["status"]).status_code == 404


def test_a_key_is_shown_once(department: Department) -> None:
    adam = department.client(department.adam)
    page = adam.post("/tables/keys", {"name": "CAD"}, follow=True).content.decode()
    assert "pvfeed_" in page
    assert "pvfeed_" not in adam.get("/tables/").content.decode()


def test_rows_of_a_table_are_tried_again_after_the_roster_was_mended(department: Department) -> None:
    from plainview.base.people.models import Assignment, Officer

    done = take(given(HEAD + BAD).pk)
    officer = Officer.objects.create(agency=department.agency, badge="999", name="New Sample")
    Assignment.objects.create(officer=officer, unit=department.first, began="2026-01-01")
    address = f"/tables/{done.batch_id}/mend"
    assert department.client(department.audrey).post(address).status_code == 403
    assert "1 went in" in department.client(department.tess).post(address, follow=True).content.decode()
