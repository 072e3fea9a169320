"""Reading the policy: the text in force as a public document, every version, and the exact bytes."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.urls import reverse

from conftest import Department
from plainview.base.policy import actions
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, LONGER, SHORTER, later, text_of, with_slip

IN_FORCE = "/policy/"
JANUARY_1 = date(2027, 1, 1)


@pytest.fixture
def kansas_city(today: date, db: None) -> PolicyVersion:
    return actions.adopt(KANSAS_CITY.read_bytes(), actor=ACTOR, vote="5-0", minutes="Minutes, item 7")


def test_a_new_installation_says_what_to_do(department: Department) -> None:
    administrator = text_of(department.client(department.adam).get(IN_FORCE))
    assert "No policy is in force" in administrator
    assert "every recording is kept" in administrator
    assert reverse("policy:draft") in administrator
    assert "plainview policy adopt" in administrator
    officer = text_of(department.client(department.alice).get(IN_FORCE))
    assert "An administrator enters the text" in officer
    assert reverse("policy:draft") not in officer


def test_the_text_in_force_is_read_clause_by_clause(department: Department, kansas_city: PolicyVersion) -> None:
    page = text_of(department.client(department.alice).get(IN_FORCE))
    assert "Internally Recorded Digital Media Records Policy" in page
    assert "Adopted by the Board of Police Commissioners on March 23, 2021, 5-0. In force since April 1, 2021." in page
    assert "Minutes, item 7" in page
    assert kansas_city.hash in page
    assert reverse("policy:text", args=[kansas_city.handle]) in page
    assert 'id="clause-V.3"' in page
    assert "Non-evidentiary recordings are kept 180 days, and longer where something holds them." in page
    assert page.count(">Sourced</span></h3>") == 20
    assert page.count(">Proposal</span></h3>") == 26


def test_the_classes_say_how_long_from_when_and_by_which_clause(
    department: Department, kansas_city: PolicyVersion
) -> None:
    page = text_of(department.client(department.alice).get(IN_FORCE))
    row = page[page.index('<th scope="row">Criminal case') :]
    row = row[: row.index("</tr>")]
    assert "90 days" in row
    assert "the day its criminal case is concluded" in row
    assert "A person decides" in row
    assert 'href="#clause-V.4"' in row


def test_a_text_without_wording_is_readable_too(department: Department, in_force: PolicyVersion) -> None:
    page = text_of(department.client(department.alice).get(IN_FORCE))
    assert "180 days" in page
    assert "STATION REPORT" in page
    assert 'href="#clause-' not in page


def test_any_day_can_be_asked_for(department: Department, in_force: PolicyVersion) -> None:
    actions.adopt(later("2026-12", SHORTER), actor=ACTOR, effective=JANUARY_1)
    browser = department.client(department.alice)
    assert "No policy is in force on March 31, 2021" in text_of(browser.get(IN_FORCE, {"on": "2021-03-31"}))
    assert "Version 2021-03" in text_of(browser.get(IN_FORCE, {"on": "2026-12-31"}))
    assert "90 days" in text_of(browser.get(IN_FORCE, {"on": "2027-01-01"}))
    rubbish = text_of(browser.get(IN_FORCE, {"on": "<b>yesterday"}))
    assert "“&lt;b&gt;yesterday” is no day" in rubbish
    assert "Version 2021-03" in rubbish


def test_what_follows_is_announced(department: Department, in_force: PolicyVersion) -> None:
    coming = actions.adopt(later("2026-12", SHORTER), actor=ACTOR, effective=JANUARY_1)
    page = text_of(department.client(department.alice).get(IN_FORCE))
    assert "Version 2026-12 follows on January 1, 2027" in page
    assert f"a={in_force.handle}&amp;b={coming.handle}" in page


def test_the_exact_bytes_can_be_downloaded(department: Department, today: date) -> None:
    text = HOUSE.replace("\n", "\r\n").encode()
    version = actions.adopt(text, actor=ACTOR)
    response = department.client(department.alice).get(reverse("policy:text", args=[version.handle]))
    assert response.content == text
    assert hashlib.sha256(response.content).hexdigest() == version.hash
    assert response["Content-Disposition"] == 'attachment; filename="internally-recorded-digital-media-2021-03.toml"'


def test_a_strange_version_name_makes_no_strange_file_name(department: Department, today: date) -> None:
    text = with_slip('version = "2021-03"', 'version = "a\\"; rm -rf /\\n"', HOUSE)
    version = actions.adopt(text, actor=ACTOR)
    response = department.client(department.alice).get(reverse("policy:text", args=[version.handle]))
    assert response["Content-Disposition"].endswith('-a-rm-rf.toml"')


def test_the_list_says_where_each_version_stands(department: Department, in_force: PolicyVersion) -> None:
    actions.adopt(later("2026-12", SHORTER), actor=ACTOR, effective=JANUARY_1)
    page = text_of(department.client(department.alice).get(reverse("policy:versions")))
    assert "Adopted, not in force yet" in page
    assert "From April 1, 2021 until January 1, 2027" in page
    assert in_force.hash[:12] in page


def test_an_empty_list_says_what_to_do(department: Department) -> None:
    assert "No version is entered yet" in text_of(department.client(department.adam).get(reverse("policy:versions")))


def test_a_version_s_page_has_its_life_its_comments_and_its_history(
    department: Department, in_force: PolicyVersion
) -> None:
    version = actions.draft(later("2026-12", SHORTER), actor=department.adam.actor, based_on=in_force)
    actions.publish(version, actor=department.adam.actor)
    actions.comment(version, "<i>Too</i> short", actor=department.adam.actor, voice="public", name="A resident")
    page = text_of(department.client(department.alice).get(reverse("policy:version", args=[version.handle])))
    assert "Class non-evidentiary would be kept 90 days instead of 180 days" in page
    assert "&lt;i&gt;Too&lt;/i&gt; short" in page
    assert "Adam published the policy text" in page
    assert "Based on version" in page
    assert page.count('aria-current="true"') == 1
    assert "Enter the vote" not in page


def test_drafts_are_the_administrators_until_they_are_published(department: Department, today: date) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    address = reverse("policy:version", args=[version.handle])
    assert department.client(department.adam).get(address).status_code == 200
    for account in (department.alice, department.sam, department.tess, department.audrey):
        browser = department.client(account)
        assert browser.get(address).status_code == 404
        assert browser.get(reverse("policy:text", args=[version.handle])).status_code == 404
        assert version.version not in text_of(browser.get(reverse("policy:versions")))
        assert browser.get(reverse("policy:diff"), {"a": version.handle}).status_code == 404
    actions.publish(version, actor=ACTOR)
    assert department.client(department.alice).get(address).status_code == 200


def test_a_withdrawn_draft_that_was_never_published_stays_with_the_administrators(
    department: Department, today: date
) -> None:
    version = actions.withdraw(actions.draft(HOUSE, actor=ACTOR), "a slip", actor=ACTOR)
    address = reverse("policy:version", args=[version.handle])
    assert department.client(department.alice).get(address).status_code == 404
    assert "a slip" in text_of(department.client(department.adam).get(address))


@pytest.mark.parametrize("name", ["in_force", "versions", "diff"])
def test_an_account_without_a_role_reads_nothing(department: Department, name: str) -> None:
    assert department.client(department.nora).get(reverse(f"policy:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["in_force", "versions", "diff", "draft"])
def test_a_stranger_is_sent_to_the_door(db: None, client: object, name: str) -> None:
    response = client.get(reverse(f"policy:{name}"))  # type: ignore[attr-defined]
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_side_by_side_shows_what_is_different(department: Department, in_force: PolicyVersion) -> None:
    second = actions.draft(later("2026-12", SHORTER, ("= 24", "= 48")), actor=ACTOR)
    browser = department.client(department.adam)
    page = text_of(browser.get(reverse("policy:diff"), {"a": in_force.handle, "b": second.handle}))
    assert "It shortens 1 thing" in page
    assert "<del>180</del>" in page
    assert "<ins>90</ins>" in page
    assert "<del>24</del>" in page
    assert "Late start" not in page
    everything = text_of(browser.get(reverse("policy:diff"), {"a": in_force.handle, "b": second.handle, "all": "1"}))
    assert "Late start" in everything


def test_side_by_side_offers_the_one_in_force_and_the_latest(department: Department, in_force: PolicyVersion) -> None:
    browser = department.client(department.adam)
    assert "There is nothing to compare yet" in text_of(browser.get(reverse("policy:diff")))
    actions.draft(later("2026-12", LONGER), actor=ACTOR)
    page = text_of(browser.get(reverse("policy:diff")))
    assert "From 2021-03 to 2026-12" in page
    assert "It shortens nothing" in page


def test_a_version_that_is_not_there_is_404(department: Department) -> None:
    browser = department.client(department.adam)
    assert browser.get(reverse("policy:version", args=["0" * 32])).status_code == 404
    assert browser.get(reverse("policy:diff"), {"a": "0" * 32}).status_code == 404
