"""Which shelf this installation uses: one folder now; another store takes its place here."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from plainview.base.storage.posix import PosixShelf
from plainview.base.storage.shelf import Shelf


def shelf() -> Shelf:
    """Returns the shelf of this installation."""
    return PosixShelf(Path(settings.DATA) / "objects")
