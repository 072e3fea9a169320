"""verify.pyz: one file, the same bytes wherever it is built, at work on a bare Python."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from plainview.verify import build
from plainview.verify.tests import making

BARE = (sys.executable, "-I", "-S")  # no site-packages, nothing of the user's


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pyz") / "verify.pyz"
    build.build(out)
    return out


def run(pyz: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [*BARE, str(pyz), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd="/")


def test_the_same_sources_give_the_same_bytes(pyz: Path, tmp_path: Path) -> None:
    """Another folder, other times of the files, another process, another hash seed."""
    root = Path(build.__file__).resolve().parent.parent
    copy = shutil.copytree(
        root, tmp_path / "elsewhere/plainview", ignore=shutil.ignore_patterns("tests", "static", "site")
    )
    for path in copy.rglob("*.py"):
        os.utime(path, (1, 1))
    command = [sys.executable, "-m", "plainview.verify.build", "out.pyz"]
    environment = {
        "PYTHONPATH": str(copy.parent),
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "PATH": os.environ["PATH"],
    }
    subprocess.run(command, check=True, cwd=copy.parent, env=environment, timeout=60)
    assert (copy.parent / "out.pyz").read_bytes() == pyz.read_bytes()


def test_it_holds_only_what_it_needs(pyz: Path) -> None:
    with zipfile.ZipFile(pyz) as archive:
        names = archive.namelist()
    assert names == sorted(names)
    rooms = {"/".join(name.split("/")[:-1]) for name in names}
    assert rooms == {"", "plainview", "plainview/base", "plainview/base/policy", "plainview/base/policy/rules",
                     "plainview/ledger", "plainview/verify"}  # fmt: skip
    assert not [name for name in names if "test" in name or "build" in name]
    assert os.access(pyz, os.X_OK)


def test_on_a_bare_python_it_checks_a_package(pyz: Path, tmp_path: Path) -> None:
    making.make_package(tmp_path / "package")
    done = run(pyz, tmp_path / "package")
    assert done.stderr == ""
    assert done.returncode == 0
    assert "Result: everything inside holds." in done.stdout
    assert "follows from the policy texts inside" in " ".join(done.stdout.split())


def test_on_a_bare_python_it_finds_a_changed_byte(pyz: Path, tmp_path: Path) -> None:
    making.make_package(tmp_path / "package")
    media = tmp_path / "package/data/20260304/AXON_1.mp4"
    media.write_bytes(b"moving pictureS")
    done = run(pyz, tmp_path / "package")
    assert done.returncode == 1
    assert "WRONG      data/20260304/AXON_1.mp4: It was changed" in done.stdout


def test_on_a_bare_python_it_finds_a_forged_signature(pyz: Path, tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    value = json.loads((tmp_path / "receipt.json").read_text())
    text, _, _ = value["checkpoint"].partition("\n\n")
    forged = making.STRANGER.signature_line(f"{text}\n").split(" ")[2]
    line = making.SIGNER.signature_line(f"{text}\n")
    # the right key's id before another key's signature
    from base64 import b64decode, b64encode

    mixed = b64encode(b64decode(line.split(" ")[2])[:4] + b64decode(forged)[4:]).decode()
    value["checkpoint"] = f"{text}\n\n— {making.ORIGIN} {mixed}\n"
    (tmp_path / "receipt.json").write_text(json.dumps(value))
    done = run(pyz, tmp_path / "receipt.json")
    assert done.returncode == 1
    assert "The signature is wrong" in done.stdout


def test_on_a_bare_python_it_checks_a_log_and_says_no_such_path(pyz: Path, tmp_path: Path) -> None:
    making.make_log(tmp_path / "log", 20)
    assert run(pyz, tmp_path / "log").returncode == 0
    missing = run(pyz, tmp_path / "missing")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


def test_it_can_be_called_by_name(pyz: Path, tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    assert subprocess.run([pyz, tmp_path / "receipt.json"], capture_output=True, timeout=60).returncode == 0


def test_an_older_python_gets_one_sentence() -> None:
    script = build.MAIN.replace("(3, 11)", "(9, 9)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("verify.pyz needs Python 3.11 or newer; this is 3.")


def test_its_hash_does_not_depend_on_who_builds_it(pyz: Path, tmp_path: Path) -> None:
    os.umask(before := os.umask(0o077))
    try:
        os.umask(0o077)
        build.build(tmp_path / "again.pyz")
    finally:
        os.umask(before)
    assert hashlib.sha256((tmp_path / "again.pyz").read_bytes()).digest() == hashlib.sha256(pyz.read_bytes()).digest()


def test_it_stays_small_enough_to_be_read() -> None:
    """What a court's expert has to read: the verifier's own lines, without blank ones, comments and docstrings."""
    folder = Path(build.__file__).parent
    assert (
        sum(code_lines(path) for path in folder.glob("*.py") if path.name != "build.py") <= 1750
    )  # a log's destructions alone take 200


def code_lines(path: Path) -> int:
    import ast

    source = path.read_text()
    skipped: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            skipped |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    rows = enumerate(source.splitlines(), 1)
    return sum(bool(row.strip()) and not row.strip().startswith("#") and n not in skipped for n, row in rows)
