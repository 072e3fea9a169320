"""plainview verify: checks a package, a receipt, a proof, a checkpoint or a log's folder. No server, no network."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from plainview.ledger import proof
from plainview.ledger import trust as trusts
from plainview.ledger.trust import BadTrust, Trust
from plainview.verify.exhibit import RECEIPT, check_note, check_proof, check_receipt
from plainview.verify.folder import check_folder
from plainview.verify.package import check_package, is_package
from plainview.verify.reading import Unreadable, open_plain, read_text
from plainview.verify.report import Report, visible

HEAD = 64 << 10  # bytes of a file that show what it is
Checker = Callable[[Path, "Trust | None", Report], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command. Returns 0 if everything inside holds, 1 if something doesn't, 2 if it couldn't be checked."""
    options = _parser().parse_args(argv)
    path = Path(options.path)
    try:
        path.stat()
        trust = trusts.parse(read_text(Path(options.trust), 1 << 20)) if options.trust else None
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"plainview verify: {_explain(problem, options)}\n")
        return 2
    report = Report(options.path)
    try:
        choose(path)(path, trust, report)
    except KeyboardInterrupt:
        sys.stderr.write("plainview verify: stopped before the end; nothing was answered.\n")
        return 2
    except Exception as problem:  # a hostile file must get an answer, not a traceback
        report.damaged(f"The check stopped at something unexpected ({type(problem).__name__}: {problem}).", str(path))
    _print(report, options.json, sys.stdout)
    return report.exit


def choose(path: Path) -> Checker:
    """Returns what checks this path, by what is in it."""
    if not path.is_dir():
        return _choose_for_file(path)
    names = {each.name for each in path.iterdir()}
    if "bagit.txt" in names or any(n.startswith(("manifest-", "tagmanifest-")) for n in names) or is_package(path):
        return check_package
    return check_folder if names & {"checkpoint", "tile"} else _check_nothing


def _choose_for_file(path: Path) -> Checker:
    try:
        with open_plain(path) as file:
            head = file.read(HEAD)
    except (Unreadable, OSError):
        return _check_nothing
    if head.startswith(proof.HEADER[:12].encode()) or path.suffix == ".tlog-proof":
        return check_proof
    if head.lstrip()[:1] == b"{" or RECEIPT.encode() in head or path.suffix == ".json":
        return check_receipt
    return check_note if "\n\n—".encode() in head or path.name == "checkpoint" else _check_nothing


def _check_nothing(path: Path, trust: Trust | None, report: Report) -> None:
    report.damaged(
        "It can't be read as a package, a receipt, a proof, a signed checkpoint or a log's folder: it is something "
        "else, or damaged beyond recognition. What came as an archive has to be unpacked first.",
        path.name or str(path),
    )


def _explain(problem: Exception, options: argparse.Namespace) -> str:
    if isinstance(problem, (BadTrust, Unreadable)):
        return f"{visible(options.trust)}: {problem}. Name a file with verifier keys, one a line, or a tlog-policy."
    reason = getattr(problem, "strerror", None) or str(problem)
    return f"{visible(options.path)}: {reason}. Name a package, a receipt, a checkpoint or a log's folder."


def _print(report: Report, as_json: bool, to: TextIO) -> None:
    text = json.dumps(report.as_json(), indent=1) + "\n" if as_json else report.text()
    try:
        to.write(text.encode(to.encoding or "utf-8", "backslashreplace").decode(to.encoding or "utf-8"))
        to.flush()
    except BrokenPipeError:  # the reader has seen enough; the exit code still tells
        os.dup2(os.open(os.devnull, os.O_WRONLY), to.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="plainview verify",
        description="Checks a package, a receipt, a proof, a signed checkpoint or a log's folder.",
        epilog="Exit: 0 everything inside holds; 1 something is damaged, missing, extra, unreadable or doesn't "
        "follow; 2 it could not be checked.",
    )
    parser.add_argument("path", help="a package's folder, a receipt, a .tlog-proof, a checkpoint, or a log's folder")
    parser.add_argument("--trust", metavar="FILE", help="whom you trust: verifier keys, one a line, or a tlog-policy")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
