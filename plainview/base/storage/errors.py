"""What can go wrong with stored bytes, each as a plain fact that tells the next step."""

from __future__ import annotations

from dataclasses import dataclass


class StorageError(Exception):
    """Anything that keeps bytes from being stored or given back."""


class NoRoom(StorageError):
    """The disk, a quota or a file-size limit is full. Nothing was acknowledged; free room and send again."""


class Missing(StorageError):
    """There are no bytes under this id: removed by hand, or a disk that isn't mounted."""


class Destroyed(Missing):
    """The object was destroyed by an order; its row stays and says when and by which. Nothing brings it back."""


class NotAllowed(StorageError):
    """A step towards destruction without what it needs: an order of this very transaction, an epoch without objects."""


class Busy(StorageError):
    """Another process is writing this very upload. Try again when it has let go."""


class Truncated(StorageError):
    """The stream ended before the size it announced. Nothing was kept; send the file again."""


class WrongHash(StorageError):
    """What arrived isn't what the sender said it sent. Nothing was kept; send the file again."""


class KeyUnusable(StorageError):
    """The key of an epoch is missing, destroyed, unreadable, or another key than the one that was used."""


@dataclass(frozen=True)
class Place:
    """Where in a stored file the damage lies."""

    segment: int  # counted from 0; -1 is the header
    stored_offset: int  # byte of the encrypted file at which the segment begins
    stored_length: int  # bytes of the encrypted file
    offset: int  # byte of the original at which the segment's content begins
    length: int  # bytes of the original that can't be had

    def __str__(self) -> str:
        if self.segment < 0:
            return f"the header (stored bytes 0–{self.stored_length - 1}), so nothing of it can be read"
        stored = f"{self.stored_offset}–{self.stored_offset + self.stored_length - 1}"
        if not self.length:
            return f"segment {self.segment} (stored bytes {stored})"
        return f"segment {self.segment} (stored bytes {stored}, bytes {self.offset}–{self.offset + self.length - 1})"


class Damaged(StorageError):
    """The bytes on the disk are not the bytes that were stored. `places` says where, as far as it can be told."""

    def __init__(self, message: str, places: tuple[Place, ...] = ()) -> None:
        self.places = places
        shown = "; ".join(str(p) for p in places[:5]) + ("; …" if len(places) > 5 else "")
        super().__init__(f"{message}: {shown}" if places else message)
