"""One rule for list, page, API, thumbnail and bytes: every address of the room, tried by every kind of account."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Department
from plainview.base.people.models import Account, Assignment, Officer, RoleGrant, Unit
from plainview.base.people.roles import Role
from plainview.holdings.evidence.access import may_edit, may_play, may_see, playable, reach, visible
from plainview.holdings.evidence.filters import Filters
from plainview.holdings.evidence.listing import Listing
from plainview.holdings.evidence.models import Derivative, Recording
from plainview.holdings.evidence.tests.making import NOON, derivative, footage

ROOM = "plainview.holdings.evidence"
NAMES = ("alice", "bob", "charlie", "sam", "tess", "audrey", "adam", "nora", "nobody")

# What Alice's recording is to each account: who may see that it exists and what is known of it …
SEE = {"alice", "sam", "tess", "audrey"}
# … who may have its pictures, sound, trail and bytes …
PLAY = {"alice", "sam", "tess"}
# … and who may say what it is.
EDIT = {"alice", "sam", "tess"}
RESOLVE = {"tess"}
# Who has a list at all. What is in it is another matter.
LIST = {"alice", "bob", "charlie", "sam", "tess", "audrey"}
DESK = {"alice", "bob", "charlie", "sam"}  # accounts of an officer

# Every address of the room: method, who gets an answer. A new address without a line here fails the test below.
MATRIX: dict[str, tuple[str, set[str]]] = {
    "evidence:home": ("get", set(NAMES) - {"nobody"}),
    "evidence:list": ("get", LIST),
    "evidence:mine": ("get", DESK),
    "evidence:export": ("get", LIST),
    "evidence:recording": ("get", SEE),
    "evidence:history": ("get", SEE),
    "evidence:preparation": ("get", PLAY),
    "evidence:classes": ("post", EDIT),
    "evidence:call_number": ("post", EDIT),
    "evidence:title": ("post", EDIT),
    "evidence:poster": ("get", PLAY),
    "evidence:finished": ("post", PLAY),
    "evidence:media": ("get", PLAY),
    "evidence:download": ("get", PLAY),
    "evidence:view": ("get", PLAY),
    "evidence:picture": ("get", PLAY),
    "evidence:hold": ("post", EDIT),
    "evidence:mark_place": ("post", EDIT),
    "evidence:untagged": ("get", LIST),
    "evidence:quarantine": ("get", RESOLVE),
    "evidence:decide": ("get", RESOLVE),
    "evidence:api:list": ("get", LIST),
    "evidence:api:one": ("get", SEE),
    "evidence:api:change": ("patch", EDIT),
    "evidence:api:history": ("get", SEE),
    "evidence:api:openapi-json": ("get", set(NAMES)),  # says what can be asked, and holds no recording
}
# Addresses that are about something else than one recording: in which file their access is tried.
ELSEWHERE = {
    "test_bulk.py": {"bulk", "bulk_done", "bulk_undo"},
    "test_calls_pages.py": {"call", "calls"},
    "test_feeds.py": {
        "correct_row", "end_feed_key", "feeds_api:hand", "feeds_api:openapi-json", "feeds_api:table", "hand_in",
        "hand_in_again", "mend_table", "new_feed_key", "parked_csv", "parked_row", "row_aside", "table", "tables",
    },
    "test_holding.py": {"ask_to_lift", "keep_hold", "lift", "second"},
    "test_lowering.py": {"agree_class", "refuse_class"},
    "test_matter_api.py": {"matters_api:list", "matters_api:one", "matters_api:openapi-json"},
    "test_places.py": {"withdraw_place"},
}  # fmt: skip
# names that ninja gives to its prefixes
OUTSIDE = {"evidence:api:api-root", "evidence:feeds_api:api-root", "evidence:matters_api:api-root"}


@pytest.fixture
def recording(department: Department) -> Recording:
    made = footage(department.alice)
    for kind in (Derivative.Kind.POSTER, Derivative.Kind.SCRUB, Derivative.Kind.WAVEFORM, Derivative.Kind.REMUX):
        derivative(made.file, kind)
    return made.recording


def browser(department: Department, name: str) -> Client:
    return Client() if name == "nobody" else department.client(getattr(department, name))


def addresses() -> Iterator[str]:
    """Every named address that leads into this room."""

    def walk(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
        for each in patterns:
            if isinstance(each, URLResolver):
                inner = ":".join(filter(None, (space, each.namespace)))
                yield from walk(list(each.url_patterns), inner)
            elif space.startswith("evidence"):
                yield f"{space}:{each.name}"

    yield from walk(list(get_resolver().url_patterns), "")


def test_every_address_of_the_room_is_in_the_matrix() -> None:
    elsewhere = {f"evidence:{name}" for names in ELSEWHERE.values() for name in names}
    assert set(addresses()) - OUTSIDE == set(MATRIX) | elsewhere
    assert not set(MATRIX) & elsewhere
    assert all((Path(__file__).parent / file).is_file() for file in ELSEWHERE)


def ask(client: Client, name: str, recording: Recording) -> int:
    method, _ = MATRIX[name]
    file = recording.files.get()
    bare = {"mine", "export", "home", "list", "quarantine", "openapi-json", "untagged"}
    last = name.rsplit(":", 1)[1]
    arguments: list[UUID | str] = [] if last in bare else [recording.pk]
    if last in ("media", "download", "view"):
        arguments = [recording.pk, file.pk]
    if last == "picture":
        arguments = [recording.pk, file.pk, "poster"]
    path = reverse(name, args=arguments)
    if method == "patch":
        return int(client.patch(path, {"title": "New"}, content_type="application/json").status_code)
    answer = getattr(client, method)(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


def answers(status: int, *, allowed: bool, session: bool) -> bool:
    """Whether a status is what the matrix wants: an answer, or nothing there; without a session, the log-in page."""
    if allowed:
        return status in (200, 204, 302)
    return status == 404 if session else status in (302, 401, 404)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_matrix(department: Department, recording: Recording, name: str) -> None:
    allowed = MATRIX[name][1]
    found = {account: ask(browser(department, account), name, recording) for account in NAMES}
    wrong = {
        account: status
        for account, status in found.items()
        if not answers(status, allowed=account in allowed, session=account != "nobody")
    }
    assert not wrong, f"allowed are {sorted(allowed)}"


@pytest.mark.parametrize("name", ["evidence:media", "evidence:download", "evidence:view", "evidence:picture"])
def test_the_address_must_name_the_files_own_recording(department: Department, recording: Recording, name: str) -> None:
    """Bob may not reach Alice's file through a recording of his own."""
    own = footage(department.bob, start=NOON + timedelta(days=1)).recording
    more = ["poster"] if name == "evidence:picture" else []
    path = reverse(name, args=[own.pk, recording.files.get().pk, *more])
    assert department.client(department.bob).get(path).status_code == 404


@pytest.mark.parametrize("name", sorted(n for n, (method, _) in MATRIX.items() if method == "post"))
def test_changes_need_a_post(department: Department, recording: Recording, name: str) -> None:
    path = reverse(name, args=[recording.pk])
    assert department.client(department.alice).get(path).status_code == 405


def test_changes_need_the_pages_own_token(department: Department, recording: Recording) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(department.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in ("evidence:classes", "evidence:call_number", "evidence:title"):
        assert strict.post(reverse(name, args=[recording.pk])).status_code == 403
    path = reverse("evidence:api:change", args=[recording.pk])
    assert strict.patch(path, {"title": "x"}, content_type="application/json").status_code == 403


def test_an_auditors_page_has_no_picture_sound_or_trail(department: Department, recording: Recording) -> None:
    html = department.client(department.audrey).get(reverse("evidence:recording", args=[recording.pk])).content.decode()
    assert "Metadata only" in html
    for forbidden in (
        "<video",
        "/media",
        "/poster",
        "/scrub",
        "/waveform",
        "/download",
        "player-facts",
        "<svg viewBox",
    ):
        assert forbidden not in html, forbidden


def test_an_auditors_list_has_no_pictures(department: Department, recording: Recording) -> None:
    html = department.client(department.audrey).get(reverse("evidence:list")).content.decode()
    assert str(recording.pk) in html
    assert "/poster" not in html


def test_an_auditor_gets_no_address_of_bytes_from_the_api(department: Department, recording: Recording) -> None:
    answer = department.client(department.audrey).get(reverse("evidence:api:one", args=[recording.pk])).json()
    assert answer["files"][0]["original"] is None


def test_a_disabled_account_has_nothing(department: Department, recording: Recording) -> None:
    department.tess.is_active = False
    department.tess.save()
    account = Account.objects.get(pk=department.tess.pk)
    assert not visible(account).exists()
    assert not may_play(account, recording)


def test_without_a_session_there_is_no_reach() -> None:
    assert reach(AnonymousUser()).see.empty


def test_a_revoked_role_reaches_nothing(department: Department, recording: Recording) -> None:
    department.tess.grants.update(revoked_at=NOON)
    assert not visible(Account.objects.get(pk=department.tess.pk)).exists()


def test_an_officer_without_the_role_has_nothing(department: Department, recording: Recording) -> None:
    department.alice.grants.all().delete()
    assert not may_see(Account.objects.get(pk=department.alice.pk), recording)


def test_old_footage_stays_with_the_old_unit(department: Department, recording: Recording) -> None:
    """Alice moves to squad 2: Sam still sees what she recorded in his squad, not what she records there."""
    assert department.alice.officer
    Assignment.objects.create(officer=department.alice.officer, unit=department.second, began=date(2026, 7, 1))
    after = footage(department.alice, start=NOON + timedelta(days=60)).recording
    assert after.unit == department.second
    assert may_see(department.sam, recording)
    assert not may_see(department.sam, after)


# --- lists, predicates and querysets can't disagree


def random_department(department: Department, seed: int) -> list[Account]:
    """Units three deep, officers who move, recordings of all kinds, accounts with any mix of roles."""
    dice = random.Random(seed)
    units = [department.division, department.first, department.second]
    for n in range(dice.randint(0, 4)):
        units.append(
            Unit.objects.create(agency=department.agency, name=f"Unit {n}", parent=dice.choice([*units, None]))
        )
    officers = [Officer.objects.create(agency=department.agency, badge=f"9{n}", name=f"Officer {n}") for n in range(5)]
    for officer in officers:
        for began in sorted(dice.sample(range(400), dice.randint(0, 3))):
            Assignment.objects.create(
                officer=officer,
                unit=dice.choice(units),
                supervisor=dice.choice([None, *officers]),
                began=date(2025, 10, 1) + timedelta(days=began),
                ended=dice.choice([None, date(2025, 10, 1) + timedelta(days=began + 90)]),
            )
    for n in range(12):
        Recording.objects.create(
            handle=secrets.token_hex(16),
            agency=department.agency,
            officer=dice.choice([None, *officers]),
            unit=dice.choice([None, *units]),
            uploaded=NOON,
            listed_at=NOON + timedelta(hours=dice.randint(0, 5) * n),
        )
    return [_account(department, f"{seed}-{n}", dice, officers) for n in range(5)]


def _account(department: Department, name: str, dice: random.Random, officers: list[Officer]) -> Account:
    free = [officer for officer in officers if not Account.objects.filter(officer=officer).exists()]
    account = Account.objects.create(
        username=name, handle=secrets.token_hex(16), agency=department.agency, officer=dice.choice([None, *free])
    )
    for role in dice.sample(list(Role), dice.randint(0, 3)):
        RoleGrant.objects.create(account=account, role=role, granted_by="system:test")
    return account


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_queryset_predicate_and_list_agree(department: Department, seed: int) -> None:
    with transaction.atomic():
        check_agreement(random_department(department, seed))
        transaction.set_rollback(True)


def check_agreement(accounts: list[Account]) -> None:
    everything = list(Recording.objects.all())
    for account in accounts:
        see, play = set(visible(account)), set(playable(account))
        assert see == {r for r in everything if may_see(account, r)}
        assert play == {r for r in everything if may_play(account, r)}
        assert play <= see
        assert {r for r in everything if may_edit(account, r)} <= play
        listed = [row.id for row in Listing(reach(account).see, Filters()).every()]
        assert sorted(listed) == sorted(r.pk for r in see), "each once, and no other"
