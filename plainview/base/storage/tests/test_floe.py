"""FLOE: other implementations' ciphertexts open, ours open for them, and nothing that was touched opens at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.base.storage import floe
from plainview.base.storage.floe import FRAME, HEADER, STANDARD, BadHeader, BadSegment, Cipher, FloeError, Parameters

KEY = bytes(range(32))
AAD = b"plainview/object/1 of a test"
SMALL = Parameters(segment=64)
ANSWERS = [
    *(f"{who}_GCM256_IV256_{size}" for who in ("cpp", "go", "java", "pub_java", "rust") for size in ("64", "4K")),
    *(f"{who}_rotation" for who in ("cpp", "go", "java", "pub_java", "rust")),
    *("java_lastSegAligned", "java_lastSegEmpty"),
]


def known(shared: Path, name: str) -> tuple[bytes, bytes, Parameters]:
    folder = shared / "vectors" / "floe"
    sealed, plain = (bytes.fromhex((folder / f"{name}_{end}.txt").read_text().strip()) for end in ("ct", "pt"))
    segment = int.from_bytes(sealed[2:6], "big")
    return sealed, plain, Parameters(segment, rotation=2 if "rotation" in name else 20)


@pytest.mark.parametrize("name", ANSWERS)
def test_another_implementation_s_ciphertext_opens(shared: Path, name: str) -> None:
    sealed, plain, parameters = known(shared, name)
    assert floe.decrypt(bytes(32), b"This is AAD", sealed, parameters) == plain


def test_no_known_answer_is_left_out(shared: Path) -> None:
    there = {p.name.removesuffix("_ct.txt") for p in (shared / "vectors" / "floe").glob("*_ct.txt")}
    assert there == set(ANSWERS)
    assert len(ANSWERS) == 17


@pytest.mark.parametrize("name", ["rust_rotation", "go_GCM256_IV256_4K"])
def test_another_implementation_s_ciphertext_is_refused_with_one_bit_changed(shared: Path, name: str) -> None:
    sealed, _, parameters = known(shared, name)
    for at in range(0, len(sealed), 97):
        changed = bytearray(sealed)
        changed[at] ^= 0x10
        with pytest.raises(FloeError):
            floe.decrypt(bytes(32), b"This is AAD", bytes(changed), parameters)


@given(
    size=st.integers(0, 400),
    segment=st.sampled_from([33, 40, 64, 100]),
    rotation=st.sampled_from([0, 1, 2, 20]),
    aad=st.binary(max_size=40),
)
def test_what_was_encrypted_decrypts(size: int, segment: int, rotation: int, aad: bytes) -> None:
    parameters, plain = Parameters(segment, rotation), bytes(i % 251 for i in range(size))
    sealed = floe.encrypt(KEY, aad, plain, parameters)
    assert floe.decrypt(KEY, aad, sealed, parameters) == plain
    assert len(sealed) == parameters.stored_size(size)
    assert parameters.content_size(len(sealed)) == size


def test_the_header_is_parameters_iv_and_tag() -> None:
    header = Cipher.start(KEY, AAD).header
    assert len(header) == HEADER == 74
    assert header[:10] == bytes.fromhex("00000001000000000020")


def test_the_same_content_never_looks_the_same_twice() -> None:
    assert floe.encrypt(KEY, AAD, b"x" * 100, SMALL)[10:] != floe.encrypt(KEY, AAD, b"x" * 100, SMALL)[10:]


@pytest.mark.parametrize(
    ("key", "aad", "parameters"),
    [
        (bytes(32), AAD, SMALL),
        (KEY, AAD + b" other", SMALL),
        (KEY, AAD, Parameters(segment=65)),
    ],
    ids=["another key", "another item", "other parameters"],
)
def test_a_header_opens_only_for_what_it_was_made_for(key: bytes, aad: bytes, parameters: Parameters) -> None:
    with pytest.raises(BadHeader):
        floe.decrypt(key, aad, floe.encrypt(KEY, AAD, b"content", SMALL), parameters)


def test_a_cut_header_is_refused() -> None:
    with pytest.raises(BadHeader, match="73 bytes"):
        Cipher.reopen(KEY, AAD, Cipher.start(KEY, AAD).header[:73])


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 16"):
        Cipher.start(bytes(16), AAD)


def segments_of(sealed: bytes) -> list[bytes]:
    return [sealed[at : at + SMALL.segment] for at in range(HEADER, len(sealed), SMALL.segment)]


ATTACKS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "two swapped": lambda s: [s[1], s[0], *s[2:]],
    "reordered": lambda s: [*reversed(s[:-1]), s[-1]],
    "one doubled": lambda s: [s[0], s[0], *s[1:]],
    "one dropped": lambda s: [s[0], *s[2:]],
    "last dropped": lambda s: s[:-1],
    "last cut": lambda s: [*s[:-1], s[-1][:-1]],
    "byte appended": lambda s: [*s, b"\0"],
    "segment appended": lambda s: [*s, s[-1]],
    "last made first": lambda s: [s[-1]],
    "all dropped": lambda s: [],
    "mark of the last changed": lambda s: [*s[:-1], b"\0\0\0\x28" + s[-1][4:]],
    "another's segment put in": lambda s: [segments_of(floe.encrypt(KEY, AAD, b"y" * 120, SMALL))[0], *s[1:]],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_rearranged_ciphertext_is_refused(attack: str) -> None:
    sealed = floe.encrypt(KEY, AAD, b"x" * 120, SMALL)
    changed = sealed[:HEADER] + b"".join(ATTACKS[attack](segments_of(sealed)))
    with pytest.raises(FloeError):
        floe.decrypt(KEY, AAD, changed, SMALL)


def test_every_single_bit_counts() -> None:
    sealed = floe.encrypt(KEY, AAD, b"x" * 70, SMALL)
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FloeError):
            floe.decrypt(KEY, AAD, bytes(changed), SMALL)


@given(position=st.integers(0, 30), rotation=st.sampled_from([0, 2, 20]))
def test_any_segment_opens_without_the_others(position: int, rotation: int) -> None:
    parameters = Parameters(64, rotation)
    plain = bytes(range(256)) * 4
    sealed = memoryview(floe.encrypt(KEY, AAD, plain, parameters))
    last, at = parameters.segments(len(plain)) - 1, parameters.starts_at(position)
    cipher, out = Cipher.reopen(KEY, AAD, bytes(sealed[:HEADER]), parameters), memoryview(bytearray(parameters.payload))
    size = cipher.open_into(position, sealed[at : at + parameters.segment], out, last=position == last)
    start = position * parameters.payload
    assert out[:size] == plain[start : start + parameters.payload]


def test_a_segment_says_its_position_when_it_fails() -> None:
    sealed = bytearray(floe.encrypt(KEY, AAD, b"x" * 120, SMALL))
    sealed[HEADER + 2 * 64 + 20] ^= 1
    with pytest.raises(BadSegment, match=r"segment 2 fails its authentication tag") as refused:
        floe.decrypt(KEY, AAD, bytes(sealed), SMALL)
    assert refused.value.position == 2


@pytest.mark.parametrize(("size", "last"), [(31, False), (33, False), (33, True), (0, False)])
def test_only_the_last_segment_may_be_short_and_none_too_long(size: int, last: bool) -> None:
    with pytest.raises(ValueError, match="a full one has 32"):
        Cipher.start(KEY, AAD, SMALL).seal_into(0, bytes(size), memoryview(bytearray(100)), last=last)


@pytest.mark.parametrize("position", [-1, 1 << 40])
def test_there_is_no_segment_beyond_the_limit(position: int) -> None:
    with pytest.raises(ValueError, match="there is no segment"):
        Cipher.start(KEY, AAD, SMALL).seal_into(position, bytes(32), memoryview(bytearray(64)), last=False)


def test_a_last_segment_doesn_t_open_as_another_and_the_other_way_round() -> None:
    cipher, out = Cipher.start(KEY, AAD, SMALL), memoryview(bytearray(64))
    for last in (True, False):
        sealed = memoryview(bytearray(64))
        cipher.seal_into(0, bytes(32), sealed, last=last)
        with pytest.raises(BadSegment):
            cipher.open_into(0, sealed, out, last=not last)


def test_sizes_of_the_standard_segments() -> None:
    assert STANDARD.payload == 65504 == 65536 - FRAME
    assert [STANDARD.segments(n) for n in (0, 1, 65504, 65505)] == [1, 1, 1, 2]
    assert STANDARD.stored_size(0) == HEADER + FRAME
    assert STANDARD.content_size(0) == 0


def test_one_cipher_serves_eight_threads() -> None:
    plain = bytes(range(256)) * 16
    sealed = memoryview(floe.encrypt(KEY, AAD, plain, Parameters(64, rotation=1)))
    cipher = Cipher.reopen(KEY, AAD, bytes(sealed[:HEADER]), Parameters(64, rotation=1))

    def opened(position: int) -> bytes:
        out = memoryview(bytearray(32))
        cipher.open_into(position, sealed[HEADER + position * 64 :][:64], out, last=position == 127)
        return bytes(out)

    with ThreadPoolExecutor(8) as pool:
        assert b"".join(pool.map(opened, range(128))) == plain
