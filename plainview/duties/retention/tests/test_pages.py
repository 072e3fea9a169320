"""What is going, on screen: figures that add up, lists with a reason each, nobody sees more than they may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from conftest import Department
from plainview.duties.retention import counting
from plainview.duties.retention.chart import bars
from plainview.duties.retention.due import judge_all
from plainview.holdings.evidence.actions.holding import place_hold
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.tests import paper


@pytest.fixture(autouse=True)
def policy(department: Department) -> None:
    paper.policy()


def of_age(department: Department, days: int, *classes: str, who: str = "alice") -> Recording:
    at = timezone.now() - timedelta(days=days)
    return paper.recording(getattr(department, who), *(classes or ["non-evidentiary"]), at=at, minutes=60)


@pytest.fixture
def some(department: Department) -> dict[str, Recording]:
    made = {
        "gone": of_age(department, 200),
        "decide": of_age(department, 800, "citation"),
        "held": of_age(department, 210),
        "soon": of_age(department, 170),
        "later": of_age(department, 100),
        "charlie": of_age(department, 172, who="charlie"),
        "never": of_age(department, 400, "unclassified"),
    }
    place_hold(made["held"].pk, "claim", actor="system:test")
    counting.refresh()
    return made


def test_the_count_is_what_judging_everything_says(department: Department, some: dict[str, Recording]) -> None:
    summary = counting.latest()
    assert summary is not None
    rows = list(judge_all(summary.on))
    lines = summary.lines.all()
    assert summary.recordings == len(rows) == 7
    over = lines.filter(counting.over(summary))
    assert over.filter(held=False).aggregate(n=Sum("recordings"))["n"] == sum(r.due for r in rows) == 2
    assert lines.filter(end="forever").aggregate(n=Sum("recordings"))["n"] == 1
    assert counting.sums(lines.filter(counting.going(summary, 30))).recordings == 2
    assert counting.sums(lines.filter(counting.going(summary, 90))).hours == 3


def test_each_figure_leads_to_its_recordings_with_their_reason(
    department: Department, some: dict[str, Recording]
) -> None:
    tess = department.client(department.tess)
    lists = {state: tess.get(f"/retention/going/?state={state}").content.decode() for state in ("go", "decide", "held")}
    assert f"/recordings/{some['gone'].pk}/" in lists["go"]
    assert f"/recordings/{some['decide'].pk}/" in lists["decide"]
    assert f"/recordings/{some['held'].pk}/" in lists["held"]
    assert all(page.count('<th scope="row"') == 1 for page in lists.values())
    assert "by clause V.3" in lists["go"]
    soon = tess.get("/retention/going/?state=soon&days=30").content.decode()
    assert f"/recordings/{some['soon'].pk}/" in soon
    assert f"/recordings/{some['later'].pk}/" not in soon
    assert "retention.due.read" in paper.kinds(department.tess.handle)


def test_what_waits_for_a_person_does_not_fill_the_pages_of_what_may_go(
    department: Department, some: dict[str, Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    from plainview.duties.retention import views

    monkeypatch.setattr(views, "PAGE", 1)
    page = department.client(department.tess).get("/retention/going/?state=go").content.decode()
    assert f"/recordings/{some['gone'].pk}/" in page  # although two that are held or to be decided come before it
    assert "Later" not in page


def test_a_supervisor_sees_the_own_units_only(department: Department, some: dict[str, Recording]) -> None:
    sam = department.client(department.sam)
    page = sam.get("/retention/going/?state=soon").content.decode()
    assert f"/recordings/{some['soon'].pk}/" in page
    assert f"/recordings/{some['charlie'].pk}/" not in page
    other = sam.get(f"/retention/going/?state=soon&unit={department.second.pk}").content.decode()
    assert "No recording fits" in other
    assert "Central Squad 2" not in sam.get("/retention/").content.decode()
    assert "Central Squad 2" in department.client(department.tess).get("/retention/").content.decode()


def test_the_board_sees_figures_and_no_recording(department: Department, some: dict[str, Recording]) -> None:
    bea = department.client(department.bea)
    page = bea.get("/retention/").content.decode()
    assert "Central Squad 2" in page
    assert "/retention/going/" not in page
    assert bea.get("/retention/going/").status_code == 403


@pytest.mark.parametrize("name", ["alice", "adam", "dina", "nora"])
def test_others_see_nothing(department: Department, name: str) -> None:
    browser = department.client(getattr(department, name))
    assert [browser.get(f"/retention/{path}").status_code for path in ("", "going/", "going.csv")] == [403] * 3


def test_before_the_first_count_the_page_says_what_to_do(department: Department) -> None:
    tess = department.client(department.tess)
    assert "Nothing is counted yet" in tess.get("/retention/").content.decode()
    assert tess.post("/retention/recount").status_code == 302
    assert "No clock runs out" in tess.get("/retention/").content.decode()


def test_a_long_list_comes_in_pages_without_gaps(department: Department) -> None:
    made = {str(of_age(department, 175).pk) for _ in range(120)}
    counting.refresh()
    tess, seen, path = department.client(department.tess), set(), "/retention/going/?state=soon"
    for _ in range(4):
        page = tess.get(path).content.decode()
        seen |= {each for each in made if f"/recordings/{each}/" in page}
        if "Later →" not in page:
            break
        path = "/retention/going/" + page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == made


def test_the_table_is_taken_out_with_its_event(department: Department, some: dict[str, Recording]) -> None:
    answer = department.client(department.tess).get("/retention/going.csv?days=30")
    csv = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert csv.splitlines()[0] == "unit,classes,recordings,hours,bytes"
    assert "Central Squad 1,non-evidentiary,1,1.0,0" in csv
    assert "retention.due.exported" in paper.kinds(department.tess.handle)


def test_narrowing_says_the_same_as_judging_everything(department: Department, some: dict[str, Recording]) -> None:
    summary = counting.latest()
    assert summary is not None
    whole = {row.id: (row.keep_until, row.held_by) for row in judge_all(summary.on)}
    last = summary.on + timedelta(days=365)
    for units in (None, [department.first.pk], [department.second.pk], [None]):
        for row in counting.recordings(summary, summary.on - timedelta(days=9999), last, units, None, size=1000):
            assert whole[row.id] == (str(row.until), row.held_by)


def test_a_chart_of_nothing_is_flat_and_no_error() -> None:
    today = timezone.localdate()
    assert bars([]).bars == []
    assert [bar.height for bar in bars([(today, 0), (today, 0)]).bars] == [0, 0]
    drawn = bars([(today, 5), (today, 10)]).bars
    assert drawn[1].height == 2 * drawn[0].height
