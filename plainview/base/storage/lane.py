"""Threads for one stream: each lane works off its items in order, and hashing, encrypting and disk overlap.

SHA-256, AES and file calls let go of Python's lock, so lanes really run side by side.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_STOP: Final = object()


class Lane(Generic[T]):
    """One thread that does `work` with each item it is handed. A failure is raised to whoever hands the next."""

    def __init__(self, work: Callable[[T], None], done: Callable[[T], None] | None = None) -> None:
        self._work, self._done = work, done
        self._items: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._handed = 0
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None
        self.stopped = threading.Event()

    def hand(self, item: T) -> None:
        """Queues an item. Raises what an earlier one failed with."""
        self._raise()
        if self.stopped.is_set():
            raise RuntimeError("this lane was stopped")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True, name="storage")
            self._thread.start()
        self._handed += 1
        self._items.put(item)

    def settle(self) -> None:
        """Waits until everything handed so far is done. Raises what failed."""
        for _ in range(self._handed):
            self._idle.acquire()
        self._handed = 0
        self._raise()

    def stop(self) -> None:
        """Drops what waits and ends the thread after the item in hand. Safe to call twice."""
        self.stopped.set()
        if self._thread is not None:
            self._items.put(_STOP)
            if self._thread is not threading.current_thread():
                self._thread.join()
            self._thread = None

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while (item := self._items.get()) is not _STOP:
            try:
                if self._failure is None and not self.stopped.is_set():
                    self._work(item)  # type: ignore[arg-type]
            except BaseException as failure:  # carried over to the thread that hands in the work
                self._failure = failure
            finally:
                if self._done is not None:
                    self._done(item)  # type: ignore[arg-type]
                self._idle.release()


class Buffers:
    """A few buffers that go round: whoever fills them waits for whoever empties them, so memory stays flat."""

    def __init__(self, make: Callable[[], memoryview], count: int) -> None:
        self._make, self._unmade = make, count
        self._free: queue.SimpleQueue[memoryview] = queue.SimpleQueue()

    def take(self) -> memoryview:
        """Waits for a free buffer."""
        if self._unmade and self._free.empty():
            self._unmade -= 1
            return self._make()
        return self._free.get()

    def give(self, buffer: memoryview) -> None:
        """Returns a buffer of `take`."""
        self._free.put(buffer)
