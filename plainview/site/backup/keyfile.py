"""The keys of an installation as one file, sealed under a passphrase where there is one (scrypt, AES-256-GCM)."""

from __future__ import annotations

import base64
import io
import json
import os
import secrets
import tarfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from plainview.site.backup.places import BackupError

PLAIN, SEALED = b"plainview keys 1\n", b"plainview sealed keys 1\n"
_N, _R, _P = 1 << 15, 8, 1


def write(keys: Path, target: Path, passphrase: str) -> None:
    """Writes the key folder into a private file, whole or not at all. Never over one that is there."""
    packed = _pack(keys)
    data = _seal(packed, passphrase) if passphrase else PLAIN + packed
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(file, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        fresh.rename(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def read(source: Path, keys: Path, passphrase: str) -> None:
    """Puts the keys of a file into an empty folder. Raises BackupError."""
    try:
        data = source.read_bytes()
    except OSError as problem:
        raise BackupError(f"the keys can't be read: {problem}. Name their file: --keys F") from problem
    if data.startswith(SEALED):
        packed = _open(data, source, passphrase)
    elif data.startswith(PLAIN):
        packed = data[len(PLAIN) :]
    else:
        raise BackupError(f"{source} isn't a file of keys that `plainview backup` wrote")
    _unpack(packed, keys)


def _pack(keys: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path in sorted(keys.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                tar.add(path, str(path.relative_to(keys)), recursive=False)
    return out.getvalue()


def _unpack(packed: bytes, keys: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        for member in tar:
            target = keys / member.name
            inside = tar.extractfile(member)
            if inside is None or ".." in Path(member.name).parts or Path(member.name).is_absolute():
                raise BackupError(f"the file of keys holds {member.name!r:.100}, which is no key")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(file, "wb") as out:
                out.write(inside.read())
                out.flush()
                os.fsync(out.fileno())


def _seal(packed: bytes, passphrase: str) -> bytes:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head = json.dumps({"salt": base64.b64encode(salt).decode(), "nonce": base64.b64encode(nonce).decode()})
    header = SEALED + head.encode() + b"\n"
    return header + AESGCM(_key(passphrase, salt)).encrypt(nonce, packed, header)


def _open(data: bytes, source: Path, passphrase: str) -> bytes:
    if not passphrase:
        raise BackupError(f"{source} is sealed: set PLAINVIEW_BACKUP_PASSPHRASE")
    end = data.index(b"\n", len(SEALED)) + 1
    try:
        head = json.loads(data[len(SEALED) : end])
        salt, nonce = base64.b64decode(head["salt"]), base64.b64decode(head["nonce"])
        return AESGCM(_key(passphrase, salt)).decrypt(nonce, data[end:], data[:end])
    except (InvalidTag, ValueError, KeyError):
        raise BackupError(f"{source} doesn't open: another passphrase, or the file was changed") from None


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_N, r=_R, p=_P).derive(passphrase.encode())
