"""Reviews from the draw to what they came to: reproducible, never by a party, skipped only with a reason."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import Department
from plainview.base.custody.sequencer import drain
from plainview.base.people import actions as people
from plainview.base.people.models import Account, Officer, RoleGrant
from plainview.base.people.roles import Role
from plainview.duties.review import by_rule
from plainview.duties.review.doing import do, skip
from plainview.duties.review.drawing import Drawn, draw_cycle, redraw
from plainview.duties.review.making import hand_on
from plainview.duties.review.models import Cycle, Task
from plainview.duties.review.rules import Refused, period_named
from plainview.duties.review.telling import tell_all
from plainview.holdings.evidence.models import Recording, RecordingCall
from plainview.holdings.evidence.tests import paper
from plainview.holdings.incidents.models import Dispatch, Matter

JUNE = "2026-06"
REVIEW = """
[review]
clause = "VI.4"
per_officer = 2
cycle = "month"
days = 14
always = ["FORCE", "PURSUIT"]
command = ["FORCE WITHOUT INTERVENTION", "LESS LETHAL DISPERSAL"]
"""


def recordings(account: Account, count: int) -> list[Recording]:
    return [paper.recording(account, at=paper.NOON + timedelta(hours=n)) for n in range(count)]


@pytest.fixture
def drawn(department: Department) -> Drawn:
    """June is drawn: Alice made eight recordings, Bob one, Charlie five."""
    paper.policy(paper.TEXT + REVIEW)
    for account, count in ((department.alice, 8), (department.bob, 1), (department.charlie, 5)):
        recordings(account, count)
    drain()
    return draw_cycle(period_named(JUNE))


def of(account: Account) -> list[Task]:
    return list(Task.objects.filter(officer=account.officer, state=Task.State.OPEN).order_by("pk"))


def test_a_cycle_is_drawn_once_and_anybody_draws_the_same(department: Department, drawn: Drawn) -> None:
    assert (drawn.fresh, drawn.tasks) == (True, 5)  # two each, and Bob's only one
    again = draw_cycle(period_named(JUNE))
    assert (again.fresh, again.cycle.pk, Task.objects.count()) == (False, drawn.cycle.pk, 5)
    found = redraw(JUNE)
    assert found.differences == []
    assert found.tasks == 5
    facts = paper.facts(drawn.cycle.handle, "review.cycle.drawn")
    assert facts["seed"] == bytes(drawn.cycle.seed).hex()
    assert facts["candidates"] == 14


def test_a_draw_that_somebody_bent_is_seen(department: Department, drawn: Drawn) -> None:
    task = of(department.alice)[0]
    had = set(Task.objects.values_list("recording_id", flat=True))
    other = Recording.objects.filter(officer=department.alice.officer).exclude(pk__in=had)[0]
    Task.objects.filter(pk=task.pk).update(recording=other)
    assert any("not what the seed gives" in each for each in redraw(JUNE).differences)
    Cycle.objects.update(seed=b"\x07" * 32)
    assert any("seed is not the root" in each for each in redraw(JUNE).differences)


def test_later_footage_changes_no_draw(department: Department, drawn: Drawn) -> None:
    recordings(department.alice, 3)
    found = redraw(JUNE)
    assert (found.differences, found.came) == ([], 3)


def test_the_supervisor_of_the_squad_reviews_and_never_a_party(department: Department, drawn: Drawn) -> None:
    assert {task.reviewer for task in of(department.alice) + of(department.bob)} == {department.sam}
    # nobody supervises the second squad, so command does
    assert {task.reviewer for task in of(department.charlie)} == {department.cora}
    task = of(department.alice)[0]
    call = paper.call("PARTY", department.alice)
    RecordingCall.objects.create(recording=task.recording, call=call, how="hand")
    Dispatch.objects.create(
        call=call, batch=call.dispatches.get().batch, badge="110", officer=department.sam.officer, begun=paper.NOON
    )
    hand_on()
    task.refresh_from_db()
    assert task.reviewer == department.cora
    with pytest.raises(Refused, match="party"):
        do(task.pk, ["great work"], "", account=department.sam)


def test_a_review_is_done_once_with_outcomes(department: Department, drawn: Drawn) -> None:
    task = of(department.alice)[0]
    for wrong in ([], ["nonsense"], ["nothing to note", "safety"]):
        with pytest.raises(Refused):
            do(task.pk, wrong, "", account=department.sam)
    done = do(task.pk, ["late activation", "great work"], "Calm.", account=department.sam)
    assert (done.state, done.outcomes) == ("done", ["late activation", "great work"])
    assert paper.kinds(task.handle) == ["review.task.told", "review.task.done"]
    assert "elsewhere" in str(paper.facts(task.handle, "review.task.done")["watched"])
    with pytest.raises(Refused, match="done already"):
        do(task.pk, ["safety"], "", account=department.sam)


def test_what_is_held_here_has_to_be_watched_first(department: Department, drawn: Drawn) -> None:
    task = of(department.alice)[0]
    Recording.objects.filter(pk=task.recording_id).update(held_here=True)
    with pytest.raises(Refused, match="not watched"):
        do(task.pk, ["safety"], "", account=department.sam)
    assert department.client(department.sam).get(f"/recordings/{task.recording_id}/").status_code == 200
    assert do(task.pk, ["safety"], "", account=department.sam).state == "done"


def test_a_skip_needs_a_reason_and_draws_the_next(department: Department, drawn: Drawn) -> None:
    task = of(department.alice)[0]
    with pytest.raises(Refused, match="Say why"):
        skip(task.pk, "  ", account=department.sam)
    instead = skip(task.pk, "the camera lay in the car", account=department.sam)
    assert instead is not None
    assert instead.instead_of == task
    assert len(of(department.alice)) == 2
    assert redraw(JUNE).differences == []
    [only] = of(department.bob)
    assert skip(only.pk, "a pocket", account=department.sam) is None


def test_force_is_reviewed_by_rule_and_the_gravest_go_to_command(department: Department) -> None:
    paper.policy(paper.TEXT + REVIEW)
    at = timezone.now() - timedelta(days=2)
    force = paper.recording(department.alice, of=paper.call("F1", department.alice, "FORCE", at), at=at)
    paper.recording(department.bob, of=paper.call("R1", department.bob, "REPORT", at), at=at)
    grave = paper.recording(department.bob, of=paper.call("L1", department.bob, "less lethal dispersal ", at), at=at)
    assert by_rule.apply() == by_rule.Ruled(2, 1)
    assert by_rule.apply() == by_rule.Ruled(0, 0)
    by = {task.recording_id: task for task in Task.objects.all()}
    assert (by[force.pk].why, by[force.pk].reviewer) == ("rule", department.sam)
    assert (by[grave.pk].why, by[grave.pk].reviewer) == ("command", department.cora)
    matter = Matter.objects.get(kind="force")
    assert (matter.clause, matter.status) == ("VI.4", "open")


def test_history_that_is_brought_along_makes_no_flood(department: Department) -> None:
    paper.policy(paper.TEXT + REVIEW)
    at = timezone.now() - timedelta(days=300)
    paper.recording(department.alice, of=paper.call("F1", department.alice, "FORCE", at), at=at)
    assert by_rule.apply() == by_rule.Ruled(0, 0)


def test_force_that_nobody_stopped_goes_to_command_at_once(department: Department, drawn: Drawn) -> None:
    task = of(department.alice)[0]
    do(task.pk, ["force without intervention"], "See 02:10", account=department.sam)
    raised = Task.objects.get(why="command")
    assert (raised.recording, raised.reviewer) == (task.recording, department.cora)
    matter = Matter.objects.get(kind="force")
    assert matter.recording_ties.get().recording == task.recording
    page = department.client(department.alice).get(f"/review/{task.pk}/").content.decode()
    assert "intervention" not in page
    assert "02:10" not in page


def test_overdue_goes_up_and_commanders_find_it(department: Department, drawn: Drawn) -> None:
    from plainview.base.notices.actions import escalate, overdue

    department.sam.officer.assignments.update(supervisor=_chief(department))  # type: ignore[union-attr]
    assert tell_all() == 2  # Sam and Cora, one notice each
    late = timezone.localdate() + timedelta(days=15)
    raised = [each for notice in overdue(late) for each in escalate(notice, late)]
    assert {each.account.username for each in raised} == {"chief", "adam"}  # nobody is above the commander
    Task.objects.update(due=timezone.localdate() - timedelta(days=1))
    page = department.client(department.cora).get("/review/").content.decode()
    assert "Left by others (3)" in page


def _chief(department: Department) -> Officer:
    officer = Officer.objects.create(agency=department.agency, badge="1", name="Chief Sample")
    people.create_account("chief", "Chief", actor="system:test", password="a-long-password-1", roles=[Role.SUPERVISOR],
                          badge="")  # fmt: skip
    Account.objects.filter(username="chief").update(officer=officer)
    return officer


def test_who_leaves_hands_on(department: Department, drawn: Drawn) -> None:
    RoleGrant.objects.filter(account=department.sam, role=Role.SUPERVISOR).update(revoked_at=timezone.now())
    department.sam.forget_roles()
    hand_on()
    assert {task.reviewer for task in of(department.alice)} == {department.cora}


def test_pages_are_closed_to_whom_they_do_not_concern(department: Department, drawn: Drawn) -> None:
    d, task = department, of(department.alice)[0]
    everyone = (d.alice, d.bob, d.charlie, d.sam, d.tess, d.audrey, d.adam, d.bea, d.cora, d.dina, d.nora)
    allowed = {
        "/review/": (d.alice, d.bob, d.charlie, d.sam, d.audrey, d.cora),
        "/review/figures/": (d.sam, d.audrey, d.bea, d.cora),
        "/review/figures.csv": (d.sam, d.audrey, d.cora),
        f"/review/{task.pk}/": (d.sam, d.audrey, d.cora),
    }
    for path, those in allowed.items():
        for account in everyone:
            status = d.client(account).get(path).status_code
            assert (status == 200) == (account in those), (path, str(account), status)
    answer = {"outcome": ["great work"], "note": ""}
    for account in (d.alice, d.bob, d.audrey, d.bea, d.tess, d.dina):
        assert d.client(account).post(f"/review/{task.pk}/done", answer).status_code in (403, 404)
    assert d.client(d.audrey).post(f"/review/{task.pk}/skip", {"reason": "x"}).status_code == 403


def test_a_review_through_the_page(department: Department, drawn: Drawn) -> None:
    sam, task = department.client(department.sam), of(department.alice)[0]
    assert f"/review/{task.pk}/" in sam.get("/review/").content.decode()
    wrong = sam.post(f"/review/{task.pk}/done", {"outcome": ["safety", "nothing to note"], "note": "kept words"})
    assert wrong.status_code == 422
    assert "kept words" in wrong.content.decode()
    assert sam.post(f"/review/{task.pk}/done", {"outcome": ["safety"], "note": "Seat belt."}).status_code == 302
    assert f"/review/{task.pk}/" not in sam.get("/review/").content.decode()
    alice = department.client(department.alice)
    assert "Safety" in alice.get("/review/").content.decode()
    assert "Seat belt." in alice.get(f"/review/{task.pk}/").content.decode()


def test_figures_are_those_of_the_table(department: Department, drawn: Drawn) -> None:
    first, second = of(department.alice)
    do(first.pk, ["late activation", "training"], "", account=department.sam)
    skip(second.pk, "a pocket", account=department.sam)
    cora = department.client(department.cora)
    span = "from=2026-06-01&to=2026-06-30"
    body = b"".join(cora.get(f"/review/figures.csv?{span}").streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    states = {state: sum(row["state"] == state for row in rows) for state in ("done", "skipped", "open")}
    assert states == {"done": 1, "skipped": 1, "open": 4}
    page = cora.get(f"/review/figures/?{span}").content.decode()
    assert "<strong>20.0 %</strong><span>done of those not skipped" in page
    assert "<strong>6</strong><span>made" in page
    assert "review.list.exported" in paper.kinds(department.cora.handle)


def test_the_command_draws_and_draws_again(department: Department) -> None:
    from typer.testing import CliRunner

    from plainview.duties.review.cli import review

    paper.policy(paper.TEXT + REVIEW)
    recordings(department.alice, 4)
    run = CliRunner()
    told = run.invoke(review, ["draw", "--cycle", JUNE, "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["tasks"] == 2
    assert run.invoke(review, ["redraw", "--cycle", JUNE]).exit_code == 0
    assert run.invoke(review, ["draw", "--cycle", "2026-13"]).exit_code == 1
    Task.objects.filter(cycle__name=JUNE).first().delete()  # type: ignore[union-attr]
    assert run.invoke(review, ["redraw", "--cycle", JUNE]).exit_code == 1
