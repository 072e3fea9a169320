"""Headers of tus are read strictly, and what is wrong is answered with the right status."""

from __future__ import annotations

import base64
import hashlib

import pytest

from plainview.holdings.ingest.sources import protocol
from plainview.holdings.ingest.sources.protocol import ProtocolError


def coded(value: str | bytes) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def test_metadata_is_pairs_of_a_key_and_base64() -> None:
    header = f"filename {coded('naïve 🎥.mp4')},camera {coded('B-101')}, is_private"
    found = protocol.metadata(header)
    assert found == {"filename": "naïve 🎥.mp4".encode(), "camera": b"B-101", "is_private": b""}


def test_no_metadata_is_none() -> None:
    assert protocol.metadata("") == {}


@pytest.mark.parametrize("header", ["filename not-base64!", f"a {coded('1')},a {coded('2')}", f"ä {coded('1')}"])
def test_doubtful_metadata_is_refused(header: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        protocol.metadata(header)
    assert caught.value.status == 400


def test_endless_metadata_is_refused() -> None:
    with pytest.raises(ProtocolError) as caught:
        protocol.metadata("a " + "A" * 20_000)
    assert caught.value.status == 413


@pytest.mark.parametrize("header", [None, "", "-1", "1.5", "1e3", "٣", str(2**63), "9" * 50])
def test_a_length_is_a_whole_number(header: str | None) -> None:
    with pytest.raises(ProtocolError) as caught:
        protocol.length(header)
    assert caught.value.status == 400


def test_length_and_offset_are_read() -> None:
    assert protocol.length("0") == 0
    assert protocol.offset(str(2**63 - 1)) == 2**63 - 1
    with pytest.raises(ProtocolError, match="Upload-Offset is missing"):
        protocol.offset(None)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_holds_for_its_bytes_only(algorithm: str) -> None:
    found = protocol.checksum(f"{algorithm} {coded(hashlib.new(algorithm, b'hello world').digest())}")
    assert found is not None
    found.hash.update(b"hello ")
    assert not found.holds()
    found.hash.update(b"world")
    assert found.holds()


@pytest.mark.parametrize("header", ["md5 AAAA", "sha1 AAAA", "sha1", "sha1 ***", ""])
def test_other_checksums_are_refused(header: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        protocol.checksum(header)
    assert caught.value.status == 400


def test_no_checksum_is_none() -> None:
    assert protocol.checksum(None) is None
