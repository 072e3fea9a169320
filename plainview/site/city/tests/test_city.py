"""The city is the same for the same seed, hangs together, and its truth follows from its own tables."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from plainview.base.policy.rules import parse
from plainview.site.city import NotEmpty, cli, write_city

SEEDS = (1, 2, 3)
Rows = list[dict[str, str]]


@pytest.fixture(scope="module", params=SEEDS)
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("city") / f"seed-{request.param}"
    write_city(to, officers=60, days=9, seed=request.param)
    return to


def rows(city: Path, name: str) -> Rows:
    with (city / name).open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def digests(city: Path) -> dict[str, str]:
    found = sorted(path for path in city.rglob("*") if path.is_file())
    return {str(path.relative_to(city)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_city(tmp_path / name, officers=40, days=5, seed=11, dirty=True)
    write_city(tmp_path / "c", officers=40, days=5, seed=12, dirty=True)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert digests(tmp_path / "a") != digests(tmp_path / "c")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(NotEmpty):
        write_city(tmp_path, officers=5, days=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_its_policy_can_be_adopted(city: Path) -> None:
    policy = parse((city / "policy.toml").read_bytes())
    assert policy.activation is not None
    assert policy.activation.late_start_seconds == 60


def test_everything_names_something_that_is_there(city: Path) -> None:
    badges = {row["badge"] for row in rows(city, "roster.csv")}
    cameras = {row["serial"] for row in rows(city, "fleet.csv")}
    calls = {row["call_id"] for row in rows(city, "calls.csv")}
    recordings = rows(city, "recordings.csv")
    ids = [row["recording_id"] for row in recordings]
    assert len(ids) == len(set(ids))
    assert {row["badge"] for row in rows(city, "calls.csv")} <= badges
    assert {row["badge"] for row in recordings} <= badges | {""}
    assert {row["camera_serial"] for row in recordings} <= cameras
    assert {row["call_id"] for row in recordings} <= calls | {""}
    for row in rows(city, "matters.csv"):
        assert row["call_id"] in calls | {""}
        assert row["recording_id"] in {*ids, ""}
    assert {row["serial"] for row in rows(city, "faults.csv")} <= cameras
    assert {row["call_id"] for row in rows(city, "reasons.csv")} <= calls


def test_every_dispatch_has_its_truth_in_the_same_order(city: Path) -> None:
    calls, truth = rows(city, "calls.csv"), rows(city, "truth/activation.csv")
    assert [(r["call_id"], r["badge"]) for r in calls] == [(r["call_id"], r["badge"]) for r in truth]


def test_the_truth_follows_from_the_tables(city: Path) -> None:
    """A stranger with the files, a calendar and patience comes to the same."""
    of_badge: dict[str, Rows] = defaultdict(list)
    for row in rows(city, "recordings.csv"):
        if row["kind"] == "body" and row["stop"]:
            of_badge[row["badge"]].append(row)
    for call, told in zip(rows(city, "calls.csv"), rows(city, "truth/activation.csv"), strict=True):
        begin, end = at(call["arrived"] or call["dispatched"]), at(call["cleared"])
        shares = [r for r in of_badge[call["badge"]] if min(at(r["stop"]), end) > max(at(r["start"]), begin)]
        assert sorted(r["recording_id"] for r in shares) == sorted(filter(None, told["recording_ids"].split(";")))
        if not shares:
            assert (told["coverage"], told["late_start_s"], told["flags"]) == ("0.000", "", "")
            continue
        late = max(timedelta(0), min(at(r["trigger_on"]) for r in shares) - begin)
        early = max(timedelta(0), end - max(at(r["stop"]) for r in shares))
        assert (int(told["late_start_s"]), int(told["early_stop_s"])) == (late.seconds, early.seconds)
        assert ("late_start" in told["flags"]) == (late.seconds > 60)
        assert ("early_stop" in told["flags"]) == (early.seconds > 60)
        covered = sum(
            1 for second in seconds(begin, end) if any(at(r["start"]) <= second < at(r["stop"]) for r in shares)
        )
        assert float(told["coverage"]) == pytest.approx(covered / max(1, (end - begin).seconds), abs=0.0006)


def seconds(begin: datetime, end: datetime) -> Iterator[datetime]:
    for n in range(int((end - begin).total_seconds())):
        yield begin + timedelta(seconds=n)


def test_rates_are_those_of_a_city(tmp_path: Path) -> None:
    summary = write_city(tmp_path / "city", officers=200, days=20, seed=5)
    a_day = summary.dispatches / 200 / 20
    assert 1.6 < a_day < 2.1, "some 1,650 a day at 900 officers"
    status = Counter(row["status"] for row in rows(tmp_path / "city", "truth/activation.csv"))
    assert 0.1 < status["not_recorded"] / summary.dispatches < 0.25
    assert set(status) == {"excluded", "recorded", "partial", "excused", "not_recorded"}


def test_oddities_are_planted_and_listed(tmp_path: Path) -> None:
    write_city(tmp_path / "city", officers=120, days=14, seed=5)
    planted = Counter(row["what"] for row in rows(tmp_path / "city", "truth/planted.csv"))
    for what in (
        "one recording, two calls", "overlapping calls", "zero length", "identical rows", "two officers in one car",
        "unclassified for 200 days", "badge passed on", "transfer", "camera fault", "no camera issued", "flag-down",
        "docked late", "doubtful class", "hole of 60 s", "hole of 61 s", "60 s late and early", "61 s late and early",
    ):  # fmt: skip
        assert planted[what] > 0, what


def test_damaged_rows_are_where_it_says(tmp_path: Path) -> None:
    write_city(tmp_path / "city", officers=60, days=9, seed=5, dirty=True)
    spoiled = rows(tmp_path / "city", "truth/dirty.csv")
    assert spoiled
    for name, encoding in (("calls.csv", "cp1252"), ("recordings.csv", "utf-8")):
        clean = rows(tmp_path / "city", name)
        with (tmp_path / "city" / "dirty" / name).open(newline="", encoding=encoding) as source:
            dirty = list(csv.DictReader(source))
        differ = [n for n, (a, b) in enumerate(zip(clean, dirty, strict=True), 2) if a != b]
        assert differ == [int(row["row"]) for row in spoiled if row["file"] == name]


def test_the_command_says_what_it_wrote_and_refuses_what_it_can_t(tmp_path: Path) -> None:
    app = Typer()
    app.command()(cli.city)
    run = CliRunner()
    done = run.invoke(app, ["--to", str(tmp_path / "c"), "--officers", "30", "--days", "2"])
    assert done.exit_code == 0
    assert "30 officers, 2 days" in done.stdout
    assert run.invoke(app, ["--to", str(tmp_path / "c"), "--officers", "30", "--days", "2"]).exit_code == 1
    assert run.invoke(app, ["--to", str(tmp_path / "d"), "--zone", "Mars/Base"]).exit_code == 1
