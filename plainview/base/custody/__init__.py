"""record() is the only way history is written.

Rooms write `from plainview.base import custody` and, as the last line of an action, `custody.record(...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plainview.base.custody.actions import Entry, note_once, open_item, open_items, record, record_many

__all__ = ["Entry", "note_once", "open_item", "open_items", "record", "record_many"]


def __getattr__(name: str) -> Any:
    # Django imports this package before models may be loaded, so the names are fetched when first used.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from plainview.base.custody import actions

    return getattr(actions, name)
