"""What an import did, in words."""

from __future__ import annotations

from plainview.base.people.cli import counted
from plainview.holdings.evidence.imports.matters import Imported
from plainview.holdings.incidents.models import Batch


def sentence(batch: Batch) -> str:
    """Returns what an import did, in words."""
    told = [
        (batch.taken, "new"),
        (batch.changed, "corrected"),
        (batch.unchanged, "unchanged"),
        (batch.parked, "parked"),
    ]
    return f"{batch.name}: {counted(batch.rows, 'row')}: {', '.join(f'{n:,} {word}' for n, word in told)}."


def matters_sentence(done: Imported) -> str:
    """Returns what an import of matters did, in words."""
    if not done.changed:
        return f"{done.file}: {counted(done.matters, 'matter')}, all of it known already. Nothing changed."
    told = [
        counted(done.opened, "new matter") if done.opened else "",
        counted(done.moved, "change of status", "changes of status") if done.moved else "",
        counted(done.corrected, "corrected matter") if done.corrected else "",
        counted(done.calls, "new tie to a call", "new ties to calls") if done.calls else "",
        counted(done.recordings, "new tie to a recording", "new ties to recordings") if done.recordings else "",
        f"{counted(done.taken_over, 'matter')} of rules taken over" if done.taken_over else "",
    ]
    return f"{done.file}: {counted(done.matters, 'matter')}: {', '.join(filter(None, told))}."
