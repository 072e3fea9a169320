"""`plainview log …` says what it did, what is wrong and what to do, for people and for programs."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from plainview.base.custody import guard, place
from plainview.base.custody.cli import log
from plainview.base.custody.models import Checkpoint, Outbox
from plainview.base.custody.sequencer import drain
from plainview.base.custody.tests.making import events, many, superuser

pytestmark = pytest.mark.django_db


def run(*words: str, **more: Any) -> tuple[int, str, str]:
    answer = CliRunner().invoke(log, list(words), **more)
    return answer.exit_code, answer.stdout, answer.stderr


def roll_back(count: int) -> None:
    with superuser() as cursor:
        cursor.execute(
            "delete from custody_leaf where index >= (select max(index) + 1 - %s from custody_leaf)", [count]
        )
        cursor.execute("delete from custody_event where id not in (select event_id from custody_leaf)")
        cursor.execute("delete from custody_checkpoint")
        cursor.execute(
            "update custody_item i set n = (select max(n) from custody_event e where e.item_id = i.handle), "
            "head = (select sha256('\\x00'::bytea || leaf) from custody_event e where e.item_id = i.handle "
            "order by n desc limit 1)"
        )
    guard._sound.clear()


def test_drain_moves_what_waits() -> None:
    events(3)
    code, out, _ = run("drain")
    assert code == 0
    assert out.startswith("3 events moved. The log has 3 entries, signed 2")
    assert not Outbox.objects.exists()
    assert run("drain")[1].startswith("0 events moved.")


def test_drain_of_an_empty_log() -> None:
    assert run("drain") == (0, "0 events moved. The log has 0 entries.\n", "")


def test_drain_answers_a_program() -> None:
    events(1)
    code, out, _ = run("drain", "--json")
    assert code == 0
    assert json.loads(out)["moved"] == 1
    assert json.loads(out)["root"] == place.tile_log().root().hex()


def test_drain_signs_what_it_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from plainview.base.custody import checkpoints

    events(1)
    drain()
    monkeypatch.setattr(checkpoints, "BETWEEN_CHECKPOINTS", timedelta(seconds=0.3))
    events(1)
    assert run("drain")[0] == 0
    assert Checkpoint.objects.latest("id").size == 2


def test_check_finds_an_honest_log_in_order() -> None:
    many(10)
    drain()
    code, out, _ = run("check")
    assert code == 0
    assert out.count("fine") == 5
    assert out.splitlines()[-1].startswith("History is in order. Not witnessed")


def test_check_names_what_is_wrong() -> None:
    made = many(10)
    drain()
    with superuser() as cursor:
        cursor.execute("update custody_event set actor = 'account:mallory' where id = %s", [made[3].pk])
    code, out, _ = run("check")
    assert code == 1
    assert f"custody_event: Event {made[3].pk}" in out
    assert "History is NOT in order: 1 finding." in out


def test_check_answers_a_program() -> None:
    many(10)
    drain()
    (place.log_folder() / "tile" / "0" / "000.p" / "10").unlink()
    code, out, _ = run("check", "--json")
    answer = json.loads(out)
    assert code == 1
    assert answer["sound"] is False
    assert [each["check"] for each in answer["checks"]] == ["start", "tree", "checkpoints", "outbox", "items"]
    assert answer["checks"][0]["findings"][0]["where"] == "start"


def test_show_tells_the_history_of_an_item() -> None:
    made = events(2, name="a.mp4")
    drain()
    handle = events(1, made[0].item_id, name="b.mp4")[0].item_id
    code, out, _ = run("show", handle)
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 3
    assert lines[0].endswith("Stored as it came: a.mp4.  [entry 0]")
    assert lines[2].endswith("Stored as it came: b.mp4.  [waiting]")


def test_show_answers_a_program() -> None:
    made = events(1, name="a.mp4")
    drain()
    [row] = json.loads(run("show", made[0].item_id, "--json")[1])
    assert (row["n"], row["entry"], row["event"]) == (1, 0, str(made[0].pk))
    assert row["facts"] == {"actor": "system:test", "i": 0, "name": "a.mp4"}


def test_show_writes_a_table_that_no_spreadsheet_computes(tmp_path: Path) -> None:
    made = events(1, name="a.mp4")
    code, out, _ = run("show", made[0].item_id, "--csv", str(tmp_path / "t.csv"))
    assert (code, out) == (0, "")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["n"] == "1"
    assert json.loads(rows[0]["facts"])["name"] == "a.mp4"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_cells_that_look_like_formulas_are_defused(cell: str) -> None:
    from plainview.base.custody.cli import _harmless

    assert _harmless(cell) == f"'{cell}"
    assert _harmless("plain") == "plain"
    assert _harmless(-1) == -1


def test_show_of_nothing_says_what_a_handle_is() -> None:
    code, _, err = run("show", "nonsense")
    assert code == 1
    assert "A handle is 32 hex digits" in err


def test_a_broken_log_is_told_with_the_next_step() -> None:
    events(5)
    drain()
    roll_back(2)
    code, _, err = run("drain")
    assert code == 1
    assert err.startswith("plainview log: The database is older than the published log")


def test_mend_asks_only_where_somebody_can_answer() -> None:
    events(5)
    drain()
    roll_back(2)
    code, _, err = run("mend")
    assert code == 1
    assert "Say --yes to mend it." in err


def test_mend_does_what_it_says() -> None:
    events(5)
    drain()
    roll_back(2)
    code, out, _ = run("mend", "--yes")
    assert code == 0
    assert out.startswith("Took 2 leaves back from the published log.")
    assert run("check")[0] == 0


def test_mend_of_a_sound_log_does_nothing() -> None:
    events(1)
    drain()
    assert run("mend") == (0, "Nothing to mend: database, tiles and signed checkpoint agree.\n", "")
    assert json.loads(run("mend", "--json")[1]) == {"done": []}


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    events(1)
    monkeypatch.setattr("plainview.ledger.tiles.TileLog.append", full)
    code, _, err = run("drain")
    assert code == 1
    assert "No space left on device. Free space" in err
