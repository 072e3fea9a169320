"""A database that comes back is waited for; one that doesn't is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DataError, InterfaceError, OperationalError, connection

from plainview.holdings.ingest import patience
from plainview.holdings.ingest.patience import DatabaseAwayError, patiently


def fails(times: int, problem: Exception) -> Callable[[], str]:
    left = [times]

    def act() -> str:
        if left[0]:
            left[0] -= 1
            raise problem
        return "done"

    return act


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "FIRST_PAUSE", 0.01)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("problem", [OperationalError("gone"), InterfaceError("closed")])
def test_it_goes_on_when_the_database_is_back(problem: Exception) -> None:
    assert patiently(fails(3, problem), within=5) == "done"


@pytest.mark.django_db(transaction=True)
def test_it_ends_when_the_time_is_over() -> None:
    with pytest.raises(DatabaseAwayError, match="gone for good"):
        patiently(fails(10_000, OperationalError("gone\n for good")), within=0.1)


@pytest.mark.django_db(transaction=True)
def test_a_mistake_of_ours_is_not_repeated() -> None:
    with pytest.raises(DataError):
        patiently(fails(1, DataError("too long")), within=5)


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_repeated() -> None:
    with pytest.raises(DatabaseAwayError):
        patiently(fails(1, OperationalError("gone")), within=5)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_is_opened_anew() -> None:
    def ask() -> int:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            return int(cursor.fetchone()[0])

    assert ask() == 1
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s)", [pid])
    other.close()
    assert patiently(ask, within=5) == 1
