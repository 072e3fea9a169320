"""Statements that PostgreSQL plans once a connection instead of once an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper


def fetch_one(database: BaseDatabaseWrapper, statement: LiteralString, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Runs a statement in Django's own connection and transaction, prepared, and returns its first row.

    Django's cursors put the values into the text of a statement, so each is planned anew: for record(), which every
    action of every room goes through, that costs more than the writing. Errors are Django's as usual.
    """
    database.ensure_connection()
    database.validate_no_broken_transaction()
    link: psycopg.Connection[Any] = database.connection
    if link.prepare_threshold is None:  # Django's default; its own cursors prepare nothing all the same
        link.prepare_threshold = 5
    with database.wrap_database_errors, psycopg.Cursor(link) as cursor:
        return cursor.execute(statement, values, prepare=True, binary=True).fetchone()
