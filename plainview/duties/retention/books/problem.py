"""What a sweep finds, before it is an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from plainview.duties.retention.books.models import Finding

What = Finding.What


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `about` makes it the same thing the next night; `stored` is the object, if it is one."""

    what: Finding.What
    about: str
    says: str
    stored: UUID | None = None

    @property
    def key(self) -> str:
        """Two problems with the same key are one."""
        return f"{self.what.value}:{self.about}"


def of_object(what: Finding.What, object_id: UUID, shelf: str, says: str) -> Problem:
    """Returns a problem of one object on one shelf."""
    return Problem(what, f"{object_id}:{shelf}", says, object_id)
