"""What a prosecutor has to be told, drafted. A person checks it, fills in the blanks, signs and sends it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from plainview.base.people.lookup import home_agency
from plainview.duties.retention.books.concerned import Concern
from plainview.duties.retention.books.models import Alarm, Finding, Letter
from plainview.holdings.evidence.models import Recording

BLANK = "____________________"
NOT_STATED = "the prosecuting attorney (no office is stated in the matter)"
LISTED = 500  # recordings that a letter names one by one
WORDS = {
    Finding.What.MISSING: "is missing",
    Finding.What.CHANGED: "is not what was stored",
    Finding.What.UNEXPECTED: "lies where it should not",
    Finding.What.BALANCE: "is counted differently in the books and in storage",
    Finding.What.HISTORY: "is recorded differently from what its history says",
}


def draft(alarm: Alarm, findings: Sequence[Finding], concerns: Sequence[Concern]) -> list[Letter]:
    """Writes one letter for each office that a concerned matter names, over an earlier draft of the same alarm."""
    by_agency: dict[str, list[Concern]] = defaultdict(list)
    for concern in concerns:
        by_agency[concern.agency].append(concern)
    wrong = _by_recording(findings)
    recordings = Recording.objects.filter(id__in=wrong).in_bulk()
    letters = []
    for agency, theirs in sorted(by_agency.items()):
        text = compose(alarm, agency, theirs, wrong, recordings)
        letter, _ = Letter.objects.update_or_create(
            alarm=alarm,
            agency=agency,
            defaults={"matters": [each.number for each in theirs], "text": text, "drafted_at": timezone.now()},
        )
        letters.append(letter)
    return letters


def compose(
    alarm: Alarm,
    agency: str,
    concerns: Sequence[Concern],
    wrong: Mapping[UUID, list[Finding]],
    recordings: Mapping[UUID, Recording],
) -> str:
    """Returns the text of a letter."""
    found = timezone.localtime(alarm.opened_at)
    mine = sorted({each for concern in concerns for each in concern.recordings}, key=str)
    return "\n".join(
        [
            "DRAFT: not sent. To be checked, completed and signed by a person.",
            "",
            home_agency().name,
            "",
            f"Date: {BLANK}",
            f"To: {agency or NOT_STATED}",
            f"Subject: recordings from body-worn and in-car cameras; alarm {alarm.pk} of {found:%Y-%m-%d}",
            "",
            f"On {found:%Y-%m-%d} at {found:%H:%M} ({settings.TIME_ZONE}) the nightly check of our stored recordings "
            f"found that {_count(len(mine), 'recording')} in {_count(len(concerns), 'matter')} of your office "
            f"{'is' if len(mine) == 1 else 'are'} affected. We tell you at once, before we know the cause.",
            "",
            "Matters concerned:",
            *(
                f"  {each.number} ({each.kind}, {each.status}): {_count(len(each.recordings), 'recording')}"
                for each in concerns
            ),
            "",
            "Recordings concerned, and what was found:",
            *_lines(mine, wrong, recordings),
            "",
            "What is being done: while this is open, no old copy is removed after a move of storage. Backups and other "
            "copies can be compared with the SHA-256 that was written into the signed log when each recording came in; "
            "the same log says who had access. We will tell you the outcome in writing.",
            f"Further steps: {BLANK}",
            "",
            f"Cause, as far as it is known: {BLANK}",
            f"Recovered so far: {BLANK}",
            "",
            f"Name, rank: {BLANK}",
            f"Signature: {BLANK}",
            "",
        ]
    )


def _lines(
    mine: Sequence[UUID], wrong: Mapping[UUID, list[Finding]], recordings: Mapping[UUID, Recording]
) -> Iterable[str]:
    for identifier in mine[:LISTED]:
        recording = recordings[identifier]
        when = f"{timezone.localtime(recording.start):%Y-%m-%d %H:%M:%S}" if recording.start else "start not known"
        what = ", ".join(sorted({WORDS[Finding.What(each.what)] for each in wrong[identifier]}))
        call = f", call {recording.call_number}" if recording.call_number else ""
        name, camera = recording.external_id or recording.handle, recording.serial or "not known"
        yield f"  {name}, camera {camera}, {when}{call}: {what}"
    if len(mine) > LISTED:
        yield f"  … and {len(mine) - LISTED:,} more; the list is attached to the alarm."


def _by_recording(findings: Iterable[Finding]) -> dict[UUID, list[Finding]]:
    found: dict[UUID, list[Finding]] = defaultdict(list)
    for each in findings:
        if each.recording_id:
            found[each.recording_id].append(each)
    return found


def _count(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"
