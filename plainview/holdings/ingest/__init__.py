"""Receive, check, quarantine, acknowledge. Every door leads through receive()."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plainview.holdings.ingest.reception import receive

__all__ = ["receive"]


def __getattr__(name: str) -> Any:
    # Django imports this package before models may be loaded, so the name is fetched when first used.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from plainview.holdings.ingest import reception

    return getattr(reception, name)
