"""Poster, scrub sheet and waveform: what they show is what the recording holds."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from plainview.base.media import (
    BytesSource,
    Facts,
    FileSource,
    MediaError,
    make_poster,
    make_scrub,
    make_waveform,
    probe,
)
from plainview.base.media.tests.test_probe import Clip, Look

Pair = Callable[..., tuple[FileSource, Facts]]


@pytest.fixture
def opened(clip: Clip, look: Look) -> Pair:
    def get(name: str, **how: object) -> tuple[FileSource, Facts]:
        path = clip(name, **how)
        return FileSource(path), look(path)

    return get


def pixels(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(int)


class TestPoster:
    def test_it_is_the_picture_a_second_in(self, opened: Pair) -> None:
        source, facts = opened("p.mp4", audio=None, gop=1)
        made = pixels(make_poster(source, facts))
        assert made.shape == (180, 320, 3)
        down = np.arange(180)[:, None] * 2 + 25
        assert np.abs(made[:, 100:200, 2] - down % 256).mean() < 24

    @pytest.mark.parametrize(
        ("size", "shown"),
        [((1920, 1080), (960, 540)), ((64, 48), (64, 48)), ((640, 2000), (230, 720)), ((66, 50), (66, 50))],
    )
    def test_it_fits_and_is_never_enlarged(self, opened: Pair, size: tuple[int, int], shown: tuple[int, int]) -> None:
        source, facts = opened("p.mp4", audio=None, size=size, seconds=0.2)
        height, width, _ = pixels(make_poster(source, facts)).shape
        assert (width, height) == shown

    def test_a_black_beginning_is_passed_over(self, workshop: Path) -> None:
        import av

        path = workshop / "black.mp4"
        with av.open(str(path), "w") as out:
            stream = out.add_stream("libx264", rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            stream.codec_context.gop_size = 10
            for n in range(100):
                image = np.zeros((64, 64, 3), np.uint8)
                image[:, :, 1] = (np.arange(64) * 4)[None, :] if n >= 60 else 0
                for packet in stream.encode(av.VideoFrame.from_ndarray(image, "rgb24")):
                    out.mux(packet)
            for packet in stream.encode(None):
                out.mux(packet)
        with FileSource(path) as source:
            assert pixels(make_poster(source, probe(source, "black.mp4")))[..., 1].max() > 150

    def test_a_turned_recording_is_shown_upright(self, clip: Clip) -> None:
        data = bytearray(clip("turned.mp4", seconds=1, audio=None).read_bytes())
        at = data.index(b"tkhd") + 4 + 40
        one, minus = (1 << 16).to_bytes(4, "big"), (-(1 << 16) & 0xFFFFFFFF).to_bytes(4, "big")
        upright = make_poster(BytesSource(bytes(data)), probe(BytesSource(bytes(data)), "a.mp4"))
        data[at : at + 36] = bytes(4) + one + bytes(4) + minus + bytes(16) + (1 << 30).to_bytes(4, "big")
        source = BytesSource(bytes(data))
        turned = make_poster(source, probe(source, "a.mp4"))
        expected = np.rot90(pixels(upright), k=-1)
        assert pixels(turned).shape == (320, 180, 3)
        assert np.abs(pixels(turned) - expected).mean() < 12

    def test_without_a_picture_there_is_none(self, opened: Pair) -> None:
        with pytest.raises(MediaError, match="no picture"):
            make_poster(*opened("p.wav", video=None, audio="pcm_s16le"))

    def test_a_text_is_no_recording(self) -> None:
        with pytest.raises(MediaError, match="is a plain text, not video or sound"):
            make_poster(BytesSource(b"hello"), probe(BytesSource(b"hello"), "a.txt"))


class TestScrub:
    def test_each_tile_shows_its_second(self, opened: Pair) -> None:
        source, facts = opened("s.mp4", seconds=12, audio=None, gop=25)
        sheet = make_scrub(source, facts)
        assert (sheet.count, sheet.columns, sheet.every_ms) == (12, 10, 1000)
        made = pixels(sheet.jpeg)
        assert made.shape == (2 * sheet.height, 10 * sheet.width, 3)
        for number in range(12):
            row, column = divmod(number, 10)
            tile = made[row * 90 : row * 90 + 90, column * 160 : column * 160 + 160]
            assert np.abs(tile[:, 40:120, 2] - (np.arange(90)[:, None] * 4 + 2 + 25 * number) % 256).mean() < 40, number

    def test_a_long_recording_has_a_hundred_tiles(self, opened: Pair) -> None:
        source, facts = opened("long.mp4", seconds=250, size=(64, 36), fps=5, gop=5, audio=None)
        sheet = make_scrub(source, facts)
        assert sheet.count <= 100
        assert sheet.every_ms * sheet.count >= (facts.duration_ms or 0)
        assert len(sheet.jpeg) < 2 << 20

    def test_it_reads_key_frames_only(self, clip: Clip, look: Look) -> None:
        path = clip("sparse.mp4", seconds=60, size=(320, 180), gop=100, audio=None, options={"qp": "1"})
        facts = look(path)

        class Counting(BytesSource):
            read = 0

            def read_at(self, offset: int, length: int) -> bytes:
                self.read += length
                return super().read_at(offset, length)

        source = Counting(path.read_bytes())
        make_scrub(source, facts)
        assert source.read < source.size

    @pytest.mark.parametrize("name", ["s.mkv", "s.ts", "s.avi", "s.mpg"])
    def test_other_containers(self, opened: Pair, name: str) -> None:
        how = {"s.avi": {"video": "mpeg4"}, "s.mpg": {"video": "mpeg2video", "audio": "mp2"}}.get(name, {})
        sheet = make_scrub(*opened(name, **how))
        assert sheet.count in (3, 4)
        assert pixels(sheet.jpeg).std() > 20

    def test_a_single_frame_is_a_sheet_of_one(self, opened: Pair) -> None:
        sheet = make_scrub(*opened("one.mp4", seconds=0.04, audio=None))
        assert (sheet.count, sheet.columns) == (1, 1)


class TestWaveform:
    def test_it_rises_and_falls_with_the_sound(self, opened: Pair) -> None:
        source, facts = opened("w.mp4", seconds=4, video="libx264")
        made = json.loads(make_waveform(source, facts))
        peaks, every = made["peaks"], made["every_ms"]
        assert not made["silent"]
        assert len(peaks) * every >= 4000
        for second in range(4):
            loud = peaks[round((second * 1000 + 500) / every)]
            quiet = peaks[round(max(20, second * 1000) / every)]
            assert loud > 220
            assert quiet < 60

    @pytest.mark.parametrize(
        ("name", "audio"),
        [
            ("a.wav", "pcm_s16le"),
            ("u.wav", "pcm_u8"),
            ("f.wav", "pcm_f32le"),
            ("m.mp3", "mp3"),
            ("x.flac", "flac"),
            ("l.wav", "pcm_mulaw"),
        ],
    )
    def test_every_kind_of_sample_has_the_same_height(self, opened: Pair, name: str, audio: str) -> None:
        made = json.loads(make_waveform(*opened(name, video=None, audio=audio, seconds=2)))
        assert 240 <= max(made["peaks"]) <= 255
        assert min(made["peaks"]) < 40

    def test_silence_is_said(self, workshop: Path) -> None:
        path = workshop / "silence.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(2)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(bytes(8000 * 4))
        with FileSource(path) as source:
            made = json.loads(make_waveform(source, probe(source, "silence.wav")))
        assert made["silent"] is True
        assert set(made["peaks"]) == {0}

    def test_one_loud_sample_is_seen(self, workshop: Path) -> None:
        path = workshop / "click.wav"
        samples = np.zeros(8000 * 60, np.int16)
        samples[8000 * 30] = -32768
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(samples.tobytes())
        with FileSource(path) as source:
            made = json.loads(make_waveform(source, probe(source, "click.wav")))
        loud = [n * made["every_ms"] for n, peak in enumerate(made["peaks"]) if peak > 200]
        assert len(loud) in (1, 2)
        assert abs(loud[0] - 30_000) <= 150

    def test_a_long_recording_has_a_bounded_number(self, workshop: Path) -> None:
        path = workshop / "hour.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(1)
            out.setframerate(8000)
            out.writeframes(bytes([128]) * (8000 * 600))
        with FileSource(path) as source:
            made = json.loads(make_waveform(source, probe(source, "hour.wav")))
        assert len(made["peaks"]) <= 4000
        assert len(made["peaks"]) * made["every_ms"] >= 600_000

    def test_without_sound_there_is_none(self, opened: Pair) -> None:
        with pytest.raises(MediaError, match="no sound"):
            make_waveform(*opened("mute.mp4", audio=None))

    def test_real_speech(self, shared: Path, look: Look) -> None:
        path = shared / "data/audio-jfk/jfk.wav"
        with FileSource(path) as source:
            made = json.loads(make_waveform(source, look(path)))
        assert max(made["peaks"]) > 100
        assert abs(len(made["peaks"]) * made["every_ms"] - 11_000) < 50
