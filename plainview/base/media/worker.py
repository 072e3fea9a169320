"""One sandboxed process that works on one file. It is not trusted: what it sends is bounded and checked."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from . import limits, sandbox
from .errors import MediaError, SandboxUnavailable
from .inside import wire
from .limits import Limits
from .source import Source

KILLED = {
    signal.SIGXCPU: "it used more processor time than a file may",
    signal.SIGKILL: "it used more processor time than a file may, or was ended from outside",
    signal.SIGSEGV: "the decoder crashed on it",
    signal.SIGABRT: "the decoder crashed on it",
    signal.SIGBUS: "the decoder crashed on it",
    signal.SIGFPE: "the decoder crashed on it",
    signal.SIGILL: "the decoder crashed on it",
    signal.SIGSYS: "the decoder tried something that it may not do",
}


class Worker:
    """Starts with the first question and ends with `close`; several questions about the file may follow."""

    def __init__(self, source: Source, *, memory: int = limits.MEMORY, cpu: int = limits.CPU) -> None:
        self._source = source
        ours, theirs = socket.socketpair()
        try:
            self._process = subprocess.Popen(
                sandbox.command(memory, cpu),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
            )
        except OSError as error:
            ours.close()
            raise SandboxUnavailable(f"The sandbox could not be started ({error}). {sandbox.MEND}") from None
        finally:
            theirs.close()
        self._line = wire.Line(ours)
        self._talked = False
        self.alive = True

    def ask(self, verb: str, limit: Limits, **args: Any) -> Any:
        """Returns the JSON answer to a question.

        Raises:
            MediaError: the work failed, or a limit was met.
        """
        answer: Any = None
        for piece in self.conversation(verb, limit, args):
            answer = piece  # a question without output has no room for pieces
        return answer

    def conversation(self, verb: str, limit: Limits, args: dict[str, Any]) -> Iterator[bytearray | Any]:
        """Yields pieces of a made file as bytearrays, and the JSON answer last.

        Only the time spent waiting for the worker and reading for it counts, not what the consumer takes.

        Raises:
            MediaError: the work failed, or a limit was met.
        """
        left, room, in_step = limit.wall, limit.output, False
        self._say(verb, args)
        try:
            while True:
                began = time.monotonic()
                kind, payload = self._next(left, limit.silence)
                left -= time.monotonic() - began
                if kind == wire.PIECE:
                    room -= len(payload)
                    if room < 0:
                        raise MediaError("It made more than a file of this kind can need and was stopped.")
                    yield payload
                    continue
                if kind not in (wire.ANSWER, wire.FAILED):
                    raise MediaError("The decoder didn't keep to the form and was stopped.")
                value = self._json(payload)
                in_step = True
                if kind == wire.FAILED:
                    raise MediaError(_sentence(value))
                yield value
                return
        finally:
            if not in_step:
                self.close()

    def close(self) -> None:
        """Ends the process."""
        self.alive = False
        self._line.close()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()

    def _say(self, verb: str, args: dict[str, Any]) -> None:
        self._line.until(time.monotonic() + 30)
        try:
            self._line.send_json(wire.QUESTION, {"verb": verb, "size": self._source.size, "args": args})
        except wire.WireError:
            raise self._gone() from None

    def _next(self, left: float, silence: float) -> tuple[bytes, bytearray]:
        """Serves reads until something else comes: `left` seconds in all, `silence` for each step."""
        ends = time.monotonic() + max(left, 0.01)
        while True:
            self._line.until(min(ends, time.monotonic() + silence))
            try:
                kind, payload = self._line.receive()
                self._talked = True
                if kind != wire.WANT:
                    return kind, payload
                offset, length = wire.span(payload)
            except wire.WireError:
                raise self._gone() from None
            data = self._read(offset, length)
            try:
                self._line.send(wire.BYTES, data)
            except wire.WireError:
                raise self._gone() from None

    def _read(self, offset: int, length: int) -> bytes:
        try:
            return self._source.read_at(offset, min(length, max(0, self._source.size - offset))) if length else b""
        except BaseException:
            self.close()  # the store's own trouble is the caller's to hear, not the file's fault
            raise

    @staticmethod
    def _json(payload: bytearray) -> Any:
        if len(payload) > wire.LARGEST_JSON:
            raise MediaError("The decoder's answer is longer than allowed.")
        try:
            return json.loads(payload)
        except (ValueError, RecursionError):
            raise MediaError("The decoder's answer is not understood.") from None

    def _gone(self) -> MediaError:
        """The worker is dead or silent: says which."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.5)
        code = self._process.poll()
        self.close()
        if code is None:
            return MediaError("It took longer than a file may and was stopped.")
        if not self._talked and (wrong := sandbox.status()):
            return SandboxUnavailable(wrong)
        number = code - 128 if code > 128 else -code
        reason = KILLED.get(signal.Signals(number), "") if number in set(signal.Signals) else ""
        return MediaError(f"The decoder was stopped: {reason or 'it met a limit'}.")

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _sentence(failure: Any) -> str:
    why = failure.get("why") if isinstance(failure, dict) else None
    text = why if isinstance(why, str) and why else "It could not be read."
    return "".join(c for c in text[:400] if c.isprintable())
