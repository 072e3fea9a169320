"""check(): any damage anywhere is found, and located as well as can be."""

from __future__ import annotations

import pytest

from plainview.base.storage import actions as storage
from plainview.base.storage.errors import Damaged, Missing
from plainview.base.storage.floe import FRAME, HEADER
from plainview.base.storage.posix_part import PosixObject
from plainview.base.storage.tests.making import PAYLOAD, SEGMENT, SIZES, content, flip, keep, path_of, put, tampering

pytestmark = pytest.mark.django_db
SIZE = 3 * PAYLOAD + 1234
LAST = HEADER + 3 * SEGMENT
END = LAST + 1234 + FRAME


@pytest.mark.parametrize("size", SIZES)
def test_what_is_whole_passes(size: int) -> None:
    storage.check(keep(content(size)))


REGIONS = {
    "parameters": (0, -1),
    "IV": (10, -1),
    "header tag": (73, -1),
    "length mark of the first": (HEADER, 0),
    "nonce of the first": (HEADER + 4, 0),
    "first byte of content": (HEADER + 16, 0),
    "last byte of content of the first": (HEADER + SEGMENT - 17, 0),
    "tag of the first": (HEADER + SEGMENT - 1, 0),
    "length mark of the second": (HEADER + SEGMENT, 1),
    "middle of the third": (HEADER + 2 * SEGMENT + SEGMENT // 2, 2),
    "length mark of the last": (LAST + 3, 3),
    "content of the last": (LAST + 500, 3),
    "last byte": (END - 1, 3),
}


@pytest.mark.parametrize("region", REGIONS)
def test_one_bit_anywhere_is_found_and_located(region: str) -> None:
    offset, segment = REGIONS[region]
    obj = keep(content(SIZE))
    flip(path_of(obj), offset)
    with pytest.raises(Damaged) as found:
        storage.check(obj)
    (place,) = found.value.places
    assert place.segment == segment
    if segment < 0:
        assert (place.stored_offset, place.stored_length) == (0, HEADER)
        assert "the header (stored bytes 0–73)" in str(found.value)
    else:
        assert place.stored_offset == HEADER + segment * SEGMENT <= offset < place.stored_offset + place.stored_length
        assert place.offset == segment * PAYLOAD
        assert place.length == (PAYLOAD if segment < 3 else 1234)
        assert f"segment {segment} " in str(found.value)


def test_every_damaged_segment_is_named() -> None:
    obj = keep(content(40 * PAYLOAD))
    for segment in (0, 7, 8, 39):
        flip(path_of(obj), HEADER + segment * SEGMENT + 99)
    with pytest.raises(Damaged, match="damaged in 4 of 40 segments") as found:
        storage.check(obj)
    assert [place.segment for place in found.value.places] == [0, 7, 8, 39]


def test_the_header_is_read_from_the_disk_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory may still hold what the disk has lost."""
    obj = keep(content(SIZE))
    real = PosixObject.from_disk

    def from_disk(source: PosixObject, offset: int, length: int, buffer: memoryview) -> memoryview:
        got = real(source, offset, length, buffer)
        if not offset:
            got[20] ^= 1
        return got

    monkeypatch.setattr(PosixObject, "from_disk", from_disk)
    with pytest.raises(Damaged, match="the header") as found:
        storage.check(obj)
    assert [place.segment for place in found.value.places] == [-1]


def test_damage_that_is_seen_only_once_is_told_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    obj, asked = keep(content(SIZE)), []
    real = PosixObject.from_disk

    def from_disk(source: PosixObject, offset: int, length: int, buffer: memoryview) -> memoryview:
        got = real(source, offset, length, buffer)
        asked.append(offset)
        if len(asked) == 1:
            got[100] ^= 1
        return got

    monkeypatch.setattr(PosixObject, "from_disk", from_disk)
    with pytest.raises(Damaged, match="segment 0"):
        storage.check(obj)


def test_a_long_list_is_cut_in_the_sentence_only() -> None:
    obj = keep(content(9 * PAYLOAD))
    for segment in range(9):
        flip(path_of(obj), HEADER + segment * SEGMENT + 99)
    with pytest.raises(Damaged) as found:
        storage.check(obj)
    assert len(found.value.places) == 9
    assert str(found.value).endswith("; …")


@pytest.mark.parametrize("cut", [1, 16, 1234 + FRAME, SEGMENT, END - HEADER, END - 10, END])
def test_a_cut_file_is_found_and_where_it_ends(cut: int) -> None:
    obj = keep(content(SIZE))
    with tampering(path_of(obj)) as data:
        del data[-cut:]
    with pytest.raises(Damaged, match=rf"was cut: {END - cut:,} bytes instead of {END:,}") as found:
        storage.check(obj)
    assert found.value.places[0].stored_offset == END - cut
    assert found.value.places[0].segment == max(0, (END - cut - HEADER) // SEGMENT)


@pytest.mark.parametrize("more", [1, SEGMENT, 10 * SEGMENT])
def test_a_file_that_was_added_to_is_found(more: int) -> None:
    obj = keep(content(SIZE))
    with tampering(path_of(obj)) as data:
        data += bytes(more)
    with pytest.raises(Damaged, match="was added to") as found:
        storage.check(obj)
    assert found.value.places[0].stored_offset == END


def test_a_missing_file_is_told() -> None:
    obj = keep(b"x")
    path_of(obj).unlink()
    with pytest.raises(Missing):
        storage.check(obj)


@pytest.mark.parametrize("field", ["sha256", "chunk_root"])
def test_a_row_that_tells_another_hash_is_found(field: str) -> None:
    told = put(content(SIZE)).as_json() | {field: "00" * 32}
    with pytest.raises(Damaged, match="is whole but has other content than its row says"):
        storage.check(storage.Stored.from_json(told))
