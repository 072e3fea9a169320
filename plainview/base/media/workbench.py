"""One sandboxed process for one file: look into it, take pictures, make copies, as many of them as are wanted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from . import checked, judging, limits
from .errors import MediaError, SandboxUnavailable
from .facts import Facts
from .limits import Limits
from .source import Source
from .spool import Spool
from .worker import Worker


@dataclass(frozen=True)
class ScrubSheet:
    """Small pictures of a recording on one JPEG, row by row: number n shows the moment n * every_ms."""

    jpeg: bytes
    columns: int
    count: int
    every_ms: int
    width: int  # of one picture
    height: int


class Workbench:
    """Use it as a context manager; the process starts with the first request and ends when the context does.

    It belongs to the thread that first asks something of it: Linux ends the process with that thread.
    """

    def __init__(self, source: Source, scratch: Path | None = None) -> None:
        """`scratch` is a folder for a converted copy on its way (in cipher); the system's own where left out."""
        self._source = source
        self._scratch = scratch
        self._worker: Worker | None = None

    def probe(self, name: str) -> Facts:
        """Returns what the file is and says. Bad content is a `problem` in the facts, never an exception."""
        try:
            answer = self._ask("look", limits.PROBE)
        except SandboxUnavailable as error:
            return judging.unseen(name, f"The file was not opened. {error}")
        except MediaError as error:
            return judging.unseen(name, f"The file could not be looked into. {error}")
        return judging.judge(answer if isinstance(answer, dict) else {}, name)

    def poster(self, facts: Facts) -> bytes:
        """Returns a JPEG that stands for the recording, at most 960 × 720.

        Raises:
            MediaError: there is no picture, or a limit was met.
        """
        made, _ = self._make("poster", limits.POSTER, duration_ms=facts.duration_ms)
        return _jpeg(made)

    def scrub(self, facts: Facts) -> ScrubSheet:
        """Returns up to 100 small pictures at even times.

        Raises:
            MediaError: there is no picture, or a limit was met.
        """
        made, answer = self._make("scrub", limits.SCRUB, duration_ms=facts.duration_ms)
        names = ("columns", "count", "every_ms", "width", "height")
        return ScrubSheet(_jpeg(made), *checked.numbers(answer, *names))

    def waveform(self, facts: Facts) -> bytes:
        """Returns JSON: `every_ms`, `peaks` from 0 to 255, `silent`.

        Raises:
            MediaError: there is no sound, or a limit was met.
        """
        answer = self._ask("waveform", limits.WAVEFORM, duration_ms=facts.duration_ms)
        (every,) = checked.numbers(answer, "every_ms")
        raw = answer.get("peaks")
        peaks = [checked.number(p, 0, 255) for p in raw[:8192]] if isinstance(raw, list) else []
        if not peaks or None in peaks:
            raise MediaError("The decoder's answer is not understood.")
        made = {"every_ms": every, "peaks": peaks, "silent": answer.get("silent") is True}
        return json.dumps(made, separators=(",", ":")).encode()

    def remux(self) -> Iterator[bytes]:
        """Yields an MP4 with the same streams, byte for byte, and its index in front.

        Raises:
            MediaError: it can't be copied, or a limit was met; also after some of it has been yielded.
        """
        return self._stream("remux", limits.remux(self._source.size))

    def proxy(self, facts: Facts) -> Iterator[bytes]:
        """Yields an MP4 of H.264 and AAC, at most 1280 × 720, with its index in front.

        The whole has to be encoded before the first byte comes: only then is the index known.

        Raises:
            MediaError: it can't be decoded, or a limit was met; also after some of it has been yielded.
        """
        with Spool(self._scratch) as spool:
            for piece in self._stream("proxy", limits.proxy(facts.duration_ms), duration_ms=facts.duration_ms):
                spool.write(piece)
            spool.seal()
            with Workbench(spool) as copier:
                yield from copier.remux()

    def close(self) -> None:
        """Ends the process."""
        if self._worker:
            self._worker.close()
            self._worker = None

    def _process(self) -> Worker:
        """The file's process; a new one where the last has met its end."""
        if self._worker is None or not self._worker.alive:
            self._worker = Worker(self._source)
        return self._worker

    def _ask(self, verb: str, limit: Limits, **args: Any) -> Any:
        return self._process().ask(verb, limit, **args)

    def _make(self, verb: str, limit: Limits, **args: Any) -> tuple[bytes, Any]:
        *pieces, answer = self._process().conversation(verb, limit, args)
        return b"".join(pieces), answer

    def _stream(self, verb: str, limit: Limits, **args: Any) -> Iterator[bytes]:
        for piece in self._process().conversation(verb, limit, args):
            if isinstance(piece, bytearray):
                yield bytes(piece)

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _jpeg(made: bytes) -> bytes:
    if not (made.startswith(b"\xff\xd8\xff") and made.endswith(b"\xff\xd9")):
        raise MediaError("The decoder made something that is no picture.")
    return made
