"""Matters on screen: who sees which, what a change of status lets go, and what makes a recording a closed record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from conftest import Department
from plainview.base.people.models import Account
from plainview.holdings.evidence.actions import apply_rules
from plainview.holdings.evidence.closing import closed, closed_records
from plainview.holdings.evidence.keeping import NOT_SHOWN, kept_until
from plainview.holdings.evidence.matters.access import visible
from plainview.holdings.evidence.matters.holding import grip
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests import paper
from plainview.holdings.incidents.actions.matters import change_status, link_call, open_matter
from plainview.holdings.incidents.models import Matter
from plainview.holdings.incidents.rules import Standing

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def policy(department: Department) -> None:
    paper.policy()


def case(number: str = "CR-1", kind: str = "criminal", **more: object) -> Matter:
    return open_matter(number, kind, Standing("open", paper.DAY, "charged"), actor="system:test", **more)  # type: ignore[arg-type]


@pytest.fixture
def held(department: Department) -> tuple[Matter, Recording]:
    call = paper.call("C1", department.alice)
    made = paper.recording(department.alice, "criminal", of=call)
    return case(calls=[call]), made


def test_a_pending_case_makes_its_recordings_closed_records(held: tuple[Matter, Recording]) -> None:
    matter, made = held
    why = closed(made)
    assert why is not None
    assert why.sentence == "Its criminal case CR-1 is not over: a closed record, by RSMo 610.100.2."
    assert list(closed_records()) == [made]
    change_status(matter, Standing("concluded", paper.DAY + timedelta(days=30), "plea"), actor="system:test")
    assert closed(made) is None
    assert list(closed_records()) == []
    change_status(matter, Standing("appealed", paper.DAY + timedelta(days=40), "notice"), actor="system:test")
    assert closed(made) is not None


def test_the_clause_of_the_policy_stands_with_the_statute(department: Department) -> None:
    from plainview.base.policy.actions import adopt

    text = paper.TEXT.replace("2026-01", "2026-02").replace("2020-01-01\n", f"{TODAY()}\n")
    adopt(text + '[closed_records]\nclause = "VI.1"\nmatter_kinds = ["civil"]\n', actor="system:test")
    call = paper.call("C1", department.alice)
    made = paper.recording(department.alice, of=call)
    case("CR-1", calls=[call])
    assert closed(made) is None, "this policy closes records for civil claims only"
    case("CV-1", "civil", calls=[call])
    found = closed(made)
    assert found is not None
    assert "clause VI.1 and RSMo 610.100.2" in found.sentence


def test_concluded_then_appealed_holds_again(held: tuple[Matter, Recording]) -> None:
    matter, made = held
    far = date(2031, 1, 1)
    change_status(matter, Standing("concluded", date(2026, 7, 1), "plea"), actor="system:test")
    assert kept_until(made, far).until == date(2026, 9, 29)
    assert kept_until(made, far).due(far)
    change_status(matter, Standing("appealed", date(2026, 8, 1), "notice of appeal"), actor="system:test")
    again = kept_until(made, far)
    assert (again.until, again.held_by, again.due(far)) == ("until concluded", ("CR-1",), False)


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("tess", {"criminal", "complaint", "shooting"}),
        ("cora", {"criminal", "complaint", "shooting"}),
        ("audrey", {"criminal", "complaint", "shooting"}),
        ("dina", {"criminal", "shooting"}),
        ("sam", {"criminal"}),
        ("alice", set()),
        ("adam", set()),
        ("bea", set()),
        ("nora", set()),
    ],
)
def test_who_sees_which(department: Department, name: str, sees: set[str]) -> None:
    call = paper.call("C1", department.alice)
    paper.recording(department.alice, of=call)
    for kind in ("criminal", "complaint", "shooting"):
        case(kind, kind, calls=[call])
    account: Account = getattr(department, name)
    assert set(visible(account).values_list("kind", flat=True)) == sees
    browser = department.client(account)
    answers = {m.kind: browser.get(f"/matters/{m.pk}/").status_code for m in Matter.objects.all()}
    refused = 404 if browser.get("/matters/").status_code == 200 else 403
    assert answers == {kind: 200 if kind in sees else refused for kind in ("criminal", "complaint", "shooting")}


def test_a_supervisor_sees_no_case_of_another_squad(department: Department) -> None:
    call = paper.call("C2", department.charlie)
    paper.recording(department.charlie, of=call)
    case(calls=[call])
    assert not visible(department.sam).exists()


def test_an_officer_is_not_told_the_number_of_a_complaint(department: Department) -> None:
    call = paper.call("C1", department.alice)
    made = paper.recording(department.alice, "non-evidentiary", of=call)
    case("IA-77", "complaint", calls=[call])
    page = department.client(department.alice).get(f"/recordings/{made.pk}/").content.decode()
    assert "IA-77" not in page
    assert NOT_SHOWN in page
    assert "IA-77" in department.client(department.tess).get(f"/recordings/{made.pk}/").content.decode()


def test_opening_one_on_the_page_holds_at_once(department: Department) -> None:
    call = paper.call("C1", department.alice)
    made = paper.recording(department.alice, "non-evidentiary", of=call)
    form = {
        "number": "CR-9",
        "kind": "criminal",
        "status": "open",
        "status_on": "2026-06-02",
        "reason": "charged",
        "calls": "C1",
    }
    dina = department.client(department.dina)
    answer = dina.post("/matters/open/", form)
    assert answer.status_code == 302
    assert kept_until(made).held_by == ("CR-9",)
    again = dina.post("/matters/open/", form)
    assert again.status_code == 422
    assert "a matter of that number already" in again.content.decode()
    nowhere = dina.post("/matters/open/", {**form, "number": "CR-10", "calls": "C1, C99"})
    assert "There is no call C99" in nowhere.content.decode()
    hidden = dina.post("/matters/open/", {**form, "number": "IA-1", "kind": "complaint"})
    assert hidden.status_code == 422


def test_a_clerk_s_case_takes_over_what_a_rule_had_opened(department: Department) -> None:
    call = paper.call("C1", department.alice, "ARREST")
    made = paper.recording(department.alice, of=call)
    apply_rules(actor="system:rules")
    form = {
        "number": "CR-9",
        "kind": "criminal",
        "status": "open",
        "status_on": "2026-06-02",
        "reason": "charged",
        "calls": "C1",
    }
    department.client(department.dina).post("/matters/open/", form)
    assert kept_until(made).held_by == ("CR-9",)
    placeholder = Matter.objects.get(number="C1-criminal")
    assert placeholder.merged_into is not None
    assert placeholder.merged_into.number == "CR-9"
    assert "incidents.matter.merged" in paper.kinds(placeholder.handle)
    answer = department.client(department.tess).get(f"/matters/{placeholder.pk}/")
    assert answer.status_code == 302


def test_one_that_a_person_has_moved_is_not_taken_over(department: Department) -> None:
    call = paper.call("C1", department.alice, "ARREST")
    apply_rules(actor="system:rules")
    placeholder = Matter.objects.get()
    change_status(placeholder, Standing("inactive", paper.DAY, "not pursued"), actor=department.dina.actor)
    form = {
        "number": "CR-9",
        "kind": "criminal",
        "status": "open",
        "status_on": "2026-06-02",
        "reason": "charged",
        "calls": call.number,
    }
    department.client(department.dina).post("/matters/open/", form)
    placeholder.refresh_from_db()
    assert placeholder.merged_into is None


def test_a_change_of_status_is_told_before_it_is_made(department: Department, held: tuple[Matter, Recording]) -> None:
    matter, made = held
    dina = department.client(department.dina)
    form = {"status": "concluded", "status_on": "2026-07-01", "reason": "plea"}
    told = dina.post(f"/matters/{matter.pk}/move", form).content.decode()
    assert "It lets 1 recording go" in told
    assert "<strong>1</strong> of 1 would be due by its clock today" in told, "90 days from July 1 are over"
    matter.refresh_from_db()
    assert matter.status == "open"
    dina.post(f"/matters/{matter.pk}/move", {**form, "confirm": "1"})
    matter.refresh_from_db()
    assert (matter.status, matter.status_on, matter.reason) == ("concluded", date(2026, 7, 1), "plea")
    assert kept_until(made).held_by == ()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"status": "concluded", "status_on": "2026-07-01", "reason": ""}, "Say why"),
        ({"status": "concluded", "status_on": "2099-07-01", "reason": "plea"}, "still to come"),
        ({"status": "concluded", "status_on": "2026-05-01", "reason": "plea"}, "is before it became open"),
        ({"status": "inactive", "status_on": "2026-07-01", "reason": "bored"}, "three grounds"),
        ({"status": "appealed", "status_on": "2026-07-01", "reason": "x"}, "Select a valid choice"),
    ],
)
def test_an_impossible_change_says_why(
    department: Department, held: tuple[Matter, Recording], form: dict[str, str], says: str
) -> None:
    answer = department.client(department.dina).post(f"/matters/{held[0].pk}/move", {**form, "confirm": "1"})
    assert answer.status_code == 422
    assert says in answer.content.decode().replace("&#x27;", "'")
    assert Matter.objects.get().status == "open"


def test_the_three_grounds_make_a_case_inactive(department: Department, held: tuple[Matter, Recording]) -> None:
    form = {"status": "inactive", "status_on": "2026-07-01", "ground": "not pursued", "confirm": "1"}
    assert department.client(department.dina).post(f"/matters/{held[0].pk}/move", form).status_code == 302
    assert Matter.objects.get().reason == "not pursued"


def test_grip_counts_what_nothing_else_holds(department: Department, held: tuple[Matter, Recording]) -> None:
    matter, made = held
    assert (grip(matter).recordings, grip(matter).only) == (1, 1)
    other = case("CV-1", "civil")
    link_call(other, made.call_ties.get().call, actor="system:test")
    assert (grip(matter).recordings, grip(matter).only) == (1, 0)


def test_tying_correcting_and_reading_are_events(department: Department, held: tuple[Matter, Recording]) -> None:
    matter, _ = held
    more = paper.recording(department.bob)
    dina = department.client(department.dina)
    dina.get(f"/matters/{matter.pk}/")
    dina.get(f"/matters/{matter.pk}/")
    dina.post(f"/matters/{matter.pk}/link", {"recording": more.external_id, "why": "the same fight"})
    dina.post(f"/matters/{matter.pk}/correct", {"agency": "Sample County", "charge_class": "C", "title": ""})
    assert paper.kinds(matter.handle)[2:] == [
        "incidents.matter.read",
        "incidents.matter.linked",
        "incidents.matter.corrected",
    ]
    assert kept_until(more).held_by == ("CR-1",)
    refused = dina.post(f"/matters/{matter.pk}/link", {"recording": "nowhere", "why": "x"})
    assert "There is no recording nowhere" in refused.content.decode()


def test_an_auditor_reads_and_changes_nothing(department: Department, held: tuple[Matter, Recording]) -> None:
    matter, _ = held
    audrey = department.client(department.audrey)
    assert "Change its status" not in audrey.get(f"/matters/{matter.pk}/").content.decode()
    for act in ("move", "link", "correct"):
        assert audrey.post(f"/matters/{matter.pk}/{act}", {}).status_code == 404
    assert audrey.get("/matters/open/").status_code == 403


def test_the_list_is_filtered_and_taken_out(department: Department, held: tuple[Matter, Recording]) -> None:
    case("=CV-1", "civil")
    tess = department.client(department.tess)
    assert "=CV-1" not in tess.get("/matters/?kind=criminal").content.decode()
    csv = b"".join(tess.get("/matters/matters.csv?kind=civil").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=CV-1,civil" in csv
    assert "incidents.list.exported" in paper.kinds(department.tess.handle)
