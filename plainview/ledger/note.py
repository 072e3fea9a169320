"""Signed notes (c2sp.org/signed-note@v1.0.0): text, a blank line, one or more signature lines.

Signs with Ed25519 (0x01). Verifies that, and the cosignatures of c2sp.org/tlog-cosignature@v1.0.0 that witnesses give:
Ed25519 with a time (0x04), and ML-DSA-44 (0x06) where the `cryptography` package is installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from plainview.ledger import checkpoint, ed25519, strict64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = 0x01
COSIGNATURE = 0x04
COSIGNATURE_MLDSA = 0x06

_KEY_SIZE = {ED25519: 32, COSIGNATURE: 32, COSIGNATURE_MLDSA: 1312}
_NOTE_LIMIT = 1_000_000  # characters
_SIGNATURE_LIMIT = 100
_SECRET_PREFIX = "PRIVATE+KEY+"


class NoteError(ValueError):
    """A note, a key or a signature is malformed or wrong."""


class Unsigned(NoteError):
    """No known key has signed the note."""


class CannotCheck(NoteError):
    """The signature is of a kind that this machine can't check: say so, never pass it."""


@dataclass(frozen=True)
class Signature:
    """One signature line."""

    name: str
    key_id: int
    value: bytes
    signed_at: int | None = None  # Unix seconds, where the kind of signature carries a time and it was verified


@dataclass(frozen=True)
class OpenedNote:
    """A note of which at least one known key has signed the text."""

    text: str
    signatures: list[Signature]  # by known keys, verified
    unknown: list[Signature]  # by keys nobody named: they say nothing
    unchecked: list[Signature] = field(default_factory=list)  # by known keys, of a kind not checkable on this machine


class Verifier:
    """A verifier key (vkey): name+id+base64(kind, public key)."""

    def __init__(self, vkey: str) -> None:
        name, _, rest = vkey.partition("+")
        key_id, _, material = rest.partition("+")
        if not _is_name(name) or not re.fullmatch(r"[0-9a-f]{8}", key_id):
            raise NoteError(f"not a verifier key: {vkey:.100}")
        try:
            decoded = strict64.decode(material)
        except ValueError as problem:
            raise NoteError(f"not a verifier key: {vkey:.100}") from problem
        self.vkey, self.name, self.key_id = vkey, name, int(key_id, 16)
        self.kind, self.public = (decoded or b"\0")[0], decoded[1:]
        if _KEY_SIZE.get(self.kind) != len(self.public):
            raise NoteError(f"the key of {name} is of a kind ({self.kind:#04x}) or length not known here")
        if self.key_id != _key_id(name, decoded):
            raise NoteError(f"the id of the key of {name} does not belong to it")

    def verify(self, text: str, signature: bytes) -> int | None:
        """Returns the signed Unix time, if the kind has one. Raises NoteError unless the text has this signature."""
        if self.kind == ED25519:
            signed_at, message = None, text.encode()
        else:
            if len(signature) < 8:
                raise NoteError(f"the signature by {self.name} is too short")
            signed_at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = self._cosigned(text, signed_at)
        good = _verify_mldsa if self.kind == COSIGNATURE_MLDSA else _verify_ed25519
        if not good(self.public, message, signature):
            raise NoteError(f"the signature by {self.name} is not right for this text")
        return signed_at

    def _cosigned(self, text: str, signed_at: int) -> bytes:
        """The message that a cosigner signs: it commits to the checkpoint and to the time."""
        if signed_at >= 1 << 63:
            raise NoteError(f"the time of the signature by {self.name} is impossible")
        if self.kind == COSIGNATURE:
            return f"cosignature/v1\ntime {signed_at}\n{text}".encode()
        try:
            seen = checkpoint.parse(text)
        except ValueError as problem:
            raise NoteError(f"{self.name} cosigned what is not a checkpoint") from problem
        name, origin = self.name.encode(), seen.origin.encode()
        if len(name) > 255 or len(origin) > 255:
            raise NoteError("a name is too long for this kind of cosignature")
        return b"".join(
            (
                b"subtree/v1\n\0",
                bytes([len(name)]) + name,
                signed_at.to_bytes(8, "big"),
                bytes([len(origin)]) + origin,
                bytes(8),
                seen.size.to_bytes(8, "big"),
                seen.root,
            )
        )


class Signer:
    """An Ed25519 signing key. Its text form is that of Go's note package; keep it secret."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _is_name(name) or len(seed) != 32:
            raise NoteError(f"not a name and seed for a signing key: {name!r}")
        self.name = name
        self._key = _private_key(seed)
        self._public = bytes([ED25519]) + self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, name: str) -> Signer:
        """Returns a new key."""
        import secrets

        return cls(name, secrets.token_bytes(32))

    @classmethod
    def from_text(cls, skey: str) -> Signer:
        """Reads a key from its text form. Raises NoteError."""
        name, _, rest = skey.removeprefix(_SECRET_PREFIX).strip().partition("+")
        key_id, _, material = rest.partition("+")
        try:
            decoded = strict64.decode(material)
        except ValueError as problem:
            raise NoteError("not the text of a signing key") from problem
        if not skey.startswith(_SECRET_PREFIX) or decoded[:1] != bytes([ED25519]):
            raise NoteError("not the text of an Ed25519 signing key")
        signer = cls(name, decoded[1:])
        if key_id != f"{signer.key_id:08x}":
            raise NoteError(f"the id of the signing key of {name} does not belong to it")
        return signer

    @property
    def text(self) -> str:
        """The secret text form."""
        seed = strict64.encode(bytes([ED25519]) + self._key.private_bytes_raw())
        return f"{_SECRET_PREFIX}{self.name}+{self.key_id:08x}+{seed}"

    @property
    def key_id(self) -> int:
        """The first four bytes of the hash of name and public key."""
        return _key_id(self.name, self._public)

    @property
    def vkey(self) -> str:
        """The verifier key to hand out."""
        return make_vkey(self.name, ED25519, self._public[1:])

    def signature_line(self, text: str) -> str:
        """Returns the line that this key adds to a note."""
        signature = self.key_id.to_bytes(4, "big") + self._key.sign(text.encode())
        return f"— {self.name} {strict64.encode(signature)}\n"

    def sign(self, text: str) -> str:
        """Returns the note: text, blank line, signature line. Raises NoteError for text that no note can hold."""
        if not text.endswith("\n") or _has_controls(text):
            raise NoteError("the text of a note ends in a newline and has no other control characters")
        return f"{text}\n{self.signature_line(text)}"


def make_vkey(name: str, kind: int, public: bytes) -> str:
    """Returns the text form of a public key of the kind."""
    material = bytes([kind]) + public
    return f"{name}+{_key_id(name, material):08x}+{strict64.encode(material)}"


def split_note(note: str) -> tuple[str, list[Signature]]:
    """Returns the text and the signature lines, none of them verified. Raises NoteError for malformed notes."""
    if len(note) > _NOTE_LIMIT or _has_controls(note):
        raise NoteError("not a signed note")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not text or not lines.endswith("\n"):
        raise NoteError("not a signed note")
    signatures = [_read_line(line) for line in lines[:-1].split("\n")]
    if len(signatures) > _SIGNATURE_LIMIT:
        raise NoteError("more signatures than anyone needs")
    return text + "\n", signatures


def open_note(note: str, verifiers: Iterable[Verifier]) -> OpenedNote:
    """Returns the text once a known key has signed it.

    Raises Unsigned where no known key has, NoteError where a known key's signature is wrong or the note is malformed.
    """
    text, lines = split_note(note)
    known = {(each.name, each.key_id): each for each in verifiers}
    opened = OpenedNote(text, [], [])
    seen: set[tuple[str, int]] = set()
    for line in lines:
        verifier = known.get((line.name, line.key_id))
        if (line.name, line.key_id) in seen:
            continue
        if verifier is None:
            opened.unknown.append(line)
            continue
        seen.add((line.name, line.key_id))
        try:
            signed_at = verifier.verify(text, line.value)
        except CannotCheck:
            opened.unchecked.append(line)
        else:
            opened.signatures.append(Signature(line.name, line.key_id, line.value, signed_at))
    if not opened.signatures:
        raise Unsigned("no known key has signed the note")
    return opened


def _read_line(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    try:
        decoded = strict64.decode(encoded)
    except ValueError as problem:
        raise NoteError("a signature line is malformed") from problem
    if dash != "—" or not _is_name(name) or len(decoded) < 5:
        raise NoteError("a signature line is malformed")
    return Signature(name, int.from_bytes(decoded[:4], "big"), decoded[4:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not _has_controls(name) and not any(c.isspace() for c in name)


def _has_controls(text: str) -> bool:
    return re.search("[\x00-\x09\x0b-\x1f\ud800-\udfff]", text) is not None


def _key_id(name: str, material: bytes) -> int:
    """`material` is the kind byte and the public key."""
    return int.from_bytes(sha256(name.encode() + b"\n" + material).digest()[:4], "big")


def _private_key(seed: bytes) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def _verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return ed25519.verify(public, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_mldsa(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
    except ImportError as problem:
        raise CannotCheck("ML-DSA-44 signatures need the cryptography package") from problem
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except UnsupportedAlgorithm as problem:
        raise CannotCheck("this machine's cryptography package has no ML-DSA-44") from problem
    except (InvalidSignature, ValueError):
        return False
    return True
