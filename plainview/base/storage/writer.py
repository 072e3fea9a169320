"""Writing one object, in one go or in pieces over days and restarts. Never in clear on the disk."""

from __future__ import annotations

import hmac
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Any, BinaryIO
from uuid import uuid4

from plainview.base.storage import keys, resuming
from plainview.base.storage.errors import Missing, StorageError, Truncated, WrongHash
from plainview.base.storage.floe import STANDARD, Cipher
from plainview.base.storage.intake import Finished, Intake, Session
from plainview.base.storage.marks import MARK, Chunks, Marks
from plainview.base.storage.models import StoredObject
from plainview.base.storage.sealer import Sealer
from plainview.base.storage.segments import open_cipher
from plainview.base.storage.shelf import Part
from plainview.base.storage.shelves import current, shelf
from plainview.base.storage.state import State, open_tail, seal_tail
from plainview.base.storage.stored import Stored, bound_to
from plainview.ledger.chunks import CHUNK


class Writer:
    """An object that is being written, by this process alone.

    `offset` counts what was taken; only what `state()` promised survives a crash. Close it, finish it or discard
    it: until then it holds the lock on its file. After an error only `close` and `discard` help.
    """

    def __init__(self, state: State, key: bytes, session: Session, part: Part | None, kept: int = 0) -> None:
        self.id, self.handle, self.offset = state.id, state.handle, state.offset
        self._promise, self._key, self._session, self._part = state, key, session, part
        self._kept = kept  # marks that are durable
        self._block: memoryview | None = None
        self._filled = 0
        self._stored: Stored | None = None
        self._closed = False
        self._stop = weakref.finalize(self, session.stop)  # a writer that is dropped leaves no thread behind

    @classmethod
    def begin(cls, *, handle: str, agency: str, size_hint: int | None = None) -> Writer:
        """Starts an object for the item `handle`. Raises NoRoom where `size_hint` bytes can't fit, and KeyUnusable."""
        aad, epoch = bound_to(handle), keys.current_epoch(agency)
        key, object_id = keys.new_key(), uuid4()
        where = current()
        state = State(object_id, handle, epoch.name, keys.wrap(key, epoch.name), 0, b"", b"", where)
        part = shelf(where).begin(object_id, STANDARD.stored_size(size_hint or 0))
        try:
            cipher = Cipher.start(key, aad)
            part.append(memoryview(cipher.header))
        except BaseException:
            part.discard()
            raise
        marks = _marks(key)
        return cls(state, key, Intake(part, Sealer(part, cipher), Chunks(marks.add), marks, rolling=True), part)

    @classmethod
    def resume(cls, saved: dict[str, Any]) -> Writer:
        """Goes on from what `state()` promised; whatever was written past it is dropped.

        Where the object was finished but never registered, because of a crash in between, the writer takes nothing
        more and `finish` answers again. Raises Busy while another writer holds it, Missing where it is gone or
        registered, Damaged where the disk doesn't have what was promised, ValueError for what is no state.
        """
        state = State.from_json(saved)
        key = keys.unwrap(state.wrapped_key, state.epoch)
        tail = open_tail(key, state)
        try:
            part = shelf(state.shelf).reopen(state.id)
        except Missing:
            return cls._finished(state, key)
        try:
            position = resuming.cut_to_promise(part, state, tail)
            cipher = open_cipher(part, key, bound_to(state.handle), STANDARD)
            marks = _marks(key, part.marks(state.offset // CHUNK * MARK))
            chunks = resuming.primed_chunks(part, cipher, position, tail, state, marks)
        except BaseException:
            part.close()
            raise
        session = Intake(part, Sealer(part, cipher, position, tail), chunks, marks, rolling=False)
        return cls(state, key, session, part, kept=len(marks))

    @classmethod
    def _finished(cls, state: State, key: bytes) -> Writer:
        if not shelf(state.shelf).holds(state.id) or StoredObject.objects.filter(id=state.id).exists():
            raise Missing(f"upload {state.id} is gone or already registered")
        session = Finished(shelf(state.shelf).open(state.id), key, bound_to(state.handle))
        writer = cls(state, key, session, part=None)
        writer.offset = session.size
        return writer

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Takes the next piece. Raises what went wrong with earlier ones, too: NoRoom, Damaged, OSError."""
        self._need_open()
        rest = memoryview(data).cast("B")
        while rest:
            room = self._room()
            piece = rest[: len(room)]
            room[: len(piece)] = piece
            self._took(len(piece))
            rest = rest[len(piece) :]

    def receive(self, stream: BinaryIO, on_progress: Callable[[int], None] | None = None) -> None:
        """Takes all of a stream, without copying it where the stream can fill a buffer.

        `on_progress` is told the offset whenever bytes have come. Where the stream breaks, what came before is taken.
        """
        self._need_open()
        while got := _read_into(stream, self._room()):
            self._took(got)
            if on_progress is not None:
                on_progress(self.offset)

    def state(self) -> dict[str, Any]:
        """Makes everything up to `offset` durable; returns what `resume` needs, as JSON that tells no content."""
        self._need_open()
        self._flush()
        tail, marks, opened = self._session.settle()
        if self._part is not None:
            self._part.keep_marks(marks.since(self._kept), self._kept * MARK)
            self._kept = len(marks)
        promise = self._promise
        self._promise = State(
            id=promise.id,
            handle=promise.handle,
            epoch=promise.epoch,
            wrapped_key=promise.wrapped_key,
            offset=self.offset,
            tail=seal_tail(self._key, self.id, self.offset, tail),
            open=opened,
            shelf=promise.shelf,
        )
        return self._promise.as_json()

    def finish(self, expected_sha256: bytes | None = None, expected_size: int | None = None) -> Stored:
        """Makes all of it durable, reads it back from the disk, compares, gives it its final name.

        Raises Truncated or WrongHash where it isn't what the sender announced, Damaged where the disk doesn't give
        back what arrived. Then nothing has its final name; `discard` it, or go on from the last state.
        """
        if self._stored is not None:
            return self._stored
        self._need_open()
        self._flush()
        if expected_size is not None and self.offset != expected_size:
            raise Truncated(
                f"{self.offset:,} of {expected_size:,} bytes arrived. Nothing was kept; send the file again"
            )
        sha256, root = self._session.finish()
        if expected_sha256 is not None and not hmac.compare_digest(sha256, expected_sha256):
            told = f"announced with SHA-256 {expected_sha256.hex()}, arrived with {sha256.hex()}"
            raise WrongHash(f"{told}. Nothing was kept; send the file again")
        if self._part is not None:
            self._part.publish()
        promise = self._promise
        self._stored = Stored(
            id=self.id,
            handle=self.handle,
            epoch=promise.epoch,
            wrapped_key=promise.wrapped_key,
            size=self.offset,
            stored_size=STANDARD.stored_size(self.offset),
            sha256=sha256,
            chunk_root=root,
            shelf=promise.shelf,
        )
        self.close()
        return self._stored

    def discard(self) -> None:
        """Removes what was written, unless another process took it up meanwhile. Not for finished objects."""
        if self._stored is not None or self._part is None:
            raise StorageError(f"object {self.id} is finished: discard_unregistered removes it unless it has a row")
        self.close()
        shelf(self._promise.shelf).remove_part(self.id)

    def close(self) -> None:
        """Lets go of the object; what `state()` promised stays, to be resumed. Safe to call twice."""
        self._closed = True
        self._stop()
        if self._part is not None:
            self._part.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: object, trace: TracebackType | None) -> None:
        self.close()

    def _need_open(self) -> None:
        if self._closed:
            raise StorageError(f"the writer of object {self.id} is closed; resume it from its last state")

    def _room(self) -> memoryview:
        """Where the next bytes go: a block of 1 MiB, or what is left of one."""
        if self._block is None:
            self._block = self._session.buffer()
        return self._block[self._filled :]

    def _took(self, length: int) -> None:
        self._filled += length
        self.offset += length
        if self._block is not None and self._filled == len(self._block):
            self._flush()

    def _flush(self) -> None:
        block, self._block = self._block, None
        if block is not None:
            length, self._filled = self._filled, 0
            self._session.take(block, length)


def _marks(key: bytes, kept: bytes = b"") -> Marks:
    return Marks(keys.subkey(key, "plainview/writer/marks/1"), kept)


def _read_into(stream: BinaryIO, buffer: memoryview) -> int:
    """Has the stream fill the buffer, or some of it; returns how many bytes, 0 at its end."""
    readinto = getattr(stream, "readinto", None)
    if readinto is not None:
        return readinto(buffer) or 0
    data = stream.read(len(buffer))
    buffer[: len(data)] = data
    return len(data)
