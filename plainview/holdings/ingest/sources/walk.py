"""Finds the files under paths: in order, nothing hidden, no link followed, and says what it passed by. Pure."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plainview.holdings.ingest import names


@dataclass(frozen=True)
class Found:
    """A regular file to take."""

    path: str


@dataclass(frozen=True)
class Passed:
    """Something that was not taken, and why. `failed` where it was asked for by name or could not be read."""

    path: str
    why: str
    failed: bool


def walk(paths: Iterable[str]) -> Iterator[Found | Passed]:
    """Yields what lies at or under the paths: folders in order of their names, footage before what belongs to it.

    A file that is named itself is taken even where a folder's listing would hide it.
    """
    for path in paths:
        try:
            mode = os.lstat(path).st_mode
        except OSError as problem:
            yield Passed(path, _plain(problem), failed=True)
            continue
        yield from _folder(path) if stat.S_ISDIR(mode) else _entry(path, mode, named=True)


def _folder(folder: str) -> Iterator[Found | Passed]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda e: (names.comes_after_footage(e.name), os.fsencode(e.name)))
    except OSError as problem:
        yield Passed(folder, _plain(problem), failed=True)
        return
    for entry in entries:
        if names.hidden(entry.name):
            yield Passed(entry.path, "hidden, not taken", failed=False)
        elif names.is_receipt(entry.name):
            yield Passed(entry.path, "a receipt of ours, not taken", failed=False)
        else:
            yield from _listed(entry)


def _listed(entry: os.DirEntry[str]) -> Iterator[Found | Passed]:
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError as problem:
        yield Passed(entry.path, _plain(problem), failed=True)
        return
    yield from _folder(entry.path) if stat.S_ISDIR(mode) else _entry(entry.path, mode, named=False)


def _entry(path: str, mode: int, *, named: bool) -> Iterator[Found | Passed]:
    if stat.S_ISREG(mode):
        yield Found(path)
    elif stat.S_ISLNK(mode):
        yield Passed(path, "a symbolic link, not followed; name its target instead", failed=named)
    else:
        yield Passed(path, "not a regular file, not taken", failed=named)


def _plain(problem: OSError) -> str:
    return problem.strerror or str(problem)
