"""The public files of the log: open without login, as tlog-tiles wants them, and nothing else from the disk."""

from __future__ import annotations

import pytest
from django.test import Client

from plainview.base.custody import keys, place
from plainview.base.custody.sequencer import drain
from plainview.base.custody.tests.making import many
from plainview.ledger import merkle
from plainview.ledger.checkpoint import parse
from plainview.ledger.note import Verifier, open_note
from plainview.ledger.tiles import unbundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> Client:
    """A stranger's browser, and a log of 300 entries."""
    many(300)
    drain()
    return Client()


def test_a_stranger_can_check_the_whole_log_with_these_files_alone(log: Client) -> None:
    vkey = log.get("/log/vkey").content.decode().strip()
    checkpoint = parse(open_note(log.get("/log/checkpoint").content.decode(), [Verifier(vkey)]).text)
    entries = [
        entry for name in ("000", "001.p/44") for entry in unbundle(log.get(f"/log/tile/entries/{name}").content)
    ]
    assert len(entries) == checkpoint.size == 300
    assert merkle.root([merkle.leaf_hash(entry) for entry in entries]) == checkpoint.root
    assert log.get("/log/tile/0/000").content == b"".join(merkle.leaf_hash(entry) for entry in entries[:256])


def test_the_files_say_what_they_are_and_how_long_they_hold(log: Client) -> None:
    checkpoint, tile = log.get("/log/checkpoint"), log.get("/log/tile/0/001.p/44")
    assert checkpoint["Content-Type"] == log.get("/log/vkey")["Content-Type"] == "text/plain; charset=utf-8"
    assert checkpoint["Cache-Control"] == "public, max-age=1"
    assert tile["Content-Type"] == "application/octet-stream"
    assert tile["Cache-Control"] == "public, max-age=31536000, immutable"
    assert tile["Access-Control-Allow-Origin"] == checkpoint["Access-Control-Allow-Origin"] == "*"
    assert tile["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in tile.headers


def test_the_key_is_the_one_that_signs(log: Client) -> None:
    assert log.get("/log/vkey").content.decode().strip() == keys.signer_of_log().vkey


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002",
        "tile/0/000.p/44",
        "tile/3/000",
        "tile/entries/001",
        "tile/0/x001/000",
    ],
)
def test_what_the_log_does_not_have_is_not_found(log: Client, path: str) -> None:
    assert log.get(f"/log/{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000/../../../origin",
        "tile/../../keys/log.key",
        "tile/0/..%2f..%2f..%2fkeys/log.key",
        "keys/log.key",
        "refused",
        "tile/64/000",
        "tile/-1/000",
        "tile/00/000",
        "tile/0/1",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.new",
        "tile/0/.000.new",
        "tile/0/000%00",
        "tile/0/000%0A",
        "tile/0",
        "tile/",
    ],
)
def test_no_other_path_leads_to_the_disk(log: Client, path: str) -> None:
    (place.log_folder() / "refused").write_text("secret")
    answer = log.get(f"/log/{path}")
    assert answer.status_code in (302, 404)
    assert b"PRIVATE" not in answer.content
    assert b"secret" not in answer.content


def test_before_the_first_checkpoint_there_is_none() -> None:
    assert Client().get("/log/checkpoint").status_code == 404


@pytest.mark.parametrize("path", ["checkpoint", "vkey", "tile/0/000"])
def test_the_files_can_only_be_read(log: Client, path: str) -> None:
    assert log.post(f"/log/{path}").status_code == 405
    assert log.head(f"/log/{path}").status_code == 200
