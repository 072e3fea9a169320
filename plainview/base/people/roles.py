"""The roles an account may hold. What each may do is decided by the rooms' `access` modules."""

from django.db.models import TextChoices


class Role(TextChoices):
    """Sorted; retired roles stay as comments."""

    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor (metadata only)"
    BOARD = "board", "Board member (figures only)"
    COMMANDER = "commander", "Commander"
    DETECTIVE = "detective", "Detective"
    OFFICER = "officer", "Officer"
    SUPERVISOR = "supervisor", "Supervisor"
    TECHNICIAN = "technician", "Evidence technician"


# What each role lets a person do, as pages say it: "Sam may …".
MAY = {
    Role.ADMINISTRATOR: "may make accounts, grant roles and release locked accounts, and sees no recording by that",
    Role.AUDITOR: "may see the facts about every recording and the whole log, but no picture and no sound",
    Role.BOARD: "may see the policy, what it would change, and the department's figures, but no recording",
    Role.COMMANDER: "may see every recording and every matter, and places and lifts holds with a second person",
    Role.DETECTIVE: "may see every recording, works on matters, and places and lifts holds with a second person",
    Role.OFFICER: "may see, classify and number the recordings they made",
    Role.SUPERVISOR: "may see the recordings of the unit in which they serve, of all units below it, and of whoever "
    "answers to them",
    Role.TECHNICIAN: "may see every recording, upload, and decide what is in quarantine",
}
