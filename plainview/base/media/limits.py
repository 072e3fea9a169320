"""How much one file may cost. A hostile file meets these, never a hang and never a full machine."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1 << 30

MAX_PIXELS = 40_000_000  # a frame of 8K has 33 million
MEMORY = 2 * GIB  # address space of one worker; a 4K decoder with its threads needs about 1
MOST_POINTS = 10_000  # positions of one file; more are thinned evenly
MOST_TEXT = 300  # characters of one text that a file says


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may use: seconds waited for the worker, bytes it may answer with."""

    wall: float
    silence: float = 60.0  # seconds without a sign of life
    output: int = 0  # bytes of a made file; 0 where the answer is JSON only


PROBE = Limits(wall=60)
POSTER = Limits(wall=60, output=8 << 20)
SCRUB = Limits(wall=180, output=32 << 20)
WAVEFORM = Limits(wall=900, output=4 << 20)
CPU = 4 * 3600  # processor seconds of a worker; a proxy of a long recording is the most


def remux(size: int) -> Limits:
    """Limits of a viewing copy: it reads the file twice and can't be much larger."""
    return Limits(wall=600 + size / (4 << 20), output=2 * size + (64 << 20))


def proxy(duration_ms: int | None) -> Limits:
    """Limits of a converted copy: eight times the length, and what 720p may need at its worst."""
    seconds = (duration_ms or 3_600_000) / 1000
    return Limits(wall=300 + 8 * seconds, silence=180, output=int(seconds * (2 << 20)) + (64 << 20))
