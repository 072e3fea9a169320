"""PURE. The three tours of a patrol day, by the local hour at which a call begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shift:
    """Hours [first, last) of the clock; a night's begin before and end after midnight."""

    id: str
    name: str
    first: int
    last: int

    @property
    def hours(self) -> list[int]:
        """The hours of the clock that it has."""
        return [n % 24 for n in range(self.first, self.last if self.last > self.first else self.last + 24)]


SHIFTS = (Shift("day", "Day, 6 to 14", 6, 14), Shift("evening", "Evening, 14 to 22", 14, 22),
          Shift("night", "Night, 22 to 6", 22, 6))  # fmt: skip
BY_ID = {shift.id: shift for shift in SHIFTS}


def shift_of(hour: int) -> Shift:
    """Returns the shift that an hour of the clock belongs to."""
    return next(shift for shift in SHIFTS if hour in shift.hours)
