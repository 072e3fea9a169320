"""Reads bags (BagIt, RFC 8493, and the drafts before it): all listed, all there, all unchanged?"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from plainview.verify.reading import Digester, Digests, Unreadable, read_small
from plainview.verify.report import Report, counted

KNOWN_VERSIONS = {(0, 93), (0, 94), (0, 95), (0, 96), (0, 97), (1, 0)}
PAYLOAD = "data/"
WEAK = {"md5", "sha1"}
GIVE_UP = 1000  # wrong lines in one list

# Quoted strings of the grammar mean either case, and the RFC's own example writes BagIt-version.
_DECLARATION = re.compile(r"(?i)BagIt-Version: ([0-9]+)\.([0-9]+)\nTag-File-Character-Encoding: (\S+)\n?")
_OLD_DECLARATION = re.compile(r"BagIt-Version\s*:\s*([0-9]+)\.([0-9]+)\s*\nTag-File-Character-Encoding\s*:\s*(\S+)\s*")
_MANIFEST = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]+)\.txt")
_ENTRY = re.compile(r"([0-9A-Fa-f]+)[ \t]+(.+)")
_FETCH = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:\S*)[ \t]+([0-9]+|-)[ \t]+(.+)")
_ELEMENT = re.compile(r"([^:\s](?:[^:]*[^:\s])?):[ \t].*")  # of bag-info.txt, strictly
_OLD_ELEMENT = re.compile(r"([^:]*[^:\s])\s*:.*")
_ALGORITHMS = {
    name.replace("-", "").replace("_", ""): name
    for name in sorted(hashlib.algorithms_guaranteed)
    if not name.startswith("shake")
}


@dataclass
class Bag:
    """What lies in a bag's folder, and what came out of hashing it."""

    folder: Path
    version: tuple[int, int] = (1, 0)
    encoding: str = "UTF-8"
    files: dict[str, int] = field(default_factory=dict)  # path below the folder with slashes: size
    digests: dict[str, Digests] = field(default_factory=dict)
    tagged: set[str] = field(default_factory=set)  # tag files that a tag manifest lists
    wrong: set[str] = field(default_factory=set)  # paths of which something bad has been said

    @property
    def payload(self) -> list[str]:
        """The files below data/, sorted."""
        return sorted(path for path in self.files if path.startswith(PAYLOAD))

    @property
    def tags(self) -> list[str]:
        """All other files, sorted."""
        return sorted(path for path in self.files if not path.startswith(PAYLOAD))


@dataclass
class Manifest:
    """One manifest: hashes by path as listed."""

    name: str
    algorithm: str  # as hashlib names it
    entries: dict[str, bytes]
    for_tags: bool


def check_bag(folder: Path, report: Report, *, chunks: bool) -> Bag:
    """Checks a bag and returns what was found in it. `chunks` asks for the chunk trees of the payload."""
    bag = Bag(folder)
    _walk(bag, report)
    _read_declaration(bag, report)
    manifests = list(_manifests(bag, report))
    if not any(not each.for_tags for each in manifests):
        report.damaged("The bag has no payload manifest that can be read.", "manifest-sha256.txt")
    if not (folder / "data").is_dir():
        report.damaged("The folder of the payload is missing.", PAYLOAD)
    _check_listing(bag, manifests, report)
    _check_fetch(bag, report)
    _check_hashes(bag, manifests, report, chunks)
    _check_info(bag, report)
    _notice_names(bag, report)
    return bag


def _walk(bag: Bag, report: Report) -> None:
    """Notes every file. Links and devices don't belong into a bag: what they show lies elsewhere."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            entries = sorted(os.scandir(bag.folder / below), key=lambda entry: entry.name)
        except OSError as problem:
            report.damaged(f"The folder can't be read ({problem.strerror}).", below)
            continue
        for entry in entries:
            path = below + entry.name
            mode = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(mode.st_mode):
                waiting.append(path + "/")
            elif stat.S_ISREG(mode.st_mode):
                bag.files[path] = mode.st_size
            else:
                what = "a link" if stat.S_ISLNK(mode.st_mode) else "no plain file"
                report.damaged(f"It is {what}; a bag holds plain files only.", path)
                bag.wrong.add(path)


def _read_declaration(bag: Bag, report: Report) -> None:
    try:
        text = read_small(bag.folder / "bagit.txt", 10_000).decode()
    except (Unreadable, UnicodeDecodeError) as problem:
        reason = problem if isinstance(problem, Unreadable) else "it is not text in UTF-8"
        report.damaged(f"The declaration of the bag can't be read: {reason}.", "bagit.txt")
        return
    lines = _unify(text)
    found = _DECLARATION.fullmatch(lines) or _OLD_DECLARATION.fullmatch(lines)
    if found is None or (_DECLARATION.fullmatch(lines) is None and int(found[1]) > 0):
        report.damaged("These are not the two lines that declare a bag.", "bagit.txt")
        return
    bag.version = int(found[1]), int(found[2])
    if bag.version not in KNOWN_VERSIONS:
        report.damaged(f"BagIt {found[1]}.{found[2]} is no version known here.", "bagit.txt")
    if _is_text_encoding(found[3]):
        bag.encoding = found[3]
    else:
        report.damaged(f"The character encoding {found[3]!r:.40} is unknown.", "bagit.txt")


def _is_text_encoding(name: str) -> bool:
    """Python knows more under this word: codecs that unpack, encrypt, or take for ever over a long line."""
    if re.match("idna|punycode|.*escape|undefined|mbcs|oem", name.lower().replace("-", "_")):
        return False
    try:
        return isinstance("a".encode(name), bytes)
    except (LookupError, UnicodeError, ValueError):
        return False


def _manifests(bag: Bag, report: Report) -> Iterator[Manifest]:
    for name in bag.tags:
        found = _MANIFEST.fullmatch(name)
        if found is None:
            continue
        algorithm = _ALGORITHMS.get(found[2].lower().replace("-", "").replace("_", ""))
        if algorithm is None:
            report.unchecked(f"The algorithm {found[2]} is not known here, so this manifest was not used.", name)
            continue
        if algorithm in WEAK:
            report.notice(f"{algorithm} no longer protects against a skilled forger, only against accidents.", name)
        try:
            entries = _entries(bag, name, algorithm, for_tags=bool(found[1]), report=report)
        except Unreadable as problem:
            report.damaged(f"The manifest can't be read: {problem}.", name)
            continue
        yield Manifest(name, algorithm, entries, bool(found[1]))


def _entries(bag: Bag, name: str, algorithm: str, *, for_tags: bool, report: Report) -> dict[str, bytes]:
    entries: dict[str, bytes] = {}
    spelled: dict[str, str] = {}
    wrong, length = 0, hashlib.new(algorithm).digest_size * 2
    for number, line in enumerate(_tag_lines(bag, name, report), 1):
        if not line.strip():
            continue
        found = _ENTRY.fullmatch(line)
        path = _resolve(bag, found[2]) if found else ""
        if found is None or len(found[1]) != length:
            problem = f"Line {number} is not a {algorithm} hash and a path."
        elif misplaced := _misplaced(path, for_tags=for_tags):
            problem = f"Line {number} names {found[2]!r:.100}, {misplaced}."
        elif path in entries:
            problem = _doubled(bag, path, found, same=spelled[path] == found[2], digest=entries[path])
            if not problem:
                report.notice(f"It lists {path!r:.100} twice, with the same hash.", name)
        else:
            problem = ""
            _remark_spelling(bag, path, found[2], name, report)
        if found is None or problem:
            wrong = _count_wrong(wrong, problem, name, report)
            continue
        entries[path], spelled[path] = bytes.fromhex(found[1]), found[2]
    return entries


def _doubled(bag: Bag, path: str, found: re.Match[str], *, same: bool, digest: bytes) -> str:
    """Since 1.0 a name stands once; before, and where another system spelled it otherwise, it may stand twice."""
    if bytes.fromhex(found[1]) != digest:
        return f"It lists {path!r:.100} twice, with different hashes."
    return f"It lists {path!r:.100} twice." if same and bag.version >= (1, 0) else ""


def _remark_spelling(bag: Bag, path: str, listed: str, name: str, report: Report) -> None:
    """Says what a strict reader would not take."""
    if listed.startswith("*") and not path.startswith("*"):
        report.notice(
            f"It has an asterisk before {path!r:.100}, as md5sum writes it; a strict reader refuses that.", name
        )
    elif bag.version >= (1, 0) and listed.startswith("./"):
        report.notice(f"It has ./ before {path!r:.100}; a strict reader refuses that.", name)
    elif bag.version >= (1, 0) and re.search("%(?!0[AaDd]|25)", listed):
        report.notice(f"It has a percent sign in {path!r:.100} that is not written as %25.", name)


def _count_wrong(wrong: int, problem: str, name: str, report: Report) -> int:
    if wrong == GIVE_UP:
        raise Unreadable(f"more than {GIVE_UP:,} of its lines are wrong")
    report.damaged(problem, name)
    return wrong + 1


def _tag_lines(bag: Bag, name: str, report: Report) -> list[str]:
    try:
        text = read_small(bag.folder / name).decode(bag.encoding)
    except (UnicodeError, LookupError) as problem:
        raise Unreadable(f"it is not text in {bag.encoding}") from problem
    if text.startswith("\ufeff"):
        say = report.damaged if bag.version >= (1, 0) else report.notice
        say("It begins with a byte order mark, which readers may stumble over.", name)
    return _unify(text.removeprefix("\ufeff")).split("\n")


def _resolve(bag: Bag, listed: str) -> str:
    """Returns the path of the file that a manifest means: names are spelled in more than one way."""
    plain = listed.removeprefix("./")
    decoded = re.sub("%0[Dd]", "\r", re.sub("%0[Aa]", "\n", plain))
    if bag.version >= (1, 0):
        decoded = decoded.replace("%25", "%")
    spellings = [decoded, plain, plain.removeprefix("*"), decoded.removeprefix("*")]
    for spelling in spellings:
        if spelling in bag.files:
            return spelling
    return _other_normal_form(bag, decoded) or decoded


def _other_normal_form(bag: Bag, path: str) -> str | None:
    """A file system may have composed or decomposed letters; the name is still the same to people."""
    if path.isascii():
        return None
    wanted = unicodedata.normalize("NFC", path)
    alike = [each for each in bag.files if unicodedata.normalize("NFC", each) == wanted]
    return alike[0] if len(alike) == 1 else None


def _misplaced(path: str, *, for_tags: bool) -> str:
    """Returns what is wrong with where a listed path lies."""
    parts = path.split("/")
    if path.startswith(("/", "~", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", path):
        return "which leads out of the bag"
    if "" in parts or "." in parts or "\0" in path:
        return "which is no plain path"
    if not for_tags and not path.startswith(PAYLOAD):
        return "which is not below data/"
    if for_tags and (path.startswith(PAYLOAD) or path.startswith("tagmanifest-")):
        return "which a tag manifest does not list"
    return ""


def _check_listing(bag: Bag, manifests: list[Manifest], report: Report) -> None:
    """Everything listed is there, and every payload file is listed: since 1.0 in every manifest, before in one."""
    for each in manifests:
        for path in sorted(each.entries.keys() - bag.files.keys()):
            report.damaged(f"It is missing, though {each.name} lists it.", path)
            bag.wrong.add(path)
    lists = [each for each in manifests if not each.for_tags]
    for each in manifests:
        if each.for_tags:
            bag.tagged |= each.entries.keys()
            for other in lists:
                if bag.version >= (1, 0) and other.name not in each.entries:
                    report.damaged(f"It does not list {other.name}.", each.name)
    for path in bag.payload:
        absent = [each.name for each in lists if path not in each.entries]
        if absent and (bag.version >= (1, 0) or len(absent) == len(lists)):
            report.damaged(f"It is extra: {absent[0]} does not list it.", path)
            bag.wrong.add(path)


def _check_fetch(bag: Bag, report: Report) -> None:
    if "fetch.txt" not in bag.files:
        return
    try:
        lines = _tag_lines(bag, "fetch.txt", report)
    except Unreadable as problem:
        report.damaged(f"The list of what is to be fetched can't be read: {problem}.", "fetch.txt")
        return
    for number, line in enumerate(lines, 1):
        found = _FETCH.fullmatch(line)
        if not line.strip():
            continue
        path = _resolve(bag, found[3]) if found else ""
        if not path or _misplaced(path, for_tags=False):
            report.damaged(f"Line {number} is not an address, a length and a path below data/.", "fetch.txt")
        elif path not in bag.files:
            report.damaged("It was never fetched; nothing is fetched here.", path)
    report.notice("The bag was sent with files to fetch from elsewhere; only what is here was checked.", "fetch.txt")


def _check_hashes(bag: Bag, manifests: list[Manifest], report: Report, chunks: bool) -> None:
    wanted: dict[str, dict[str, list[Manifest]]] = defaultdict(lambda: defaultdict(list))
    for manifest in manifests:
        for path in manifest.entries.keys() & bag.files.keys():
            wanted[path][manifest.algorithm].append(manifest)
    digester, before = Digester(), len(bag.wrong)
    for path in sorted(bag.files):
        in_payload = path.startswith(PAYLOAD)
        try:
            found = digester.read(bag.folder / path, {*wanted[path], "sha256"}, chunks=chunks and in_payload)
        except Unreadable as problem:
            report.damaged(f"It can't be checked: {problem}.", path)
            bag.wrong.add(path)
            continue
        bag.digests[path] = found
        for algorithm, lists in wanted[path].items():
            for manifest in lists:
                if manifest.entries[path] != found.hashes[algorithm]:
                    report.damaged(f"It was changed: its {algorithm} is not the one in {manifest.name}.", path)
                    bag.wrong.add(path)
    digester.close()
    if manifests and len(bag.wrong) == before:
        size = sum(bag.files[path] for path in bag.payload)
        files = counted(len(bag.payload), "file", "files")
        report.holds(f"The payload, {files} with {size:,} bytes, has the hashes that are listed.")


def _check_info(bag: Bag, report: Report) -> None:
    if "bag-info.txt" not in bag.files:
        return
    try:
        lines = _tag_lines(bag, "bag-info.txt", report)
    except Unreadable as problem:
        report.damaged(f"The description of the bag can't be read: {problem}.", "bag-info.txt")
        return
    element, sums = _ELEMENT if bag.version >= (1, 0) else _OLD_ELEMENT, []
    for number, line in enumerate(lines, 1):
        found = element.fullmatch(line)
        if line.strip() and not found and not (line[0] in " \t" and number > 1):
            report.damaged(f"Line {number} is neither a label with a value nor the rest of one.", "bag-info.txt")
        if found and found[1].lower() == "payload-oxum":
            sums.append(line.partition(":")[2].strip())
    actual = f"{sum(bag.files[path] for path in bag.payload)}.{len(bag.payload)}"
    for stated in sums:
        if stated != actual:
            report.damaged(f"It says that the payload is {stated!r:.60} (bytes.files); it is {actual}.", "bag-info.txt")
    if len(sums) > 1 and bag.version >= (1, 0):
        report.damaged("It has more than one Payload-Oxum.", "bag-info.txt")


def _notice_names(bag: Bag, report: Report) -> None:
    """Names that another computer would take for one and the same."""
    seen: dict[str, str] = {}
    for path in sorted(bag.files):
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            report.notice(f"Some computers can't tell it from {seen[folded]!r:.100}.", path)
        seen[folded] = path


def _unify(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
