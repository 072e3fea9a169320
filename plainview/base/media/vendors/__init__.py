"""One file per maker or format. A new one is a new file here; it is found by being here.

Each may have any of:
    named(name: FileName) -> Named | None                    what the file's name says (runs outside the sandbox)
    movie(movie: Movie, found: Findings) -> None             what the movie's header and own boxes say (inside)
    sidecar(kind: str, data: bytes, found: Findings) -> bool what a small file beside the footage says (inside)
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class FileName:
    """A name taken apart: the folder it came in, the stem, and the ending in small letters without its dot."""

    folder: str
    stem: str
    ending: str


@dataclass(slots=True)
class Named:
    """What a name says."""

    maker: str = ""
    device: str | None = None
    serial: str | None = None
    press: str | None = None
    sequence: int | None = None
    sidecar: bool = False
    said: list[dict[str, Any]] = field(default_factory=list)  # the fields of a Said
    tags: dict[str, str] = field(default_factory=dict)


@functools.cache
def hooks(name: str) -> tuple[Callable[..., Any], ...]:
    """Returns that function of every vendor's file that has one, in the order of the files' names."""
    return tuple(getattr(module, name) for module in _modules() if hasattr(module, name))


def _modules() -> Iterator[Any]:
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{__name__}.{found.name}")
