"""Copies the listed front-end files from node_modules into static files; nothing else of them is served.

Run by `make setup`: `python -m plainview.site.vendor`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(__file__).resolve().parent / "static" / "vendor"
FILES = {
    "@uswds/uswds/dist/css/uswds.min.css": "uswds/css/uswds.min.css",
    "@uswds/uswds/dist/js/uswds.min.js": "uswds/js/uswds.min.js",
    "@uswds/uswds/dist/js/uswds-init.min.js": "uswds/js/uswds-init.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "tus-js-client/dist/tus.min.js": "tus/tus.min.js",
}
# uswds.min.css asks for these by relative path
FOLDERS = {
    "@uswds/uswds/dist/fonts/public-sans": "uswds/fonts/public-sans",
    "@uswds/uswds/dist/fonts/merriweather": "uswds/fonts/merriweather",
    "@uswds/uswds/dist/fonts/roboto-mono": "uswds/fonts/roboto-mono",
    "@uswds/uswds/dist/fonts/source-sans-pro": "uswds/fonts/source-sans-pro",
    "@uswds/uswds/dist/img": "uswds/img",
}


def main() -> None:
    """Replaces the vendor folder by the listed files; says what is missing."""
    source = ROOT / "node_modules"
    missing = [name for name in (*FILES, *FOLDERS) if not (source / name).exists()]
    if missing:
        sys.exit(f"missing under node_modules: {', '.join(missing)}. Run `npm ci` first.")
    shutil.rmtree(TARGET, ignore_errors=True)
    for name, to in FILES.items():
        (TARGET / to).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, TARGET / to)
    for name, to in FOLDERS.items():
        shutil.copytree(source / name, TARGET / to)


if __name__ == "__main__":
    main()
