"""Clips that several tests look at, each made once a run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plainview.base.media import Facts, FileSource, Workbench
from plainview.base.media.tests.clips import make_clip


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that lasts as long as the run."""
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def clip(workshop: Path) -> Callable[..., Path]:
    """Makes a clip, or returns the one that was made with the same words before."""
    made: dict[str, Path] = {}

    def get(name: str, **how: Any) -> Path:
        key = f"{name} {sorted(how.items())}"
        if key not in made:
            made[key] = make_clip(Path(tempfile.mkdtemp(dir=workshop)) / name, **how)
        return made[key]

    return get


@pytest.fixture(scope="session")
def look() -> Callable[..., Facts]:
    """Looks into a file on the disk as any room would."""

    def get(path: Path, name: str | None = None) -> Facts:
        with FileSource(path) as source, Workbench(source) as bench:
            return bench.probe(name or path.name)

    return get
