"""What a disposal has to have gone through: time as the log lived it, different people, one list; and the list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from plainview.base.policy.rules import BadManifest, Course, Judge, Term
from plainview.base.policy.rules.disposal import ANNOUNCED, APPROVED, FINISHED, WITHDRAWN, LogClock
from plainview.base.policy.rules.manifest import Going, Head, read_head, read_lines
from plainview.base.policy.tests.texts import house

T = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST = {"manifest": "a" * 64, "recordings": 3, "bytes": 9, "early": "", "waiting_days": 7, "approvals": 2}


def test_a_log_that_lives_lives_through_its_time() -> None:
    clock = LogClock(T)
    for minutes in range(0, 24 * 60 + 1, 10):
        clock.see(T + timedelta(minutes=minutes))
    assert clock.lived == DAY
    assert clock.steady == DAY


@pytest.mark.parametrize("jump", [2 * HOUR, 30 * DAY, 400 * DAY])
def test_a_jump_and_a_standstill_count_an_hour(jump: timedelta) -> None:
    clock = LogClock(T)
    assert clock.see(T + jump) == HOUR
    assert clock.steady == timedelta(0)


def test_after_a_jump_back_no_time_counts_until_it_is_caught_up() -> None:
    clock = LogClock(T)
    clock.see(T + 10 * DAY)
    for hours in range(1, 48):
        clock.see(T + hours * HOUR)
    assert clock.lived == HOUR


def announced(lived_days: int) -> Course:
    course = Course()
    course.take(ANNOUNCED, LIST, "p" * 64, T)
    for hour in range(1, lived_days * 24 + 1):
        course.pass_by(T + hour * HOUR)
    return course


def approve(course: Course, who: str, at: datetime, manifest: str = "a" * 64) -> None:
    course.take(APPROVED, {"manifest": manifest, "who": who}, "p" * 64, at)


def test_the_whole_course_has_no_problems() -> None:
    course = announced(7)
    for n, who in enumerate(("one", "two")):
        approve(course, who, T + 7 * DAY + timedelta(minutes=n))
    assert course.problems(7, 2) == []
    assert course.left == timedelta(0)


@pytest.mark.parametrize(
    ("days", "approvals", "asked", "says"),
    [
        (6, [("one", "a"), ("two", "a")], (7, 2), "lived through 6.0 of 7 days only"),
        (6, [("one", "a"), ("two", "a")], (7, 2), "approved it before"),
        (7, [("one", "a")], (7, 2), "1 of 2 different people"),
        (7, [("one", "a"), ("one", "a")], (7, 2), "1 of 2 different people"),
        (7, [("one", "a"), ("two", "b")], (7, 2), "another list"),
        (7, [("one", "a"), ("", "a")], (7, 2), "1 of 2 different people"),
        (7, [("one", "a"), ("two", "a")], (14, 2), "announced for 7 days; the policy asks for 14"),
        (7, [("one", "a"), ("two", "a")], (7, 3), "2 of 3 different people"),
    ],
)
def test_whatever_is_missing_is_said(
    days: int, approvals: list[tuple[str, str]], asked: tuple[int, int], says: str
) -> None:
    course = announced(days)
    for who, letter in approvals:
        approve(course, who, T + days * DAY, letter * 64)
    assert says in " ".join(course.problems(*asked))


@pytest.mark.parametrize(
    ("kind", "says"), [(WITHDRAWN, "It was withdrawn before."), (FINISHED, "It was finished before.")]
)
def test_what_is_over_is_over(kind: str, says: str) -> None:
    course = announced(7)
    course.take(kind, {}, "", T + 7 * DAY)
    assert says in course.problems(7, 0)


def test_what_was_never_announced() -> None:
    assert Course().problems(7, 2) == ["It was never announced."]


def test_an_announcement_of_nonsense_is_an_announcement_of_nothing() -> None:
    course = Course()
    course.take(ANNOUNCED, {"waiting_days": "no", "approvals": True}, "", T)
    assert course.announced is not None
    assert (course.announced.waiting_days, course.announced.approvals) == (0, 0)
    assert "announced for 0 days" in course.problems(7, 2)[0]


HEAD = Head("d" * 32, date(2026, 12, 1), "America/Chicago", "", 1, 9, (("p" * 64, date(2021, 4, 1)),))
GONE = Going("r" * 32, ("non-evidentiary",), date(2026, 1, 1), date(2026, 1, 2), (), date(2026, 6, 30), False, 2, 9)


def judged(going: Going, head: Head = HEAD) -> str:
    return Judge(head, [Term(house(), date(2021, 4, 1))]).why_not(going)


def test_a_list_reads_back_as_it_was_written() -> None:
    assert read_head(HEAD.line()) == HEAD
    assert list(read_lines([GONE.line(), GONE.line()])) == [GONE, GONE]


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", GONE.line(), HEAD.line().replace("/1", "/2"), HEAD.line().replace("9", "-9")]
)
def test_what_is_no_first_line_is_refused(line: str) -> None:
    with pytest.raises(BadManifest):
        read_head(line)


@pytest.mark.parametrize("line", ["", "[", HEAD.line(), GONE.line().replace('"bytes":9', '"bytes":true')])
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(BadManifest):
        list(read_lines([line]))


def test_what_was_due_is_due_once_more() -> None:
    assert judged(GONE) == ""
    case = Going("r" * 32, ("criminal",), date(2026, 1, 1), date(2026, 1, 2), (("criminal", date(2026, 3, 1)),),
                 date(2026, 5, 30), True, 1, 1)  # fmt: skip
    assert judged(case) == ""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"day": date(2026, 11, 1)}, "the list says 2026-06-30"),
        ({"until": date(2026, 1, 30)}, "had to be kept until 2026-06-30"),
        ({"classes": ("unclassified",)}, "kept until forever"),
        ({"classes": ("no-such-class",)}, "its class is not known"),
        ({"classes": ("criminal",)}, "until concluded"),
        ({"concluded": (("parking", date(2026, 1, 1)),)}, "a kind of matter that doesn't exist"),
    ],
)
def test_what_was_not_due_is_named(change: dict[str, object], says: str) -> None:
    fields = {**GONE.__dict__, **change}
    assert says in judged(Going(**fields))


def test_what_a_person_had_to_decide() -> None:
    case = Going("r" * 32, ("criminal",), date(2026, 1, 1), date(2026, 1, 2), (("criminal", date(2026, 3, 1)),),
                 date(2026, 5, 30), False, 1, 1)  # fmt: skip
    assert "a person had to decide" in judged(case)


def test_before_its_time_nothing_has_to_be_due() -> None:
    young = Going("r" * 32, ("unclassified",), None, date(2026, 11, 30), (), None, False, 1, 1)
    assert judged(young, Head(**{**HEAD.__dict__, "early": "court-order"})) == ""
