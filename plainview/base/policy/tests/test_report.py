"""How a text is read table by table: what each reader takes, and what it says of the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from plainview.base.policy.rules.report import PolicyErrors, Problem, Report, Table, tables


def table(values: Any, **more: Any) -> Table:
    lines = {("class",): 3, ("class", 0): 3, ("class", 0, "x"): 5, ("class", 0, "x", 1): 7}
    return Table(Report(lines=lines, **more), ("class", 0), values)


def said(found: Table) -> list[str]:
    return [p.message for p in found.report.problems]


def test_problems_are_sorted_by_line_and_each_is_said_once() -> None:
    errors = PolicyErrors([Problem(9, "V.1", "b"), Problem(2, "", "a"), Problem(9, "V.1", "b")])
    assert [p.line for p in errors.problems] == [2, 9]
    assert str(errors) == "line 2: a; line 9, clause V.1: b"


def test_the_line_is_that_of_the_value_or_of_what_is_around_it() -> None:
    report = table({}).report
    assert report.line(("class", 0, "x", 1)) == 7
    assert report.line(("class", 0, "x", 2)) == 5
    assert report.line(("class", 0, "y")) == 3
    assert report.line(("rule", 4)) == 1


@pytest.mark.parametrize(
    ("value", "read"),
    [("a", "a"), (" a ", "a"), ("a\nb", "a\nb"), ("", ""), (7, ""), (True, ""), (None, ""), (["a"], "")],
)
def test_texts(value: Any, read: str) -> None:
    found = table({"x": value})
    assert found.text("x") == read
    assert bool(said(found)) is (not read)


def test_a_text_that_is_too_long_or_holds_control_characters() -> None:
    for value, says in (("x" * 201, "longer than 200"), ("a\x00b", "control"), ("a\x9bb", "control")):
        found = table({"x": value})
        found.text("x")
        assert says in said(found)[0]
    longer = table({"x": "x" * 201})
    longer.text("x", most=300)
    assert not said(longer)


def test_a_missing_text_is_said_only_where_it_is_needed() -> None:
    found = table({})
    assert (found.text("x"), said(found)) == ("", [])
    found.text("x", "what it is for")
    assert said(found) == ["[[class]] has no `x`: what it is for"]


def test_nothing_is_called_missing_where_parts_could_not_be_read() -> None:
    found = table({}, damaged=True)
    found.text("x", "what it is for")
    found.number("y", 0, 9, "what it is for")
    assert said(found) == []


@pytest.mark.parametrize(("value", "read"), [(0, 0), (9, 9), (10, 0), (-1, 0), (True, 0), (1.0, 0), ("1", 0)])
def test_numbers(value: Any, read: int) -> None:
    found = table({"x": value})
    assert found.number("x", 0, 9, "why") == read
    assert bool(said(found)) is (value not in (0, 9) or isinstance(value, bool))


@pytest.mark.parametrize("value", [True, False])
def test_flags(value: bool) -> None:
    found = table({"x": value})
    assert found.flag("x") is value
    assert found.flag("y") is False
    assert not said(found)
    wrong = table({"x": 1})
    assert wrong.flag("x") is False
    assert said(wrong) == ["`x` must be true or false, without quotes"]


def test_lists_of_texts() -> None:
    assert table({"x": ["a", "b"]}).texts("x") == ("a", "b")
    assert table({"x": []}).texts("x") == ()
    assert table({}).texts("x") == ()
    twice = table({"x": ["a", "a"]})
    assert twice.texts("x") == ("a",)
    assert [(p.line, p.message) for p in twice.report.problems] == [(7, '`x` names "a" twice')]
    for value in ("a", ["a", 1], [""], [["a"]]):
        wrong = table({"x": value})
        assert wrong.texts("x") == ()
        assert "must be a list of texts" in said(wrong)[0]


def test_days() -> None:
    assert table({"x": date(2021, 3, 23)}).day("x") == date(2021, 3, 23)
    assert table({}).day("x") is None
    for value in ("2021-03-23", 2021, date(1899, 12, 31), date(2201, 1, 1)):
        wrong = table({"x": value})
        assert wrong.day("x") is None
        assert said(wrong)


def test_choices_name_the_nearest_or_all() -> None:
    found = table({"x": "recordd", "y": "zzz"})
    assert not found.known("x", "recordd", ["recorded", "uploaded"], "moment")
    assert not found.known("y", "zzz", ["recorded", "uploaded"], "moment")
    assert found.known("x", "recorded", ["recorded"], "moment")
    assert not found.known("x", "", ["recorded"], "moment")
    assert said(found) == [
        'there is no moment "recordd"; did you mean "recorded"?',
        'there is no moment "zzz"; it must be one of recorded, uploaded',
    ]


def test_keys_that_nobody_asked_for_are_named_at_the_end() -> None:
    found = table({"x": "a", "keeep": "b", "q": 1})
    found.text("x")
    found.has("keep")
    found.done()
    assert said(found) == [
        '[[class]] has the unknown key `keeep`; did you mean "keep"?',
        "[[class]] has the unknown key `q`; it must be one of keep, x",
    ]


def test_what_is_no_table_is_said() -> None:
    assert said(table(7)) == ["[[class]] must be a table"]
    inner = Table(Report(), ("rule", 0, "when"), "ARREST", "V.6")
    assert [str(p) for p in inner.report.problems] == ["line 1, clause V.6: `when` of [[rule]] must be a table"]


def test_single_brackets_are_explained_and_several_tables_are_read_in_order() -> None:
    report = Report()
    seen: list[Table] = []
    tables(report, {"class": {"id": "a"}}, "class", seen.append)
    assert [p.message for p in report.problems] == ["write [[class]] with two brackets: there may be several"]
    report = Report()
    tables(report, {"class": [{}, {}]}, "class", seen.append)
    assert [t.path for t in seen] == [("class", 0), ("class", 1)]
    assert not report.problems
