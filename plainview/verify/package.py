"""Checks a package: a bag whose files, events, policy texts and signature bear each other out.

Its parts, and what ties each to the signed log:

    data/…                  the media; each is named by an event that states its hash, its size and its chunk root
    files.json              which file is which, with its exact original name; compared with those events
    proof/events.jsonl      one event a line: leaf, body, index, proof, in the order of the log
    proof/checkpoint        the signed state of the log
    proof/policy/<hash>.toml  the policy texts that the leaves name
    proof/retention.json    how long each recording was to be kept; decided here once more
    keys.json               the key of the log, for a reader who has not got it from elsewhere
    README.txt, bag-info.txt, verify.pyz …  named, like the manifest, with their hashes by the package's own event
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.note import NoteError
from plainview.ledger.trust import Trust
from plainview.verify import retention
from plainview.verify.bagit import Bag, check_bag
from plainview.verify.history import Known, read_history
from plainview.verify.reading import Unreadable, parse_object, read_small, read_text
from plainview.verify.report import Report, Status, counted
from plainview.verify.seal import check_seal, own_keys

CHECKPOINT, EVENTS, FILES, KEYS = "proof/checkpoint", "proof/events.jsonl", "files.json", "keys.json"
POLICIES = "proof/policy/"
OURS = (CHECKPOINT, EVENTS, FILES, KEYS, retention.WHERE)
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
STORED, BUILT = "evidence.file.stored", "evidence.package.built"
NAMES_FILES = ("evidence.recording.created", "evidence.recording.extended")
_FILE_FIELDS = ("handle", "name", "path", "recording", "sha256", "size")

PROVES = [
    "The files in data/ are, byte for byte, those that the department took in; the signed log says so.",
    "The histories inside are complete from each item's first event to the building of this package.",
    "The department can't change or drop any of these events without contradicting its own signature.",
    "Each event stood in the log before the log's key signed the checkpoint inside.",
]
PROVES_NOT = [
    "What happened before a file reached the department: what the camera saw, or whether anyone changed it on the way.",
    "That what the events say is true: only that it was written down then and has not been changed since.",
    "The times of day: they are those of the department's clock.",
    "What has happened since this package was built, or that other recordings don't exist.",
    "Whose key it is, unless you got the key from elsewhere (--trust), nor that nobody was shown another log, "
    "unless witnesses are named above.",
]
PROVES_BAG = ["Nothing in the folder was changed since its lists of hashes were written."]
PROVES_NOT_BAG = [
    "Who made it or when: it is an ordinary bag without a history, and whoever changes a file can write new lists."
]


@dataclass
class History:
    """The events of a package by what they are needed for."""

    by_item: dict[str, list[Known]] = field(default_factory=dict)
    stored: dict[str, Known] = field(default_factory=dict)  # by handle of the file
    policies: dict[str, str] = field(default_factory=dict)  # hash of a text: an event that names it
    built: list[Known] = field(default_factory=list)

    def add(self, known: Known) -> None:
        """Takes one event."""
        self.by_item.setdefault(known.leaf.handle, []).append(known)
        if known.leaf.kind == STORED:
            self.stored.setdefault(known.leaf.handle, known)
        elif known.leaf.kind == BUILT:
            self.built.append(known)
        if known.leaf.policy is not None:
            self.policies.setdefault(known.leaf.policy.hex(), known.name)

    @property
    def named_files(self) -> dict[str, str]:
        """The files that recordings name as their own, each with the event that does."""
        return {
            known.text("file"): known.name
            for chain in self.by_item.values()
            for known in chain
            if known.leaf.kind in NAMES_FILES and known.text("file")
        }


def check_package(folder: Path, trust: Trust | None, report: Report) -> None:
    """Checks a package, or an ordinary bag, and says what came out."""
    ours = is_package(folder)
    bag = check_bag(folder, report, chunks=ours)
    if not ours:
        report.kind = f"a bag (BagIt {bag.version[0]}.{bag.version[1]}), not one of Plainview's packages"
        report.notice("It holds no history, so nothing is said about where its files come from.")
        report.proves, report.proves_not = PROVES_BAG, PROVES_NOT_BAG
        return
    report.kind = f"a Plainview package, {counted(len(bag.payload), 'file', 'files')} of media"
    report.proves, report.proves_not = PROVES, PROVES_NOT
    _check_extras(bag, report)
    stated = _check_checkpoint(folder, trust, report)
    history = _read_history(folder, stated, report)
    _check_contents(bag, history, report)
    _check_built(bag, history, report)
    texts = _check_policies(bag, history, report)
    _check_retention(folder, texts, history, report)


def is_package(folder: Path) -> bool:
    """Tells whether a bag has, or says it has, any part that only our packages have."""
    if any((folder / each).exists() for each in OURS) or (folder / "proof").exists():
        return True
    try:
        return " proof/" in read_text(folder / TAG_MANIFEST)
    except Unreadable:
        return False


def _check_extras(bag: Bag, report: Report) -> None:
    extra = [path for path in bag.tags if path not in bag.tagged and path != TAG_MANIFEST]
    for path in extra:
        report.damaged(f"It is extra: {TAG_MANIFEST} does not list it.", path)
    for path in (MANIFEST, TAG_MANIFEST, "bagit.txt", *OURS):
        if path not in bag.files and path not in bag.wrong:
            report.damaged("It is missing.", path)
    if not extra and TAG_MANIFEST in bag.files:
        report.holds(f"The other files, {len(bag.tags):,} of them, are listed too, and there is no further one.")


def _check_checkpoint(folder: Path, trust: Trust | None, report: Report) -> Checkpoint | None:
    own = None
    try:
        keys = parse_object(read_small(folder / KEYS), ("format", "origin", "vkey"))
        if keys["format"] != "plainview-keys/1":
            raise Unreadable("its format is unknown")
        own = own_keys(str(keys["vkey"]))
    except (Unreadable, NoteError) as problem:
        report.damaged(f"The keys can't be read: {problem}.", KEYS)
        if trust is None:
            return None
    try:
        note = read_text(folder / CHECKPOINT)
    except Unreadable as problem:
        report.damaged(f"The checkpoint can't be read: {problem}.", CHECKPOINT)
        return None
    return check_seal(note, trust, own, CHECKPOINT, report)


def _read_history(folder: Path, stated: Checkpoint | None, report: Report) -> History:
    history = History()
    try:
        for known in read_history(folder / EVENTS, EVENTS, stated, report):
            history.add(known)
    except Unreadable as problem:
        report.damaged(f"The events can't be read: {problem}.", EVENTS)
    return history


def _check_contents(bag: Bag, history: History, report: Report) -> None:
    """Every file of media has its event and fits it; every file that the histories name is there."""
    try:
        listed = _listed(bag)
    except Unreadable as problem:
        report.damaged(f"The list of the files can't be read: {problem}.", FILES)
        return
    wrong = 0
    for path in bag.payload:
        misfit = _misfit(bag, path, listed.get(path), history) if path not in bag.wrong else ""
        if misfit:
            report.damaged(misfit, path)
            wrong += 1
    for path in sorted(listed.keys() - bag.files.keys() - bag.wrong):
        report.damaged(f"It is missing, though {FILES} lists it.", path)
        wrong += 1
    inside = {entry["handle"] for entry in listed.values()}
    for handle, event in sorted({**history.named_files, **{h: k.name for h, k in history.stored.items()}}.items()):
        if handle not in inside:
            report.damaged(f"The file {handle} is missing: {event} names it.", FILES)
            wrong += 1
    if not wrong and not bag.wrong:
        report.holds(
            f"The media, {counted(len(listed), 'file', 'files')}, have the SHA-256, chunk root, size and name that "
            "the events of their storing state, and no file of these recordings is left out."
        )


def _listed(bag: Bag) -> dict[str, dict[str, Any]]:
    stated = parse_object(read_small(bag.folder / FILES), ("files", "format"))
    entries = stated["files"]
    if stated["format"] != "plainview-files/1" or not isinstance(entries, list):
        raise Unreadable("its format is unknown")
    for each in entries:
        if not isinstance(each, dict) or set(each) != set(_FILE_FIELDS):
            raise Unreadable("an entry has not the fields expected")
        if not all(isinstance(each[name], str) for name in _FILE_FIELDS if name != "size"):
            raise Unreadable("an entry has not the fields expected")
    return {each["path"]: each for each in entries}


def _misfit(bag: Bag, path: str, entry: dict[str, Any] | None, history: History) -> str:
    """Returns why a file of media doesn't fit its event, or nothing."""
    if entry is None:
        return f"It is extra: {FILES} does not list it."
    event = history.stored.get(entry["handle"])
    if event is None:
        return "No event in the signed log says that it was taken in."
    if event.body is None:
        return f"The body of {event.name} is withheld, so the file can't be compared with it."
    found = bag.digests[path]
    sha256 = found.hashes["sha256"]
    facts = {
        "sha256": sha256.hex(),
        "chunk_root": found.chunk_root.hex() if found.chunk_root else "",
        "size": found.size,
        "name": entry["name"],
        "recording": entry["recording"],
    }
    for name, value in facts.items():
        if event.body.get(name) != value:
            return f"Its {name.replace('_', ' ')} is not the one in {event.name}."
    if entry["sha256"] != facts["sha256"] or entry["size"] != found.size:
        return f"Its hash or size is not the one in {FILES}."
    sealed = event.leaf.public.get("hash_hmac")
    if sealed != _seal_of(event.text("hash_salt"), sha256):
        return f"The public leaf of {event.name} does not commit to its hash."
    return ""


def _seal_of(salt: str, digest: bytes) -> str:
    try:
        return hmac.digest(bytes.fromhex(salt), digest, "sha256").hex()
    except ValueError:
        return ""


def _check_built(bag: Bag, history: History, report: Report) -> None:
    """The package's own event names the manifest, the other files, and where each chain ended."""
    if len(history.built) != 1 or history.built[0].body is None:
        report.damaged("It must hold exactly one event of a package's building: its own.", EVENTS)
        return
    (built,) = history.built
    body: Mapping[str, Any] = built.body or {}
    tags, heads = body.get("tags"), body.get("heads")
    if not isinstance(tags, dict) or not isinstance(heads, dict):
        report.damaged(f"The body of {built.name} does not say what it is the building of.", EVENTS)
        return
    wrong = False
    for path, digest in {**tags, MANIFEST: body.get("manifest_sha256")}.items():
        found = bag.digests.get(path)
        if found is not None and found.hashes["sha256"].hex() != digest:
            report.damaged("It is not the one that was put into this package when it was built.", path)
            wrong = True
        elif found is None and path not in bag.wrong:
            report.damaged(f"It is missing: {built.name} names it.", path)
            wrong = True
    named = {*tags, MANIFEST, TAG_MANIFEST, CHECKPOINT, EVENTS}
    for path in bag.tags:
        if path not in named:
            report.damaged("It was not in the package when that was built.", path)
            wrong = True
    ends = {handle: chain[-1].leaf.n for handle, chain in history.by_item.items() if handle != built.leaf.handle}
    if ends != heads or built.leaf.n != 1:
        report.damaged("The chains of events don't end where they did when the package was built.", EVENTS)
        wrong = True
    if not _tag_manifest_fits(bag, {**tags, MANIFEST: body.get("manifest_sha256")}, report):
        report.damaged("It is not the list that belongs to this package.", TAG_MANIFEST)
    elif not wrong:
        report.holds("Lists, keys, notes and verifier are those that were recorded in the log when it was built.")


def _tag_manifest_fits(bag: Bag, recorded: Mapping[str, Any], report: Report) -> bool:
    """No list names the hash of the last list, but what it must say is known, to the last space.

    Events and checkpoint prove themselves; where they don't, that was said, and the list is not to blame.
    """
    try:
        listed = read_small(bag.folder / TAG_MANIFEST).decode().split("\n")
    except (Unreadable, UnicodeDecodeError):
        return False
    expected = {path: f"{digest}  {path}" for path, digest in recorded.items()}
    blamed = {c.where for c in report.checks if c.status == Status.DAMAGED and "was changed" not in c.sentence}
    for path in (EVENTS, CHECKPOINT):
        said = next((line for line in listed if line.endswith(f"  {path}")), "")
        found = bag.digests.get(path)
        expected[path] = said if path in blamed or found is None else f"{found.hashes['sha256'].hex()}  {path}"
    return listed == [*(expected[path] for path in sorted(expected)), ""]


def _check_policies(bag: Bag, history: History, report: Report) -> dict[str, bytes]:
    """Every policy that an event was decided under is inside, under the name of its own hash."""
    texts, wrong = {}, False
    for path in bag.tags:
        if path.startswith(POLICIES) and path in bag.digests:
            digest = bag.digests[path].hashes["sha256"].hex()
            if path != f"{POLICIES}{digest}.toml":
                report.damaged("Its text does not have the hash that its name says.", path)
                wrong = True
            try:
                texts[digest] = read_small(bag.folder / path)
            except Unreadable as problem:
                report.damaged(f"It can't be read: {problem}.", path)
    for digest, event in sorted(history.policies.items()):
        if digest not in texts:
            report.damaged(f"The policy text is missing: {event} was done under it.", f"{POLICIES}{digest}.toml")
            wrong = True
    if history.policies and not wrong:
        texts_of = counted(len(history.policies), "policy", "policies")
        report.holds(f"The text of every policy that the events name is inside ({texts_of}).", POLICIES)
    return texts


def _check_retention(folder: Path, texts: Mapping[str, bytes], history: History, report: Report) -> None:
    try:
        data = read_small(folder / retention.WHERE)
    except Unreadable:
        return  # said before: it is missing, or damaged
    retention.replay(data, texts, history.by_item, report)
