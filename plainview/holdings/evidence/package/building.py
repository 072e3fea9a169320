"""Builds a package, all of it or nothing: written beside its place, proved, checked, then given its name.

The building is itself an event, in the log before anything is handed over: it names the list of the media, every other
file, and how far each history reaches. If the hand-over then fails, that is written down too.
"""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from plainview.base.custody import checkpoints, open_item, record, record_many
from plainview.base.custody.actions import Entry
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event
from plainview.base.custody.sequencer import settle
from plainview.base.people.models import Account
from plainview.base.policy import lookup as policy
from plainview.holdings.evidence import access
from plainview.holdings.evidence.actions.reading import end_sittings
from plainview.holdings.evidence.models import Recording, Sitting
from plainview.holdings.evidence.naming import matter_fact
from plainview.holdings.evidence.package import media, proving, telling
from plainview.holdings.evidence.package.bag import MANIFEST, BagWriter, sync_folder
from plainview.holdings.evidence.package.media import Placed, Progress
from plainview.holdings.evidence.package.missing import Missing
from plainview.holdings.evidence.package.tags import write_tags, write_verifier
from plainview.holdings.incidents.models import Matter
from plainview.ledger.canonical import Json


class CannotBuild(ValueError):
    """The package can't be built; nothing was handed over. Says why, and what to do."""


@dataclass(frozen=True)
class Built:
    """A package that was handed over."""

    handle: str
    folder: Path
    event: Event
    files: int
    size: int  # bytes of media


def build_package(
    recordings: Sequence[Recording],
    folder: Path,
    actor: str,
    *,
    account: Account | None = None,
    matter: Matter | None = None,
    missing: Sequence[Missing] = (),
    on_progress: Progress = lambda count: None,
) -> Built:
    """Builds a package of these recordings as `folder`, which must not exist yet or be empty.

    `missing` are recordings of the same `matter` that can't be inside; the package names them with the reason.

    With an account its rights are asked: it must be allowed to have every recording's bytes. Without one the caller is
    the administrator of the machine. `on_progress` is told how many bytes of media were written each time.
    Raises CannotBuild, storage.Damaged, OSError; then no folder is left.
    """
    _check_request(recordings, account)
    _check_target(folder)
    end_sittings(Sitting.objects.filter(file__recording__in=[each.pk for each in recordings]))
    temporary = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.new"
    temporary.mkdir(parents=True)
    try:
        return _build(Wanted(recordings, matter, missing), folder, temporary, actor, on_progress)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _check_request(recordings: Sequence[Recording], account: Account | None) -> None:
    if not recordings:
        raise CannotBuild("A package needs at least one recording. Name it by its id.")
    for each in recordings:
        if account is not None and not access.may_play(account, each):
            raise CannotBuild(f"There is no recording {each.pk} that {account.username} may hand out.")
        if each.destroyed_at:
            raise CannotBuild(
                f"Recording {each.pk} was destroyed on {each.destroyed_at:%Y-%m-%d}: only its history is left."
            )
        if not each.held_here:
            raise CannotBuild(f"Recording {each.pk} is held elsewhere: ask its holder for the bytes.")


def _check_target(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CannotBuild(f"{folder} is there already and is no folder. Name a new one.")
    if folder.is_dir() and any(folder.iterdir()):
        raise CannotBuild(f"The folder {folder} is not empty. Name a new one: nothing is ever written over.")


@dataclass(frozen=True)
class Wanted:
    """What a package is to hold, and what it says it lacks."""

    recordings: Sequence[Recording]
    matter: Matter | None
    missing: Sequence[Missing]


def _build(wanted: Wanted, folder: Path, temporary: Path, actor: str, on_progress: Progress) -> Built:
    bag, placed, handle = BagWriter(temporary), media.place(wanted.recordings), secrets.token_hex(16)
    media.write_media(bag, placed, on_progress)
    manifest = bag.write_manifest()
    write_verifier(bag)
    built, included = _record(bag, placed, wanted, handle, manifest, actor)
    try:
        _write_proof(bag, [*included, built])
        bag.finish()
        _check(temporary)
        temporary.rename(folder)
        sync_folder(folder.parent)
    except BaseException as problem:
        if not temporary.exists():  # it has its name already, but maybe not for good
            shutil.rmtree(folder, ignore_errors=True)
        _abandon(handle, problem, actor)
        raise
    return Built(handle, folder, built, len(placed), bag.payload_size)


@transaction.atomic
def _record(
    bag: BagWriter,
    placed: Sequence[Placed],
    wanted: Wanted,
    handle: str,
    manifest: str,
    actor: str,
) -> tuple[Event, list[Event]]:
    """Writes what is left but the proof, and the events; returns the package's own and all others that go in.

    The recordings are locked meanwhile, so that what is said of them and what their histories say is the same.
    """
    fresh = _locked(wanted.recordings, placed)
    policies = proving.adopted_policies()
    titles = {each.handle: f"Recording {each.pk}" for each in fresh}
    titles |= {each.file.handle: f"File {each.path}" for each in placed}
    before = proving.events_of(proving.heads(titles))
    write_tags(bag, placed, fresh, handle, telling.told(before, titles), wanted.missing)
    for version in policies:
        bag.write(f"proof/policy/{version.hash}.toml", bytes(version.text))
    in_force = policy.current_hash()
    packaged = [Entry(Kind.EVIDENCE_RECORDING_PACKAGED, each.handle, {"package": handle}) for each in fresh]
    record_many(packaged, actor=actor, policy=in_force)
    ends = proving.heads([*titles, *(version.handle for version in policies)])
    open_item("package", handle=handle)
    facts: dict[str, Json] = {
        "recordings": [each.handle for each in fresh],
        "files": len(placed),
        "bytes": bag.payload_size,
        "manifest_sha256": manifest,
        "tags": {path: digest for path, digest in bag.tags.items() if path != MANIFEST},
        "heads": ends,
    }
    if wanted.matter is not None:
        facts["matter"] = matter_fact(wanted.matter.handle)
    if wanted.missing:
        facts["missing"] = len(wanted.missing)
    built = record(Kind.EVIDENCE_PACKAGE_BUILT, handle, actor=actor, policy=in_force, facts=facts)
    return built, proving.events_of(ends)


def _locked(recordings: Sequence[Recording], placed: Sequence[Placed]) -> list[Recording]:
    chosen = Recording.objects.filter(pk__in=[each.pk for each in recordings]).order_by("pk")
    fresh = list(chosen.select_for_update(of=("self",), no_key=True).prefetch_related("files"))
    now = {file.pk for recording in fresh for file in recording.files.all()}
    if now != {each.file.pk for each in placed}:
        raise CannotBuild("A file came to one of the recordings while the package was built. Build it again.")
    return fresh


def _write_proof(bag: BagWriter, events: Sequence[Event]) -> None:
    settle(events)
    signed = checkpoints.latest()
    if signed is None:
        raise CannotBuild("The log has no signed checkpoint. Look at `plainview doctor`.")
    bag.write("proof/events.jsonl", proving.lines(events, signed.note))
    bag.write("proof/checkpoint", signed.note.encode())


def _check(folder: Path) -> None:
    """Lets the verifier inside judge the package before anybody gets it, read back from the disk."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.pyz"), str(folder), "--json"]
    done = subprocess.run(command, capture_output=True)
    if done.returncode == 0:
        return
    try:
        found = [
            f"{c['where']}: {c['sentence']}" for c in json.loads(done.stdout)["checks"] if c["status"] == "damaged"
        ]
    except ValueError:
        found = [done.stderr.decode(errors="replace")]
    raise CannotBuild(f"The package did not stand its own check: {' '.join(found[:5])}")


def _abandon(handle: str, problem: BaseException, actor: str) -> None:
    """History says that it was built; it must say as well that nobody got it."""
    with transaction.atomic():
        why = type(problem).__name__
        record(Kind.EVIDENCE_PACKAGE_ABANDONED, handle, actor=actor, facts={"why": why})
