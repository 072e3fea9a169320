"""Turns scenes into files as a camera would leave them: H.264 and AAC in MP4, named as a dock names them."""

from __future__ import annotations

import io
import json
import math
import shutil
import subprocess
import wave
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from plainview.site.demo import scene
from plainview.site.demo.city import Press

SOUND_RATE = 22_050
STAMP = "%Y%m%dT%H%M%SZ"
CENTER = (39.0119, -98.4842)  # the middle of Kansas: fields, nobody's street


def write_press(folder: Path, press: Press, start: datetime, number: int) -> Path:
    """Writes one press as a folder `<user>_<serial>_<trigger-on>` with its clips; returns the folder."""
    home = folder / f"demo-user_{press.camera}_{start.strftime(STAMP)}"
    home.mkdir(parents=True, exist_ok=True)
    length = press.seconds / press.parts
    for part in range(press.parts):
        offset = part * length
        clip_start = start + timedelta(seconds=offset)
        target = home / f"{clip_start.strftime(STAMP)}_{number:04x}.mp4"
        _write_clip(target, press, start, offset, length)
    if press.trail:
        trail = home / f"{start.strftime('%Y%m%d_%H%M%S')}_{number:04x}_{press.camera}_gpstrail.json"
        trail.write_text(json.dumps(_trail(press, start), indent=1), encoding="utf-8")
    return home


def _write_clip(path: Path, press: Press, start: datetime, offset: float, length: float) -> None:
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as box:
        picture = box.add_stream("libx264", rate=scene.RATE, options={"preset": "veryfast", "crf": "27"})
        picture.width, picture.height, picture.pix_fmt = scene.WIDTH, scene.HEIGHT, "yuv420p"
        picture.codec_context.gop_size = scene.RATE * 2
        sound = box.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for n in range(int(length * scene.RATE)):
            image = scene.frame(press.scene, offset + n / scene.RATE, start, press.camera)
            box.mux(picture.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        box.mux(picture.encode())
        _write_sound(box, sound, _sound(press.says, length))


def _write_sound(box: Any, stream: Any, samples: NDArray[np.int16]) -> None:
    for at in range(0, len(samples), 1024):
        part = av.AudioFrame.from_ndarray(samples[at : at + 1024].reshape(1, -1), format="s16", layout="mono")
        part.sample_rate, part.pts, part.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
        box.mux(stream.encode(part))
    box.mux(stream.encode())


def _sound(text: str, seconds: float) -> NDArray[np.int16]:
    """Street noise, with the text spoken over it where this machine has a voice."""
    count = int(seconds * SOUND_RATE)
    rng = np.random.default_rng(len(text))
    hum = rng.normal(0, 260, count) + 500 * np.sin(np.arange(count) * 2 * math.pi * 70 / SOUND_RATE)
    voice = _speak(text) if text else np.zeros(0, np.int16)
    begin = SOUND_RATE
    room = max(0, min(len(voice), count - begin))
    hum[begin : begin + room] += voice[:room] * 0.8
    loud: NDArray[np.int16] = np.clip(hum, -32768, 32767).astype(np.int16)
    return loud


def _speak(text: str) -> NDArray[np.int16]:
    tool = shutil.which("espeak-ng") or shutil.which("espeak")
    if tool is None:
        return np.zeros(0, np.int16)
    spoken = subprocess.run([tool, "--stdout", "-s", "150", text], capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(spoken)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
        rate = sound.getframerate()
    at = np.arange(0, len(samples), rate / SOUND_RATE)
    spaced = np.interp(at, np.arange(len(samples)), samples)
    return spaced.astype(np.int16)


def _trail(press: Press, start: datetime) -> dict[str, Any]:
    """A walk, or a drive, as a body-worn system writes it (WKT points with seconds from start)."""
    pace = 0.00016 if press.scene == "dash" else 0.000016
    turn = sum(map(ord, press.camera)) % 7
    entries = []
    for second in range(0, press.seconds, 2):
        east = pace * second * math.cos(turn + second / 14)
        north = pace * second * math.sin(turn + second / 19)
        at = start + timedelta(seconds=second)
        entries.append(
            {
                "LocationWKT": f"POINT({CENTER[1] + east:.6f} {CENTER[0] + north:.6f})",
                "SecondsFromStart": float(second),
                "Timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
        )
    return {"CoordinateEntries": entries}
