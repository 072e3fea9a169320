"""Axon exports: the model, the local day and minute, sometimes the serial number, in the name."""

from __future__ import annotations

import re

from . import FileName, Named

_NAME = re.compile(
    r"AXON[_ ](?P<model>[A-Z]+(?:[_ ]\d+)?)[_ ]VIDEO[_ ](?P<day>\d{4}-\d{2}-\d{2})[_ ](?P<clock>\d{4})"
    r"(?:[_ -](?P<serial>(?=[A-Z0-9]*\d)[A-Z][A-Z0-9]{7,9}))?(?:[_ -]\(?(?P<part>\d{1,3})\)?)?",
    re.IGNORECASE,
)


def named(name: FileName) -> Named | None:
    """The time is the agency's local one, to the minute."""
    hit = _NAME.fullmatch(name.stem)
    if not hit:
        return None
    model = hit["model"].replace("_", " ").title()
    clock = hit["clock"]
    return Named(
        maker="Axon",
        device=f"Axon {model}",
        serial=hit["serial"].upper() if hit["serial"] else None,
        sequence=int(hit["part"]) if hit["part"] else None,
        said=[{"source": "name", "value": f"{hit['day']}T{clock[:2]}:{clock[2:]}", "by": "the file name"}],
    )
