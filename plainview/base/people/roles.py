"""The roles an account may hold. What each may do is decided by the rooms' `access` modules."""

from django.db.models import TextChoices


class Role(TextChoices):
    """Sorted; retired roles stay as comments."""

    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor (metadata only)"
    OFFICER = "officer", "Officer"
    SUPERVISOR = "supervisor", "Supervisor"
    TECHNICIAN = "technician", "Evidence technician"
