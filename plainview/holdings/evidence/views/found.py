"""What a request may have: the recording or file if the account's reach covers it, else nothing is there (404)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from plainview.base.people.models import Account
from plainview.holdings.evidence.access import Reach, Scope, reach
from plainview.holdings.evidence.models import File, Recording

WITH = ("camera", "officer", "unit__parent", "vehicle", "agency")


def who(request: HttpRequest) -> tuple[Account, Reach]:
    """Returns the account and what it may do. Nobody without a session gets here with anything but an empty reach."""
    if not isinstance(request.user, Account):
        raise Http404
    return request.user, reach(request.user)


def reader(request: HttpRequest) -> tuple[Account, Reach]:
    """Returns the account and its reach; nothing is there for one that may see no recording at all."""
    account, held = who(request)
    if held.see.empty:
        raise Http404
    return account, held


def seen(held: Reach, recording_id: UUID) -> Recording:
    """Returns a recording whose page the account may see."""
    return _of(held.see, recording_id)


def played(held: Reach, recording_id: UUID) -> Recording:
    """Returns a recording whose bytes the account may have."""
    return _of(held.play, recording_id)


def edited(held: Reach, recording_id: UUID) -> Recording:
    """Returns a recording that the account may class, number and title."""
    return _of(held.edit, recording_id)


def played_file(held: Reach, recording_id: UUID, file_id: UUID) -> File:
    """Returns a file of such a recording; the address must name the right recording, too."""
    played(held, recording_id)
    found = File.objects.filter(pk=file_id, recording_id=recording_id).select_related("object", "recording").first()
    if found is None:
        raise Http404
    return found


def _of(scope: Scope, recording_id: UUID) -> Recording:
    found = scope.filter(Recording.objects.select_related(*WITH)).filter(pk=recording_id).first()
    if found is None:
        raise Http404
    return found
