"""Files damaged at random, but the same ones for the same seed, and what becomes of them."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from plainview.base.media import BytesSource, MediaError, Workbench
from plainview.base.media.tests.clips import make_clip


def whole_files(folder: Path) -> dict[str, bytes]:
    """Returns small whole recordings of the kinds that cameras write."""
    wanted = {
        "a.mp4": {},
        "fast.mp4": {"muxer": {"movflags": "faststart"}},
        "pieces.mp4": {"muxer": {"movflags": "frag_keyframe+empty_moov"}},
        "a.mov": {"audio": "pcm_s16le"},
        "a.mkv": {"options": {"bf": "2", "preset": "veryfast"}},
        "a.ts": {"container": "mpegts"},
        "a.avi": {"video": "mpeg4", "audio": "mp3"},
        "a.mpg": {"video": "mpeg2video", "audio": "mp2"},
        "a.wav": {"video": None, "audio": "pcm_s16le"},
    }
    made = {}
    for name, how in wanted.items():
        made[name] = make_clip(folder / name, seconds=1, size=(64, 48), gop=5, **how).read_bytes()  # type: ignore[arg-type]
    return made


def damage(data: bytes, dice: random.Random) -> bytes:
    """Returns the bytes with a few flipped, cut, doubled, or overwritten."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        at = dice.randrange(len(made) or 1) if dice.random() < 0.5 else min(dice.randrange(512), max(0, len(made) - 1))
        kind = dice.randrange(6)
        if kind == 0:
            made[at : at + 1] = bytes([made[at] ^ 1 << dice.randrange(8)]) if made else b""
        elif kind == 1:
            made[at : at + 4] = dice.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1"))
        elif kind == 2:
            del made[at : at + dice.randrange(1, 64)]
        elif kind == 3:
            made[at:at] = made[at : at + dice.randrange(1, 256)]
        elif kind == 4:
            made[at : at + 8] = dice.randbytes(8)
        elif dice.random() < 0.3:
            del made[at:]
    return bytes(made)


def outcome_of(data: bytes, name: str) -> str:
    """Does everything to a file and says what came of it; UNEXPECTED where that was no plain answer."""
    try:
        with Workbench(BytesSource(data)) as bench:
            facts = bench.probe(name)
            for work in (bench.poster, bench.scrub, bench.waveform, lambda _: list(bench.remux())):
                try:
                    work(facts)
                except MediaError as error:
                    if not str(error).strip():
                        return "UNEXPECTED: an error without a word"
    except Exception as error:
        return f"UNEXPECTED: {type(error).__name__}: {error}"
    return "a problem said" if facts.problem else "understood"


def damaged_files(folder: Path, turns: int, seed: int) -> Iterator[tuple[str, str, float]]:
    """Yields name, outcome and seconds of each damaged file."""
    dice = random.Random(seed)
    files = sorted(whole_files(folder).items())
    for turn in range(turns):
        name, data = files[turn % len(files)]
        began = time.monotonic()
        yield f"{name} turn {turn} seed {seed}", outcome_of(damage(data, dice), name), time.monotonic() - began
