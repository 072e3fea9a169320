"""How long a recording is kept is decided once more, from the policy text and the recording's own history."""

from __future__ import annotations

import json
from typing import Any

import pytest

from plainview.verify import retention
from plainview.verify.history import Known, read_known
from plainview.verify.report import Report
from plainview.verify.tests import making

TEXTS = {making.POLICY_HASH.hexdigest(): making.POLICY}


def events(history: making.History | None = None) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for index, line in enumerate((history or making.make_history()[0]).lines):
        known, _ = read_known(line.leaf.decode(), line.body.decode(), index)
        found.setdefault(known.leaf.handle, []).append(known)
    return found


def replay(stated: object, history: making.History | None = None, texts: dict[str, bytes] = TEXTS) -> Report:
    report = Report("package")
    retention.replay(json.dumps(stated).encode(), texts, events(history), report)
    return report


def changed(**changes: Any) -> dict[str, Any]:
    stated = making.retention()
    return stated | {"recordings": [stated["recordings"][0] | changes]}


def test_the_policy_gives_what_was_stated() -> None:
    report = replay(making.retention())
    assert report.exit == 0
    assert "1 recording is to be kept, as of 2026-11-23" in report.checks[0].sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": "2026-09-01"}, "the policy gives another answer"),
        ({"until": "forever"}, "the policy gives another answer"),
        ({"sentence": "Kept for a day."}, "the policy gives another answer"),
        ({"classes": ["unclassified"]}, "classes are not those in its history"),
        ({"classes": []}, "classes are not those in its history"),
        ({"start_day": "2026-03-04"}, "day is not the one in its history"),
        ({"recording": making.handle("another")}, "classes are not those in its history"),
    ],
)
def test_another_answer_is_named(changes: dict[str, Any], words: str) -> None:
    report = replay(changed(**changes))
    assert report.exit == 1
    assert words in report.checks[0].sentence


def test_an_open_matter_and_a_hold_are_taken_into_account() -> None:
    matter = {"id": "26-001", "kind": "criminal", "status": "open", "status_on": "2026-03-05"}
    report = replay(changed(matters=[matter], holds=[{"id": "H1", "reason": "suit", "lifted_by": ["account:a"]}]))
    assert report.exit == 1
    assert "26-001" in report.checks[0].sentence


def test_the_last_event_of_the_chain_says_the_classes() -> None:
    history, _ = making.make_history()
    history.add("evidence.recording.classed", making.handle("recording"), old=["routine"], new=["unclassified"])
    assert "classes are not those" in replay(making.retention(), history).checks[0].sentence


def test_a_start_set_by_a_person_counts() -> None:
    history, _ = making.make_history()
    history.add(
        "evidence.recording.resolved", making.handle("recording"), old={}, new={"start": "2026-05-01T12:00:00+00:00"}
    )
    assert "day is not the one" in replay(making.retention(), history).checks[0].sentence


@pytest.mark.parametrize(
    "stated",
    [
        [],
        {},
        making.retention() | {"on": "never"},
        making.retention() | {"on": 7},
        making.retention() | {"terms": []},
        making.retention() | {"terms": [{"sha256": "00" * 32, "effective": "2026-01-02"}]},
        making.retention() | {"terms": [{"sha256": making.POLICY_HASH.hexdigest(), "effective": "2020-01-02"}]},
        making.retention() | {"terms": "x"},
        making.retention() | {"recordings": [{}]},
        making.retention() | {"recordings": [7]},
        making.retention() | {"recordings": None},
        making.retention() | {"zone": "../../etc/passwd"},
        changed(matters=[{}]),
        changed(holds=[{"id": 1}]),
        changed(uploaded_day="tomorrow"),
    ],
)
def test_statements_that_make_no_sense_are_refused_and_not_followed(stated: object) -> None:
    report = replay(stated)
    assert report.exit == 1


def test_a_text_that_is_no_policy_is_refused() -> None:
    assert replay(making.retention(), texts={making.POLICY_HASH.hexdigest(): b"[policy"}).exit == 1


def test_an_adopted_policy_cannot_be_left_out() -> None:
    history, _ = making.make_history()
    history.add("policy.version.adopted", making.handle("second"), sha256="11" * 32, effective="2026-06-01")
    assert "leaves out a policy" in replay(making.retention(), history).checks[0].sentence


def test_without_the_policy_room_it_says_that_it_was_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "rules", None)
    report = replay(changed(until="never"))
    assert [check.status for check in report.checks] == ["notice"]
    assert "was not checked" in report.checks[0].sentence


def test_a_hold_has_to_stand_in_the_history_and_one_that_stands_has_to_be_stated() -> None:
    history, _ = making.make_history()
    history.add("evidence.hold.placed", making.handle("recording"), hold="hold-1", reason="suit")
    assert "holds are not those" in replay(making.retention(), history).checks[0].sentence
    history.add("evidence.hold.lifted", making.handle("recording"), hold="hold-1", reason="settled")
    assert replay(making.retention(), history).exit == 0
