"""FLOE, seekable authenticated encryption in segments (c2sp.org/FLOE): AES-256-GCM and HKDF-Expand-SHA-384.

A ciphertext is a header (parameters, random IV, tag over key and AAD) and segments of equal length, the last one
shorter and marked as last. Each segment is encrypted under a fresh random nonce and bound to its position and to
whether it is the last: one that was flipped, moved, dropped or added doesn't open.
`Cipher` is the random-access layer: who uses it sees to it that there is exactly one last segment and no gap.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

KEY: Final = 32
IV: Final = 32
NONCE: Final = 12
TAG: Final = 16
FRAME: Final = 4 + NONCE + TAG  # what a segment needs beside its content
HEADER: Final = 10 + IV + 32
NOT_LAST: Final = b"\xff\xff\xff\xff"
MOST_SEGMENTS: Final = 1 << 40

Bytes = bytes | bytearray | memoryview


class FloeError(Exception):
    """A ciphertext that isn't what this key and these associated data made."""


class BadHeader(FloeError):
    """The header belongs to another key, other associated data or other parameters, or was changed."""


class BadSegment(FloeError):
    """A segment was changed, moved, cut or added."""

    def __init__(self, position: int, why: str) -> None:
        self.position = position
        super().__init__(f"segment {position} {why}")


@dataclass(frozen=True)
class Parameters:
    """The length of an encrypted segment in bytes, and after how many segments (2**rotation) the key is renewed."""

    segment: int = 64 * 1024
    rotation: int = 20  # fixed by the specification; its own test files use a smaller one

    @property
    def payload(self) -> int:
        """Bytes of content in a full segment."""
        return self.segment - FRAME

    @property
    def encoded(self) -> bytes:
        """The ten bytes that name cipher, key derivation, segment and IV length."""
        return b"\0\0" + self.segment.to_bytes(4, "big") + IV.to_bytes(4, "big")

    def segments(self, size: int) -> int:
        """How many segments `size` bytes of content fill. Nothing fills one, too: the last."""
        return max(1, -(-size // self.payload))

    def stored_size(self, size: int) -> int:
        """How many bytes `size` bytes of content come to when encrypted."""
        return HEADER + size + self.segments(size) * FRAME

    def content_size(self, stored: int) -> int:
        """How many bytes of content a file of `stored` bytes holds; the reverse of `stored_size`, at least 0."""
        body = max(stored - HEADER, FRAME)
        return body - -(-body // self.segment) * FRAME

    def starts_at(self, position: int) -> int:
        """The byte of the encrypted file at which a segment begins."""
        return HEADER + position * self.segment


STANDARD: Final = Parameters()


class Cipher:
    """Seals and opens the segments of one message. May be used by several threads at once."""

    def __init__(self, key: bytes, aad: bytes, iv: bytes, parameters: Parameters) -> None:
        if len(key) != KEY:
            raise ValueError(f"a FLOE key has {KEY} bytes, not {len(key)}")
        self.parameters = parameters
        self._aad, self._iv = aad, iv
        self.header = parameters.encoded + iv + self._derive(key, b"HEADER_TAG:", 32)
        self._message_key = self._derive(key, b"MESSAGE_KEY:", 48)
        self._ciphers: dict[int, AESGCM] = {}

    @classmethod
    def start(cls, key: bytes, aad: bytes, parameters: Parameters = STANDARD) -> Cipher:
        """Begins a new message under a fresh IV."""
        return cls(key, aad, os.urandom(IV), parameters)

    @classmethod
    def reopen(cls, key: bytes, aad: bytes, header: bytes, parameters: Parameters = STANDARD) -> Cipher:
        """Continues a message from its header, to read it or to add to it. Raises BadHeader."""
        if len(header) != HEADER:
            raise BadHeader(f"the header has {len(header)} bytes instead of {HEADER}")
        if header[:10] != parameters.encoded:
            raise BadHeader("the header names other parameters")
        cipher = cls(key, aad, bytes(header[10 : 10 + IV]), parameters)
        if not hmac.compare_digest(cipher.header, header):
            raise BadHeader("the header's tag doesn't fit this key and these associated data")
        return cipher

    def seal_into(self, position: int, content: Bytes, out: memoryview, *, last: bool) -> int:
        """Encrypts one segment into the beginning of `out`; returns its length. Only the last may be short."""
        size, most = len(content), self.parameters.payload
        if size > most or (size < most and not last):
            raise ValueError(f"segment {position} has {size} bytes of content; a full one has {most}")
        if not 0 <= position < MOST_SEGMENTS:
            raise ValueError(f"there is no segment {position}")
        end = size + FRAME
        nonce = os.urandom(NONCE)
        out[:4] = end.to_bytes(4, "big") if last else NOT_LAST
        out[4 : 4 + NONCE] = nonce
        self._cipher(position).encrypt_into(nonce, content, _bound(position, last), out[4 + NONCE : end])
        return end

    def open_into(self, position: int, segment: memoryview, out: memoryview, *, last: bool) -> int:
        """Decrypts one segment into the beginning of `out`; returns how many bytes. Raises BadSegment."""
        length = len(segment)
        if last and not FRAME <= length <= self.parameters.segment:
            raise BadSegment(position, f"has {length} bytes")
        if not last and length != self.parameters.segment:
            raise BadSegment(position, f"has {length} of {self.parameters.segment} bytes")
        if bytes(segment[:4]) != (length.to_bytes(4, "big") if last else NOT_LAST):
            raise BadSegment(position, "has a wrong length mark")
        size = length - FRAME
        nonce, sealed = segment[4 : 4 + NONCE], segment[4 + NONCE :]
        try:
            self._cipher(position).decrypt_into(nonce, sealed, _bound(position, last), out[:size])
        except InvalidTag:
            raise BadSegment(position, "fails its authentication tag") from None
        return size

    def _cipher(self, position: int) -> AESGCM:
        first = position >> self.parameters.rotation << self.parameters.rotation
        found = self._ciphers.get(first)
        if found is None:
            found = AESGCM(self._derive(self._message_key, b"DEK:" + first.to_bytes(8, "big"), KEY))
            self._ciphers[first] = found
        return found

    def _derive(self, key: bytes, purpose: bytes, length: int) -> bytes:
        info = self.parameters.encoded + self._iv + purpose + self._aad
        return HKDFExpand(SHA384(), length, info).derive(key)


def encrypt(key: bytes, aad: bytes, content: bytes, parameters: Parameters = STANDARD) -> bytes:
    """Encrypts what fits into memory."""
    cipher = Cipher.start(key, aad, parameters)
    out = bytearray(parameters.stored_size(len(content)))
    out[:HEADER] = cipher.header
    last, at, view = parameters.segments(len(content)) - 1, HEADER, memoryview(out)
    for position in range(last + 1):
        piece = content[position * parameters.payload : (position + 1) * parameters.payload]
        at += cipher.seal_into(position, piece, view[at:], last=position == last)
    return bytes(out)


def decrypt(key: bytes, aad: bytes, ciphertext: bytes, parameters: Parameters = STANDARD) -> bytes:
    """Decrypts what fits into memory, from anyone's FLOE. Raises BadHeader or BadSegment."""
    cipher = Cipher.reopen(key, aad, ciphertext[:HEADER], parameters)
    out, rest, position = bytearray(), memoryview(ciphertext)[HEADER:], 0
    content = memoryview(bytearray(parameters.payload))
    while True:
        last = bytes(rest[:4]) != NOT_LAST
        segment = rest if last else rest[: parameters.segment]
        out += content[: cipher.open_into(position, segment, content, last=last)]
        if last:
            return bytes(out)
        rest, position = rest[parameters.segment :], position + 1


def _bound(position: int, last: bool) -> bytes:
    return position.to_bytes(8, "big") + (b"\1" if last else b"\0")
