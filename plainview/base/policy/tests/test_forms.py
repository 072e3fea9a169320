"""The forms ask for what is not known yet, and for nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.datastructures import MultiValueDict

from plainview.base.policy.forms import AdoptForm, CommentForm, DraftForm, PublishForm, WithdrawForm
from plainview.base.policy.rules import Policy, parse
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, house, later, with_slip


def draft(text: str = "", file: bytes | None = None) -> DraftForm:
    files: MultiValueDict[str, UploadedFile] = MultiValueDict()
    if file is not None:
        files["file"] = SimpleUploadedFile("p.toml", file)
    return DraftForm({"text": text}, files)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\r\n", b"a\nb\n"),
        ("  a  \n\n", b"  a  \n\n"),
        ("é", b"\xc3\xa9"),
    ],
)
def test_a_typed_text_is_kept_as_typed_with_plain_line_ends(typed: str, kept: bytes) -> None:
    form = draft(typed)
    assert form.is_valid()
    assert form.content() == kept


def test_a_file_counts_instead_of_what_is_typed_and_stays_as_it_is() -> None:
    form = draft("typed", b"\xff\r\n\x00")
    assert form.is_valid()
    assert form.content() == b"\xff\r\n\x00"


def test_one_of_the_two_is_needed() -> None:
    assert draft().errors == {"__all__": ["Choose a file, or type the text."]}
    assert not draft(file=b"").is_valid()


@pytest.mark.parametrize(
    ("policy", "asked"),
    [
        (house(), ["effective", "vote", "minutes"]),
        (parse(later("2")), ["on", "effective", "vote", "minutes"]),
        (
            parse(with_slip('adopted_by = "Board of Police Commissioners"\n', "", later("2"))),
            ["by", "on", "effective", "vote", "minutes"],
        ),
    ],
)
def test_the_vote_is_not_asked_what_the_text_says(policy: Policy, asked: list[str]) -> None:
    assert list(AdoptForm(policy=policy).fields) == asked


def test_a_first_day_is_needed_where_the_text_names_none() -> None:
    assert AdoptForm({}, policy=house()).is_valid()
    assert AdoptForm(policy=house()).fields["effective"].help_text == "Empty: 2021-04-01, as the text says."
    assert "effective" in AdoptForm({}, policy=parse(later("2"))).errors


def test_comments_are_about_the_whole_or_one_of_its_clauses() -> None:
    policy = parse(KANSAS_CITY.read_bytes())
    choices: Any = CommentForm(policy=policy, for_others=False).fields["clause"]
    assert choices.choices[0] == ("", "The whole text")
    assert ("V.3", "Clause V.3: Non-evidentiary") in choices.choices
    assert len(choices.choices) == 47
    assert "clause" in CommentForm({"text": "x", "clause": "V.99"}, policy=policy, for_others=False).errors


def test_only_administrators_say_who_spoke_and_when() -> None:
    own = CommentForm({"text": "x", "voice": "public", "name": "y"}, policy=house(), for_others=False)
    assert own.is_valid()
    assert own.cleaned_data == {"clause": "", "text": "x"}
    entered = CommentForm({"text": "x", "voice": "agency", "said_on": "2026-11-02"}, policy=house(), for_others=True)
    assert entered.is_valid()
    assert entered.cleaned_data["said_on"] == date(2026, 11, 2)
    assert "voice" in CommentForm({"text": "x", "voice": "mob"}, policy=house(), for_others=True).errors


def test_a_comment_is_not_empty_nor_endless() -> None:
    for text in ("", "   ", "x" * 20_001):
        assert "text" in CommentForm({"text": text}, policy=house(), for_others=False).errors


def test_days_are_days() -> None:
    assert PublishForm({"comments_until": ""}).is_valid()
    assert "comments_until" in PublishForm({"comments_until": "soon"}).errors
    assert 'type="date"' in str(PublishForm()["comments_until"])
    assert WithdrawForm({"why": " "}).errors


def test_a_form_shows_a_day_as_browsers_want_it() -> None:
    assert 'value="2021-04-01"' in str(
        AdoptForm(policy=parse(HOUSE), initial={"effective": date(2021, 4, 1)})["effective"]
    )
