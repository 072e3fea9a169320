"""The body of a request as a stream: never gives more than it should, hashes what passes, knows when it is over."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from plainview.holdings.ingest.sources.protocol import Checksum


class Body:
    """Reads from the server itself, since Django's own wrapper copies everything once more."""

    def __init__(self, request: HttpRequest, checksum: Checksum | None) -> None:
        self._input: Any = request.META["wsgi.input"]
        self._checksum = checksum
        length = request.META.get("CONTENT_LENGTH") or ""
        self.announced: int | None = int(length) if length.isdigit() else None
        # Without a length (chunked transfer) the server ends the input itself, or there is nothing to read.
        self._over = self.announced is None and not request.META.get("wsgi.input_terminated")
        self.count = 0
        self._until = 0

    @property
    def ended(self) -> bool:
        """Whether nothing more will come: all of it came, or the client went away."""
        return self._over or self.count == self.announced

    def allow(self, most: int) -> Body:
        """Lets at most so many further bytes pass before the stream seems to end. Returns itself."""
        left = most if self.announced is None else min(most, self.announced - self.count)
        self._until = self.count + left
        return self

    def read(self, size: int) -> bytes:
        """Reads at most so many bytes; empty at the end, or where the client went away."""
        wanted = min(size, self._until - self.count)
        if wanted <= 0 or self._over:
            return b""
        try:
            data: bytes = self._input.read(wanted)
        except OSError:  # the connection was lost
            data = b""
        self._over = not data
        self.count += len(data)
        if self._checksum is not None:
            self._checksum.hash.update(data)
        return data
