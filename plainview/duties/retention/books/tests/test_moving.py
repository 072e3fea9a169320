"""Moving storage as Dallas should have: compared from the new place, bad copies named with their matters, nothing
removed before the books balance there and a person says so; and goes on after a kill.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from typer.testing import CliRunner

from plainview.base.custody.models import Event
from plainview.base.notices.models import Notice
from plainview.base.storage import copies, shelves
from plainview.base.storage.layout import Layout
from plainview.base.storage.models import Copy, StoredObject
from plainview.base.storage.posix_part import PosixPart
from plainview.base.storage.tests.making import flip
from plainview.duties.retention.books import alone, cli, moving
from plainview.duties.retention.books.models import Alarm, Book, Move
from plainview.duties.retention.books.moving import Refused
from plainview.duties.retention.books.sweep import sweep
from plainview.duties.retention.books.tests.conftest import Held, path_of
from plainview.duties.retention.books.tests.test_sweep import in_another_session
from plainview.holdings.evidence.tests.making import footage
from plainview.ledger.event import read_body

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["in_another_session"]


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Another disk."""
    made = tmp_path / "new-disk"
    made.mkdir()
    return made


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli.storage, list(words))
    assert result.exit_code == code, result.output + result.stderr
    return result.stdout if code == 0 or result.stdout else result.stderr


def spoil(monkeypatch: pytest.MonkeyPatch, disk: Path, of: Held) -> None:
    """Has the new disk give back another byte of one recording than it was given, each time."""
    publish, bad = PosixPart.publish, of.named.file.object_id

    def published(part: PosixPart) -> None:
        publish(part)
        path = Layout(disk).final(part._id)
        if part._id == bad and path.exists():
            flip(path, 80)

    monkeypatch.setattr(PosixPart, "publish", published)


def facts_of(kind: str) -> dict[str, object]:
    event = Event.objects.get(kind=kind)
    return {"actor": event.actor, **read_body(bytes(event.body))}


def test_everything_is_copied_compared_balanced_and_released(held: Held, disk: Path) -> None:
    old = [path_of(each) for each in held.all]
    done = json.loads(run("move", "--to", str(disk), "--by", "tess", "--json"))
    assert (done["finished"], done["items"], done["bad"], done["released"]) == (True, 3, [], False)
    assert all(path.exists() for path in old)
    assert "haven't balanced" in run("release", code=1)
    assert sweep().findings == 0
    told = json.loads(run("release", "--json"))
    assert (told["would_remove"]["items"], told["released"]) == (3, False)
    assert all(path.exists() for path in old)
    run("release", "--confirm", told["code"], "--by", "adam")
    assert not any(path.exists() for path in old)
    assert set(StoredObject.objects.values_list("shelf", flat=True)) == {"new-disk"}
    assert not Copy.objects.exists()
    assert sweep().as_json()["balanced"]
    assert facts_of("storage.move.begun")["actor"] == held.department.tess.actor
    assert facts_of("storage.move.released")["actor"] == held.department.adam.actor


def test_new_files_go_to_the_new_place_from_the_beginning(held: Held, disk: Path) -> None:
    moving.begin(str(disk), actor="shell:root")
    assert footage(held.department.bob).file.object.shelf == "new-disk"
    assert json.loads((Path(settings.DATA) / "shelves.json").read_text())["current"] == "new-disk"


def test_dallas(held: Held, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An injected bad copy: named, tried again, the source never released, the person and the matter in the log."""
    spoil(monkeypatch, disk, held)
    told = json.loads(run("move", "--to", str(disk), "--by", "tess", "--json", code=1))
    bad = str(held.named.file.object_id)
    assert [each["object"] for each in told["bad"]] == [bad]
    assert told["matters"] == [{"number": "24-100", "agency": "Jackson County Prosecutor"}]
    assert bad in run("status")
    noted = facts_of("storage.move.copy_bad")
    assert (noted["object"], noted["actor"]) == (bad, held.department.tess.actor)
    assert facts_of("storage.move.finished")["matters"] == ["24-100"]
    sweep()
    assert "could not be copied" in run("release", "--confirm", "00000000", code=1)
    assert all(path_of(each).exists() for each in held.all)
    monkeypatch.undo()
    monkeypatch.setattr("plainview.base.custody.place.root", lambda: settings.DATA)
    again = json.loads(run("move", "--to", str(disk), "--json"))
    assert (again["bad"], again["finished"]) == ([], True)


def test_it_goes_on_where_it_was_killed(held: Held, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move, copy, left = moving.begin(str(disk), actor="shell:root"), copies.copy, [1]

    def killed(*of: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return copy(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(copies, "copy", killed)
    with pytest.raises(KeyboardInterrupt):
        moving.run(move)
    monkeypatch.setattr(copies, "copy", copy)
    assert sweep().findings == 0  # half a move is no alarm
    assert moving.run(moving.begin(str(disk), actor="shell:root")).items == 3


def test_one_killed_as_it_began_still_turns_new_files_to_the_new_place(
    held: Held, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = shelves.keep
    monkeypatch.setattr(shelves, "keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        moving.begin(str(disk), actor="shell:root")
    monkeypatch.setattr(shelves, "keep", keep)
    moving.begin(str(disk), actor="shell:root")
    assert footage(held.department.bob).file.object.shelf == "new-disk"


def test_a_release_goes_on_where_it_was_killed(held: Held, disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    move, drop, left = moving.run(moving.begin(str(disk), actor="shell:root")), copies.drop, [1]
    sweep()

    def killed(*of: object) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return drop(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(copies, "drop", killed)
    with pytest.raises(KeyboardInterrupt):
        moving.release(move, actor="shell:root")
    assert sweep().findings == 0
    monkeypatch.setattr(copies, "drop", drop)
    assert moving.release(Move.objects.get(), actor="shell:other").released_by == "shell:root"
    assert not any(path_of(each).exists() for each in held.all)
    assert sweep().as_json()["balanced"]


def test_an_open_alarm_keeps_the_old_place(held: Held, disk: Path) -> None:
    move = moving.run(moving.begin(str(disk), actor="shell:root"))
    Layout(disk).final(held.named.file.object_id).unlink()
    sweep()
    with pytest.raises(Refused, match="An alarm of the books is open"):
        moving.release(move, actor="shell:root")
    assert all(path_of(each).exists() for each in held.all)


def test_a_copy_that_goes_bad_before_the_release_is_found_by_the_books(held: Held, disk: Path) -> None:
    moving.run(moving.begin(str(disk), actor="shell:root"))
    flip(Layout(disk).final(held.named.file.object_id), 90)
    assert sweep().findings == 1
    assert "on the shelf new-disk" in Alarm.objects.get().findings.get().says
    assert Book.objects.get().findings == 1


def test_what_is_stored_after_the_finish_has_to_be_moved_first(held: Held, disk: Path) -> None:
    move = moving.run(moving.begin(str(disk), actor="shell:root"))
    sweep()
    shelves.keep("data", Path(settings.DATA) / "objects")
    footage(held.department.bob)
    with pytest.raises(Refused, match="isn't finished"):
        moving.release(move, actor="shell:root")


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("nowhere", "nothing says where the shelf 'nowhere' lies"),
        ("/no/such/folder", "isn't a folder that is there"),
        ("data", "everything lies on data already"),
    ],
)
def test_a_move_that_can_t_be_says_why(held: Held, to: str, says: str) -> None:
    assert says in run("move", "--to", to, code=1)
    assert not Move.objects.exists()


def test_a_folder_with_other_files_is_no_shelf(held: Held, disk: Path) -> None:
    (disk / "holiday.jpg").write_bytes(b"x")
    assert "holds other files" in run("move", "--to", str(disk), code=1)


def test_one_move_at_a_time(held: Held, disk: Path, tmp_path: Path, in_another_session: Callable[[int], None]) -> None:
    move = moving.begin(str(disk), actor="shell:root")
    (tmp_path / "other").mkdir()
    with pytest.raises(Refused, match="isn't released yet"):
        moving.begin(str(tmp_path / "other"), actor="shell:root")
    in_another_session(alone.MOVE)
    with pytest.raises(Refused, match="Another process is at this move"):
        moving.run(move)


def test_people_are_told(held: Held, disk: Path) -> None:
    moving.begin(str(disk), actor="shell:root")
    assert set(Notice.objects.values_list("account__username", flat=True)) == {"tess", "adam", "cora"}


def test_only_those_who_run_the_system_may_be_named(held: Held, disk: Path) -> None:
    assert "no active account" in run("move", "--to", str(disk), "--by", "alice", code=1)


def test_a_code_of_another_moment_removes_nothing(held: Held, disk: Path) -> None:
    moving.run(moving.begin(str(disk), actor="shell:root"))
    sweep()
    assert "not the one" in run("release", "--confirm", "12345678", code=1)
    assert all(path_of(each).exists() for each in held.all)
