"""The only writes of this room."""

from plainview.holdings.fleet.actions.imports import Imported, UnknownZone, import_fleet

__all__ = ["Imported", "UnknownZone", "import_fleet"]
