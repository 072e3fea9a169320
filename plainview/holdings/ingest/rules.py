"""Pure decisions: how an arrival ends, and in which words."""

from __future__ import annotations

from collections.abc import Sequence

STORED, DUPLICATE, QUARANTINED = "stored", "duplicate", "quarantined"


def end_state(*, quarantined: bool, duplicate: bool) -> str:
    """Returns how an arrival ends. What waits for a person is said first; a duplicate is said in the reason anyway."""
    if quarantined:
        return QUARANTINED
    return DUPLICATE if duplicate else STORED


def end_reason(reasons: Sequence[tuple[str, str]], *, waits: bool, twin: str, joined: str) -> str:
    """Returns in sentences what somebody has to know of a file that was taken; empty where all is well.

    `reasons` are (sentence, detail) of what a person has to look at, `waits` says that the recording was in quarantine
    before, `twin` is the recording that held the same bytes, `joined` why the file became part of another recording.
    """
    said = [f"{sentence} {detail}".strip() for sentence, detail in reasons]
    if waits:
        said.append("Its recording waits in quarantine for another file's sake.")
    if twin:
        said.append(f"The same bytes were here before, in recording {twin}.")
    if joined and not twin:
        said.append(f"Became part of a recording that was there before: {joined}.")
    return " ".join(said)
