"""On which line of a TOML text each table, key and list element stands; `tomllib` does not say.

The text has been read by `tomllib` before, so only valid TOML comes here: this walks over it without judging it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|' + r"'''.*?'{3,5}(?!')|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'", re.DOTALL
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CLOSING = re.compile(r"[ \t]*\]\]?")
_SCALAR = re.compile(r"[^,\]}\n#]*")


def line_numbers(text: str) -> dict[Path, int]:
    """Returns the line (from 1) of every table, key, and list element, by its path in what `tomllib` returns."""
    walker = _Walker(text)
    walker.document()
    return walker.found


class _Walker:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {}
        self._ends = [m.start() for m in re.finditer("\n", text)]
        self._last: dict[Path, int] = {}  # number of the latest table of each [[array]]
        self._seen = -1

    def document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self._more():
            if self._next("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        line = self._line()
        many = self._next("[")
        path = self._resolved(self._key())
        self._skip(_CLOSING)
        if many:
            self._last[path] = self._last.get(path, -1) + 1
            self.found.setdefault(path, line)
            path = (*path, self._last[path])
        self._note((), path, line)
        return path

    def _resolved(self, keys: tuple[str, ...]) -> Path:
        """Adds the number of the latest table wherever a name on the way is a [[list]] of tables."""
        path: Path = ()
        for place, key in enumerate(keys):
            path = (*path, key)
            if place < len(keys) - 1 and path in self._last:
                path = (*path, self._last[path])
        return path

    def _pair(self, table: Path) -> None:
        line, keys = self._line(), self._key()
        self._skip(_SPACE)
        self._next("=")
        self._note(table, (*table, *keys), line)
        self._value((*table, *keys))

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        if self._next("["):
            self._list(path)
        elif self._next("{"):
            self._inline(path)
        elif not self._skip(_STRING):
            self._skip(_SCALAR)

    def _list(self, path: Path) -> None:
        self._skip(_BLANK)
        place = 0
        while self._more() and not self._next("]"):
            self.found[(*path, place)] = self._line()
            self._value((*path, place))
            place += 1
            self._skip(_BLANK)
            self._next(",")
            self._skip(_BLANK)

    def _inline(self, path: Path) -> None:
        self._skip(_BLANK)
        while self._more() and not self._next("}"):
            self._pair(path)
            self._skip(_BLANK)
            self._next(",")
            self._skip(_BLANK)

    def _key(self) -> tuple[str, ...]:
        keys: list[str] = []
        while True:
            self._skip(_SPACE)
            start = self.at
            if self._skip(_STRING):
                keys.append(tomllib.loads(f"k = {self.text[start : self.at]}")["k"])
            else:
                self._skip(_BARE_KEY)
                keys.append(self.text[start : self.at])
            self._skip(_SPACE)
            if not self._next("."):
                return tuple(keys)

    def _note(self, above: Path, path: Path, line: int) -> None:
        """Notes the line of a path and of what a dotted name creates on the way to it."""
        for length in range(len(above) + 1, len(path) + 1):
            self.found.setdefault(path[:length], line)

    def _more(self) -> bool:
        """Whether there is text left and the last round took some of it: no text may hang us."""
        moved, self._seen = self.at > self._seen, self.at
        return moved and self.at < len(self.text)

    def _next(self, mark: str) -> bool:
        hit = self.text.startswith(mark, self.at)
        self.at += len(mark) if hit else 0
        return hit

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        hit = pattern.match(self.text, self.at)
        moved = hit is not None and hit.end() > self.at
        self.at = hit.end() if hit is not None else self.at
        return moved

    def _line(self) -> int:
        return bisect_right(self._ends, self.at - 1) + 1
