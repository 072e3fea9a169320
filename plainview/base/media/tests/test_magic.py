"""A file is what its first bytes say, whatever it is called; what a player would follow is told from plain text."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.media.inside.kinds import KINDS, kind_of
from plainview.base.media.inside.magic import looks_random, recognize


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "mov"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "mov"),
        (b"\0\0\0\x18ftyp3gp5\0\0\0\0", "3gp"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", "m4a"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        (b"\0\0\0\x18stypmsdh\0\0\0\0", "m4s"),
        (b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x86\x81\x01B\x82\x84webm", "webm"),
        (b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x23B\x82\x88matroska", "mkv"),
        (b"RIFF\0\0\0\0AVI LIST", "avi"),
        (b"RIFF\0\0\0\0WAVEfmt ", "wav"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        ((b"\x47" + bytes(187)) * 5, "ts"),
        ((bytes(4) + b"\x47" + bytes(187)) * 5, "ts"),
        (b"\0\0\x01\xba\x44", "ps"),
        (b"\0\0\x01\xb3\x16", "mpegvideo"),
        (b"\0\0\0\x01\x67\x42", "h264"),
        (b"FLV\x01\x05", "flv"),
        (b"OggS\0\x02", "ogg"),
        (b"fLaC\0\0\0\x22", "flac"),
        (b"#!AMR\n", "amr"),
        (b"ID3\x04\0\0\0\0\0\x05hello\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xfb\x90\x64" + bytes(100), "mp3"),
        (b"\xff\xf1\x50\x80\x01\x7f\xfc\xff", "aac"),
        (b"\xff\xf1\x50\x80\x01\x7f\xfc" + bytes(50), None),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"%PDF-1.7\n", "pdf"),
        (b"junk\n%PDF-1.4\n", "pdf"),
        (b"PK\x03\x04\x14", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"DEVC\0\x01\x10\x70", "gpmf"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://10.0.0.1/x.ts\n", "hls"),
        (b"\xef\xbb\xbf#EXTM3U\nfile:///etc/passwd\n", "hls"),
        (b"\n\n  #EXTM3U\n", "hls"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "concat"),
        (b"# made by me\nfile '/etc/passwd'\nduration 3\n", "concat"),
        (b"file upon arrival the report\nthen leave\n", "text"),
        (b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'></MPD>", "dash"),
        (b"[playlist]\nFile1=http://x/y\n", "playlist"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 1234 RTP/AVP 96\n", "sdp"),
        (b"WEBVTT\n\n", "vtt"),
        (b'{"a": 1}', "json"),
        (b"<?xml version='1.0'?>\n<!-- c --><gpx version='1.1'>", "gpx"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><gpx>", "gpx"),
        (b"<gpx:gpx xmlns:gpx='x'>", "gpx"),
        (b"<!DOCTYPE html><html>", "html"),
        (b"<svg xmlns='x'><script>", "svg"),
        ("\ufeffhéllo".encode("utf-16-le"), "text"),
        (b"plain words\n", "text"),
        (b"caf\xe9 in an older encoding, with enough plain letters around it", "text"),
        (b"\0\0\0\0", None),
        (b"", None),
        (b"0000", "text"),
        (b"\x00\x01\x02\x03\x04", None),
    ],
)
def test_kinds(head: bytes, kind: str | None) -> None:
    assert recognize(head) == kind


def test_a_damaged_first_box_is_still_known() -> None:
    whole = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0\0\0\x08free"
    assert recognize(whole[:4] + b"FTYP" + whole[8:]) == "mp4"
    assert recognize(b"\0\0\0\0" + whole[4:]) == "mp4"


@given(st.binary(max_size=600))
def test_any_bytes_are_judged_without_trouble(head: bytes) -> None:
    found = recognize(head)
    assert found is None or found in KINDS


def test_only_mixed_bytes_look_random() -> None:
    dice = random.Random(1)
    assert looks_random(dice.randbytes(65536))
    assert not looks_random(b"many words of a text that repeats " * 2000)
    assert not looks_random(dice.randbytes(100))
    assert looks_random(zlib.compress(dice.randbytes(65536)))


def test_no_playlist_has_a_demuxer() -> None:
    assert [name for name, kind in KINDS.items() if kind.family == "playlist" and kind.demuxer] == []
    demuxers = {kind.demuxer for kind in KINDS.values()}
    assert not demuxers & {"hls", "dash", "concat", "sdp", "rtsp", "image2", "lavfi", "tedcaptions"}


def test_an_unknown_kind_is_said_to_be_one() -> None:
    assert kind_of(None).family == "unknown"
    assert kind_of("no such").demuxer is None
