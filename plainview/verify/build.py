"""Builds verify.pyz, the verifier in one file: python -m plainview.verify.build OUT

The same sources give the same bytes anywhere: sorted names, one fixed time, nothing compressed (zlib differs between
machines), so that its hash can be published and anyone can build it again.
"""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

SHEBANG = b"#!/usr/bin/env python3\n"
SINGLE = ("__init__.py", "base/__init__.py", "base/policy/__init__.py")
FOLDERS = ("base/policy/rules", "ledger", "verify")
MAIN = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("verify.pyz needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

from plainview.verify.command import main

sys.exit(main(sys.argv[1:]))
"""
_TIME = (1980, 1, 1, 0, 0, 0)


def build(out: Path) -> None:
    """Writes the verifier to a file."""
    with out.open("wb") as file:
        file.write(SHEBANG)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, data in sorted(_members()):
                info = zipfile.ZipInfo(name, _TIME)
                info.create_system, info.external_attr = 3, 0o100644 << 16
                archive.writestr(info, data)
    out.chmod(0o755)


def _members() -> Iterator[tuple[str, bytes]]:
    yield "__main__.py", MAIN.encode()
    root = Path(__file__).resolve().parent.parent
    sources = [root / name for name in SINGLE]
    for folder in FOLDERS:
        sources += [path for path in (root / folder).glob("*.py") if path != Path(__file__).resolve()]
    for path in sources:
        yield f"plainview/{path.relative_to(root).as_posix()}", path.read_bytes()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m plainview.verify.build OUT")
    build(Path(sys.argv[1]))
