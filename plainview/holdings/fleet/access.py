"""Who may see the fleet: the list says who carries what, so it is for those who look after it."""

from __future__ import annotations

from plainview.base.people.roles import Role

READERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR, Role.TECHNICIAN)
