"""Whatever the bytes are, there is an answer; and no changed byte of a package passes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainview.verify.tests import making
from plainview.verify.tests.making import check, wrong

# Every byte takes a minute; PLAINVIEW_EVERY_BYTE=1 does it. Otherwise every 13th, with another start in each file.
STEP = 1 if os.environ.get("PLAINVIEW_EVERY_BYTE") else 13
fuzz = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "package"
    making.make_package(folder)
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    making.make_log(tmp_path / "log", 300)
    return tmp_path / "log"


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_changed_byte_anywhere_is_named_by_its_file(package: Path) -> None:
    tried = 0
    for number, name in enumerate(names(package)):
        path, whole = package / name, (package / name).read_bytes()
        for position in range(number % STEP, len(whole), STEP):
            path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
            report = check(package)
            assert report["exit"] == 1, (name, position)
            assert name in wrong(report), (name, position, wrong(report))
            tried += 1
        path.write_bytes(whole)
    assert check(package)["exit"] == 0
    assert tried >= 11_000 // STEP


def test_no_bit_of_the_last_list_can_change_although_nothing_lists_it(package: Path) -> None:
    """Not even where the meaning stays: a capital in a hash, a tab for a space, another order, no last line end."""
    path = package / "tagmanifest-sha256.txt"
    whole = path.read_bytes()
    rows = whole.splitlines(keepends=True)
    others = [b"".join(reversed(rows)), whole.rstrip(), whole + b"\n", whole.replace(b"\n", b"\r\n"), whole.upper()]
    others += [
        whole[:p] + bytes([whole[p] ^ bit]) + whole[p + 1 :] for p in range(60, 80) for bit in (1, 4, 0x20, 0x29)
    ]
    for changed in others:
        path.write_bytes(changed)
        assert path.name in wrong(check(package)), changed
    path.write_bytes(whole)


def test_a_file_cut_off_anywhere_is_named(package: Path) -> None:
    for name in names(package):
        path, whole = package / name, (package / name).read_bytes()
        for size in {0, 1, len(whole) // 2, len(whole) - 1}:
            if size != len(whole):
                path.write_bytes(whole[:size])
                assert name in wrong(check(package)), (name, size)
        path.write_bytes(whole)


@fuzz
@given(data=st.data())
def test_any_bytes_in_place_of_any_file_get_an_answer(package: Path, data: st.DataObject) -> None:
    """With the lists of hashes written anew, so that the bytes are read and not only compared."""
    name = data.draw(st.sampled_from(names(package)))
    path, whole = package / name, (package / name).read_bytes()
    lists = {each: (package / each).read_bytes() for each in ("manifest-sha256.txt", "tagmanifest-sha256.txt")}
    path.write_bytes(data.draw(st.binary(max_size=300) | mutated(whole)))
    if not name.endswith(("manifest-sha256.txt", "bagit.txt")):
        making.retag(package)
    report = check(package)
    assert report["exit"] == 1 or path.read_bytes() == whole
    path.write_bytes(whole)
    for each, content in lists.items():
        (package / each).write_bytes(content)


def mutated(whole: bytes) -> st.SearchStrategy[bytes]:
    """A part taken out, put elsewhere, or overwritten."""
    place = st.integers(0, len(whole))
    return st.builds(
        lambda one, two, new: whole[: min(one, two)] + new + whole[max(one, two) :], place, place, st.binary(max_size=5)
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@fuzz
@given(name=st.sampled_from(["files.json", "keys.json", "proof/retention.json", "proof/events.jsonl"]), data=st.data())
def test_any_json_in_place_of_any_part_gets_an_answer(package: Path, name: str, data: st.DataObject) -> None:
    path, whole = package / name, (package / name).read_bytes()
    rows = whole.splitlines()
    number = data.draw(st.integers(0, len(rows) - 1))
    rows[number] = json.dumps(replaced(json.loads(rows[number]), data)).encode()
    path.write_bytes(b"\n".join(rows) + b"\n")
    lists = {each: (package / each).read_bytes() for each in ("manifest-sha256.txt", "tagmanifest-sha256.txt")}
    making.retag(package)
    check(package)
    path.write_bytes(whole)
    for each, content in lists.items():
        (package / each).write_bytes(content)


def replaced(value: object, data: st.DataObject) -> object:
    """Returns the value with one part of it exchanged for anything."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return value | {key: replaced(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], replaced(value[place], data), *value[place + 1 :]]
    return data.draw(JSON)


@fuzz
@given(data=st.data())
def test_any_bytes_in_a_receipt_get_an_answer(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "receipt.json"
    making.make_receipt(path)
    whole = path.read_bytes()
    path.write_bytes(data.draw(st.binary(max_size=300) | mutated(whole)))
    report = check(path)
    assert report["exit"] == 1 or json.loads(path.read_bytes()) == json.loads(whole)


def test_a_changed_letter_anywhere_in_a_receipt_is_found(tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    making.make_receipt(path)
    whole = path.read_bytes()
    for position in range(0, len(whole), STEP):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert check(path)["exit"] == 1, position


@settings(fuzz, max_examples=60)
@given(data=st.data())
def test_any_bytes_in_any_file_of_a_log_get_an_answer(log: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names(log)))
    path, whole = log / name, (log / name).read_bytes()
    path.write_bytes(data.draw(st.binary(max_size=300) | mutated(whole)))
    report = check(log)
    assert report["exit"] != 0 or path.read_bytes().strip() == whole.strip()
    path.write_bytes(whole)


@fuzz
@given(data=st.binary(max_size=300))
def test_any_file_gets_an_answer(tmp_path: Path, data: bytes) -> None:
    for name in ("thing", "thing.json", "thing.tlog-proof", "checkpoint"):
        (tmp_path / name).write_bytes(data)
        assert check(tmp_path / name)["exit"] == 1


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
        b'{"leaf":' + b"9" * 100_000 + b"}",
        b'{"leaf":1e999}',
        b'{"a":NaN}',
        b"\n" * 9,
    ],
)
def test_json_meant_to_choke_is_refused(package: Path, data: bytes) -> None:
    whole = (package / "proof/events.jsonl").read_bytes()
    (package / "proof/events.jsonl").write_bytes(data)
    assert "proof/events.jsonl" in wrong(check(package))
    (package / "proof/events.jsonl").write_bytes(whole)
