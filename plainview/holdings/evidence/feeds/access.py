"""Who may hand in tables and mend rows, who may look, who may make keys. Closed by default."""

from __future__ import annotations

from plainview.base.people.roles import Role

READERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.TECHNICIAN)
DOERS = (Role.TECHNICIAN,)
KEYS = (Role.ADMINISTRATOR,)
