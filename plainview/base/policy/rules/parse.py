"""From the bytes of a text to a Policy, or to every problem that stands in the way."""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import Any

from plainview.base.policy.rules.lines import line_numbers
from plainview.base.policy.rules.report import PolicyErrors, Problem, Report
from plainview.base.policy.rules.sections import read_document
from plainview.base.policy.rules.shape import Policy

LARGEST = 256 * 1024
"""Bytes. The whole text goes into the log, and a person has to read it."""

_MOST_REPAIRS = 20
_PLAINER = {"Illegal character '\\n'": "the quotes that open on this line do not close on it"}
_RUNS_ON = ("Unclosed", "Unterminated", "Expected", "Exceeds")  # what is wrong began elsewhere: no use to go on


def parse(text: bytes | str) -> Policy:
    """Returns the policy that a text says.

    Args:
        text: the exact bytes of the TOML file, or the same as text (then its UTF-8 bytes count for the hash).

    Raises:
        PolicyErrors: all problems at once, each with its line and clause.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    written = _decode(data)
    document, repaired, problems = _read_toml(written)
    report = Report(lines=line_numbers(repaired), problems=problems, damaged=bool(problems))
    policy = read_document(report, document, hashlib.sha256(data).hexdigest())
    if report.problems:
        raise PolicyErrors(report.problems)
    return policy


def _decode(data: bytes) -> str:
    if len(data) > LARGEST:
        raise PolicyErrors([Problem(1, "", f"the text has {len(data):,} bytes: a policy may have {LARGEST:,} at most")])
    if data.startswith(b"\xef\xbb\xbf"):
        raise PolicyErrors([Problem(1, "", "the file starts with a byte-order mark: save it as UTF-8 without one")])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise PolicyErrors([Problem(line, "", "this line is not UTF-8 text: save the file as UTF-8")]) from None


def _read_toml(text: str) -> tuple[dict[str, Any], str, list[Problem]]:
    """Returns the document, the text it was read from, and what is not TOML in it.

    A line that is not TOML is blanked and the rest read again, so that one slip does not hide the next.
    """
    problems: list[Problem] = []
    while True:
        try:
            return tomllib.loads(text), text, problems
        except RecursionError:
            raise PolicyErrors([Problem(1, "", "the brackets are nested too deep for a policy")]) from None
        except ValueError as wrong:  # TOMLDecodeError, or a number that Python refuses to read
            message, line = _place(str(wrong), text)
            problems.append(Problem(line, "", f"this is not valid TOML: {message}"))
            again = _blanked(text, line, whole_table="Cannot declare" in message)
            if again == text or message.startswith(_RUNS_ON) or len(problems) >= _MOST_REPAIRS:
                raise PolicyErrors(problems) from None
            text = again


def _place(said: str, text: str) -> tuple[str, int]:
    """Splits tomllib's message, which ends with the place: (at line 3, column 7) or (at end of document)."""
    message, _, place = said.rpartition(" (at ")
    found = re.search(r"line ([0-9]+)", place)
    message = _PLAINER.get(message, message)
    return message or said, int(found[1]) if found else max(1, text.rstrip("\n").count("\n") + 1)


def _blanked(text: str, line: int, *, whole_table: bool) -> str:
    """Blanks one line; with `whole_table` everything up to the next table, so that its keys don't land elsewhere."""
    lines = text.split("\n")
    lines[line - 1] = ""
    if whole_table:
        while line < len(lines) and not lines[line].lstrip().startswith("["):
            lines[line] = ""
            line += 1
    return "\n".join(lines)
