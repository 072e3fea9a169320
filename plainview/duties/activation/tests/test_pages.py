"""The screens: who sees what, figures that can be counted from the table, lists that empty."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from conftest import Department
from plainview.base.people.models import Account
from plainview.duties.activation.clocks import estimates
from plainview.duties.activation.models import Drift, Finding
from plainview.duties.activation.tests.making import DAY, NOON, audited, busy, carry, finding, policy, recording, sent
from plainview.holdings.evidence.tests import paper

SPAN = f"from={DAY}&to={DAY}"


def text(department: Department, account: Account, path: str) -> str:
    response = department.client(account).get(path)
    assert response.status_code == 200, (account, path, response.status_code)
    return "".join(response.content.decode().split("\n"))


def table(department: Department, account: Account, path: str) -> list[dict[str, str]]:
    response = department.client(account).get(path)
    assert response.status_code == 200
    body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(body)))


def test_each_page_is_closed_to_whom_it_does_not_concern(department: Department) -> None:
    made = busy(department)
    single = f"/activation/dispatch/{made['missing'].pk}/"
    d = department
    allowed = {
        f"/activation/?{SPAN}": (d.sam, d.tess, d.audrey, d.bea, d.cora),
        f"/activation/dispatches/?{SPAN}": (d.sam, d.tess, d.audrey, d.cora),
        f"/activation/dispatches.csv?{SPAN}": (d.sam, d.tess, d.audrey, d.cora),
        f"/activation/others/?{SPAN}": (d.sam, d.tess, d.audrey, d.cora),
        "/activation/mine/": (d.alice, d.bob, d.charlie, d.sam),
        "/activation/week/": (d.sam, d.cora),
        single: (d.alice, d.sam, d.tess, d.audrey, d.cora),
        "/activation/sample/": (d.audrey, d.cora),
        "/activation/clocks/": (d.tess, d.audrey, d.cora),
    }
    everyone = (d.alice, d.bob, d.charlie, d.sam, d.tess, d.audrey, d.adam, d.bea, d.cora, d.dina, d.nora)
    for path, those in allowed.items():
        for account in everyone:
            status = department.client(account).get(path).status_code
            assert (status == 200) == (account in those), (path, str(account), status)


def test_figures_are_those_of_the_table_that_is_handed_out(department: Department) -> None:
    busy(department)
    rows = table(department, department.cora, f"/activation/dispatches.csv?{SPAN}")
    by = {status: sum(row["status"] == status for row in rows) for status in ("recorded", "partial", "not_recorded")}
    assert by == {"recorded": 1, "partial": 1, "not_recorded": 2}
    page = text(department, department.cora, f"/activation/?{SPAN}")
    assert "<strong>50.0 %</strong><span>Activation" in page
    assert "<strong>25.0 %</strong><span>Recorded from beginning" in page
    covered = [float(row["coverage"]) for row in rows if row["status"] in ("recorded", "partial")]
    assert f"<strong>{sum(covered) / len(covered) * 100:.1f} %</strong><span>Coverage" in page
    assert "clause III.A" in page
    assert "activation.findings.exported" in paper.kinds(department.cora.handle)
    assert "activation.findings.read" in paper.kinds(department.cora.handle)


def test_a_supervisor_counts_and_lists_the_own_squad(department: Department) -> None:
    busy(department)
    rows = table(department, department.sam, f"/activation/dispatches.csv?{SPAN}")
    assert {row["call_id"] for row in rows} == {"CALL-F1", "CALL-P1", "CALL-M1"}
    assert "2 of 3" in text(department, department.sam, f"/activation/?{SPAN}").replace("</a>", "").replace(
        "Activation: with footage · ", ""
    ).replace(f'<a class="usa-link" href="/activation/dispatches/?from={DAY}&amp;to={DAY}&amp;status=expected">', "")


def test_the_list_of_an_officer_empties(department: Department) -> None:
    policy()
    carry(department.alice, "B1")
    from django.utils import timezone

    at = timezone.now() - timedelta(days=3)
    call = sent(department.alice, "CALL-R1", at)
    audited(timezone.localdate(at), timezone.localdate(at), timezone.now())
    alice = department.client(department.alice)
    assert "CALL-R1" in alice.get("/activation/mine/").content.decode()
    address = f"/activation/dispatch/{call.pk}/"
    assert "Save the reason" in alice.get(address).content.decode()
    wrong = alice.post(f"{address}reason", {"reason": "because", "text": "my words"})
    assert wrong.status_code == 422
    assert "my words" in wrong.content.decode()
    assert alice.post(f"{address}reason", {"reason": "forgotten", "text": "I ran"}).status_code == 302
    page = alice.get("/activation/mine/").content.decode()
    assert "CALL-R1" not in page
    assert "Nothing waits for you" in page
    assert "I ran" in alice.get(address).content.decode()


def test_only_the_officer_and_who_supervises_give_reasons(department: Department) -> None:
    made = busy(department)
    address = f"/activation/dispatch/{made['missing'].pk}/reason"
    answer = {"reason": "forgotten", "text": ""}
    for account in (department.bob, department.charlie, department.audrey, department.tess):
        assert department.client(account).post(address, answer).status_code == 404
    assert finding(made["missing"]).status == "not_recorded"
    assert department.client(department.sam).post(address, answer).status_code == 302


def test_the_week_shows_exceptions_first(department: Department) -> None:
    busy(department)
    page = text(department, department.sam, f"/activation/week/?week={DAY}")
    assert page.index("CALL-M1") < page.index("CALL-P1")
    assert "CALL-O1" not in page


def test_pages_by_keyset_hold_every_dispatch_once(department: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    from plainview.duties.activation.views import figures

    busy(department)
    monkeypatch.setattr(figures, "PAGE", 2)
    cora = department.client(department.cora)
    first = cora.get(f"/activation/dispatches/?{SPAN}").content.decode()
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = cora.get(f"/activation/dispatches/{address}").content.decode()
    seen = [n for n in ("CALL-F1", "CALL-P1", "CALL-M1", "CALL-O1") for page in (first, second) if f"<td>{n}<" in page]
    assert sorted(seen) == ["CALL-F1", "CALL-M1", "CALL-O1", "CALL-P1"]
    assert 'rel="next"' not in second


def test_the_recording_page_tells_what_it_was_matched_with(department: Department) -> None:
    made = busy(department)
    clip = Finding.objects.get(pk=made["part"].pk).recordings[0]
    page = text(department, department.bob, f"/recordings/{clip}/")
    assert "Call CALL-P1, badge 102: partial, late start, early stop" in page


def test_other_cameras_of_the_same_event_are_shown_to_those_who_may_see_them(department: Department) -> None:
    policy()
    mine = sent(department.alice, "CALL-E1")
    hers = sent(department.bob, "CALL-E1")
    clip, other = recording(department.alice), recording(department.bob)
    audited()
    assert finding(mine).recordings == [clip.pk]
    assert finding(hers).recordings == [other.pk]
    assert f"/recordings/{other.pk}/" in text(department, department.sam, f"/recordings/{clip.pk}/")
    assert f"/recordings/{other.pk}/" not in text(department, department.alice, f"/recordings/{clip.pk}/")


def test_a_sample_can_be_drawn_again_and_hands_out_no_footage(department: Department) -> None:
    busy(department)
    address = f"/activation/sample/?{SPAN}&seed=abc&wanted=3"
    first, again = (text(department, department.audrey, address) for _ in range(2))
    drawn = [n for n in ("CALL-F1", "CALL-P1", "CALL-M1", "CALL-O1") if f"<td>{n}<" in first]
    assert len(drawn) == 3
    assert drawn == [n for n in ("CALL-F1", "CALL-P1", "CALL-M1", "CALL-O1") if f"<td>{n}<" in again]
    rows = table(department, department.audrey, f"/activation/sample.csv?{SPAN}&seed=abc&wanted=3")
    assert sorted(row["call_id"] for row in rows) == sorted(drawn)


def test_a_steady_offset_is_estimated_confirmed_and_withdrawn(department: Department) -> None:
    from django.utils import timezone

    policy()
    camera = carry(department.alice, "B7")
    base = (timezone.now() - timedelta(days=20)).replace(microsecond=0)
    for n in range(12):
        at = base + timedelta(hours=20 * n)
        sent(department.alice, f"D{n}", at)
        recording(department.alice, at + timedelta(seconds=420 + n), camera=camera)
    (found,) = estimates()
    assert (found.serial, found.recordings) == ("B7", 12)
    assert 420 <= found.seconds <= 431
    tess = department.client(department.tess)
    assert "B7" in tess.get("/activation/clocks/").content.decode()
    answer = {"seconds": "425", "from": str((base - timedelta(days=1)).date()), "to": "", "basis": found.basis}
    for account in (department.audrey, department.cora):
        assert department.client(account).post("/activation/clocks/confirm/B7", answer).status_code == 404
    assert tess.post("/activation/clocks/confirm/B7", answer, follow=True).status_code == 200
    drift = Drift.objects.get()
    assert drift.seconds == 425
    assert estimates() == []
    assert "Withdraw that first" in tess.post("/activation/clocks/confirm/B7", answer, follow=True).content.decode()
    tess.post(f"/activation/clocks/withdraw/{drift.pk}")
    assert Drift.objects.get().withdrawn_at is not None


def test_no_day_and_odd_addresses_do_no_harm(department: Department) -> None:
    policy()
    cora = department.client(department.cora)
    for query in (
        "",
        "from=x&to=y",
        "unit=9999999999999999999",
        "shift=zz&status=--&flag=q",
        "from=2030-01-01&to=2020-01-01",
    ):
        assert cora.get(f"/activation/?{query}").status_code == 200
        assert cora.get(f"/activation/dispatches/?{query}&after=nonsense").status_code == 200
    assert "Nothing has been audited yet" in cora.get("/activation/").content.decode()
    assert NOON
