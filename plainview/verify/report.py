"""What was checked, what came out, and what it means: one plain sentence a check."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

WIDTH = 100  # characters of a line
SHOWN = 200  # problems printed one by one; the rest are counted


class Status(StrEnum):
    """What came out of one check."""

    HOLDS = "holds"
    DAMAGED = "damaged"  # damaged, missing, extra, unreadable, or it doesn't follow
    UNCHECKED = "unchecked"  # what would be needed isn't there; never counts as holding
    NOTICE = "notice"


_MARKS = {
    Status.HOLDS: "holds    ",
    Status.DAMAGED: "WRONG    ",
    Status.UNCHECKED: "UNCHECKED",
    Status.NOTICE: "notice   ",
}


@dataclass(frozen=True)
class Check:
    """One sentence, and the file or event that it speaks of."""

    status: Status
    sentence: str
    where: str = ""


@dataclass
class Report:
    """Everything that is said about one path."""

    path: str
    kind: str = ""
    checks: list[Check] = field(default_factory=list)
    proves: list[str] = field(default_factory=list)
    proves_not: list[str] = field(default_factory=list)

    def holds(self, sentence: str, where: str = "") -> None:
        """Notes that something was checked and is right."""
        self.checks.append(Check(Status.HOLDS, sentence, where))

    def damaged(self, sentence: str, where: str = "") -> None:
        """Notes that something is damaged, missing, extra, unreadable or doesn't follow."""
        self.checks.append(Check(Status.DAMAGED, sentence, where))

    def unchecked(self, sentence: str, where: str = "") -> None:
        """Notes that something couldn't be checked, and what is needed for it."""
        self.checks.append(Check(Status.UNCHECKED, sentence, where))

    def notice(self, sentence: str, where: str = "") -> None:
        """Notes something that a reader should know and that is no fault."""
        self.checks.append(Check(Status.NOTICE, sentence, where))

    def count(self, status: Status) -> int:
        """Returns how many checks came out so."""
        return sum(check.status == status for check in self.checks)

    @property
    def exit(self) -> int:
        """0 everything inside holds, 1 something doesn't, 2 something needed for an answer is not there."""
        if self.count(Status.DAMAGED):
            return 1
        return 2 if self.count(Status.UNCHECKED) or not self.checks else 0

    def as_json(self) -> dict[str, object]:
        """Returns the report for other programs."""
        return {
            "path": self.path,
            "kind": self.kind,
            "exit": self.exit,
            "result": self.result(),
            "checks": [{"status": c.status.value, "sentence": c.sentence, "where": c.where} for c in self.checks],
            "proves": self.proves if self.exit == 0 else [],
            "does_not_prove": self.proves_not,
        }

    def result(self) -> str:
        """Returns the answer in one sentence."""
        damaged = self.count(Status.DAMAGED)
        if damaged:
            return f"Result: NOT IN ORDER. Wrong, and named above: {damaged:,}."
        if self.exit:
            return "Result: NOT CHECKED. Something that the answer rests on could not be checked, as said above."
        return "Result: everything inside holds."

    def text(self) -> str:
        """Returns the report for people."""
        lines = [f"{visible(self.path)}: {self.kind or 'nothing known'}", ""]
        for status in Status:
            chosen = [check for check in self.checks if check.status == status]
            lines += [_line(check) for check in chosen[:SHOWN]]
            if len(chosen) > SHOWN:
                lines.append(f"  … and {len(chosen) - SHOWN:,} more like these")
        if self.exit == 0:
            lines += ["", "What this proves", *(_wrap("  - ", each) for each in self.proves)]
        if self.proves_not:
            lines += ["", "What this does not prove", *(_wrap("  - ", each) for each in self.proves_not)]
        return "\n".join([*lines, "", self.result(), ""])


def visible(text: str) -> str:
    """Returns text with everything that a terminal might act on, or that has no sign, shown by its code."""
    return "".join(c if c == " " or unicodedata.category(c)[0] not in "CZ" else _code(c) for c in text)


def _code(sign: str) -> str:
    return sign.encode("unicode_escape").decode()


def counted(number: int, one: str, many: str) -> str:
    """Returns a number with its word."""
    return f"{number:,} {one if number == 1 else many}"


def _line(check: Check) -> str:
    where = f"{visible(check.where)}: " if check.where else ""
    return _wrap(f"  {_MARKS[check.status]}  ", where + visible(check.sentence))


def _wrap(head: str, text: str) -> str:
    indent = " " * len(head)
    return textwrap.fill(
        text, WIDTH, initial_indent=head, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
