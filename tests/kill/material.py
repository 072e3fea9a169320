"""Random files as cameras leave them: clips, trails, garbage, empty ones, and the same bytes twice."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from pathlib import Path

ODD_NAMES = ["new\nline.mp4", "🎥 clip.mp4", "..mp4", "a b\t'\".mp4", "naïve.MP4"]
BOX = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


@dataclass
class Material:
    """Makes files and remembers what is in them."""

    folder: Path
    dice: random.Random
    hashes: dict[str, bytes] = field(default_factory=dict)  # path: SHA-256
    _made: list[bytes] = field(default_factory=list)

    def folder_of(self, name: str, files: int, largest: int) -> Path:
        """Returns a new folder with so many files of at most `largest` bytes."""
        made = self.folder / name
        made.mkdir(parents=True)
        for number in range(files):
            self._write(made / self._name(number), self._content(largest))
        return made

    def _name(self, number: int) -> str:
        odd = self.dice.random() < 0.15
        return f"{number} {self.dice.choice(ODD_NAMES)}" if odd else f"clip-{number:02}.mp4"

    def _content(self, largest: int) -> bytes:
        kind = self.dice.random()
        if kind < 0.05:
            return b""
        if kind < 0.15 and self._made:
            return self.dice.choice(self._made)
        size = int(largest ** self.dice.random())  # many small ones, a few large ones
        content = BOX + self.dice.randbytes(size)
        if len(self._made) < 20:
            self._made.append(content)
        return content

    def _write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self.hashes[str(path)] = hashlib.sha256(content).digest()
