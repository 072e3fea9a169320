"""The only writes of this room, one file per verb: each one transaction that ends in custody."""

from plainview.holdings.evidence.actions.deriving import add_derivative
from plainview.holdings.evidence.actions.editing import set_call_number, set_classes, set_title
from plainview.holdings.evidence.actions.reading import (
    end_sittings,
    note_download,
    note_export,
    note_list,
    note_play,
    note_view,
)
from plainview.holdings.evidence.actions.registration import Registered, register
from plainview.holdings.evidence.actions.resolution import Decision, resolve_quarantine
from plainview.holdings.evidence.actions.rules_of_policy import Applied, apply_rules
from plainview.holdings.evidence.actions.tying import tie_calls, tie_recordings

__all__ = [
    "Applied",
    "Decision",
    "Registered",
    "add_derivative",
    "apply_rules",
    "end_sittings",
    "note_download",
    "note_export",
    "note_list",
    "note_play",
    "note_view",
    "register",
    "resolve_quarantine",
    "set_call_number",
    "set_classes",
    "set_title",
    "tie_calls",
    "tie_recordings",
]
