"""Whether every object is where its row says, and nothing else is: one walk over each shelf, 256 folders of names.

What looks wrong is looked at once more by itself, as rows and files go on changing during the walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from plainview.base.storage import shelves
from plainview.base.storage.errors import StorageError
from plainview.base.storage.models import Copy, StoredObject
from plainview.duties.retention.books.problem import Problem, What, of_object

PREFIXES = [f"{n:02x}" for n in range(256)]
_FIELDS = ("id", "stored_size")


def check_shelves() -> Iterator[tuple[int, list[Problem]]]:
    """Walks over every shelf; yields how many objects were looked at, and what is missing, unexpected or changed."""
    for name in shelves.names():
        for prefix in PREFIXES:
            yield _folder(name, prefix)
        yield 0, [_stray(name, str(path)) for path in shelves.shelf(name).strays()]
    yield 0, list(_nowhere())


def _folder(name: str, prefix: str) -> tuple[int, list[Problem]]:
    there = dict(shelves.shelf(name).listing(prefix))  # first the files: a row comes after its bytes
    expected = dict(_expected(name, prefix))
    suspects = [each for each in expected if there.get(each) != expected[each]] + [
        each for each in there if each not in expected
    ]
    return len(expected), [problem for each in suspects for problem in _look_again(name, each)]


def _expected(name: str, prefix: str) -> Iterator[tuple[UUID, int]]:
    low, high = UUID(prefix + "0" * 30), UUID(prefix + "f" * 30)
    span = Q(id__gte=low, id__lte=high)
    yield from StoredObject.objects.filter(span, shelf=name, destroyed_at=None).values_list(*_FIELDS).iterator()
    copies = Copy.objects.filter(object_id__gte=low, object_id__lte=high, shelf=name, state=Copy.State.GOOD)
    yield from copies.filter(object__destroyed_at=None).values_list("object_id", "object__stored_size")


def _look_again(name: str, object_id: UUID) -> Iterator[Problem]:
    row = StoredObject.objects.filter(id=object_id).first()
    if row is None:
        return  # bytes that nobody registered are the sweep of leftovers' work
    copy = row.copies.filter(shelf=name).values_list("state", flat=True).first()
    size = _size(name, object_id)
    if row.destroyed_at is not None:
        if row.unlinked_at is not None and size is not None:
            says = f"Object {object_id} was destroyed, but its ciphertext lies on the shelf {name}."
            yield of_object(What.UNEXPECTED, object_id, name, says)
    elif row.shelf == name or copy == Copy.State.GOOD:
        yield from _compare(name, row, size)
    elif copy is None and size is not None:
        says = f"Object {object_id} lies on the shelf {row.shelf}, but bytes of it are on the shelf {name}, too."
        yield of_object(What.UNEXPECTED, object_id, name, says)


def _compare(name: str, row: StoredObject, size: int | None) -> Iterator[Problem]:
    if size is None:
        says = f"Object {row.id} (item {row.handle}, {row.size:,} bytes) is missing from the shelf {name}."
        yield of_object(What.MISSING, row.id, name, says)
    elif size != row.stored_size:
        says = f"Object {row.id} (item {row.handle}) has {size:,} bytes on the shelf {name} instead of "
        yield of_object(What.CHANGED, row.id, name, f"{says}{row.stored_size:,}.")


def _size(name: str, object_id: UUID) -> int | None:
    try:
        opened = shelves.shelf(name).open(object_id)
    except StorageError:
        return None
    opened.close()
    return opened.size


def _stray(name: str, path: str) -> Problem:
    says = f"{path} lies on the shelf {name}, but storage never gives such a name. Find out who put it there."
    return Problem(What.UNEXPECTED, f"stray:{path}", says)


def _nowhere() -> Iterator[Problem]:
    """Shelves that rows name and nobody configured: all that lies there is missing."""
    known = shelves.names()
    for name in StoredObject.objects.filter(destroyed_at=None).exclude(shelf__in=known).values_list("shelf").distinct():
        count = StoredObject.objects.filter(destroyed_at=None, shelf=name[0]).count()
        says = f"{count:,} objects lie on the shelf {name[0]!r}, and nothing says where that is. Set PLAINVIEW_SHELVES."
        yield Problem(What.MISSING, f"shelf:{name[0]}", says)
