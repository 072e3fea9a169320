"""Builds random cities in a throw-away installation and compares what the two say of every recording."""

from __future__ import annotations

import sys
import time

import tests.database  # noqa: F401  # a throw-away installation, before Django is set up


def main(cities: int, first: int) -> int:
    """Returns 0 where both agree on every recording of every city; raises at the first that differs, with its seed."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from plainview.base.custody import open_item
    from plainview.base.people.models import Agency
    from plainview.duties.retention.tests import test_equivalence

    call_command("migrate", verbosity=0, interactive=False)
    agency, _ = Agency.objects.get_or_create(slug="home", defaults={"name": "Home", "handle": open_item("agency")})

    class Place:
        """What a city needs of a department."""

    place = Place()
    place.agency = agency  # type: ignore[attr-defined]
    agreed, began = 0, time.monotonic()
    for seed in range(first, first + cities):
        with transaction.atomic():
            agreed += test_equivalence.compare(seed, place)  # type: ignore[arg-type]
            transaction.set_rollback(True)
    print(f"{cities:,} cities, {agreed:,} recordings: both agree on every one ({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    words = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=False))
    sys.exit(main(int(words.get("--cities", "1000")), int(words.get("--first", "1000"))))
