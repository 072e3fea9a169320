"""Reading past memory: the same bytes whatever the alignment, with and without O_DIRECT."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.base.storage.direct import DirectReader, aligned
from plainview.base.storage.tests.making import content, forget, in_memory

DATA = content(100_000)
EDGES = st.integers(0, 110_000) | st.sampled_from([0, 1, 511, 512, 4095, 4096, 4097, 8192, 99_999, 100_000, 100_001])


@pytest.fixture
def file(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "x").write_bytes(DATA)
    opened = os.open(tmp_path / "x", os.O_RDONLY)
    yield opened
    os.close(opened)


@given(offset=EDGES, length=EDGES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_range_comes_back(file: int, offset: int, length: int) -> None:
    reader = DirectReader(file)
    assert bytes(reader.read(offset, length, aligned(length))) == DATA[offset : offset + length]
    reader.close()
    assert bytes(reader.read(offset, length, aligned(length))) == DATA[offset : offset + length]


def test_a_filesystem_without_it_is_read_all_the_same(file: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: str, flags: int, *more: int) -> int:
        if flags & os.O_DIRECT:
            raise OSError(22, "Invalid argument")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", refuse)
    assert bytes(DirectReader(file).read(5, 50_000, aligned(50_000))) == DATA[5:50_005]


def test_a_filesystem_that_takes_the_flag_and_then_refuses_is_read_all_the_same(
    file: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refused = os.preadv, []

    def refuse(opened: int, buffers: list[memoryview], offset: int) -> int:
        if opened != file:
            refused.append(offset)
            raise OSError(22, "Invalid argument")
        return real(opened, buffers, offset)

    reader = DirectReader(file)
    monkeypatch.setattr(os, "preadv", refuse)
    for _ in range(2):
        assert bytes(reader.read(5, 50_000, aligned(50_000))) == DATA[5:50_005]
    assert len(refused) <= 1  # it doesn't try again


def test_memory_isn_t_asked_and_isn_t_filled(file: int, tmp_path: Path) -> None:
    forget(tmp_path / "x")
    if in_memory(tmp_path / "x"):
        pytest.skip("this filesystem keeps everything in memory")
    DirectReader(file).read(0, len(DATA), aligned(len(DATA)))
    assert not in_memory(tmp_path / "x")


def test_what_was_just_written_is_there(tmp_path: Path) -> None:
    """The kernel writes out what it still holds before it lets anyone read past it."""
    with (tmp_path / "y").open("wb", buffering=0) as out:
        out.write(DATA)
        assert bytes(DirectReader(out.fileno()).read(0, 100_000, aligned(100_000))) == DATA
