"""How a text and a version's life are laid out for a page."""

from __future__ import annotations

from datetime import date

import pytest

from plainview.base.policy import actions
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.rules import Row, parse
from plainview.base.policy.shown import steps, text_of
from plainview.base.policy.standing import Standing, placed
from plainview.base.policy.templatetags.policy_rows import coded, worth_showing
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, LONGER, house, later, problems, with_slip
from plainview.base.policy.views.draft import lines_with

JUNE = date(2027, 6, 1)


def states(version: PolicyVersion, day: date) -> list[tuple[str, str]]:
    place = next(p for p in placed(PolicyVersion.objects.all(), day) if p.version == version)
    return [(step.state, step.when) for step in steps(place)]


def test_a_text_is_laid_out_in_its_parts() -> None:
    shown = text_of(parse(KANSAS_CITY.read_bytes()))
    assert [part.number for part in shown.parts] == ["I", "III", "IV", "V", "VI", "VII"]
    assert (shown.sourced, shown.proposed) == (20, 26)
    assert sum(len(part.clauses) for part in shown.parts) == 46


def test_classes_say_what_comes_at_their_end() -> None:
    shown = text_of(house())
    assert [(c.keep, c.since, c.end) for c in shown.classes] == [
        ("forever", "", "Never goes"),
        ("180 days", "the day it was recorded", "May go"),
        ("90 days", "the day its criminal case is concluded", "A person decides"),
    ]
    assert [(r.added.id if r.added else "", r.opened) for r in shown.rules] == [("criminal", "criminal case")]


def test_an_id_is_shown_where_the_name_says_something_else() -> None:
    shown = {c.found.id: c.id_differs for c in text_of(parse(KANSAS_CITY.read_bytes())).classes}
    assert not shown["non-evidentiary"]
    assert shown["criminal"]


def test_the_life_of_a_version_step_by_step(in_force: PolicyVersion) -> None:
    today = date(2026, 11, 23)
    draft = actions.draft(later("2026-12", LONGER), actor=ACTOR)
    assert states(draft, today) == [("current", "November 23, 2026"), ("", ""), ("", ""), ("", ""), ("", "")]
    actions.publish(draft, actor=ACTOR)
    assert [s for s, _ in states(draft, today)] == ["complete", "current", "", "", ""]
    actions.adopt(bytes(draft.text), actor=ACTOR, effective=date(2027, 1, 1))
    assert states(draft, today)[2:4] == [("current", "November 23, 2026"), ("", "from January 1, 2027")]
    assert states(draft, JUNE)[3] == ("current", "since January 1, 2027")
    assert states(in_force, JUNE)[4] == ("current", "January 1, 2027")
    assert {s for s, _ in states(in_force, JUNE)[:4]} == {"complete"}


def test_what_is_withdrawn_has_no_next_step(today: date, db: None) -> None:
    version = actions.withdraw(actions.draft(HOUSE, actor=ACTOR), "x", actor=ACTOR)
    place = placed([version], today)[0]
    assert place.standing == Standing.WITHDRAWN
    assert steps(place) == []
    assert place.span() == ""


def test_only_lines_with_problems_and_their_neighbors_are_listed() -> None:
    text = with_slip('"180 days"', '"180 dayz"', with_slip("gap_seconds = 60", "gap_seconds = -60"))
    lines = lines_with(text.encode(), problems(text))
    assert len(lines) == 10
    assert [line.number for line in lines if line.problems] == [p.line for p in problems(text)]
    assert [line.number for line in lines if line.after_gap] == [problems(text)[1].line - 2]
    assert all(text.split("\n")[line.number - 1] == line.text for line in lines)


def test_a_problem_on_the_first_or_last_line_has_fewer_neighbors() -> None:
    assert [line.number for line in lines_with(b"x", problems("x"))] == [1]
    assert [line.number for line in lines_with(b"\n\nx = 1", problems("\n\nx = 1"))] == [1, 2, 3]


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("plain", "plain"),
        ("`keep` is wrong", '<code class="pol-code">keep</code> is wrong'),
        ("`<b>` & more", '<code class="pol-code">&lt;b&gt;</code> &amp; more'),
        ("one ` alone", "one ` alone"),
    ],
)
def test_names_in_messages_look_like_code_and_nothing_else_gets_through(message: str, shown: str) -> None:
    assert coded(message) == shown


def test_rows_that_are_the_same_are_left_out_unless_asked_for() -> None:
    rows = [Row("a", "same", "x", "x"), Row("b", "changed", "x", "y")]
    assert worth_showing(rows, False) == rows[1:]
    assert worth_showing(rows, True) == rows
