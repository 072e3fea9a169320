"""The rules are pure: the offline verifier carries them to people who have no Django."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from plainview.base.policy import rules
from plainview.base.policy.tests.texts import KANSAS_CITY

FOLDER = Path(rules.__file__).parent
OURS = "plainview.base.policy.rules"


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda p: p.name)
def test_a_module_of_the_rules_imports_the_standard_library_and_its_siblings_only(path: Path) -> None:
    for name in imported(path):
        assert name.split(".")[0] in sys.stdlib_module_names or name.startswith(OURS), name


def test_the_rules_work_where_nothing_is_installed() -> None:
    program = (
        "import sys, datetime, pathlib\n"
        f"sys.path.insert(0, {str(FOLDER.parents[3])!r})\n"
        f"from {OURS} import keep_until, parse\n"
        f"policy = parse(pathlib.Path({str(KANSAS_CITY)!r}).read_bytes())\n"
        "print(keep_until(policy, ['pre-check'], datetime.date(2021, 3, 3)).until)\n"
        "assert not [m for m in sys.modules if m.startswith('django')]\n"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "2021-04-02\n", done.stderr


def test_everything_that_is_offered_is_there() -> None:
    assert sorted(rules.__all__) == sorted(set(rules.__all__))
    for name in rules.__all__:
        assert hasattr(rules, name)
