"""Calls as pages: who was sent, what was recorded, as far as each account may see it."""

from __future__ import annotations

from conftest import Department
from plainview.holdings.evidence.tests import paper


def test_a_call_shows_what_each_may_see(department: Department) -> None:
    paper.policy()
    call = paper.call("CALL-1", department.alice, "ARREST")
    paper.call("CALL-1", department.bob, "ARREST")
    mine, other = paper.recording(department.alice, of=call), paper.recording(department.bob, of=call)
    address = f"/calls/{call.pk}/"
    alice = department.client(department.alice).get(address).content.decode()
    assert f"/recordings/{mine.pk}/" in alice
    assert f"/recordings/{other.pk}/" not in alice
    assert "Matters" not in alice.split("Recordings tied to it")[1]
    sam = department.client(department.sam).get(address).content.decode()
    assert f"/recordings/{mine.pk}/" in sam
    assert f"/recordings/{other.pk}/" in sam
    assert address in department.client(department.alice).get(f"/recordings/{mine.pk}/").content.decode()
    assert paper.kinds(department.sam.handle).count("incidents.call.read") == 1
    department.client(department.sam).get(f"/calls/{paper.call('CALL-9', department.bob).pk}/")
    assert paper.kinds(department.sam.handle).count("incidents.call.read") == 2
    for account in (department.charlie, department.bea, department.adam, department.nora):
        assert department.client(account).get(address).status_code in (403, 404)


def test_the_list_finds_by_number_badge_and_day(department: Department) -> None:
    paper.call("CALL-1", department.alice)
    paper.call("CALL-2", department.charlie)
    cora = department.client(department.cora)
    assert "CALL-2" in cora.get("/calls/").content.decode()
    assert "CALL-2" not in cora.get("/calls/?number=CALL-1").content.decode()
    assert "CALL-1" not in cora.get("/calls/?badge=201").content.decode()
    assert "No call fits" in cora.get("/calls/?day=2020-01-01").content.decode()
    assert "CALL-1" in cora.get(f"/calls/?day={paper.DAY}").content.decode()
    assert "CALL-2" not in department.client(department.sam).get("/calls/").content.decode()
    assert department.client(department.bea).get("/calls/").status_code == 403
