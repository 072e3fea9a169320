"""Reasons: from the page and from a file, from the policy's list, told in history; the finding stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import Department
from plainview.base.people.table import ImportRefused
from plainview.duties.activation.models import Finding, GivenReason
from plainview.duties.activation.reasons import Refused, give_reason, import_reasons
from plainview.duties.activation.tests.making import audited, busy, finding
from plainview.holdings.evidence.tests import paper

HEAD = "call_id,badge,reason,text\n"


def test_a_reason_excuses_and_the_finding_stays(department: Department) -> None:
    made = busy(department)
    give_reason(finding(made["missing"]), "forgotten", "I ran", actor="account:x")
    assert (finding(made["missing"]).status, finding(made["missing"]).reason) == ("excused", "forgotten")
    audited()
    assert (finding(made["missing"]).status, finding(made["missing"]).reason) == ("excused", "forgotten")
    give_reason(finding(made["missing"]), "battery empty", "", actor="account:y")
    audited()
    assert finding(made["missing"]).reason == "battery empty"
    assert GivenReason.objects.filter(dispatch=made["missing"]).count() == 2


def test_what_is_not_on_the_list_or_not_called_for_is_refused(department: Department) -> None:
    made = busy(department)
    with pytest.raises(Refused, match="forgotten, battery empty"):
        give_reason(finding(made["missing"]), "no idea", "", actor="account:x")
    with pytest.raises(Refused, match="Give a reason"):
        give_reason(finding(made["missing"]), "  ", "", actor="account:x")
    with pytest.raises(Refused, match="There is footage"):
        give_reason(finding(made["part"]), "forgotten", "", actor="account:x")


def test_a_file_is_taken_whole_once_and_counts_with_the_next_audit(department: Department, tmp_path: Path) -> None:
    made = busy(department)
    path = paper.table(tmp_path, "r.csv", HEAD + "CALL-M1,101,forgotten,ran\nCALL-O1,201,battery empty,\n")
    assert import_reasons(path, actor="system:test").given == 2
    assert import_reasons(path, actor="system:test").given == 0
    assert finding(made["missing"]).status == "not_recorded"
    audited()
    assert Finding.objects.filter(status="excused").count() == 2


def test_every_wrong_row_is_named_and_nothing_is_taken(department: Department, tmp_path: Path) -> None:
    busy(department)
    rows = "CALL-M1,101,forgotten,\nCALL-M1,101,battery empty,\nX9,101,forgotten,\nCALL-O1,201,lost,\n"
    with pytest.raises(ImportRefused) as refused:
        import_reasons(paper.table(tmp_path, "r.csv", HEAD + rows), actor="system:test")
    said = str(refused.value)
    assert "r.csv, row 3, column reason: row 2 gives another" in said
    assert "r.csv, row 4, column call_id: badge 101 was on no call X9" in said
    assert "r.csv, row 5, column reason" in said
    assert not GivenReason.objects.exists()
