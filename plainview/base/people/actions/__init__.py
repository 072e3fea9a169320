"""The only writes of this room: one function per verb, one transaction, the event last."""

from plainview.base.people.actions.accounts import (
    Refused,
    create_account,
    create_first_administrator,
    disable_account,
    enable_account,
)
from plainview.base.people.actions.credentials import (
    change_password,
    release_account,
    reset_password,
    reset_second_factor,
)
from plainview.base.people.actions.grants import grant_role, revoke_role
from plainview.base.people.actions.roster import Imported, import_roster
from plainview.base.people.agency import create_home_agency, rename_agency

__all__ = [
    "Imported",
    "Refused",
    "change_password",
    "create_account",
    "create_first_administrator",
    "create_home_agency",
    "disable_account",
    "enable_account",
    "grant_role",
    "import_roster",
    "release_account",
    "rename_agency",
    "reset_password",
    "reset_second_factor",
    "revoke_role",
]
