"""The forms: check and keep a draft, publish, comment, enter the vote, withdraw."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conftest import Department
from plainview.base.policy import actions
from plainview.base.policy.models import PolicyVersion
from plainview.base.policy.tests.conftest import ACTOR
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, LONGER, SHORTER, later, line_of, text_of, with_slip

State = PolicyVersion.State
DRAFT = "/policy/draft/"


@pytest.fixture
def adam(department: Department, today: date) -> Client:
    return department.client(department.adam)


def at(name: str, version: PolicyVersion) -> str:
    return reverse(f"policy:{name}", args=[version.handle])


def test_a_check_lists_every_problem_with_its_line_and_keeps_nothing(adam: Client) -> None:
    text = with_slip('add_class = "criminal"', 'add_class = "x"', with_slip('"180 days"', '"180 <b>"'))
    for button in ("check", "save"):
        response = adam.post(DRAFT, {"text": text, button: "1"})
        page = text_of(response)
        assert response.status_code == 422
        assert "2 problems: this can’t be a policy yet" in page
        assert f'href="#line-{line_of(text, "<b>")}"' in page
        assert "&lt;b&gt;" in page
        assert "180 <b>" not in page
        assert '<code class="pol-code">keep</code>' in page
    assert not PolicyVersion.objects.exists()


def test_a_check_without_problems_says_what_it_found_and_keeps_nothing(adam: Client) -> None:
    response = adam.post(DRAFT, {"text": HOUSE, "check": "1"})
    assert "No problems: internally-recorded-digital-media 2021-03" in text_of(response)
    assert "3 classes, 1 rule, 0 clauses" in text_of(response)
    assert not PolicyVersion.objects.exists()


def test_a_check_says_what_it_would_shorten_and_from_when(adam: Client, in_force: PolicyVersion) -> None:
    page = text_of(adam.post(DRAFT, {"text": later("2026-12", SHORTER), "check": "1"}))
    assert "would be kept 90 days instead of 180 days" in page
    assert "it may be in force from December 23, 2026 on" in page


def test_a_typed_text_is_kept_with_plain_line_ends(adam: Client) -> None:
    response = adam.post(DRAFT, {"text": HOUSE.replace("\n", "\r\n"), "save": "1"})
    version = PolicyVersion.objects.get()
    assert response["Location"] == at("version", version)
    assert bytes(version.text) == HOUSE.encode()
    assert version.state == State.DRAFT


def test_a_file_is_kept_byte_by_byte(adam: Client) -> None:
    data = HOUSE.replace("\n", "\r\n").encode()
    adam.post(DRAFT, {"file": SimpleUploadedFile("policy.toml", data), "text": "ignored", "save": "1"})
    assert bytes(PolicyVersion.objects.get().text) == data


def test_nothing_at_all_is_asked_for_again(adam: Client) -> None:
    response = adam.post(DRAFT, {"text": "", "save": "1"})
    assert response.status_code == 422
    assert "Choose a file, or type the text." in text_of(response)


def test_what_is_no_text_is_explained(adam: Client) -> None:
    response = adam.post(
        DRAFT, {"file": SimpleUploadedFile("clip.mp4", b"\x00\x00\x00\x18ftypmp42\xff\xfe"), "save": "1"}
    )
    assert response.status_code == 422
    assert "not UTF-8 text" in text_of(response)


def test_the_same_text_twice_is_refused_on_the_page(adam: Client) -> None:
    adam.post(DRAFT, {"text": HOUSE, "save": "1"})
    response = adam.post(DRAFT, {"text": HOUSE, "save": "1"})
    assert response.status_code == 422
    assert "This very text is there already" in text_of(response)


def test_a_draft_can_start_from_a_version(adam: Client, in_force: PolicyVersion) -> None:
    address = f"{DRAFT}?from={in_force.handle}"
    assert "It starts from version 2021-03" in text_of(adam.get(address))
    adam.post(address, {"text": later("2026-12", LONGER), "save": "1"})
    assert PolicyVersion.objects.get(version="2026-12").based_on == in_force


def test_a_draft_is_revised_until_it_is_published(adam: Client) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    assert "180 days" in text_of(adam.get(at("revise", version)))
    adam.post(at("revise", version), {"text": later("2026-12", LONGER), "save": "1"})
    version.refresh_from_db()
    assert version.version == "2026-12"
    actions.publish(version, actor=ACTOR)
    response = adam.post(at("revise", version), {"text": HOUSE, "save": "1"})
    assert response.status_code == 422
    assert "The public has seen this text" in text_of(response)


def test_publishing_says_until_when_comments_are_taken(adam: Client) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    wrong = adam.post(at("publish", version), {"comments_until": "2026-11-01"})
    assert wrong.status_code == 422
    assert "lies in the past" in text_of(wrong)
    adam.post(at("publish", version), {"comments_until": "2026-12-15"})
    version.refresh_from_db()
    assert (version.state, version.comments_until) == (State.PUBLISHED, date(2026, 12, 15))
    assert "published for comment until December 15, 2026" in text_of(adam.get("/policy/"))


def test_everybody_with_a_role_may_speak_in_their_own_name(department: Department, today: date) -> None:
    version = actions.publish(actions.draft(KANSAS_CITY.read_bytes(), actor=ACTOR), actor=ACTOR)
    browser = department.client(department.alice)
    assert 'name="voice"' not in text_of(browser.get(at("version", version)))
    forged = {"text": "Good.", "clause": "III.F", "voice": "public", "name": "The Mayor", "said_on": "2020-01-01"}
    browser.post(at("comment", version), forged)
    made = version.comments.get()
    assert (made.voice, made.name, made.clause, made.said_on) == ("department", "Alice", "III.F", today)
    assert made.entered_by == department.alice.actor
    assert department.client(department.nora).post(at("comment", version), forged).status_code == 403


def test_an_administrator_enters_what_others_said(adam: Client) -> None:
    version = actions.publish(actions.draft(KANSAS_CITY.read_bytes(), actor=ACTOR), actor=ACTOR)
    adam.post(at("comment", version), {"voice": "working group", "name": "Group on cameras", "text": "Fine."})
    made = version.comments.get()
    assert (made.voice, made.name) == ("working group", "Group on cameras")
    wrong = adam.post(at("comment", version), {"voice": "public", "text": "x", "said_on": "2026-11-24"})
    assert wrong.status_code == 422
    assert "dated in the future" in text_of(wrong)
    unknown = adam.post(at("comment", version), {"voice": "public", "text": "x", "clause": "V.99"})
    assert unknown.status_code == 422


def test_after_the_last_day_nobody_but_an_administrator_enters_comments(department: Department, today: date) -> None:
    version = actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR)
    version.comments_until = date(2026, 11, 22)
    version.save()
    browser = department.client(department.alice)
    assert "No more comments are taken" in text_of(browser.get(at("version", version)))
    assert browser.post(at("comment", version), {"text": "late"}).status_code == 403
    late = {"voice": "public", "text": "by letter", "said_on": "2026-11-22"}
    department.client(department.adam).post(at("comment", version), late)
    assert version.comments.get().text == "by letter"


def test_the_vote_is_entered_and_the_text_comes_into_force(adam: Client) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    page = text_of(adam.get(at("adopt", version)))
    assert "It is the first policy here" in page
    assert "Board of Police Commissioners <span" in page
    assert 'name="by"' not in page
    response = adam.post(at("adopt", version), {"vote": "4-1", "minutes": "item 7"}, follow=True)
    assert "Adopted: version 2021-03, in force from April 1, 2021." in text_of(response)
    version.refresh_from_db()
    assert (version.state, version.vote, version.minutes) == (State.ADOPTED, "4-1", "item 7")


def test_the_page_says_first_what_it_shortens_and_refuses_a_day_too_early(
    adam: Client, in_force: PolicyVersion
) -> None:
    version = actions.draft(later("2026-12", SHORTER), actor=ACTOR)
    page = text_of(adam.get(at("adopt", version)))
    assert "<strong>shortens</strong>" in page
    assert "<strong>December 23, 2026</strong>" in page
    assert adam.post(at("adopt", version), {"vote": "4-1"}).status_code == 422  # no day
    early = adam.post(at("adopt", version), {"effective": "2026-12-22"})
    assert early.status_code == 422
    assert "30 days of notice" in text_of(early)
    adam.post(at("adopt", version), {"effective": "2026-12-23"})
    version.refresh_from_db()
    assert version.effective == date(2026, 12, 23)


def test_what_is_adopted_or_withdrawn_is_not_voted_on_again(adam: Client, in_force: PolicyVersion) -> None:
    assert adam.get(at("adopt", in_force)).status_code == 404
    withdrawn = actions.withdraw(actions.draft(later("2", LONGER), actor=ACTOR), "x", actor=ACTOR)
    assert adam.post(at("adopt", withdrawn), {"effective": "2027-01-01"}).status_code == 404


def test_withdrawing_needs_a_reason(adam: Client) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    assert adam.post(at("withdraw", version), {"why": ""}).status_code == 422
    adam.post(at("withdraw", version), {"why": "talks go on"})
    version.refresh_from_db()
    assert version.state == State.WITHDRAWN


def test_what_is_in_force_offers_no_withdrawal_and_refuses_it(adam: Client, in_force: PolicyVersion) -> None:
    assert at("withdraw", in_force) not in text_of(adam.get(at("version", in_force)))
    response = adam.post(at("withdraw", in_force), {"why": "x"})
    assert response.status_code == 422
    assert "in force since April 1, 2021" in text_of(response)


@pytest.mark.parametrize("who", ["alice", "sam", "tess", "audrey", "nora"])
def test_only_administrators_bring_a_version_further(department: Department, today: date, who: str) -> None:
    version = actions.publish(actions.draft(HOUSE, actor=ACTOR), actor=ACTOR)
    browser = department.client(getattr(department, who))
    assert browser.get(DRAFT).status_code == 403
    assert browser.post(DRAFT, {"text": later("2"), "save": "1"}).status_code == 403
    for name, form in (("publish", {}), ("adopt", {}), ("withdraw", {"why": "x"}), ("revise", {"text": later("2")})):
        assert browser.post(at(name, version), form).status_code == 403
    version.refresh_from_db()
    assert version.state == State.PUBLISHED
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("name", ["publish", "comment", "withdraw"])
def test_a_link_alone_changes_nothing(adam: Client, name: str) -> None:
    version = actions.draft(HOUSE, actor=ACTOR)
    assert adam.get(at(name, version)).status_code == 405
