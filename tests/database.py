"""Loaded before anything else by pytest (`-p tests.database`): a throw-away installation under a temporary folder.

Each process of a parallel run has an installation of its own, with its own PostgreSQL and its own log.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if not os.environ.get("PLAINVIEW_DATA"):
    os.environ["PLAINVIEW_DATA"] = tempfile.mkdtemp(prefix="plainview-test-")
if _worker:
    os.environ["PLAINVIEW_DATA"] = str(Path(os.environ["PLAINVIEW_DATA"]) / _worker)
os.environ.setdefault("PLAINVIEW_THROWAWAY_DATABASE", "1")
os.environ.setdefault("PLAINVIEW_REQUIRE_MFA", "0")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainview.site.settings")

from plainview.site import database, installation  # noqa: E402

_data = Path(os.environ["PLAINVIEW_DATA"])
installation.create_folders(_data)
database.start(_data)
