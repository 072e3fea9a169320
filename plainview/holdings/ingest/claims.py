"""What is said at a door, checked before the first byte is read. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plainview.holdings.evidence.rules import Claims
from plainview.holdings.ingest.times import TimeError, parse_time, zone_named

LONGEST = 200  # characters of a serial or a badge


class ClaimError(ValueError):
    """What was said can't be taken; the message names the field and what would do."""


def read_claims(
    *, camera: str = "", badge: str = "", start: str = "", trigger_on: str = "", zone: str = "", start_zone: str = ""
) -> Claims:
    """Returns the claims as understood.

    `zone` is that of the camera's own clock, and of the times given, unless `start_zone` names another for these.

    Raises:
        ClaimError: a time with neither offset nor zone, an unknown zone, or text that no serial or badge is.
    """
    try:
        named = zone_named(zone.strip()) if zone.strip() else None
        of_start = zone_named(start_zone.strip()) if start_zone.strip() else named
    except TimeError as problem:
        raise ClaimError(f"zone: {problem}") from None

    def moment(field: str, text: str) -> datetime | None:
        try:
            return parse_time(text, of_start) if text.strip() else None
        except TimeError as problem:
            raise ClaimError(f"{field}: {problem}") from None

    claims = Claims(
        camera=_word("camera", camera),
        badge=_word("badge", badge),
        start=moment("start", start),
        trigger_on=moment("trigger-on", trigger_on),
        zone=named.key if named else "",
    )
    if claims.start and claims.trigger_on and claims.start > claims.trigger_on:
        raise ClaimError("start: a recording begins at or before its trigger (with its pre-event buffer), not after.")
    return claims


def claims_from(kept: Mapping[str, Any]) -> Claims:
    """Returns the claims that an arrival keeps as JSON."""

    def moment(field: str) -> datetime | None:
        return datetime.fromisoformat(kept[field]) if kept.get(field) else None

    return Claims(
        camera=kept.get("camera") or "",
        badge=kept.get("badge") or "",
        start=moment("start"),
        trigger_on=moment("trigger_on"),
        zone=kept.get("zone") or "",
    )


def _word(field: str, text: str) -> str:
    word = text.strip()
    if len(word) > LONGEST or not word.isprintable():
        raise ClaimError(f"{field}: {word[:40]!r} can't be one; write it as it stands on the {field}.")
    return word
