"""Makes small packages, receipts and logs out of the ledger alone, as the department's program would."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from plainview.base.policy.rules import Term, keep_until, parse, speaking
from plainview.ledger import event, merkle
from plainview.ledger.canonical import Json
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.chunks import ChunkTree
from plainview.ledger.note import Signer
from plainview.ledger.tiles import TileLog
from plainview.verify.command import main

ORIGIN = "plainview/test"
SIGNER = Signer(ORIGIN, bytes(range(32)))
STRANGER = Signer(ORIGIN, bytes(32))
POLICY = b"""[policy]
id = "example"
version = "1"
adopted_by = "Board"
adopted_on = 2026-01-02
effective = 2026-01-02
[[class]]
id = "unclassified"
clause = "1"
keep = "forever"
[[class]]
id = "routine"
clause = "2"
keep = "180 days"
from = "recorded"
"""
POLICY_HASH = hashlib.sha256(POLICY)
MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FILES = {"data/20260304/AXON_1.mp4": b"moving pictures", "data/20260304/AXON_1_gps.json": b"{}"}


@dataclass
class Line:
    """One event as a package holds it."""

    leaf: bytes
    body: bytes


@dataclass
class History:
    """A log in memory, with the chains of its items."""

    lines: list[Line] = field(default_factory=list)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def add(self, kind: str, handle: str, public: dict[str, Json] | None = None, **facts: Json) -> None:
        """Writes one event."""
        n, head = self.heads.get(handle, (0, None))
        body = event.make_body({"actor": "account:ab", **facts})
        leaf = event.make_leaf(
            id=event.uuid7(),
            kind=kind,
            logged_at=MOMENT + timedelta(seconds=len(self.lines)),
            handle=handle,
            n=n + 1,
            prev=head,
            body_digest=event.body_digest(body),
            policy=POLICY_HASH.digest() if self.lines else None,
            public=public,
        )
        self.lines.append(Line(leaf, body))
        self.heads[handle] = n + 1, merkle.leaf_hash(leaf)

    @property
    def tree(self) -> merkle.Tree:
        """The tree over its leaves."""
        return merkle.Tree(merkle.leaf_hash(line.leaf) for line in self.lines)

    def checkpoint(self, signer: Signer = SIGNER) -> str:
        """Returns the signed checkpoint."""
        return signer.sign(Checkpoint(ORIGIN, len(self.lines), self.tree.root()).text())

    def jsonl(self) -> bytes:
        """Returns the events as a package holds them."""
        tree = self.tree
        rows = (
            {
                "leaf": line.leaf.decode(),
                "body": line.body.decode(),
                "index": index,
                "proof": [each.hex() for each in tree.inclusion(index, tree.size)],
            }
            for index, line in enumerate(self.lines)
        )
        return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def handle(name: str) -> str:
    """Returns a handle made of a name."""
    return hashlib.md5(name.encode()).hexdigest()


def stored(history: History, path: str, data: bytes, lies: dict[str, Json]) -> dict[str, Any]:
    """Writes the event of a file's storing, lies included, and returns its entry for files.json."""
    tree, salt, digest = ChunkTree(), hashlib.sha256(path.encode()).digest(), hashlib.sha256(data)
    tree.update(data)
    entry: dict[str, Any] = {
        "handle": handle(path),
        "name": path.rsplit("/", 1)[-1],
        "recording": handle("recording"),
        "sha256": digest.hexdigest(),
        "size": len(data),
    }
    facts: dict[str, Json] = {name: entry[name] for name in ("name", "recording", "sha256", "size")}
    facts |= {"chunk_root": tree.root().hex(), "hash_salt": salt.hex()}
    sealed = hmac.digest(salt, digest.digest(), "sha256").hex()
    public = {"hash_hmac": lies.get("hash_hmac", sealed)}
    history.add("evidence.file.stored", str(entry["handle"]), public, **facts | lies)
    return entry | {"path": path}


def make_history(contents: dict[str, bytes] = FILES, **lies: Json) -> tuple[History, list[dict[str, Any]]]:
    """Returns a history of one recording, and the entries of its files."""
    history = History()
    history.add("policy.version.adopted", handle("policy"), sha256=POLICY_HASH.hexdigest(), effective="2026-01-02")
    entries = [stored(history, path, data, lies) for path, data in contents.items()]
    first, *more = [str(entry["handle"]) for entry in entries]
    start = MOMENT.isoformat()
    recording = handle("recording")
    history.add("evidence.recording.created", recording, file=first, classes=["unclassified"], start=start)
    for each in more:
        history.add("evidence.recording.extended", recording, file=each, new={"start": start}, old={"start": start})
    history.add("evidence.recording.classed", recording, old=["unclassified"], new=["routine"], reason="")
    return history, entries


def retention() -> dict[str, Any]:
    """Returns how long the recording is to be kept, as a package states it."""
    on, start = date(2026, 11, 23), MOMENT.date() - timedelta(days=1)  # the evening before, in Chicago
    policy, earlier = speaking([Term(parse(POLICY), date(2026, 1, 2))], start, on)
    kept = keep_until(policy, ["routine"], start, earlier=earlier, uploaded_day=on)
    stated = {"recording": handle("recording"), "classes": ["routine"], "start_day": str(start), "matters": []}
    stated |= {"uploaded_day": str(on), "holds": [], "until": str(kept.until), "sentence": kept.sentence()}
    return {
        "format": "plainview-retention/1",
        "on": str(on),
        "zone": "America/Chicago",
        "terms": [{"sha256": POLICY_HASH.hexdigest(), "effective": "2026-01-02"}],
        "recordings": [stated],
    }


def make_package(folder: Path, contents: dict[str, bytes] = FILES, signer: Signer = SIGNER, **lies: Json) -> History:
    """Writes a package and returns its history, with the package's own event at the end."""
    history, entries = make_history(contents, **lies)
    files = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Payload-Oxum: {sum(map(len, contents.values()))}.{len(contents)}\n".encode(),
        "README.txt": b"Read me.\n",
        "files.json": dumped({"format": "plainview-files/1", "files": entries}),
        "keys.json": dumped({"format": "plainview-keys/1", "origin": ORIGIN, "vkey": signer.vkey}),
        f"proof/policy/{POLICY_HASH.hexdigest()}.toml": POLICY,
        "proof/retention.json": dumped(retention()),
    }
    for path, data in {**contents, **files}.items():
        write(folder, path, data)
    write(folder, "manifest-sha256.txt", manifest(folder, sorted(contents)))
    seal(folder, history, list(files), signer)
    return history


def seal(folder: Path, history: History, tags: list[str], signer: Signer = SIGNER) -> None:
    """Writes the package's own event, then what rests on it."""
    history.add(
        "evidence.package.built",
        handle("package"),
        manifest_sha256=sha256(folder / "manifest-sha256.txt"),
        tags={path: sha256(folder / path) for path in tags},
        heads={item: n for item, (n, _) in history.heads.items()},
        recordings=[handle("recording")],
    )
    write(folder, "proof/events.jsonl", history.jsonl())
    write(folder, "proof/checkpoint", history.checkpoint(signer).encode())
    retag(folder)


def retag(folder: Path) -> None:
    """Writes the lists of hashes anew, as anyone can who has changed something."""
    write(folder, "manifest-sha256.txt", manifest(folder, listing(folder, payload=True)))
    write(folder, "tagmanifest-sha256.txt", manifest(folder, listing(folder, payload=False)))


def listing(folder: Path, *, payload: bool) -> list[str]:
    """Returns the payload files, or the tag files but the tag manifest."""
    paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return [p for p in paths if p.startswith("data/") == payload and not p.startswith("tagmanifest")]


def manifest(folder: Path, paths: list[str]) -> bytes:
    """Returns a manifest of these files."""
    return "".join(f"{sha256(folder / path)}  {path}\n" for path in paths).encode()


def sha256(path: Path) -> str:
    """Returns the hash of a file in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def dumped(value: object) -> bytes:
    """Returns JSON on one line."""
    return json.dumps(value).encode() + b"\n"


def write(folder: Path, path: str, data: bytes) -> None:
    """Writes a file and the folders above it."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def make_receipt(path: Path, history: History | None = None, index: int = 1, **changes: object) -> None:
    """Writes the receipt of one event."""
    history = history or make_history()[0]
    line = history.lines[index]
    fields: dict[str, object] = {
        "format": "plainview-receipt/1",
        "origin": ORIGIN,
        "vkey": SIGNER.vkey,
        "leaf": line.leaf.decode(),
        "body": line.body.decode(),
        "index": index,
        "proof": [each.hex() for each in history.tree.inclusion(index, len(history.lines))],
        "checkpoint": history.checkpoint(),
    }
    path.write_text(json.dumps(fields | changes, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def make_log(folder: Path, events: int, items: int = 7) -> TileLog:
    """Writes a log's folder with so many events of so many items."""
    history = History()
    for number in range(events):
        history.add("evidence.recording.viewed", handle(f"item {number % items}"))
    log = TileLog(folder)
    log.append([line.leaf for line in history.lines])
    sign_log(log)
    return log


def sign_log(log: TileLog, signer: Signer = SIGNER) -> None:
    """Signs the log as it is, and publishes its key beside it."""
    log.write_checkpoint(signer.sign(Checkpoint(ORIGIN, log.size, log.root()).text()))
    (log.folder / "vkey").write_text(signer.vkey + "\n")


def copy(folder: Path, to: Path) -> Path:
    """Returns a copy to be spoiled."""
    shutil.copytree(folder, to)
    return to


def check(path: Path, *options: str) -> dict[str, Any]:
    """Returns the report of `plainview verify --json`, and holds it against the exit code."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main([str(path), "--json", *options])
    report: dict[str, Any] = json.loads(out.getvalue())
    assert report["exit"] == code
    assert not [c for c in report["checks"] if "unexpected" in c["sentence"]]
    return report


def wrong(report: dict[str, Any]) -> dict[str, str]:
    """Returns what a report names as wrong: all sentences by place."""
    found: dict[str, str] = {}
    for each in report["checks"]:
        if each["status"] == "damaged":
            found[each["where"]] = f"{found.get(each['where'], '')} {each['sentence']}"
    return found


def said(report: dict[str, Any], status: str) -> str:
    """Returns the sentences of a status as one text."""
    return "\n".join(check["sentence"] for check in report["checks"] if check["status"] == status)
