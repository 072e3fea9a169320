"""Taking up an upload where its state left it: what the disk holds must be what was promised."""

from __future__ import annotations

import hmac

from plainview.base.storage.errors import Damaged
from plainview.base.storage.floe import STANDARD, Cipher
from plainview.base.storage.marks import Chunks, Marks
from plainview.base.storage.segments import Segments
from plainview.base.storage.shelf import Part
from plainview.base.storage.state import State
from plainview.ledger.chunks import CHUNK


def cut_to_promise(part: Part, state: State, tail: bytes) -> int:
    """Drops what was written past the promise; returns how many segments remain. Raises Damaged."""
    position, over = divmod(state.offset - len(tail), STANDARD.payload)
    promised = STANDARD.starts_at(position)
    if over or position < 0:
        raise Damaged(f"the saved state of upload {state.id} contradicts itself; send the file again")
    if part.size < promised:
        raise Damaged(
            f"upload {state.id} has {part.size} bytes on the disk where {promised} were promised; send the file again"
        )
    part.truncate(promised)
    return position


def primed_chunks(part: Part, cipher: Cipher, position: int, tail: bytes, state: State, marks: Marks) -> Chunks:
    """Returns the chunk hashes as they stood at the promise, the open chunk's read from the disk. Raises Damaged."""
    number = state.offset // CHUNK
    if len(marks) != number:
        raise Damaged(f"the marks of upload {state.id} are incomplete beside it; send the file again")
    chunks = Chunks(marks.add, number)
    chunks.update(memoryview(_from(number * CHUNK, part, cipher, position, tail)))
    if not hmac.compare_digest(marks.of(number, chunks.digest()), state.open):
        raise Damaged(f"upload {state.id} isn't on the disk as it arrived; send the file again")
    return chunks


def _from(start: int, part: Part, cipher: Cipher, position: int, tail: bytes) -> bytes:
    """Returns the content from byte `start` on, less than a chunk: whole segments of the part, and the tail."""
    payload = STANDARD.payload
    first = min(start // payload, position)
    content = bytearray((position - first) * payload)
    Segments(part, cipher, last=None).read(first, position, memoryview(content))
    return bytes((content + tail)[start - first * payload :])
