"""The worker's loop: close the walls, then answer questions about one file until the other side hangs up."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
from typing import Any

from . import walls, wire
from .feed import Feed
from .trouble import Refused, plain

ONE_FILE = 0  # the socket stands where standard input would


def main(memory: int, cpu: int, only_try: int = 0) -> None:
    """Answers questions on descriptor 0; with `only_try`, loads everything, closes the walls and ends."""
    if only_try:
        import av  # noqa: F401

        walls.close_in(memory, cpu)
        return
    line = wire.Line(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, ONE_FILE))
    walls.close_in(memory, cpu)
    gc.freeze()
    with contextlib.suppress(wire.WireError):
        while True:
            _answer(line)


def _answer(line: wire.Line) -> None:
    kind, payload = line.receive()
    if kind != wire.QUESTION:
        raise wire.WireError("expected a question")
    question = json.loads(payload)
    try:
        answer = _do(question["verb"], Feed(line, question["size"]), line, question["args"])
    except wire.WireError:
        raise
    except Exception as error:
        line.send_json(wire.FAILED, {"why": plain(error)})
    else:
        line.send_json(wire.ANSWER, answer)


def _do(verb: str, feed: Feed, line: wire.Line, args: dict[str, Any]) -> Any:
    """Each verb loads only what it needs: looking at a text file doesn't wait for a decoder to load."""
    if verb == "look":
        from .look import look

        return look(feed, **args)
    if verb == "poster":
        from .poster import poster

        return poster(feed, line, **args)
    if verb == "scrub":
        from .scrub import scrub

        return scrub(feed, line, **args)
    if verb == "waveform":
        from .waveform import waveform

        return waveform(feed, **args)
    if verb == "remux":
        from .remux import remux

        return remux(feed, line, **args)
    if verb == "proxy":
        from .proxy import proxy

        return proxy(feed, line, **args)
    raise Refused(f"There is no work called {verb}.")
