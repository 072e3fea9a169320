"""A file on its way: readable by us, unreadable on the disk, gone afterwards."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.base.media.spool import CHUNK, Spool

DATA = random.Random(7).randbytes(2 * CHUNK + 777)


def filled(folder: Path | None = None, data: bytes = DATA, step: int = 100_000) -> Spool:
    spool = Spool(folder)
    for at in range(0, len(data), step):
        spool.write(data[at : at + step])
    spool.seal()
    return spool


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(DATA) + 10), st.integers(0, len(DATA)), st.sampled_from([1000, CHUNK, 3 * CHUNK]))
def test_what_was_written_is_read(offset: int, length: int, step: int) -> None:
    with filled(step=step) as spool:
        assert spool.size == len(DATA)
        assert spool.read_at(offset, length) == DATA[offset : offset + length]


def test_an_empty_one_is_empty() -> None:
    with filled(data=b"") as spool:
        assert spool.size == 0
        assert spool.read_at(0, 10) == b""


def test_nothing_of_it_stands_in_the_folder_or_in_clear_on_the_disk(tmp_path: Path) -> None:
    with filled(tmp_path, b"the officer said" * 100_000) as spool:
        assert list(tmp_path.iterdir()) == []
        raw = os.pread(spool._file.fileno(), 10 << 20, 0)
        assert len(raw) > 1_600_000
        assert b"officer" not in raw


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    with filled(tmp_path) as spool:
        spool._file.flush()
        os.pwrite(spool._file.fileno(), b"\xff\xfe", 100)
        with pytest.raises(InvalidTag):
            spool.read_at(0, 10)
        assert spool.read_at(CHUNK, 10) == DATA[CHUNK : CHUNK + 10]
