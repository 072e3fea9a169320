"""What a file's name says: the vendors' conventions first, then the common ones. Pure; the content is not asked."""

from __future__ import annotations

import re

from . import vendors
from .vendors import FileName, Named

_LONGEST = 1024
# 2019-12-20T17:08:32, 20191220_170832, 2019-12-20 17.08.32, with an optional zone behind it.
_STAMP = re.compile(
    r"(?<!\d)(?P<y>20\d{2}|19[789]\d)(?P<s>[-_.]?)(?P<mo>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])"
    r"(?:[T _@-]{1,3}(?P<h>[01]\d|2[0-3])(?P<t>[-_.:h]?)(?P<mi>[0-5]\d)(?:(?P=t)m?(?P<sec>[0-5]\d))?"
    r"(?:[.,_](?P<ms>\d{3})(?!\d))?(?P<z>Z|UTC|[+-]\d{2}:?\d{2}(?!\d))?)?(?!\d)",
    re.IGNORECASE,
)
_RUN_TOGETHER = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])([0-3]\d)([01]\d|2[0-3])([0-5]\d)([0-5]\d)(?!\d)")
_PART = re.compile(r"(?:part|seg|chunk|clip)[ _-]?(\d{1,4})$", re.IGNORECASE)


def split(name: str) -> FileName:
    """Returns the name taken apart; either kind of slash parts it."""
    *folders, last = re.split(r"[/\\]", name[-_LONGEST:])
    stem, dot, ending = last.rpartition(".")
    if not dot or not stem:
        stem, ending = last, ""
    return FileName(folder=folders[-1] if folders else "", stem=stem, ending=ending.lower())


def read(name: str) -> Named:
    """Returns what the name says; an empty Named where it says nothing."""
    parts = split(name)
    for named in vendors.hooks("named"):
        found: Named | None = named(parts)
        if found:
            return found
    made = Named()
    if said := _stamp(parts.stem):
        made.said.append(said)
    if part := _PART.search(parts.stem):
        made.sequence = int(part[1])
        rest = parts.stem[: part.start()].rstrip(" _-")
        made.press = f"name:{rest}" if rest else None
    return made


def _stamp(stem: str) -> dict[str, str | None] | None:
    if hit := _RUN_TOGETHER.search(stem):
        y, mo, d, h, mi, s = hit.groups()
        return {"source": "name", "value": f"{y}-{mo}-{d}T{h}:{mi}:{s}", "zone": None, "by": "the file name"}
    hit = _STAMP.search(stem)
    if not hit:
        return None
    value = f"{hit['y']}-{hit['mo']}-{hit['d']}"
    if hit["h"]:
        value += f"T{hit['h']}:{hit['mi']}" + (f":{hit['sec']}" if hit["sec"] else "")
        value += f".{hit['ms']}" if hit["ms"] and hit["sec"] else ""
    zone = (hit["z"] or "").upper() or None
    if zone in ("Z", "UTC"):
        zone = "UTC"
    elif zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return {"source": "name", "value": value, "zone": zone, "by": "the file name"}
