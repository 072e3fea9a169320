"""What HOUSE.md asks of the tree and no linter sees: string references, module sizes, room shapes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "plainview"
# Lower floors first; a room may lean on those before it, never on its `|` neighbor.
FLOORS: list[set[str]] = [
    {"ledger"},
    {"storage", "media"},
    {"custody"},
    {"people"},
    {"policy"},
    {"notices"},
    {"fleet", "incidents"},
    {"evidence"},
    {"ingest"},
    {"activation", "review", "retention", "redaction", "disclosure", "records", "program", "transparency"},
    {"site"},
]
LEVEL = {room: n for n, floor in enumerate(FLOORS) for room in floor}
FOREIGN = {"auth", "contenttypes", "sessions", "account", "mfa", "admin", "procrastinate"}
DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "core", "common", "misc"}


def sources() -> Iterator[Path]:
    """Every Python file of the product that a person wrote: no tests, no migrations."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts and "tests" not in path.parts:
            yield path


def room_of(path: Path) -> str:
    """The room a file lies in: `plainview/base/people/x.py` is in `people`."""
    parts = path.relative_to(PACKAGE).parts
    return parts[1] if parts[0] in ("base", "holdings", "duties") else parts[0]


def may_lean(room: str, on: str) -> bool:
    """Whether `room` may name something of `on`."""
    return room == on or on not in LEVEL or LEVEL[on] < LEVEL.get(room, len(FLOORS))


def string_references(path: Path) -> Iterator[tuple[str, str]]:
    """Yields (room, text) for "room.Model" in models and get_model calls: the linter can't see them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if not name.endswith(("ForeignKey", "OneToOneField", "ManyToManyField", "get_model")):
            continue
        for argument in node.args[:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value != "self":
                yield argument.value.split(".")[0], argument.value


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_string_references_point_down(path: Path) -> None:
    wrong = [text for room, text in string_references(path) if not may_lean(room_of(path), room)]
    assert not wrong, f"{path.name} names {wrong}, which lies on a higher floor"


def template_links() -> Iterator[tuple[Path, str]]:
    """Yields (template, room) for every {% url 'room:name' %} and {% include/extends 'room/…' %}."""
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        text = path.read_text(encoding="utf-8")
        for room in re.findall(r"{%\s*url\s+['\"](\w+):", text):
            yield path, room
        for room in re.findall(r"{%\s*(?:include|extends)\s+['\"](\w+)/", text):
            yield path, room


def test_template_links_point_down() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} → {room}"
        for path, room in template_links()
        if room not in FOREIGN and not may_lean(room_of(path), room)
    ]
    assert not wrong


def test_no_module_is_over_400_lines() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in sources()
        if (n := sum(1 for line in p.read_text(encoding="utf-8").splitlines() if line.strip())) > 400
    }
    assert not long


def test_no_function_is_over_60_lines() -> None:
    long = [
        f"{p.relative_to(ROOT)}:{node.lineno} {node.name}"
        for p in sources()
        for node in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or node.lineno) - node.lineno > 60
    ]
    assert not long


def test_there_is_no_dumping_ground() -> None:
    assert not [str(p) for p in PACKAGE.rglob("*") if p.stem in DUMPING_GROUNDS]


def test_every_room_is_on_a_floor() -> None:
    rooms = {room_of(p) for p in sources() if len(p.relative_to(PACKAGE).parts) > 1}
    assert rooms - set(LEVEL) - {"base", "holdings", "duties", "verify", "portal", "__init__.py"} == set()


def test_templates_obey_the_content_policy() -> None:
    """No inline styles or handlers: the content security policy would drop them."""
    offence = re.compile(r"\sstyle=|\son(click|change|submit|load|input)=|<script(?![^>]*(nonce|src=))", re.I)
    wrong = {
        str(p.relative_to(PACKAGE)): found.group(0)
        for p in PACKAGE.rglob("templates/**/*.html")
        if (found := offence.search(p.read_text(encoding="utf-8")))
    }
    assert not wrong


def test_locks_and_sources_name_no_registry() -> None:
    hosts = re.compile(r"(pypi|npmjs|pythonhosted|debian)\.org")
    files = [
        ROOT / n for n in ("requirements.lock", "requirements-dev.lock", "package-lock.json", "README.md", "Makefile")
    ]
    assert not [p.name for p in files if p.exists() and hosts.search(p.read_text(encoding="utf-8"))]
