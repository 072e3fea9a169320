"""How long footage takes to be understood and made viewable, against the same work without a sandbox, in one run.

python -m bench.media                the table
python -m bench.media --fuzz 500     damages files 500 times; anything but a plain answer within the limits is an error
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from plainview.base.media import FileSource, Workbench
from plainview.base.media.tests.clips import looped, make_clip
from plainview.base.media.tests.damage import damaged_files

SECONDS, PROXY_SECONDS = 300, 20


def main() -> int:
    """Runs the table or the fuzz loop; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fuzz", type=int, metavar="N", help="damage files N times and look at what comes back")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.fuzz:
            return fuzz(Path(folder), chosen.fuzz, chosen.seed)
        rows = table(Path(folder))
    if chosen.json:
        print(json.dumps(rows))
        return 0
    print(f"{'5 min of 720p30 H.264 + AAC':<34} {'ours s':>9} {'bare s':>9} {'ratio':>7}")
    for row in rows:
        print(f"{row['what']:<34} {row['ours']:>9.3f} {row['bare']:>9.3f} {row['ours'] / row['bare']:>7.2f}")
    return 0


def table(folder: Path) -> list[dict[str, Any]]:
    """Returns one row for each piece of work."""
    short = make_clip(folder / "short.mp4", seconds=10, size=(1280, 720), fps=30, gop=30, options={"b": "4M"})
    clip = looped(short, folder / "clip.mp4", SECONDS)
    small = looped(short, folder / "small.mp4", PROXY_SECONDS)
    with FileSource(clip) as source, Workbench(source) as bench:
        facts = bench.probe(clip.name)
        warm = [
            ("poster", lambda: bench.poster(facts), lambda: bare_poster(clip)),
            ("scrub sheet, 100 pictures", lambda: bench.scrub(facts), lambda: bare_key_pictures(clip)),
            ("waveform", lambda: bench.waveform(facts), lambda: bare_waveform(clip)),
            ("viewing copy (remux)", lambda: drain(bench.remux()), lambda: bare_remux(clip)),
        ]
        rows = [
            _row("probe, a process each", lambda: _probe(clip), lambda: bare_process(clip), times=5),
            _row("probe, process there already", lambda: bench.probe(clip.name), lambda: bare_probe(clip), times=5),
            *(_row(what, ours, bare) for what, ours, bare in warm),
        ]
    with FileSource(small) as source, Workbench(source) as bench:
        facts = bench.probe(small.name)
        what = f"converted copy (proxy) of {PROXY_SECONDS} s"
        rows.append(_row(what, lambda: drain(bench.proxy(facts)), lambda: bare_proxy(small)))
    return rows


def _row(what: str, ours: Callable[[], Any], bare: Callable[[], Any], times: int = 1) -> dict[str, Any]:
    taken = [(timed(ours), timed(bare)) for _ in range(times)]
    return {"what": what, "ours": min(a for a, _ in taken), "bare": min(b for _, b in taken)}


def timed(work: Callable[[], Any]) -> float:
    """Returns the seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def drain(pieces: Any) -> int:
    """Reads everything and returns how many bytes there were."""
    return sum(len(piece) for piece in pieces)


def _probe(clip: Path) -> None:
    with FileSource(clip) as source, Workbench(source) as bench:
        assert bench.probe(clip.name).problem is None


def bare_probe(clip: Path) -> None:
    """Opens the file and decodes one picture, in this process."""
    with av.open(str(clip)) as opened:
        next(opened.decode(video=0))


def bare_process(clip: Path) -> None:
    """The same in a Python process of its own, as one would call a tool."""
    code = "import av, sys; next(av.open(sys.argv[1]).decode(video=0))"
    subprocess.run([sys.executable, "-I", "-c", code, str(clip)], check=True)


def bare_poster(clip: Path) -> None:
    """One picture as JPEG."""
    with av.open(str(clip)) as opened:
        opened.seek(1_000_000)
        frame = next(opened.decode(video=0)).reformat(960, 540)
    frame.to_image().save(io.BytesIO(), "JPEG")  # type: ignore[no-untyped-call]


def bare_key_pictures(clip: Path) -> None:
    """Every key frame, small."""
    with av.open(str(clip)) as opened:
        stream = opened.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        for frame in opened.decode(stream):
            frame.reformat(160, 90, "yuvj420p")


def bare_waveform(clip: Path) -> None:
    """The highest sample of every frame."""
    with av.open(str(clip)) as opened:
        for frame in opened.decode(audio=0):
            np.abs(frame.to_ndarray()).max()


def bare_remux(clip: Path) -> None:
    """Packets into a new MP4 on the disk, index last."""
    with av.open(str(clip)) as opened, av.open(str(clip.with_suffix(".copy.mp4")), "w") as out:
        routes = {s.index: out.add_stream_from_template(s, opaque=True) for s in opened.streams}
        for packet in opened.demux():
            if packet.dts is not None:
                packet.stream = routes[packet.stream.index]
                out.mux(packet)


def bare_proxy(clip: Path) -> None:
    """Decode and encode the picture as the proxy does."""
    with av.open(str(clip)) as opened, av.open(str(clip.with_suffix(".proxy.mp4")), "w") as out:
        stream: Any = out.add_stream("libx264", rate=Fraction(30))
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23"}
        for frame in opened.decode(video=0):
            frame.pict_type = 0
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def fuzz(folder: Path, turns: int, seed: int) -> int:
    """Damages files and does everything to them; returns 1 if anything but facts or a MediaError came back."""
    counts: dict[str, int] = {}
    slowest = 0.0
    for name, outcome, seconds in damaged_files(folder, turns, seed):
        counts[outcome] = counts.get(outcome, 0) + 1
        slowest = max(slowest, seconds)
        if outcome.startswith("UNEXPECTED"):
            print(f"{name}: {outcome}", file=sys.stderr)
    print(f"{turns} damaged files: {counts}; the slowest took {slowest:.1f} s")
    return int(any(outcome.startswith("UNEXPECTED") for outcome in counts))


if __name__ == "__main__":
    sys.exit(main())
