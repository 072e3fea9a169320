"""Moving stored files to another shelf: begun, copied and compared one by one, finished, and released by a person.

Nothing leaves the old place before `release`, and that only where the books have balanced on the new place since. Both
go on where a killed process stopped. New files go to the new place from the moment the move begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.notices import actions as notices
from plainview.base.people.models import Account
from plainview.base.storage import copies, shelves
from plainview.base.storage.models import Copy, StoredObject
from plainview.base.storage.posix import PosixShelf
from plainview.duties.retention.books import alone
from plainview.duties.retention.books.actions import TOLD
from plainview.duties.retention.books.concerned import Concern, matters_of, recordings_of
from plainview.duties.retention.books.models import Alarm, Book, Finding, Move

AT_ONCE = 200
Tell = Callable[[int, int], None]  # bytes done, of how many


class Refused(ValueError):
    """The move can't begin, go on or be released; the message says why and what to do."""


@dataclass(frozen=True)
class Bad:
    """A file that could not be copied."""

    object_id: UUID
    says: str


def open_move() -> Move | None:
    """Returns the move that is not released yet, if there is one."""
    return Move.objects.filter(released_at=None).first()


def begin(to: str, *, actor: str) -> Move:
    """Begins a move to a shelf, by name or folder, or returns the one that is under way there. Raises Refused."""
    name, folder = _target(to)
    under_way = open_move()
    if under_way is not None:
        if under_way.to == name:
            if shelves.current() != name:  # killed right after it was begun
                shelves.keep(name, folder)
            return under_way
        raise Refused(f"a move to {under_way.to} isn't released yet; finish it first (`plainview storage status`)")
    _check_target(name, folder)
    with transaction.atomic():
        move = Move.objects.create(handle=custody.open_item("move"), to=name, folder=str(folder), begun_by=actor)
        items, size = _to_move(name)
        custody.record(
            Kind.STORAGE_MOVE_BEGUN,
            move.handle,
            actor=actor,
            facts={"to": name, "folder": str(folder), "items": items, "bytes": size},
        )
        _tell_people(move, f"{items:,} stored files are being moved to {name} by {actor}")
    shelves.keep(name, folder)
    return move


def run(move: Move, tell: Tell | None = None) -> Move:
    """Copies whatever is not there yet; safe to call again. Raises Refused where another process is at it."""
    with alone.alone(alone.MOVE) as held:
        if not held:
            raise Refused("Another process is at this move. It goes on; `plainview storage status` says how far.")
        if move.finished_at is None or _to_move(move.to)[0]:
            copies.try_again(move.to)
            _copy_all(move, tell or (lambda *_: None))
            _finish(move)
    return move


def bad_copies(move: Move) -> list[Bad]:
    """Returns what could not be copied, by name."""
    rows = Copy.objects.filter(shelf=move.to, state=Copy.State.BAD).exclude(object_id__in=_given_up())
    rows = rows.order_by("object_id")
    return [Bad(row.object_id, row.says) for row in rows]


def concerned(move: Move) -> list[Concern]:
    """Returns the matters to which the files belong that could not be copied."""
    return matters_of(list(recordings_of([each.object_id for each in bad_copies(move)]).values()))


def obstacles(move: Move) -> list[str]:
    """Returns why the old place can't be released yet, one sentence each; none where it can."""
    if move.releasing_by:
        return []
    found = []
    if bad := move.bad:
        found.append(f"{bad:,} files could not be copied. Find out why, and run the move again.")
    if move.finished_at is None or _to_move(move.to)[0]:
        found.append("The move isn't finished: run `plainview storage move` again.")
    elif not _balanced_since(move.finished_at):
        found.append("The books haven't balanced since the move was finished: run `plainview sweep`, or wait a night.")
    if Alarm.objects.filter(closed_at=None).exists():
        found.append("An alarm of the books is open: nothing is removed before a person has closed it.")
    return found


def leaving(move: Move) -> tuple[int, int]:
    """Returns how many old copies a release would remove, and their bytes."""
    going = Q(copies__shelf=move.to, copies__state=Copy.State.GOOD) | Q(copies__state=Copy.State.LEAVING)
    found = StoredObject.objects.filter(going, destroyed_at=None).aggregate(n=Count("id"), size=Sum("stored_size"))
    return found["n"], int(found["size"] or 0)


def release(move: Move, *, actor: str, tell: Tell | None = None) -> Move:
    """Makes the new place the only one and removes the old copies. Never the only good one. Raises Refused.

    Once begun it is only ever gone on with: some old copies are gone by then.
    """
    with alone.alone(alone.MOVE) as held:
        if not held:
            raise Refused("Another process is at this move.")
        if problems := obstacles(move):
            raise Refused(" ".join(problems))
        _begin_release(move, actor)
        _release_all(move, tell or (lambda *_: None))
        _note_released(move)
    return move


def status() -> list[dict[str, Any]]:
    """Returns what lies on each shelf: files, bytes, copies that are not released, whether new files go there."""
    held = StoredObject.objects.filter(destroyed_at=None).values_list("shelf").annotate(Count("id"), Sum("stored_size"))
    there = {shelf: (count, size) for shelf, count, size in held}
    extra = dict(Copy.objects.filter(state=Copy.State.GOOD).values_list("shelf").annotate(Count("id")))
    old = dict(Copy.objects.filter(state=Copy.State.LEAVING).values_list("shelf").annotate(Count("id")))
    known = shelves.places()
    return [
        {
            "shelf": name,
            "folder": str(known.get(name, "")),
            "current": name == shelves.current(),
            "reachable": name in known and (shelves.shelf(name).there() or name not in there),
            "items": there.get(name, (0, 0))[0],
            "bytes": int(there.get(name, (0, 0))[1] or 0),
            "copies": extra.get(name, 0),
            "leaving": old.get(name, 0),
        }
        for name in dict.fromkeys([*known, *there])
    ]


def _target(to: str) -> tuple[str, Path]:
    if "/" not in to:
        return to, shelves.folder_of(to)
    try:
        return shelves.name_for(Path(to)), Path(to).resolve()
    except ValueError as problem:
        raise Refused(str(problem)) from problem


def _check_target(name: str, folder: Path) -> None:
    stated = getattr(settings, "SHELF", "")
    if stated and stated != name:
        raise Refused(f"PLAINVIEW_SHELF={stated} sends new files elsewhere: set it to {name}, or unset it")
    if not folder.is_dir():
        raise Refused(f"{folder} isn't a folder that is there. Make it, or mount its disk, then begin again")
    if not StoredObject.objects.filter(destroyed_at=None).exclude(shelf=name).exists():
        raise Refused(f"everything lies on {name} already")
    if (stray := next(PosixShelf(folder).strays(), None)) is not None:
        raise Refused(f"{folder} holds other files ({stray}). Take a folder of its own, such as {folder}/objects")
    PosixShelf(folder).problems()  # raises where nothing can be written there


def _to_move(name: str) -> tuple[int, int]:
    """How many files are not on a shelf yet as good copies, and their bytes."""
    waiting = StoredObject.objects.filter(destroyed_at=None).exclude(shelf=name)
    waiting = waiting.exclude(copies__shelf=name, copies__state=Copy.State.GOOD).exclude(id__in=_given_up())
    found = waiting.aggregate(n=Count("id"), size=Sum("stored_size"))
    return found["n"], int(found["size"] or 0)


def _given_up() -> QuerySet[Finding, UUID | None]:
    """Objects whose loss a person has accepted: they stay where they are, and keep no move from its end."""
    return Finding.objects.filter(alarm__accepted=True, stored__isnull=False).values_list("stored", flat=True)


def _copy_all(move: Move, tell: Tell) -> None:
    done, total = 0, _to_move(move.to)[1]
    while ids := copies.expect_copies(move.to, AT_ONCE):
        for object_id in ids:
            state, size = copies.copy(object_id, move.to)
            if state == Copy.State.BAD:
                _note_bad(move, object_id)
            done += size
            tell(done, total)


def _note_bad(move: Move, object_id: UUID) -> None:
    says = Copy.objects.get(object_id=object_id, shelf=move.to).says
    handle = StoredObject.objects.values_list("handle", flat=True).get(id=object_id)
    with transaction.atomic():
        facts: dict[str, Any] = {"object": str(object_id), "item": handle, "says": says[:2000]}
        custody.record(Kind.STORAGE_MOVE_COPY_BAD, move.handle, actor=move.begun_by, facts=facts)


def _finish(move: Move) -> None:
    there = Copy.objects.filter(shelf=move.to, state=Copy.State.GOOD)
    found = there.aggregate(n=Count("id"), size=Sum("object__stored_size"))
    bad = bad_copies(move)
    with transaction.atomic():
        move.items, move.size, move.bad = found["n"], int(found["size"] or 0), len(bad)
        move.finished_at = None if bad else timezone.now()
        move.save(update_fields=["items", "size", "bad", "finished_at"])
        facts: dict[str, Any] = {
            "items": move.items,
            "bytes": move.size,
            "bad": move.bad,
            "matters": [each.number for each in concerned(move)][:100],
        }
        custody.record(Kind.STORAGE_MOVE_FINISHED, move.handle, actor=move.begun_by, facts=facts)


def _balanced_since(moment: datetime) -> bool:
    return Book.objects.filter(struck_at__gt=moment, balanced=True, findings=0).exists()


def _begin_release(move: Move, actor: str) -> None:
    if move.releasing_by:
        return
    items, size = leaving(move)
    with transaction.atomic():
        move.releasing_by = actor
        move.save(update_fields=["releasing_by"])
        facts: dict[str, Any] = {"items": items, "bytes": size}
        custody.record(Kind.STORAGE_MOVE_RELEASE_BEGUN, move.handle, actor=actor, facts=facts)


def _release_all(move: Move, tell: Tell) -> None:
    done, total = 0, leaving(move)[1]
    good = Copy.objects.filter(shelf=move.to, state=Copy.State.GOOD).order_by("object_id")
    while ids := list(good.values_list("object_id", flat=True)[:AT_ONCE]):
        for object_id in ids:
            if not copies.switch(object_id, move.to):
                Copy.objects.filter(object_id=object_id, shelf=move.to, state=Copy.State.GOOD).delete()
    gone = Copy.objects.filter(state=Copy.State.LEAVING).order_by("object_id")
    while pairs := list(gone.values_list("object_id", "shelf")[:AT_ONCE]):
        for object_id, shelf in pairs:
            done += copies.drop(object_id, shelf)
            tell(done, total)


def _note_released(move: Move) -> None:
    with transaction.atomic():
        move.released_at, move.released_by = timezone.now(), move.releasing_by
        move.save(update_fields=["released_at", "released_by"])
        facts: dict[str, Any] = {"items": move.items, "bytes": move.size, "to": move.to}
        custody.record(Kind.STORAGE_MOVE_RELEASED, move.handle, actor=move.releasing_by, facts=facts)
        _tell_people(move, f"The old copies of {move.items:,} stored files were removed; they lie on {move.to} now")


def _tell_people(move: Move, subject: str) -> None:
    held = {"grants__role__in": TOLD, "grants__revoked_at__isnull": True}
    accounts = Account.objects.filter(is_active=True, **held).distinct()
    key = f"storage.move:{move.pk}:{'released' if move.released_at else 'begun'}"
    notices.tell(accounts, key, subject, path=reverse("books:books"), actor="system:books")
