"""What footage is, what it says of itself, and copies of it for viewing. Every decoder runs in a sandbox.

`probe` and the `make_*` functions start one process each; `Workbench` does several things to one file in one process.
"""

from __future__ import annotations

from collections.abc import Iterator

from .errors import MediaError, SandboxUnavailable
from .facts import Facts, Point, Said, Stream
from .source import BytesSource, FileSource, Source
from .times import Belief, believe
from .workbench import ScrubSheet, Workbench

__all__ = [
    "Belief",
    "BytesSource",
    "Facts",
    "FileSource",
    "MediaError",
    "Point",
    "Said",
    "SandboxUnavailable",
    "ScrubSheet",
    "Source",
    "Stream",
    "Workbench",
    "believe",
    "make_poster",
    "make_proxy",
    "make_scrub",
    "make_waveform",
    "probe",
    "remux",
]


def probe(source: Source, name: str) -> Facts:
    """Returns what the file is and says of itself; bad content is a `problem`, never an exception."""
    with Workbench(source) as bench:
        return bench.probe(name)


def make_poster(source: Source, facts: Facts) -> bytes:
    """Returns a JPEG that stands for the recording. Raises MediaError with a plain reason."""
    with Workbench(source) as bench:
        return bench.poster(facts)


def make_scrub(source: Source, facts: Facts) -> ScrubSheet:
    """Returns small pictures for the time bar. Raises MediaError with a plain reason."""
    with Workbench(source) as bench:
        return bench.scrub(facts)


def make_waveform(source: Source, facts: Facts) -> bytes:
    """Returns JSON with the sound's peaks. Raises MediaError with a plain reason."""
    with Workbench(source) as bench:
        return bench.waveform(facts)


def remux(source: Source, facts: Facts) -> Iterator[bytes]:
    """Yields an MP4 with the same streams and its index in front. Raises MediaError with a plain reason."""
    with Workbench(source) as bench:
        yield from bench.remux()


def make_proxy(source: Source, facts: Facts) -> Iterator[bytes]:
    """Yields an MP4 of H.264 and AAC for codecs that browsers don't play. Raises MediaError with a plain reason."""
    with Workbench(source) as bench:
        yield from bench.proxy(facts)
