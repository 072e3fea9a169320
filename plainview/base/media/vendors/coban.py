"""Coban in-car video: `76936@20140224123907.mpg` is unit 7693, its camera 6, and local time."""

from __future__ import annotations

import re

from . import FileName, Named

_NAME = re.compile(r"(\d{3,})(\d)@(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")


def named(name: FileName) -> Named | None:
    """The whole number before the @ stands for the camera; nothing else in the name does."""
    hit = _NAME.fullmatch(name.stem)
    if not hit:
        return None
    unit, camera, year, month, day, hour, minute, second = hit.groups()
    return Named(
        maker="Coban",
        device=f"Coban in-car camera {camera} of unit {unit}",
        serial=unit + camera,
        said=[{"source": "name", "value": f"{year}-{month}-{day}T{hour}:{minute}:{second}", "by": "the file name"}],
        tags={"unit": unit, "camera": camera},
    )
