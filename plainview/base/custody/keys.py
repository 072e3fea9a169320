"""The log's name, its signing key, and the sealed head."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from plainview.base.custody import place
from plainview.ledger.checkpoint import BadCheckpoint, Checkpoint, parse
from plainview.ledger.note import NoteError, Signer, Verifier, open_note


class KeyProblem(RuntimeError):
    """The key of the log is missing, unreadable, or not the one that the log began with."""


def create() -> Signer:
    """Returns the log's signer; makes name and key together with the installation, and never again."""
    if not _key_path().exists():
        if (place.log_folder() / "origin").exists() or place.tile_log().size:
            raise KeyProblem(
                "The signing key of the log (keys/log.key) is missing, though the log has begun. "
                "Put it back from the backup of the key folder; a new key would be a new log."
            )
        signer = Signer.generate(_new_origin())
        place.key_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _create_once(_key_path(), signer.text + "\n"):
            return signer_of_log()  # another process was quicker
        _publish_names(signer)
    return signer_of_log()


def signer_of_log() -> Signer:
    """Returns the signer. Raises KeyProblem where the key is missing, unreadable or not the log's."""
    try:
        signer = Signer.from_text(_key_path().read_text(encoding="utf-8").strip())
    except (OSError, NoteError) as problem:
        raise KeyProblem(f"The signing key of the log can't be used: {problem}. Put it back from the backup.") from None
    _check_name(signer)
    _publish_names(signer)
    return signer


def open_checkpoint(note: str, signer: Signer | None = None) -> Checkpoint:
    """Returns what a note of this log states. Raises KeyProblem unless this log's key has signed it."""
    signer = signer or signer_of_log()
    try:
        found = parse(open_note(note, [Verifier(signer.vkey)]).text)
    except (NoteError, BadCheckpoint) as problem:
        raise KeyProblem(f"not a checkpoint that this log has signed: {problem}") from problem
    if found.origin != signer.name:
        raise KeyProblem(f"a checkpoint of another log: {found.origin}")
    return found


def seal(note: str) -> None:
    """Keeps the latest checkpoint beside the key, apart from database and tiles."""
    place.write_durably(_head_path(), note, 0o600)


def sealed_head() -> str | None:
    """Returns the checkpoint that was sealed last, or None before the first."""
    try:
        return _head_path().read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _key_path() -> Path:
    return place.key_folder() / "log.key"


def _head_path() -> Path:
    return place.key_folder() / "log.head"


def _new_origin() -> str:
    """A log's name is for ever and says nothing about the machine it runs on."""
    return os.environ.get("PLAINVIEW_ORIGIN_NAME") or f"plainview/{secrets.token_hex(8)}"


def _create_once(path: Path, text: str) -> bool:
    """Writes a private file that must not exist yet, durable; False if it exists. Never seen half written."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.first")
    place.write_durably(temporary, text, 0o600)
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    place.sync_folder(path.parent)
    return True


def _publish_names(signer: Signer) -> None:
    for name, text in (("origin", signer.name), ("vkey", signer.vkey)):
        path = place.log_folder() / name
        if not path.exists():
            place.write_durably(path, text + "\n")


def _check_name(signer: Signer) -> None:
    wanted = os.environ.get("PLAINVIEW_ORIGIN_NAME")
    if wanted and wanted != signer.name:
        raise KeyProblem(
            f"This log is named {signer.name}, but PLAINVIEW_ORIGIN_NAME says {wanted}. "
            "The name of a log never changes: unset the variable."
        )
    for name, text in (("origin", signer.name), ("vkey", signer.vkey)):
        path = place.log_folder() / name
        if path.exists() and path.read_text(encoding="utf-8").strip() != text:
            raise KeyProblem(
                f"The signing key in keys/log.key isn't the one that log/{name} names. "
                "Put the right one back from the backup of the key folder."
            )
