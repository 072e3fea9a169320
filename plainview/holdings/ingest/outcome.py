"""What became of one file, in the words of the command's JSON lines. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What became of one file. Without a receipt nothing is acknowledged."""

    status: str  # stored, duplicate, quarantined or failed
    reason: str = ""
    sha256: str = ""
    size: int | None = None
    recording: str = ""
    receipt: Path | None = None
    duplicate_of: str = ""  # the recording that held the same bytes before
    file: str = ""
    arrival: str = ""

    @property
    def taken(self) -> bool:
        """Whether the file is here for good."""
        return self.status != "failed"

    def as_json(self, path: str) -> dict[str, str | int | None]:
        """Returns the line for one path: what isn't known is null."""
        return {
            "path": path,
            "status": self.status,
            "reason": self.reason or None,
            "sha256": self.sha256 or None,
            "size": self.size,
            "recording": self.recording or None,
            "receipt": str(self.receipt) if self.receipt else None,
            "duplicate_of": self.duplicate_of or None,
        }
