"""open_object(): any range, from few segments, and never a byte that isn't authentic."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Damaged, KeyUnusable, Missing
from plainview.base.storage.floe import HEADER
from plainview.base.storage.posix_part import PosixObject
from plainview.base.storage.tests.making import (
    PAYLOAD,
    SEGMENT,
    SIZES,
    content,
    flip,
    handle,
    keep,
    path_of,
    put,
    read,
    tampering,
)

pytestmark = pytest.mark.django_db
SIZE = 20 * PAYLOAD + 777
EDGES = [0, 1, *(n * PAYLOAD + d for n in range(1, 21) for d in (-1, 0, 1))]


@pytest.mark.parametrize("size", SIZES)
def test_the_whole_comes_back(size: int) -> None:
    obj = keep(content(size))
    with storage.open_object(obj) as reader:
        assert reader.size == size
        assert reader.read_at(0, size) == content(size)
        assert b"".join(reader.stream()) == content(size)
        assert reader.read_at(size, 10) == b""
        assert reader.read_at(size + 5, 10) == b""


def test_any_range_comes_back() -> None:
    data = content(SIZE)
    with storage.open_object(put(data)) as reader:

        @given(
            st.integers(0, SIZE) | st.sampled_from(EDGES),
            st.integers(0, SIZE + 10) | st.sampled_from([0, 1, PAYLOAD - 1, PAYLOAD, PAYLOAD + 1]),
        )
        @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        def check(offset: int, length: int) -> None:
            assert reader.read_at(offset, length) == data[offset : offset + length]
            assert b"".join(reader.stream(offset, offset + length)) == data[offset : offset + length]

        check()


def test_a_range_touches_only_its_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    data = content(SIZE)
    asked: list[tuple[int, int]] = []
    real = PosixObject.read_into

    def read_into(source: PosixObject, offset: int, buffer: memoryview) -> int:
        asked.append((offset, len(buffer)))
        return real(source, offset, buffer)

    with storage.open_object(put(data)) as reader:
        monkeypatch.setattr(PosixObject, "read_into", read_into)
        reader.read_at(7 * PAYLOAD + 5, 10)
        reader.read_at(8 * PAYLOAD - 1, 2)
        assert b"".join(reader.stream(3 * PAYLOAD, 5 * PAYLOAD)) == data[3 * PAYLOAD : 5 * PAYLOAD]
    assert asked == [
        (HEADER + 7 * SEGMENT, SEGMENT),
        (HEADER + 7 * SEGMENT, 2 * SEGMENT),
        (HEADER + 3 * SEGMENT, 2 * SEGMENT),
    ]


def test_a_stream_comes_in_pieces_of_about_a_mebibyte() -> None:
    data = content(4 << 20)
    with storage.open_object(put(data)) as reader:
        pieces = list(reader.stream(100))
    assert b"".join(pieces) == data[100:]
    assert max(map(len, pieces)) <= 1 << 20
    assert len(pieces) == 5


@pytest.mark.parametrize(("offset", "length"), [(-1, 5), (0, -1)])
def test_a_negative_range_is_refused(offset: int, length: int) -> None:
    with storage.open_object(put(b"x")) as reader, pytest.raises(ValueError, match="can't read"):
        reader.read_at(offset, length)


def test_eight_threads_may_read_one_object() -> None:
    data = content(SIZE)
    with storage.open_object(put(data)) as reader, ThreadPoolExecutor(8) as pool:
        spans = [(n * 12_345, 70_000) for n in range(100)]
        assert list(pool.map(lambda s: reader.read_at(*s), spans)) == [data[o : o + n] for o, n in spans]


def test_bytes_that_are_gone_are_missing() -> None:
    obj = keep(b"x")
    path_of(obj).unlink()
    with pytest.raises(Missing, match="is the disk mounted"):
        storage.open_object(obj)


def test_a_damaged_segment_is_refused_and_the_others_still_read() -> None:
    data = content(SIZE)
    obj = put(data)
    flip(path_of(obj), HEADER + 5 * SEGMENT + 40)
    with storage.open_object(obj) as reader:
        assert reader.read_at(0, 5 * PAYLOAD) == data[: 5 * PAYLOAD]
        assert reader.read_at(6 * PAYLOAD, SIZE) == data[6 * PAYLOAD :]
        with pytest.raises(Damaged) as found:
            reader.read_at(5 * PAYLOAD, 1)
        with pytest.raises(Damaged):
            list(reader.stream())
    (place,) = found.value.places
    assert (place.segment, place.stored_offset, place.stored_length) == (5, HEADER + 5 * SEGMENT, SEGMENT)
    assert (place.offset, place.length) == (5 * PAYLOAD, PAYLOAD)


def test_another_item_s_file_isn_t_read_in_its_place() -> None:
    one, two = put(content(SIZE)), put(content(SIZE, 2))
    swapped = path_of(two).read_bytes()
    with tampering(path_of(one)) as data:
        data[:] = swapped
    with pytest.raises(Damaged, match="the header"):
        storage.open_object(one)


def test_a_row_that_was_pointed_at_another_handle_doesn_t_open() -> None:
    with pytest.raises(Damaged, match="doesn't fit this key and these associated data"):
        storage.open_object(replace(put(b"x"), handle=handle()))


def test_a_key_taken_from_another_row_doesn_t_open() -> None:
    one, two = put(b"x"), put(b"y")
    with pytest.raises(Damaged, match="the header"):
        storage.open_object(replace(one, wrapped_key=two.wrapped_key))
    with pytest.raises(KeyUnusable):
        storage.open_object(replace(one, wrapped_key=bytes(40)))


def test_it_opens_what_isn_t_registered_yet_and_what_is() -> None:
    stored = put(content(100))
    assert read(stored) == read(keep(content(100)))


def test_segments_of_one_object_don_t_fit_elsewhere_in_it() -> None:
    obj = put(bytes(SIZE))  # all segments alike, so only their position tells them apart
    with tampering(path_of(obj)) as data:
        one = slice(HEADER + 2 * SEGMENT, HEADER + 3 * SEGMENT)
        two = slice(HEADER + 9 * SEGMENT, HEADER + 10 * SEGMENT)
        data[one], data[two] = data[two], data[one]
    with storage.open_object(obj) as reader:
        for number in (2, 9):
            with pytest.raises(Damaged, match=f"segment {number} "):
                reader.read_at(number * PAYLOAD, 10)
