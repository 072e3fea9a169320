"""Google's own code accepts our log, and refuses what it should refuse. Needs Debian's Go packages; see peer.go."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from plainview.ledger import merkle
from plainview.ledger.checkpoint import Checkpoint
from plainview.ledger.note import Signer
from plainview.ledger.tiles import TileLog

GOPATH = Path("/usr/share/gocode")
SIZE = 70_000
SIGNER = Signer("log.example.org", bytes(range(32)))


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    go = shutil.which("go")
    if not go or not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("needs Debian's golang-go and golang-golang-x-mod-dev: Google's log code as a second opinion")
    folder = tmp_path_factory.mktemp("peer")
    settings = {"GOPATH": str(GOPATH), "GO111MODULE": "off", "GOFLAGS": "", "GOCACHE": str(folder / "cache")}
    source = Path(__file__).with_name("peer.go")
    subprocess.run([go, "build", "-o", folder / "peer", source], check=True, env=os.environ | settings)
    return folder / "peer"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> TileLog:
    log = TileLog(tmp_path_factory.mktemp("log"))
    for size in (1, 300, 1000, SIZE):
        log.append([b"entry %d" % i for i in range(log.size, size)])
    log.write_checkpoint(SIGNER.sign(Checkpoint("log.example.org", SIZE, log.root()).text()))
    return log


def text(data: bytes) -> str:
    return b64encode(data).decode()


def inclusion(log: TileLog, index: int, /, **changes: Any) -> dict[str, Any]:
    proof = [text(each) for each in log.inclusion(index, SIZE)]
    case = {"index": index, "size": SIZE, "leaf": text(merkle.leaf_hash(b"entry %d" % index)), "root": text(log.root())}
    return case | {"proof": proof, "good": not changes} | changes


def consistency(log: TileLog, old: int, /, **changes: Any) -> dict[str, Any]:
    proof = [text(each) for each in log.consistency(old, SIZE)]
    case = {"old": old, "size": SIZE, "oldRoot": text(log.root(old)), "root": text(log.root())}
    return case | {"proof": proof, "good": not changes} | changes


def ask(peer: Path, log: TileLog, cases: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    command = [str(peer), str(log.folder), SIGNER.vkey]
    return subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, timeout=120)


def test_it_accepts_our_log_and_our_proofs_and_refuses_changed_ones(peer: Path, log: TileLog) -> None:
    places = [0, 1, 255, 256, 4095, 65_535, 65_536, 69_999]
    note = log.checkpoint() or ""
    cases = {
        "inclusion": [inclusion(log, each) for each in places]
        + [inclusion(log, each, size=2 * SIZE) for each in places]
        + [inclusion(log, 5, index=6), inclusion(log, 5, leaf=text(bytes(32)))],
        "consistency": [consistency(log, each) for each in [*places[1:], SIZE]]
        + [consistency(log, each, size=2 * SIZE) for each in places[1:]]
        + [consistency(log, 300, oldRoot=text(bytes(32)))],
        "notes": [{"text": note, "good": True}, {"text": note.replace("\n70000\n", "\n70001\n"), "good": False}],
    }
    answer = ask(peer, log, cases)
    assert answer.stderr == ""
    assert answer.stdout == "records=70000 trees=72 inclusion=18 consistency=16 notes=2\n"


def test_it_refuses_a_checkpoint_with_a_changed_size(peer: Path, log: TileLog, tmp_path: Path) -> None:
    shutil.copytree(log.folder, tmp_path / "log")
    changed = TileLog(tmp_path / "log")
    changed.write_checkpoint((log.checkpoint() or "").replace("\n70000\n", "\n69999\n"))
    answer = ask(peer, changed, {})
    assert answer.returncode == 1
    assert "invalid signature" in answer.stderr


def test_it_refuses_a_signed_checkpoint_that_the_tiles_do_not_bear_out(
    peer: Path, log: TileLog, tmp_path: Path
) -> None:
    shutil.copytree(log.folder, tmp_path / "log")
    changed = TileLog(tmp_path / "log")
    changed.write_checkpoint(SIGNER.sign(Checkpoint("log.example.org", SIZE - 1, log.root()).text()))
    assert ask(peer, changed, {}).returncode == 1


def test_it_refuses_a_changed_tile(peer: Path, log: TileLog, tmp_path: Path) -> None:
    shutil.copytree(log.folder, tmp_path / "log")
    tile = tmp_path / "log/tile/0/100"
    data = bytearray(tile.read_bytes())
    data[17] ^= 1
    tile.write_bytes(data)
    assert ask(peer, TileLog(tmp_path / "log"), {}).returncode == 1
