"""The only writes of this room."""

from plainview.holdings.fleet.actions.faults import FaultsImported, Refused, end_fault, import_faults, report_fault
from plainview.holdings.fleet.actions.imports import Imported, UnknownZone, import_fleet

__all__ = [
    "FaultsImported",
    "Imported",
    "Refused",
    "UnknownZone",
    "end_fault",
    "import_faults",
    "import_fleet",
    "report_fault",
]
