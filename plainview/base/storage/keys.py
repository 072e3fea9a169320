"""Keys: one per object, wrapped (AES-KWP, SP 800-38F) under the key of its agency and month.

The epoch keys lie in DATA/keys/epochs and nowhere else: not in the database, not in its backups. When a month's key
is destroyed, every copy of every object key wrapped under it is worthless at once.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding, aes_key_wrap_with_padding
from django.conf import settings

from plainview.base.storage import files
from plainview.base.storage.errors import KeyUnusable
from plainview.base.storage.models import Epoch

LENGTH = 32
_AGENCY = re.compile(r"[a-z0-9][a-z0-9_-]{0,55}")


def folder() -> Path:
    """Where the epoch keys lie."""
    return Path(settings.DATA) / "keys" / "epochs"


def new_key() -> bytes:
    """Returns a fresh key for one object."""
    return secrets.token_bytes(LENGTH)


def subkey(key: bytes, purpose: str) -> bytes:
    """Draws a key for a side purpose from an object's key. FLOE's own derivations never begin with a letter."""
    return HKDFExpand(SHA384(), LENGTH, purpose.encode("ascii")).derive(key)


def wrap(key: bytes, epoch: str) -> bytes:
    """Wraps an object's key under an epoch's key. Raises KeyUnusable."""
    return aes_key_wrap_with_padding(_secret(epoch), key)


def unwrap(wrapped: bytes | memoryview, epoch: str) -> bytes:
    """Returns an object's key. Raises KeyUnusable."""
    try:
        return aes_key_unwrap_with_padding(_secret(epoch), bytes(wrapped))
    except InvalidUnwrap:
        raise KeyUnusable(
            f"the key of epoch {epoch} doesn't open an object's key: {_path(epoch)} is another key than the one "
            "that was used, or the database row was changed. Restore the file from the key backup"
        ) from None


def current_epoch(agency: str, now: datetime | None = None) -> Epoch:
    """Returns the epoch of an agency and the current month (UTC), its key made where there is none yet.

    Raises KeyUnusable where the epoch is known but its key is gone: a new key under an old name would hide the loss.
    """
    if not _AGENCY.fullmatch(agency):
        raise ValueError(f"{agency!r} can't name an agency's keys: small letters, digits, - and _ only")
    name = f"{agency}-{now or datetime.now(UTC):%Y-%m}"
    known = Epoch.objects.filter(name=name).first()
    if known is None:
        _create(name)
    secret = _secret(name)
    return known if known is not None and _same(known, secret) else record_epoch(name)


def record_epoch(name: str) -> Epoch:
    """Returns the row of an epoch whose key is there, created where it isn't. Raises KeyUnusable."""
    secret = _secret(name)
    epoch, _ = Epoch.objects.get_or_create(name=name, defaults={"fingerprint": fingerprint(secret)})
    if epoch.destroyed_at is not None:
        raise KeyUnusable(
            f"the key of epoch {name} was destroyed on {epoch.destroyed_at:%Y-%m-%d}; nothing new goes in"
        )
    if not _same(epoch, secret):
        raise KeyUnusable(
            f"{_path(name)} isn't the key that epoch {name} began with. Restore the file from the key backup; "
            "what it holds now must not be used"
        )
    return epoch


def fingerprint(secret: bytes) -> str:
    """Tells whether a key is the one that was meant, without telling anything of it."""
    return subkey(secret, "plainview/epoch/fingerprint/1")[:16].hex()


def problems() -> list[str]:
    """Which epochs' keys can't be used, one plain sentence each."""
    found = []
    for epoch in Epoch.objects.filter(destroyed_at=None).order_by("name"):
        try:
            record_epoch(epoch.name)
        except KeyUnusable as problem:
            found.append(str(problem))
    for path in sorted(folder().glob("*.key")):
        if path.stat().st_mode & 0o077:
            found.append(f"{path} can be read by others; run: chmod 600 {path}")
    return found


def _same(epoch: Epoch, secret: bytes) -> bool:
    return epoch.destroyed_at is None and hmac.compare_digest(epoch.fingerprint, fingerprint(secret))


def _path(name: str) -> Path:
    return folder() / f"{name}.key"


def _secret(name: str) -> bytes:
    path = _path(name)
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        raise KeyUnusable(
            f"the key of epoch {name} is missing: {path}. Nothing of that month can be read or added "
            "before it is restored from the key backup"
        ) from None
    except PermissionError:
        raise KeyUnusable(f"the key of epoch {name} can't be read: {path} belongs to another user") from None
    if len(secret) != LENGTH:
        raise KeyUnusable(f"{path} has {len(secret)} bytes instead of {LENGTH}; restore it from the key backup")
    return secret


def _create(name: str) -> None:
    """Makes a key that is whole and durable before it has its name. Who comes second keeps the first one's."""
    where = folder()
    with files.room_on(where):
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _path(name).exists():
            _write(where / f".{name}.{secrets.token_hex(8)}", _path(name))
        # Also where another made it: it may have been killed before it came to this.
        for made in (where, where.parent, where.parent.parent):
            files.sync_folder(made)


def _write(fresh: Path, path: Path) -> None:
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        files.write_at(file, new_key(), 0)
        os.fsync(file)
        os.link(fresh, path)
    except FileExistsError:
        pass  # the other's it is
    finally:
        os.close(file)
        fresh.unlink()
