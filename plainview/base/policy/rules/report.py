"""The problems of a text, each with its line and clause, gathered until all are known; a table that is read so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from plainview.base.policy.rules.lines import Path

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: the line it stands on (from 1), the clause it falls under if any, and what to do."""

    line: int
    clause: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}{f', clause {self.clause}' if self.clause else ''}: {self.message}"


class PolicyErrors(ValueError):
    """A text that can't be a policy. `problems` lists everything that is wrong with it, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("; ".join(str(p) for p in self.problems))


@dataclass
class Report:
    """Where problems and remarks gather while a text is read."""

    lines: Mapping[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    damaged: bool = False  # parts could not be read, so that nothing can be called missing

    def line(self, path: Path) -> int:
        """Returns the line of a path, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def add(self, path: Path, clause: str, message: str) -> None:
        """Notes a problem at a path."""
        self.problems.append(Problem(self.line(path), clause, message))

    def missing(self, path: Path, clause: str, message: str) -> None:
        """Notes that something is not there, unless it may be in the part that could not be read."""
        if not self.damaged:
            self.add(path, clause, message)


class Table:
    """One table of the text. Reads its keys one by one, notes what is wrong, and at the end what it never knew."""

    def __init__(self, report: Report, path: Path, values: object, clause: str = "") -> None:
        self.report = report
        self.path = path
        self.values: dict[str, Any] = values if isinstance(values, dict) else {}
        self.asked: set[str] = set()
        if not isinstance(values, dict):
            report.add(path, clause, f"{self.name} must be a table")
        stated = self.values.get("clause")
        self.clause = stated if isinstance(stated, str) else clause

    @property
    def name(self) -> str:
        """How the table is written in the text."""
        section = f"[[{self.path[0]}]]" if len(self.path) > 1 else f"[{self.path[0]}]"
        return f"`{self.path[2]}` of {section}" if len(self.path) > 2 else section

    def problem(self, key: str, message: str) -> None:
        """Notes that the value of a key is wrong."""
        self.report.add((*self.path, key), self.clause, message)

    def remark(self, sentence: str) -> None:
        """Notes something odd that is no error."""
        self.report.remarks.append(f"Line {self.report.line(self.path)}: {sentence}")

    def missing(self, key: str, why: str) -> None:
        """Notes that a key is not there."""
        self.report.missing(self.path, self.clause, f"{self.name} has no `{key}`: {why}")

    def has(self, key: str) -> bool:
        """Whether the text gives this key."""
        self.asked.add(key)
        return key in self.values

    def text(self, key: str, why: str = "", most: int = 200) -> str:
        """Returns a text of so many characters at most. `why` says what is needed where it must not be missing."""
        if not self.has(key):
            if why:
                self.missing(key, why)
            return ""
        value = self.values[key]
        if not isinstance(value, str):
            self.problem(key, f"`{key}` must be text in quotes, not {_kind(value)}")
            return ""
        return self._tidy(key, value, most)

    def _tidy(self, key: str, value: str, most: int) -> str:
        if not value.strip():
            self.problem(key, f"`{key}` is empty")
        elif len(value) > most:
            self.problem(key, f"`{key}` is longer than {most:,} characters")
        elif any((ord(c) < 32 and c not in "\n\t\r") or 0x7F <= ord(c) < 0xA0 for c in value):
            self.problem(key, f"`{key}` holds a control character")
        return value.strip()

    def day(self, key: str) -> date | None:
        """Returns a day, written without quotes; None where it is missing or wrong."""
        if not self.has(key):
            return None
        value: object = self.values[key]
        if isinstance(value, datetime) or not isinstance(value, date):
            self.problem(key, f"`{key}` must be a day without quotes and without a time, such as 2021-03-23")
            return None
        if not EARLIEST <= value <= LATEST:
            self.problem(key, f"`{key}` is {value}: a policy belongs to the years {EARLIEST.year} to {LATEST.year}")
            return None
        return value

    def number(self, key: str, low: int, high: int, why: str) -> int:
        """Returns a whole number within bounds; 0 where it is missing or wrong."""
        if not self.has(key):
            self.missing(key, why)
            return 0
        value: object = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int):
            self.problem(key, f"`{key}` must be a whole number, not {_kind(value)}")
        elif not low <= value <= high:
            self.problem(key, f"`{key}` is {value}: it must lie from {low} to {high}")
        else:
            return value
        return 0

    def flag(self, key: str) -> bool:
        """Returns true or false; false where it is missing."""
        if not self.has(key):
            return False
        if not isinstance(self.values[key], bool):
            self.problem(key, f"`{key}` must be true or false, without quotes")
        return self.values[key] is True

    def texts(self, key: str) -> tuple[str, ...]:
        """Returns a list of texts, each once; empty where it is missing or wrong."""
        if not self.has(key):
            return ()
        values = self.values[key]
        if not isinstance(values, list) or not all(isinstance(v, str) and v.strip() for v in values):
            self.problem(key, f'`{key}` must be a list of texts, such as ["ONE", "TWO"]')
            return ()
        for place, value in enumerate(values):
            if value in values[:place]:
                self.element(key, place, f'`{key}` names "{value}" twice')
        return tuple(dict.fromkeys(values))

    def numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """Returns a list of whole numbers within bounds; empty where it is missing or wrong."""
        if not self.has(key):
            return ()
        values = self.values[key]
        if not isinstance(values, list) or not all(type(v) is int for v in values):
            self.problem(key, f"`{key}` must be a list of whole numbers, such as [3, 7, 14]")
            return ()
        for place, value in enumerate(values):
            if not low <= value <= high:
                self.element(key, place, f"`{key}` holds {value}: it must lie from {low} to {high}")
        return tuple(values)

    def element(self, key: str, place: int, message: str) -> None:
        """Notes that one element of a list is wrong."""
        self.report.add((*self.path, key, place), self.clause, message)

    def known(self, key: str, value: str, choices: Iterable[str], what: str) -> bool:
        """Whether a value is one of the choices; notes it where it is not, with the nearest."""
        if not value or value in (known := list(choices)):
            return bool(value)
        self.problem(key, f'there is no {what} "{value}"{_nearest(value, known)}')
        return False

    def done(self) -> None:
        """Notes every key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                self.problem(key, f"{self.name} has the unknown key `{key}`{_nearest(key, sorted(self.asked))}")


def tables(report: Report, document: Mapping[str, Any], key: str, read: Callable[[Table], None]) -> None:
    """Reads every [[table]] of a name."""
    values = document.get(key, [])
    if not isinstance(values, list):
        report.add((key,), "", f"write [[{key}]] with two brackets: there may be several")
        return
    for place, value in enumerate(values):
        table = Table(report, (key, place), value)
        read(table)
        table.done()


def _nearest(word: str, choices: list[str]) -> str:
    close = get_close_matches(word, choices, 1)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; it must be one of {', '.join(choices)}" if choices and len(choices) <= 12 else ""


def _kind(value: object) -> str:
    names = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date")
