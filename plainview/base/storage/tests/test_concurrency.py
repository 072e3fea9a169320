"""Many at once: threads that store, read, upload and sweep beside each other."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Busy, Missing
from plainview.base.storage.models import StoredObject
from plainview.base.storage.tests.making import begin, content, files, handle, path_of, put, read

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(work: Callable[[int], Any], times: int, threads: int = 8) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(times)))


def test_eight_store_and_read_at_once() -> None:
    def work(number: int) -> UUID:
        data = content(random.Random(number).randrange(3 << 20), number)
        stored = storage.put(io.BytesIO(data), handle=handle(), agency="home")
        with transaction.atomic():
            obj = storage.register(stored)
        assert bytes(obj.sha256) == hashlib.sha256(data).digest()
        assert read(obj) == data
        return obj.id

    ids = in_threads(work, 32)
    assert len(set(ids)) == 32 == StoredObject.objects.count()
    assert files() == sorted(path_of(obj) for obj in StoredObject.objects.all())


def test_of_eight_who_resume_one_upload_one_goes_on() -> None:
    with begin() as writer:
        writer.write(content(100_000))
        state = writer.state()

    def work(_: int) -> storage.Stored | None:
        try:
            with storage.Writer.resume(state) as mine:
                return mine.finish()
        except (Busy, Missing):
            return None

    ended = [stored for stored in in_threads(work, 8) if stored]
    assert ended  # who came after it was finished got the same answer
    assert {stored.sha256 for stored in ended} == {hashlib.sha256(content(100_000)).digest()}
    assert files() == [path_of(ended[0])]
    assert read(ended[0]) == content(100_000)


def test_sweeping_all_the_time_loses_nothing() -> None:
    """A sweep without any grace, which nobody runs, may make a store fail, never lose what was registered."""

    def work(number: int) -> UUID | None:
        if number % 4 == 0:
            for left in storage.leftovers(timedelta(0)):
                if left.object_id:
                    storage.discard_unregistered(left.object_id)
            return None
        try:
            stored = put(content(200_000, number))
            with transaction.atomic():
                return storage.register(stored).id
        except (Missing, Busy):
            return None

    in_threads(work, 40)
    for obj in StoredObject.objects.all():
        storage.check(obj)


def test_of_eight_who_discard_an_object_one_did() -> None:
    stored = put(content(1000))
    assert sum(in_threads(lambda _: storage.discard_unregistered(stored.id), 8)) == 1
