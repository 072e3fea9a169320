"""Which shelves this installation has, and which one new objects go to.

`data` is the folder objects/ in the data folder. Others are named by `PLAINVIEW_SHELVES="name=/path,…"`, or by
shelves.json in the data folder, which a move writes: {"shelves": {name: path}, "current": name}. The environment wins.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.conf import settings

from plainview.base.storage import files
from plainview.base.storage.errors import StorageError
from plainview.base.storage.posix import PosixShelf
from plainview.base.storage.shelf import Shelf

DATA = "data"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class NoSuchShelf(StorageError):
    """Nothing here says where the shelf of this name lies."""


def shelf(name: str = "") -> Shelf:
    """Returns a shelf, the one that new objects go to unless named. Raises NoSuchShelf."""
    return PosixShelf(folder_of(name or current()))


def folder_of(name: str) -> Path:
    """Returns the folder of a shelf. Raises NoSuchShelf."""
    try:
        return places()[name]
    except KeyError:
        told = f"nothing says where the shelf {name!r} lies. Name it: PLAINVIEW_SHELVES={name}=/its/folder"
        raise NoSuchShelf(told) from None


def places() -> dict[str, Path]:
    """Returns every shelf's folder, `data` first."""
    found = {DATA: Path(settings.DATA) / "objects"}
    found |= {name: Path(path) for name, path in _kept().get("shelves", {}).items()}
    return found | _stated(getattr(settings, "SHELVES", ""))


def names() -> list[str]:
    """Returns the name of every shelf."""
    return list(places())


def current() -> str:
    """Returns the name of the shelf that new objects go to."""
    return str(getattr(settings, "SHELF", "") or _kept().get("current", DATA))


def name_for(path: Path) -> str:
    """Returns the name of the shelf in a folder, a new one for a new folder. Raises ValueError for a bad folder."""
    path = path.resolve()
    for name, folder in places().items():
        if folder.resolve() == path:
            return name
        if path.is_relative_to(folder.resolve()) or folder.resolve().is_relative_to(path):
            raise ValueError(f"{path} and the shelf {name} ({folder}) lie one in the other; take another folder")
    base = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-")[:24] or "shelf"
    number = 1
    while (name := base if number == 1 else f"{base}-{number}") in places():
        number += 1
    return name


def keep(name: str, folder: Path) -> None:
    """Notes where a shelf lies and makes it the one that new objects go to, durably."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} can't name a shelf: small letters, digits, - and _ only")
    kept = _kept()
    known = kept.setdefault("shelves", {})
    if name != DATA and name not in _stated(getattr(settings, "SHELVES", "")):
        known[name] = str(folder.resolve())
    kept["current"] = name
    files.write_durably(_file(), json.dumps(kept, indent=1, sort_keys=True) + "\n")


def _file() -> Path:
    return Path(settings.DATA) / "shelves.json"


def _kept() -> dict[str, Any]:
    try:
        return dict(json.loads(_file().read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def _stated(text: str) -> dict[str, Path]:
    found = {}
    for each in filter(None, (part.strip() for part in text.split(","))):
        name, _, path = each.partition("=")
        if not _NAME.fullmatch(name) or not path.startswith("/") or name == DATA:
            raise NoSuchShelf(f"PLAINVIEW_SHELVES: {each!r} should read name=/absolute/folder, and not name `data`")
        found[name] = Path(path)
    return found
