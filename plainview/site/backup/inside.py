"""What a restore drill looks at in the restored copy: `python -m plainview.site.backup.inside SAMPLE`. Reads only."""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main() -> None:
    """Strikes the books, reads a sample of stored files, prints one line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plainview.site.settings")
    from plainview.site import installation

    installation.ensure(installation.data_folder())
    from plainview.duties.retention.books import balance

    struck = balance.strike()
    problems: list[dict[str, Any]] = [{"says": each.says, "object": None} for each in struck.problems]
    read, found = _read(int(sys.argv[1]))
    books = {"balanced": struck.balanced, **{name: struck.total(name) for name in balance.FIGURES}}
    sys.stdout.write(json.dumps({"books": books, "read": read, "problems": problems + found}) + "\n")


def _read(sample: int) -> tuple[int, list[dict[str, Any]]]:
    from plainview.base.storage.models import StoredObject
    from plainview.duties.retention.books.reading import check_object

    found: list[dict[str, Any]] = []
    objects = list(StoredObject.objects.filter(destroyed_at=None).order_by("?")[:sample])
    for obj in objects:
        found += [{"says": each.says, "object": str(obj.id)} for each in check_object(obj)]
    return len(objects), found


if __name__ == "__main__":
    main()
