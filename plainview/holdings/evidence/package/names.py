"""Names that every computer can hold, made from names that may be anything. Pure."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120  # characters
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def safe_name(name: str) -> str:
    """Returns a name of ASCII letters, digits, dots, hyphens and underscores, no longer than any disk allows.

    The extension stays, since people and players go by it. Two names may become one: see Names.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", plain).lstrip("._-").rstrip("._-")
    stem, dot, extension = plain.rpartition(".")
    if not dot or not 1 <= len(extension) <= 8:
        stem, extension = plain, ""
    room = LONGEST - len(extension) - len(dot)
    short = f"{stem[:room].rstrip('._-')}.{extension}" if extension else stem[:room]
    return f"_{short}" if _RESERVED.fullmatch(short) else short or "file"


class Names:
    """Gives every file a path of its own, also where capitals don't count."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def path(self, folder: str, name: str) -> str:
        """Returns a path in the folder that no other file has."""
        safe = safe_name(name)
        stem, dot, extension = safe.rpartition(".") if "." in safe else (safe, "", "")
        path, number = f"{folder}/{safe}", 1
        while path.lower() in self._taken:
            number += 1
            path = f"{folder}/{stem}-{number}{dot}{extension}"
        self._taken.add(path.lower())
        return path
