"""The command: what it takes for what, what it prints, how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plainview.verify import command
from plainview.verify.command import main
from plainview.verify.report import Report, visible
from plainview.verify.tests import making
from plainview.verify.tests.making import check, said


def test_no_such_path_can_not_be_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path / "nothing", tmp_path / "nothing/below", Path("a\0b"), Path("x" * 5000)):
        assert main([str(path)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("plainview verify: ")
        assert "Name a package, a receipt, a checkpoint or a log's folder" in err


def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["a", "b"], ["--unknown", "a"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2


def test_a_trust_file_that_says_nothing_clear_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    (tmp_path / "trust").write_text("nonsense\n")
    for trust in (tmp_path / "trust", tmp_path / "missing", tmp_path):
        assert main([str(tmp_path / "receipt.json"), "--trust", str(trust)]) == 2
        assert "Name a file with verifier keys, one a line, or a tlog-policy" in capsys.readouterr().err


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"\x00" * 100, b"\xff\xd8\xff\xe0JFIF", b"PK\x03\x04", b"{", b"{}", b"[]"]
)
def test_a_file_that_is_something_else_is_unreadable(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "thing").write_bytes(data)
    assert check(tmp_path / "thing")["exit"] == 1


def test_a_folder_that_is_something_else_is_unreadable(tmp_path: Path) -> None:
    assert check(tmp_path)["exit"] == 1
    (tmp_path / "photo.jpg").write_bytes(b"x")
    report = check(tmp_path)
    assert report["exit"] == 1
    assert "something else, or damaged beyond recognition" in said(report, "damaged")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert check(tmp_path / "pipe")["exit"] == 1


def test_what_a_path_is_shows_in_its_content_not_its_name(tmp_path: Path) -> None:
    making.make_package(tmp_path / "a.zip")
    making.make_log(tmp_path / "package", 3)
    making.make_receipt(tmp_path / "holiday.jpg")
    (tmp_path / "x").write_text(making.make_history()[0].checkpoint())
    kinds = [check(tmp_path / name)["kind"] for name in ("a.zip", "package", "holiday.jpg", "x")]
    assert kinds == ["a Plainview package, 2 files of media", "a log", "a receipt", "a signed checkpoint"]


def test_a_package_is_recognized_whatever_is_missing(tmp_path: Path) -> None:
    making.make_package(tmp_path / "package")
    for name in ("bagit.txt", "tagmanifest-sha256.txt", "manifest-sha256.txt", "keys.json", "proof/checkpoint"):
        (tmp_path / "package" / name).unlink()
        assert check(tmp_path / "package")["kind"].startswith("a Plainview package")


def test_the_text_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    making.make_package(tmp_path / "package")
    assert main([str(tmp_path / "package")]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"{tmp_path}/package: a Plainview package, 2 files of media\n")
    assert "\nWhat this proves\n" in text
    assert "\nWhat this does not prove\n" in text
    assert text.endswith("\nResult: everything inside holds.\n")
    assert max(map(len, text.splitlines()[1:])) <= 100


def test_what_is_wrong_stands_with_its_name_and_nothing_is_called_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    making.make_package(tmp_path / "package")
    (tmp_path / "package/README.txt").write_text("Read you.\n")
    assert main([str(tmp_path / "package")]) == 1
    text = capsys.readouterr().out
    assert "  WRONG      README.txt: It was changed: its sha256" in text
    assert "What this proves" not in text
    assert "Result: NOT IN ORDER. Wrong, and named above: 2." in text


def test_the_report_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    assert main([str(tmp_path / "receipt.json"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report.keys() == {"path", "kind", "exit", "result", "checks", "proves", "does_not_prove"}
    assert {check["status"] for check in report["checks"]} == {"holds", "notice"}


def test_names_cannot_play_tricks_on_a_terminal() -> None:
    assert visible("a\x1b[2Jb\nc\u202ed\udcffe f") == "a\\x1b[2Jb\\nc\\u202ed\\udcffe f"
    assert visible("Zoë 🎥.mp4") == "Zoë 🎥.mp4"
    report = Report("x")
    report.damaged("It is missing.", "data/\x1b]0;owned\x07.mp4")
    assert "\x1b" not in report.text()


def test_many_faults_are_counted_not_all_printed() -> None:
    report = Report("x")
    for number in range(1000):
        report.damaged("It is missing.", f"data/{number}")
    assert "… and 800 more like these" in report.text()
    assert "Wrong, and named above: 1,000." in report.text()
    assert len(report.as_json()["checks"]) == 1000  # type: ignore[arg-type]


def test_an_answer_without_any_check_is_not_that_it_holds() -> None:
    assert Report("x").exit == 2


def test_something_unexpected_is_an_answer_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(command, "choose", lambda path: broken)
    assert main([str(tmp_path)]) == 1
    assert "stopped at something unexpected (ZeroDivisionError: oops)" in " ".join(capsys.readouterr().out.split())


def test_stopping_it_is_no_answer_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "choose", lambda path: stopped)
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr() == ("", "plainview verify: stopped before the end; nothing was answered.\n")


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "plainview.verify.command", *arguments]
    return subprocess.run(command, capture_output=True, env=os.environ | environment, timeout=60)


def test_a_terminal_that_knows_only_ascii_is_served(tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    done = run(str(tmp_path / "receipt.json"), PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0
    assert done.stderr == b""


def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path: Path) -> None:
    making.make_receipt(tmp_path / "receipt.json")
    command = f"{sys.executable} -m plainview.verify.command {tmp_path}/receipt.json | true"
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60)
    assert done.stderr == b""


def test_neither_django_nor_a_database_is_touched(tmp_path: Path) -> None:
    making.make_package(tmp_path / "package")
    script = (
        "import sys; from plainview.verify.command import main; code = main([sys.argv[1]]); "
        "bad = {m.split('.')[0] for m in sys.modules} & {'django', 'psycopg', 'ssl'}; sys.exit(code or len(bad))"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "package"], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
