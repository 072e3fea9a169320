"""History itself, nightly: every byte of the published log against every row, as `plainview log check` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plainview.base.custody.audit import audit
from plainview.duties.retention.books.problem import Problem, What


def check_history(tell: Callable[[str, int, int], None] | None = None) -> Iterator[Problem]:
    """Yields what is wrong with history."""
    for check in audit(tell):
        for found in check.findings:
            yield Problem(What.HISTORY, f"{check.name}:{found.where}:{found.says}", f"{found.where}: {found.says}")
