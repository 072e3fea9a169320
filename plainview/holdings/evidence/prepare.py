"""Makes a file ready to be looked at: a copy that browsers play where the original does not, and pictures of it.

Idempotent: what exists is not made again, whoever asks, however often, after whatever crash. The original is only read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from plainview.base.custody.actions import record
from plainview.base.custody.kinds import Kind
from plainview.base.custody.rules import new_handle
from plainview.base.media import Facts, MediaError, SandboxUnavailable, Workbench
from plainview.base.storage import actions as storage
from plainview.holdings.evidence import lease
from plainview.holdings.evidence.actions.deriving import add_derivative
from plainview.holdings.evidence.models import Derivative, File, Playable
from plainview.holdings.evidence.rules import TOO_OFTEN, nothing_to_play
from plainview.holdings.evidence.stream import Chunks
from plainview.ledger.canonical import Json

ACTOR = "system:prepare"
Made = tuple[BinaryIO, dict[str, Json]]  # bytes, parameters
Maker = Callable[[Workbench, Facts], Made]


@dataclass
class Outcome:
    """What preparation came to."""

    playable: Playable
    why_not: str = ""
    made: dict[str, Json] = field(default_factory=dict)  # kind: handle
    missing: dict[str, Json] = field(default_factory=dict)  # kind: why it could not be made


def prepare(file_id: UUID, *, on_step: Callable[[str], None] | None = None) -> File:
    """Prepares the file here and now, unless that is done or another worker is at it; returns it as it then is.

    Bad content is an outcome, not an error: the file ends as unplayable and says why. A fault of this machine (full
    disk, database away, damaged object) is raised; the lease is given back first, so that it can be tried again.
    """
    if not lease.claim(file_id):
        return File.objects.get(pk=file_id)
    file = File.objects.select_related("object", "recording__agency").get(pk=file_id)
    try:
        outcome = _gave_up(file) or _make(file, on_step or (lambda step: None))
        _finish(file, outcome)
    except BaseException:
        lease.release(file_id)
        raise
    return File.objects.get(pk=file_id)


def _gave_up(file: File) -> Outcome | None:
    """A file that took five workers with it may not take a sixth."""
    if file.preparing_tries <= lease.TRIES:
        return None
    playable = Playable(file.playable)
    return Outcome(Playable.UNPLAYABLE if playable is Playable.NONE else playable, TOO_OFTEN)


def _make(file: File, on_step: Callable[[str], None]) -> Outcome:
    facts = Facts.from_json(file.facts)
    nothing = nothing_to_play(file.role, facts.plays, facts.problem)
    if nothing:
        return Outcome(Playable.UNPLAYABLE, nothing)
    outcome = Outcome(Playable.READY)
    with storage.open_object(file.object) as source, Workbench(source) as bench:
        for kind, maker in _wanted(facts).items():
            on_step(kind.label)
            lease.renew(file.pk, kind.label)
            try:
                outcome.made[kind.value] = _derive(file, kind, maker, bench, facts).handle
            except SandboxUnavailable:
                raise  # a fault of this machine, not of the file
            except MediaError as problem:
                outcome.missing[kind.value] = str(problem)
                continue
            if kind in VIEWING:  # it can be watched while its pictures are still being made
                File.objects.filter(pk=file.pk).update(playable=Playable.READY)
    failed = [why for kind, why in outcome.missing.items() if Derivative.Kind(kind) in VIEWING]
    if failed:
        outcome.playable, outcome.why_not = Playable.UNPLAYABLE, str(failed[0])
    return outcome


VIEWING = (Derivative.Kind.REMUX, Derivative.Kind.PROXY)


def _wanted(facts: Facts) -> dict[Derivative.Kind, Maker]:
    """What can be made of this content, the playable copy first."""
    kinds = {stream.get("kind") for stream in facts.streams}
    wanted: dict[Derivative.Kind, Maker] = {}
    if facts.plays == "remux":
        wanted[Derivative.Kind.REMUX] = _remux
    if facts.plays == "proxy":
        wanted[Derivative.Kind.PROXY] = _proxy
    if "video" in kinds:
        wanted |= {Derivative.Kind.POSTER: _poster, Derivative.Kind.SCRUB: _scrub}
    if "audio" in kinds:
        wanted[Derivative.Kind.WAVEFORM] = _waveform
    return wanted


def _remux(bench: Workbench, facts: Facts) -> Made:
    return Chunks(bench.remux()), {"container": "fragmented mp4", "streams": "copied"}


def _proxy(bench: Workbench, facts: Facts) -> Made:
    return Chunks(bench.proxy(facts)), {"container": "fragmented mp4", "streams": "encoded anew"}


def _poster(bench: Workbench, facts: Facts) -> Made:
    return BytesIO(bench.poster(facts)), {"format": "jpeg"}


def _scrub(bench: Workbench, facts: Facts) -> Made:
    sheet = bench.scrub(facts)
    parameters: dict[str, Json] = {
        "format": "jpeg",
        "columns": sheet.columns,
        "count": sheet.count,
        "every_ms": sheet.every_ms,
        "width": sheet.width,
        "height": sheet.height,
    }
    return BytesIO(sheet.jpeg), parameters


def _waveform(bench: Workbench, facts: Facts) -> Made:
    return BytesIO(bench.waveform(facts)), {"format": "json"}


def _derive(file: File, kind: Derivative.Kind, maker: Maker, bench: Workbench, facts: Facts) -> Derivative:
    there = file.derivatives.filter(kind=kind).first()
    if there is not None:
        return there
    content, parameters = maker(bench, facts)
    with content:
        stored = storage.put(
            content,
            handle=new_handle(),
            agency=file.recording.agency.slug,
            on_progress=lambda _: lease.renew(file.pk, kind.label),
        )
    made = add_derivative(file, kind, stored, tool=tool(), parameters=parameters, actor=ACTOR)
    if made.object_id != stored.id:  # another worker was first
        storage.discard_unregistered(stored.id)
    return made


def tool() -> str:
    """Returns the name and version of what makes derivatives."""
    return f"PyAV {version('av')}"


def _finish(file: File, outcome: Outcome) -> None:
    facts: Mapping[str, Json] = {
        "playable": outcome.playable.value,
        "why_not": outcome.why_not.rstrip("."),
        "made": outcome.made,
        "missing": outcome.missing,
    }
    with transaction.atomic():
        File.objects.filter(pk=file.pk).update(
            playable=outcome.playable,
            why_not=outcome.why_not,
            prepared_at=timezone.now(),
            preparing="",
            preparing_until=None,
        )
        record(Kind.EVIDENCE_FILE_PREPARED, file.handle, actor=ACTOR, facts=facts)
