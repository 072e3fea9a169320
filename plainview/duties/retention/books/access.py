"""Who may see the books: figures, also the board; alarms, with what they name, only those who work with footage."""

from __future__ import annotations

from plainview.base.people.roles import Role

READERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.COMMANDER, Role.TECHNICIAN)
FIGURES = (*READERS, Role.BOARD)
CLOSERS = (Role.ADMINISTRATOR, Role.COMMANDER, Role.TECHNICIAN)
