"""A restore drill: restores a backup beside the running installation, checks it, and removes it again.

The copy has a data folder and a private PostgreSQL of its own. Stored files are read where they lie; nothing is
written, unlinked or sent from there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from plainview.site.backup.places import BackupError, read_about

Tell = Callable[[str], None]


def drill(source: Path, keys: Path, *, sample: int, published: Path | None, tell: Tell) -> dict[str, Any]:
    """Restores a backup into a temporary folder and returns what was found. Raises BackupError."""
    about = read_about(source)
    folder = Path(tempfile.mkdtemp(prefix="plainview-drill-"))
    environment = _environment(folder / "data", about.shelves)
    try:
        tell("Restoring into a temporary folder")
        words = ["restore", str(source), "--keys", str(keys), "--json"]
        if not about.with_objects and Path(about.shelves["data"]).is_dir():
            words += ["--objects", about.shelves["data"]]
        if published is not None:
            words += ["--published", str(published)]
        restored = _child([sys.executable, "-m", "plainview", *words], environment)
        tell("Checking books and stored files")
        inside = [sys.executable, "-m", "plainview.site.backup.inside", str(sample)]
        checked = _child(inside, environment) if restored["serves"] else {"books": None, "read": 0, "problems": []}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    problems = [each for each in checked["problems"] if not _destroyed_since(each.get("object"))]
    passed = bool(restored["serves"] and not problems and checked["books"] and checked["books"]["balanced"])
    return {"passed": passed, "restored": restored, **checked, "problems": problems}


def _child(words: list[str], environment: dict[str, str]) -> dict[str, Any]:
    told = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    try:
        return dict(json.loads(told.stdout.splitlines()[-1]))
    except (ValueError, IndexError):
        raise BackupError(f"the drill failed: {(told.stderr or told.stdout).strip()[-2000:]}") from None


def _environment(data: Path, shelves: dict[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "PLAINVIEW_SHELF")}
    further = ",".join(f"{name}={path}" for name, path in shelves.items() if name != "data")
    return kept | {"PLAINVIEW_DATA": str(data), "PLAINVIEW_SHELVES": further}


def _destroyed_since(object_id: str | None) -> bool:
    """Whether a stored file of the backup was destroyed by an order after it was made."""
    from plainview.base.storage.models import StoredObject

    return object_id is not None and StoredObject.objects.filter(id=UUID(object_id)).exclude(destroyed_at=None).exists()
