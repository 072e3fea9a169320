"""The private PostgreSQL and the addresses of real ones."""

from __future__ import annotations

import pytest

from plainview.site import database


def test_it_reads_a_url_with_everything_in_it() -> None:
    found = database._from_url("postgresql://pv:p%40ss@db.test:5433/city?sslmode=require")
    assert found == {
        "NAME": "city",
        "USER": "pv",
        "PASSWORD": "p@ss",
        "HOST": "db.test",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "nonsense"])
def test_it_refuses_what_is_not_a_database_url(url: str) -> None:
    with pytest.raises(database.DatabaseUrlError, match="DATABASE_URL must look like"):
        database._from_url(url)


def test_the_department_of_the_tests_can_be_built(department: object) -> None:
    assert department
