"""Who may see the fleet: the list says who carries what, so it is for those who look after it."""

from __future__ import annotations

from plainview.base.people.roles import Role

MANAGERS = (Role.ADMINISTRATOR, Role.TECHNICIAN)
READERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR, Role.TECHNICIAN)
