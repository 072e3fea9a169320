"""Who may read the private body of an event. Closed by default: the room that owns an item decides, and site knows it.

`settings.CUSTODY_READERS` maps the kind of an item to the dotted path of `predicate(account, handle) -> bool`. A kind
that isn't there is read by nobody. The leaf and its proof are public and need no rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.module_loading import import_string

from plainview.base.custody.models import Item


class Reader(Protocol):
    """What this room knows of an account."""

    handle: str
    actor: str
    roles: frozenset[Any]


def reader(request: HttpRequest) -> Reader:
    """Returns who asks. Raises PermissionDenied for an account without a role: it sees nothing anywhere."""
    account: Any = request.user
    if not getattr(account, "roles", None):
        raise PermissionDenied("The log is for people with a role. Ask an administrator for one.")
    return account  # type: ignore[no-any-return]


def may_read(account: Reader, item: Item) -> bool:
    """Whether the account may read the bodies of the item's events."""
    path: str = getattr(settings, "CUSTODY_READERS", {}).get(item.kind, "")
    return bool(path) and bool(import_string(path)(account, item.handle))


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """Returns names of actors, as far as `settings.CUSTODY_NAMES` (dotted path of such a function) knows them."""
    path: str = getattr(settings, "CUSTODY_NAMES", "")
    return dict(import_string(path)(actors)) if path else {}
