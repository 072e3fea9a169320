"""Pages of the log: open to everybody with a role, private facts only to those whom the item's own rule lets in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plainview.base.custody import guard, place
from plainview.base.custody.history import facts_of
from plainview.base.custody.kinds import Kind
from plainview.base.custody.models import Event, Outbox
from plainview.base.custody.sequencer import drain
from plainview.base.custody.tests.making import events, many
from plainview.ledger.proof import parse_proof

SECRET = "GX010042 Jane Resident.MP4"


def alice_only(account: Any, handle: str) -> bool:
    """A rule as some room might have it."""
    return str(account.username) == "alice"


def known(actors: Iterable[str]) -> dict[str, str]:
    """Names as some room might know them."""
    return dict.fromkeys(actors, "The dock in room 7")


@pytest.fixture
def rules(settings: Any) -> None:
    settings.CUSTODY_NAMES = f"{__name__}.known"
    settings.CUSTODY_READERS = {"file": f"{__name__}.alice_only"}


@pytest.fixture
def made(db: None, rules: None) -> list[Event]:
    """Three events of one file, in the log."""
    found = events(3, name=SECRET)
    drain()
    return found


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"custody:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_strangers_are_sent_to_the_login(made: list[Event]) -> None:
    for name, args in (("log", []), ("item", [made[0].item_id]), ("event", [made[0].pk]), ("receipt", [made[0].pk])):
        answer = Client().get(reverse(f"custody:{name}", args=args))
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_an_account_without_a_role_sees_nothing(department: Any, made: list[Event]) -> None:
    nora = department.client(department.nora)
    for name, args in (
        ("log", []),
        ("item", [made[0].item_id]),
        ("event", [made[0].pk]),
        ("receipt", [made[0].pk]),
        ("proof", [made[0].pk]),
    ):
        assert nora.get(reverse(f"custody:{name}", args=args)).status_code == 403


def test_the_log_shows_its_figures_and_that_nobody_witnesses_it(department: Any, made: list[Event]) -> None:
    text = page(department.client(department.bob), "log")
    assert "Not witnessed" in text
    assert place.tile_log().checkpoint() in text.replace("&#x27;", "'")  # type: ignore[operator]
    assert "<dt>Entries</dt><dd>3</dd>" in text
    assert reverse("custody:checkpoint") in text
    assert "Stored" in text
    assert SECRET not in text


def test_an_empty_log_says_what_will_be_there(department: Any) -> None:
    assert "Nothing is in the log yet" in page(department.client(department.bob), "log")


def test_events_that_wait_are_counted(department: Any, made: list[Event]) -> None:
    bob = department.client(department.bob)
    events(2)
    assert f"<dt>Waiting</dt><dd>{Outbox.objects.count()} " in page(bob, "log")


def test_entries_are_paged_by_their_numbers(department: Any, rules: None) -> None:
    many(60)
    drain()
    bob = department.client(department.bob)
    first = page(bob, "log")
    assert "?before=35" in first
    second = bob.get(reverse("custody:log") + "?before=35").content.decode()
    assert "Entries before 35" in second
    assert "?before=10" in second
    assert bob.get(reverse("custody:log") + "?before=nonsense").status_code == 200


@pytest.mark.parametrize("how", ["index", "event", "item", "upper"])
def test_an_event_is_found_by_what_a_person_has(department: Any, made: list[Event], how: str) -> None:
    event = made[1]
    wanted = {"index": "1", "event": str(event.pk), "item": event.item_id, "upper": event.item_id.upper()}[how]
    answer = department.client(department.bob).get(reverse("custody:log"), {"q": wanted})
    name, key = ("event", event.pk) if how in ("index", "event") else ("item", event.item_id)
    assert answer["Location"] == reverse(f"custody:{name}", args=[key])


@pytest.mark.parametrize("wanted", ["99", "ab" * 16, "nonsense", "9" * 40, "<script>"])
def test_what_is_not_there_is_said(department: Any, made: list[Event], wanted: str) -> None:
    answer = department.client(department.bob).get(reverse("custody:log"), {"q": wanted})
    assert answer.status_code == 404
    assert "Nothing in the log has" in answer.content.decode()
    assert "<script>" not in answer.content.decode().split("Nothing in the log has")[1][:80]


def test_who_may_read_the_item_sees_the_facts(department: Any, made: list[Event]) -> None:
    text = page(department.client(department.alice), "event", made[1].pk)
    assert SECRET in text
    assert "Download the receipt" in text
    assert "In the log</strong> as entry 1 of 3" in text


def test_everybody_else_sees_leaf_and_proof_only(department: Any, made: list[Event]) -> None:
    for account in (department.bob, department.sam, department.audrey, department.adam, department.tess):
        text = page(department.client(account), "event", made[1].pk)
        assert SECRET not in text
        assert "system:test" not in text
        assert "You may not read the facts" in text
        assert "as entry 1 of 3" in text


def test_a_kind_of_item_that_nobody_owns_is_closed_to_everybody(
    department: Any, made: list[Event], settings: Any
) -> None:
    settings.CUSTODY_READERS = {}
    assert SECRET not in page(department.client(department.alice), "event", made[1].pk)


def test_the_history_of_an_item_obeys_the_same_rule(department: Any, made: list[Event]) -> None:
    text = page(department.client(department.alice), "item", made[0].item_id)
    assert SECRET in text
    assert "The dock in room 7" in text  # who it was, by name
    text = page(department.client(department.bob), "item", made[0].item_id)
    assert SECRET not in text
    assert "You see the public part only" in text
    assert "The dock in room 7" not in text
    assert text.count("of the log") >= 3


def test_reading_facts_is_an_event_of_the_reader(department: Any, made: list[Event]) -> None:
    page(department.client(department.alice), "event", made[1].pk)
    page(department.client(department.bob), "event", made[1].pk)
    page(department.client(department.alice), "item", made[1].item_id)
    page(department.client(department.bob), "item", made[1].item_id)
    for kind in (Kind.CUSTODY_EVENT_READ, Kind.CUSTODY_HISTORY_READ):
        read = Event.objects.get(kind=kind)
        assert (read.item_id, read.actor) == (department.alice.handle, department.alice.actor)
        assert facts_of(read)["item"] == made[1].item_id


def test_without_the_event_of_reading_there_is_no_reading(department: Any, made: list[Event]) -> None:
    """The log is broken: nothing may be written, so nothing private may be read here."""
    alice = department.client(department.alice)
    place.write_durably(place.key_folder() / "log.head", "nonsense")
    guard.check_start()
    for name, key in (("event", made[1].pk), ("item", made[1].item_id)):
        text = page(alice, name, key)
        assert SECRET not in text
        assert "nothing may be written while the log is broken" in text


def test_the_receipt_holds_the_facts_for_those_who_may_read_them(department: Any, made: list[Event]) -> None:
    address = reverse("custody:receipt", args=[made[1].pk])
    own = department.client(department.alice).get(address)
    assert own["Content-Disposition"] == f'attachment; filename="event-{made[1].pk}.receipt.json"'
    assert SECRET in json.loads(own.content)["body"]
    other = department.client(department.bob).get(address)
    assert json.loads(other.content)["body"] is None
    assert json.loads(other.content)["leaf"] == bytes(made[1].leaf).decode()
    assert SECRET.encode() not in other.content


def test_the_proof_is_for_everybody_with_a_role(department: Any, made: list[Event]) -> None:
    answer = department.client(department.bob).get(reverse("custody:proof", args=[made[1].pk]))
    assert parse_proof(answer.content.decode()).index == 1


def test_an_event_that_waits_has_a_page_but_no_receipt(department: Any, made: list[Event]) -> None:
    waiting = events()[0]
    bob = department.client(department.bob)
    assert "Not in the log yet" in page(bob, "event", waiting.pk)
    assert bob.get(reverse("custody:receipt", args=[waiting.pk])).status_code == 404
    assert bob.get(reverse("custody:proof", args=[waiting.pk])).status_code == 404


def test_events_of_an_item_are_linked_to_each_other(department: Any, made: list[Event]) -> None:
    text = page(department.client(department.bob), "event", made[1].pk)
    assert reverse("custody:event", args=[made[0].pk]) in text
    assert reverse("custody:event", args=[made[2].pk]) in text


def test_what_does_not_exist_is_not_found(department: Any, made: list[Event]) -> None:
    bob = department.client(department.bob)
    assert bob.get(reverse("custody:item", args=["00" * 16])).status_code == 404
    assert bob.get("/log/event/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_pages_are_never_kept_by_a_browser(department: Any, made: list[Event]) -> None:
    answer = department.client(department.alice).get(reverse("custody:event", args=[made[0].pk]))
    assert "no-store" in answer["Cache-Control"]


def test_pages_can_not_be_posted_to(department: Any, made: list[Event]) -> None:
    assert department.client(department.alice).post(reverse("custody:log")).status_code == 405
