"""Calls, and at once what hangs on them: the recordings that name them, and what the policy's rules do."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from plainview.holdings.evidence.actions.tying import tie_calls
from plainview.holdings.evidence.models import TIES
from plainview.holdings.incidents.actions.batches import Progress, refresh_statistics
from plainview.holdings.incidents.actions.calls import import_calls, mend_calls
from plainview.holdings.incidents.actions.mending import Mended
from plainview.holdings.incidents.maps import Map
from plainview.holdings.incidents.models import Batch, Call, Dispatch


@transaction.atomic
def take_calls(
    path: Path, layout: Map, zone: ZoneInfo | None, *, actor: str, progress: Progress | None = None
) -> Batch:
    """Imports calls, ties recordings to them, applies the rules: all of it or nothing. Raises OSError, WrongHeader."""
    taken = import_calls(path, layout, zone, actor=actor, progress=progress)
    refresh_statistics(taken.batch.rows, Call, Dispatch)
    tie_calls(taken.calls, actor=actor)
    refresh_statistics(taken.batch.rows, *TIES)
    return taken.batch


@transaction.atomic
def try_calls_again(*, actor: str, batch: int | None = None, row: int | None = None) -> Mended:
    """Tries parked rows of calls again; whatever goes in is tied, and the rules apply."""
    mended, calls = mend_calls(actor=actor, batch=batch, row=row)
    tie_calls(calls, actor=actor)
    return mended
