"""Loaded before anything else by pytest (`-p tests.database`): a throw-away installation under a temporary folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("PLAINVIEW_DATA", tempfile.mkdtemp(prefix="plainview-test-"))
os.environ.setdefault("PLAINVIEW_THROWAWAY_DATABASE", "1")
os.environ.setdefault("PLAINVIEW_REQUIRE_MFA", "0")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainview.site.settings")

from plainview.site import database, installation

_data = Path(os.environ["PLAINVIEW_DATA"])
installation.create_folders(_data)
database.start(_data)
