"""Statements that PostgreSQL plans once a connection instead of once an event."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def prepared() -> Iterator[psycopg.Cursor[Any]]:
    """Yields a cursor of Django's own connection and transaction whose statements may be prepared.

    Django's cursors put the values into the text of a statement, so each is planned anew: for record(), which every
    action of every room goes through, that costs more than the writing. Errors are Django's as usual.
    """
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    link: psycopg.Connection[Any] = connection.connection
    if link.prepare_threshold is None:  # Django's default; its own cursors prepare nothing all the same
        link.prepare_threshold = 5
    with connection.wrap_database_errors, psycopg.Cursor(link) as cursor:
        yield cursor
