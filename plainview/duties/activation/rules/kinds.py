"""PURE. The findings of their own kind: they stand beside the status of dispatches and never change one."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Sorted."""

    DOUBTFUL_CLASS = "doubtful_class"
    IN_CAR_ALONE = "in_car_alone"
    LATE_DOCKING = "late_docking"
    NEVER_CLEARED = "never_cleared"
    NO_STOP = "no_stop"

    @property
    def label(self) -> str:
        """What a page calls it."""
        return LABELS[self]


LABELS = {
    Kind.DOUBTFUL_CLASS: "Class that doesn't fit the outcome",
    Kind.IN_CAR_ALONE: "The car recorded, no body camera did",
    Kind.LATE_DOCKING: "Docked late",
    Kind.NEVER_CLEARED: "Call never cleared",
    Kind.NO_STOP: "Recording without an end",
}
