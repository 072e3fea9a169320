"""Bags of others: the conformance suite's valid ones hold; what the specification forbids is found."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest

from plainview.verify import bagit
from plainview.verify.tests.making import check, said, write, wrong

SUITE = "data/formats-bagit-conformance/v0.97/valid"
DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def make_bag(folder: Path, files: dict[str, bytes], version: str = "1.0", algorithm: str = "sha256") -> Path:
    """Writes a bag with names as they are; the tests then spoil it."""
    rows = []
    for name, data in files.items():
        write(folder, f"data/{name}", data)
        rows.append(f"{hashlib.new(algorithm, data).hexdigest()}  data/{name}\n")
    (folder / "data").mkdir(parents=True, exist_ok=True)
    write(folder, f"manifest-{algorithm}.txt", "".join(rows).encode())
    write(folder, "bagit.txt", DECLARATION.replace("1.0", version).encode())
    return folder


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return make_bag(tmp_path / "bag", {"a.txt": b"one", "sub/b c.txt": b"two"})


def manifest(bag: Path) -> str:
    return (bag / "manifest-sha256.txt").read_text()


def test_valid_bags_of_the_conformance_suite_hold(shared: Path) -> None:
    bags = sorted(path for path in (shared / SUITE).iterdir() if path.is_dir())
    assert len(bags) == 12
    for path in bags:
        report = check(path)
        assert report["exit"] == 0, (path.name, wrong(report))
        assert "not one of Plainview's packages" in report["kind"]


def test_a_plain_bag_holds_and_says_that_nothing_more_is_proved(bag: Path) -> None:
    report = check(bag)
    assert report["exit"] == 0
    assert "who" in report["does_not_prove"][0].lower()


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b"])
def test_algorithms(tmp_path: Path, algorithm: str) -> None:
    bag = make_bag(tmp_path / "bag", {"a.txt": b"one"}, algorithm=algorithm)
    report = check(bag)
    assert report["exit"] == 0
    assert ("no longer protects" in said(report, "notice")) == (algorithm in ("md5", "sha1"))
    (bag / "data/a.txt").write_bytes(b"two")
    assert f"its {algorithm} is not the one in manifest-{algorithm}.txt" in wrong(check(bag))["data/a.txt"]


def test_hashes_may_be_written_in_capitals_and_names_of_algorithms_with_hyphens(bag: Path) -> None:
    text = manifest(bag)
    (bag / "manifest-sha256.txt").rename(bag / "manifest-SHA-256.txt")
    (bag / "manifest-SHA-256.txt").write_text("".join(w[:64].upper() + w[64:] for w in text.splitlines(keepends=True)))
    assert check(bag)["exit"] == 0


def test_an_unknown_algorithm_is_not_called_checked(bag: Path) -> None:
    (bag / "manifest-sha256.txt").rename(bag / "manifest-whirlpool.txt")
    report = check(bag)
    assert report["exit"] == 1  # no manifest is left that says anything
    make_bag(bag, {"a.txt": b"one"})
    write(bag, "manifest-sha256.txt", manifest(bag).encode() + manifest_line("sub/b c.txt", b"two"))
    assert check(bag)["exit"] == 2


def manifest_line(name: str, data: bytes) -> bytes:
    return f"{hashlib.sha256(data).hexdigest()}  data/{name}\n".encode()


def test_all_manifests_are_used(bag: Path) -> None:
    rows = {"a.txt": b"one", "sub/b c.txt": b"two"}
    write(
        bag, "manifest-md5.txt", "".join(f"{hashlib.md5(d).hexdigest()} data/{n}\n" for n, d in rows.items()).encode()
    )
    assert check(bag)["exit"] == 0
    write(
        bag, "manifest-md5.txt", f"{'0' * 32} data/a.txt\n{hashlib.md5(b'two').hexdigest()} data/sub/b c.txt\n".encode()
    )
    assert "its md5 is not the one" in wrong(check(bag))["data/a.txt"]


def test_since_1_0_every_manifest_lists_every_file_before_one_of_them_did(tmp_path: Path) -> None:
    for version, code in (("1.0", 1), ("0.97", 0)):
        bag = make_bag(tmp_path / version, {"a.txt": b"one"}, version)
        write(bag, "data/b.txt", b"two")
        write(bag, "manifest-sha512.txt", f"{hashlib.sha512(b'two').hexdigest()}  data/b.txt\n".encode())
        assert check(bag)["exit"] == code, version


@pytest.mark.parametrize(
    "text",
    ["", "BagIt-Version: 1.0\n", "Tag-File-Character-Encoding: UTF-8\nBagIt-Version: 1.0\n", DECLARATION + "More: 1\n",
     DECLARATION.replace("1.0", "2.0"), DECLARATION.replace("1.0", "1"), DECLARATION.replace("1.0", "one.zero"),
     DECLARATION.replace("UTF-8", "KLINGON"), DECLARATION.replace("UTF-8", "hex"), "\ufeff" + DECLARATION,
     DECLARATION.replace(": ", ":"), DECLARATION.replace("BagIt", "Bag"), "\n" + DECLARATION,
     DECLARATION.replace("UTF-8", "punycode"), DECLARATION.replace("1.0", "1.0 ")],
)  # fmt: skip
def test_other_declarations_are_refused(bag: Path, text: str) -> None:
    (bag / "bagit.txt").write_text(text)
    assert "bagit.txt" in wrong(check(bag))


def test_declarations_may_end_their_lines_in_any_way_and_be_in_either_case(bag: Path) -> None:
    for text in (
        DECLARATION.replace("Version", "version"),
        DECLARATION.replace("\n", "\r\n"),
        DECLARATION.replace("\n", "\r"),
        DECLARATION.rstrip(),
    ):
        (bag / "bagit.txt").write_bytes(text.encode())
        assert check(bag)["exit"] == 0


@pytest.mark.parametrize("version", ["0.93", "0.94", "0.95", "0.96", "0.97", "1.0"])
def test_all_published_versions_are_read(tmp_path: Path, version: str) -> None:
    assert check(make_bag(tmp_path / "bag", {"a": b"1"}, version))["exit"] == 0


def test_missing_parts_are_named(bag: Path) -> None:
    for name in ("bagit.txt", "manifest-sha256.txt", "data/a.txt"):
        (bag / name).rename(bag.parent / "aside")
        assert name in wrong(check(bag)), name
        (bag.parent / "aside").rename(bag / name)
    assert check(bag)["exit"] == 0


def test_a_bag_without_payload_folder_is_refused(tmp_path: Path) -> None:
    bag = make_bag(tmp_path / "bag", {})
    assert check(bag)["exit"] == 0
    (bag / "data").rmdir()
    assert "data/" in wrong(check(bag))


@pytest.mark.parametrize(
    "path",
    ["../outside.txt", "data/../../outside.txt", "/etc/passwd", "~/x", "data//a.txt", "data/./a.txt", "bagit.txt",
     "C:/x", "\\\\host\\x", "data", "other/a.txt"],
)  # fmt: skip
def test_paths_that_lead_elsewhere_are_refused(bag: Path, path: str) -> None:
    (bag.parent / "outside.txt").write_bytes(b"one")
    with (bag / "manifest-sha256.txt").open("a") as file:
        file.write(f"{hashlib.sha256(b'one').hexdigest()}  {path}\n")
    report = check(bag)
    assert "manifest-sha256.txt" in wrong(report)
    assert path not in wrong(report)  # nothing outside was even looked for


@pytest.mark.parametrize(
    "line", ["zz  data/a.txt", "abcd  data/a.txt", "data/a.txt", f"{'0' * 64}data/a.txt", "# comment", "0"]
)
def test_lines_that_are_no_entries_are_refused(bag: Path, line: str) -> None:
    with (bag / "manifest-sha256.txt").open("a") as file:
        file.write(line + "\n")
    assert "Line 3" in wrong(check(bag))["manifest-sha256.txt"]


def test_a_flood_of_wrong_lines_ends(bag: Path) -> None:
    (bag / "manifest-sha256.txt").write_bytes(b"x\n" * 2_000_000)
    assert "more than 1,000 of its lines are wrong" in said(check(bag), "damaged")


def test_the_same_file_twice(tmp_path: Path) -> None:
    for version, same, code in (("1.0", True, 1), ("1.0", False, 1), ("0.97", True, 0), ("0.97", False, 1)):
        bag = make_bag(tmp_path / f"{version}{same}", {"a.txt": b"one"}, version)
        with (bag / "manifest-sha256.txt").open("ab") as file:
            file.write(manifest_line("a.txt", b"one" if same else b"two"))
        report = check(bag)
        assert report["exit"] == code, (version, same)
        assert "twice" in said(report, "damaged" if code else "notice")


def test_separators_and_the_asterisk_of_md5sum(bag: Path) -> None:
    one, two = manifest(bag).splitlines()
    (bag / "manifest-sha256.txt").write_text(one.replace("  ", "\t \t") + "\n" + two.replace("  ", " *", 1) + "\n\n")
    report = check(bag)
    assert report["exit"] == 0
    assert said(report, "notice").count("a strict reader refuses that") == 1


def test_a_dot_before_a_path_is_noted_since_1_0(bag: Path) -> None:
    (bag / "manifest-sha256.txt").write_text(manifest(bag).replace("  data/a", "  ./data/a"))
    report = check(bag)
    assert report["exit"] == 0
    assert "It has ./ before 'data/a.txt'" in said(report, "notice")


def test_the_same_file_in_two_normal_forms_is_noted(tmp_path: Path) -> None:
    forms = [unicodedata.normalize("NFC", "Zoë.txt"), unicodedata.normalize("NFD", "Zoë.txt")]
    bag = make_bag(tmp_path / "bag", {forms[0]: b"1"})
    write(bag, "manifest-sha256.txt", manifest_line(forms[0], b"1") + manifest_line(forms[1], b"1"))
    report = check(bag)
    assert report["exit"] == 0
    assert "twice, with the same hash" in said(report, "notice")
    write(bag, "manifest-sha256.txt", manifest_line(forms[0], b"1") + manifest_line(forms[1], b"2"))
    assert "twice, with different hashes" in said(check(bag), "damaged")


def test_names_with_line_ends_and_percent_signs(tmp_path: Path) -> None:
    names = {"a\nb.txt": "a%0Ab.txt", "a\rb.txt": "a%0db.txt", "50%25.txt": "50%2525.txt", "50%.txt": "50%25.txt"}
    bag = make_bag(tmp_path / "bag", {name: name.encode() for name in names})
    write(bag, "manifest-sha256.txt", b"".join(manifest_line(listed, name.encode()) for name, listed in names.items()))
    report = check(bag)
    assert report["exit"] == 0, wrong(report)
    assert "percent" not in said(report, "notice")
    (bag / "data/a\nb.txt").write_bytes(b"changed")
    assert "data/a\nb.txt" in wrong(check(bag))


def test_before_1_0_a_percent_sign_stood_for_itself(tmp_path: Path) -> None:
    bag = make_bag(tmp_path / "old", {"%7Ea%25.txt": b"1"}, "0.97")
    assert check(bag)["exit"] == 0
    report = check(make_bag(tmp_path / "new", {"%7Ea.txt": b"1"}))
    assert report["exit"] == 0
    assert "not written as %25" in said(report, "notice")


def test_composed_and_decomposed_letters_are_the_same_name(tmp_path: Path) -> None:
    bag = make_bag(tmp_path / "bag", {unicodedata.normalize("NFD", "Zoë.txt"): b"1"})
    write(bag, "manifest-sha256.txt", manifest_line(unicodedata.normalize("NFC", "Zoë.txt"), b"1"))
    assert check(bag)["exit"] == 0


def test_names_that_some_computers_confuse_are_noted(tmp_path: Path) -> None:
    both = {unicodedata.normalize("NFC", "Zoë.txt"): b"3", unicodedata.normalize("NFD", "Zoë.txt"): b"4"}
    bag = make_bag(tmp_path / "bag", {**both, "Ab.txt": b"1", "aB.txt": b"2"})
    report = check(bag)
    assert report["exit"] == 0
    assert said(report, "notice").count("Some computers can't tell it from") == 2


def test_tag_files_in_other_encodings(tmp_path: Path) -> None:
    for encoding in ("UTF-16", "UTF-32", "ISO-8859-1", "Shift_JIS"):
        bag = make_bag(tmp_path / encoding, {"a.txt": b"1"})
        write(bag, "bagit.txt", DECLARATION.replace("UTF-8", encoding).encode())
        write(bag, "manifest-sha256.txt", manifest_line("a.txt", b"1").decode().encode(encoding))
        assert check(bag)["exit"] == 0, encoding
        write(bag, "manifest-sha256.txt", manifest_line("a.txt", b"1").decode().encode("UTF-16"))
        assert (check(bag)["exit"] == 0) == (encoding == "UTF-16"), encoding


def test_a_manifest_that_is_not_text_is_refused(bag: Path) -> None:
    (bag / "manifest-sha256.txt").write_bytes(b"\xff\xfe\xff")
    assert "not text in UTF-8" in wrong(check(bag))["manifest-sha256.txt"]


def test_a_byte_order_mark_in_a_manifest_was_noted_and_is_now_refused(tmp_path: Path) -> None:
    for version, status, code in (("0.97", "notice", 0), ("1.0", "damaged", 1)):
        bag = make_bag(tmp_path / version, {"a.txt": b"1"}, version)
        (bag / "manifest-sha256.txt").write_bytes(b"\xef\xbb\xbf" + manifest(bag).encode())
        report = check(bag)
        assert report["exit"] == code
        assert "byte order mark" in said(report, status)


def test_tag_manifests(bag: Path) -> None:
    def tags(*paths: str) -> None:
        rows = (f"{hashlib.sha256((bag / path).read_bytes()).hexdigest()} {path}\n" for path in paths)
        write(bag, "tagmanifest-sha256.txt", "".join(rows).encode())

    write(bag, "more/notes.txt", b"notes")
    tags("bagit.txt", "manifest-sha256.txt", "more/notes.txt")
    assert check(bag)["exit"] == 0
    write(bag, "more/notes.txt", b"nodes")
    assert "more/notes.txt" in wrong(check(bag))
    (bag / "more/notes.txt").unlink()
    assert "missing" in wrong(check(bag))["more/notes.txt"]
    tags("bagit.txt", "manifest-sha256.txt", "data/a.txt")
    assert "tagmanifest-sha256.txt" in wrong(check(bag))
    write(bag, "tagmanifest-md5.txt", b"0" * 32 + b" tagmanifest-sha256.txt\n")
    assert "which a tag manifest does not list" in wrong(check(bag))["tagmanifest-md5.txt"]
    (bag / "tagmanifest-md5.txt").unlink()
    tags("bagit.txt")
    assert wrong(check(bag))["tagmanifest-sha256.txt"] == " It does not list manifest-sha256.txt."
    write(bag, "bagit.txt", DECLARATION.replace("1.0", "0.97").encode())
    tags("bagit.txt")
    assert check(bag)["exit"] == 0


def test_what_was_to_be_fetched_must_be_there(bag: Path) -> None:
    write(bag, "fetch.txt", b"https://example.org/a 3 data/a.txt\n")
    report = check(bag)
    assert report["exit"] == 0
    assert "fetch" in said(report, "notice")
    (bag / "data/a.txt").unlink()
    assert "never fetched" in wrong(check(bag))["data/a.txt"]
    for line in (
        "nonsense",
        "a.txt - data/a.txt",
        "https://example.org/a - ../a",
        "https://example.org/a x data/a.txt",
        "u - bagit.txt",
    ):
        write(bag, "fetch.txt", line.encode())
        assert "fetch.txt" in wrong(check(bag)), line


def test_the_description_is_held_against_the_payload(bag: Path) -> None:
    write(bag, "bag-info.txt", b"Source-Organization: Example\n more of it\nPayload-Oxum: 6.2\nA label: x: y\n")
    assert check(bag)["exit"] == 0
    for oxum in (b"6.3", b"7.2", b"x"):
        write(bag, "bag-info.txt", b"payload-oxum: " + oxum)
        assert "bag-info.txt" in wrong(check(bag))
    write(bag, "bag-info.txt", b"Payload-Oxum: 6.2\nPayload-Oxum: 6.2\n")
    assert "more than one Payload-Oxum" in wrong(check(bag))["bag-info.txt"]


@pytest.mark.parametrize(
    "text", [b"no label", b": no label", b" continued from nothing", b"Label : x", b"Label:x", b"Label:"]
)
def test_a_description_of_another_form_is_refused(tmp_path: Path, text: bytes) -> None:
    bag = make_bag(tmp_path / "bag", {"a.txt": b"1"})
    write(bag, "bag-info.txt", text)
    assert "Line 1" in wrong(check(bag))["bag-info.txt"]


def test_before_1_0_a_description_might_have_any_space_around_its_colons(tmp_path: Path) -> None:
    bag = make_bag(tmp_path / "bag", {"a.txt": b"1"}, "0.97")
    write(bag, "bag-info.txt", b"Label : x\nLabel:x\nLabel\t:\nPayload-Oxum   :   1.1\n")
    assert check(bag)["exit"] == 0
    write(bag, "bag-info.txt", b"Payload-Oxum   :   2.1\n")
    assert "it is 1.1" in wrong(check(bag))["bag-info.txt"]


def test_links_pipes_and_folders_that_cannot_be_read(bag: Path) -> None:
    (bag / "data/link").symlink_to("a.txt")
    (bag / "data/loop").symlink_to(bag)
    os.mkfifo(bag / "data/pipe")
    found = wrong(check(bag))
    assert {"data/link", "data/loop", "data/pipe"} <= found.keys()


def test_a_payload_folder_that_is_a_link_is_refused(bag: Path) -> None:
    (bag / "data").rename(bag.parent / "elsewhere")
    (bag / "data").symlink_to(bag.parent / "elsewhere")
    assert "data" in wrong(check(bag))


def test_a_folder_named_like_a_listed_file_is_no_file(bag: Path) -> None:
    (bag / "data/a.txt").unlink()
    (bag / "data/a.txt").mkdir()
    assert "missing" in wrong(check(bag))["data/a.txt"]


def test_only_published_versions_are_known() -> None:
    assert (0, 97) in bagit.KNOWN_VERSIONS
    assert (1, 1) not in bagit.KNOWN_VERSIONS
