"""A small department that every test may use, named as in the stories: who may see what is two lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from plainview.base.custody import checkpoints, open_item, place
from plainview.base.people.models import Account, Agency, Assignment, Officer, RoleGrant, Unit
from plainview.base.people.roles import Role

SHARED = Path(__file__).resolve().parent.parent / "shared"
PASSWORD = "a-long-test-password"  # of every account
PBKDF2PasswordHasher.iterations = 1_000  # a million for the product; tests log in all the time


# A busy machine draws slowly; that says nothing of the code.
hypothesis.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("house")


def pytest_configure() -> None:
    """Lets WhiteNoise look for a file when it is asked for, not walk thousands of icons for every new browser."""
    settings.WHITENOISE_AUTOREFRESH = True


@dataclass
class Department:
    """One division with two squads: Alice and Bob in the first under Sam, Charlie in the second."""

    agency: Agency
    division: Unit
    first: Unit
    second: Unit
    alice: Account  # officer 101, squad 1
    bob: Account  # officer 102, squad 1
    charlie: Account  # officer 201, squad 2
    sam: Account  # sergeant 110, supervisor of squad 1
    tess: Account  # evidence technician
    audrey: Account  # auditor, metadata only
    adam: Account  # administrator
    bea: Account  # board member, figures only
    cora: Account  # commander
    dina: Account  # detective
    nora: Account  # an account without any role

    def client(self, account: Account) -> Client:
        """Returns a browser in which the account is logged in."""
        browser = Client()
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Lets Django empty the custody tables between transactional tests, which it does by TRUNCATE.

    Only the triggers against TRUNCATE are off, and only in the test database; UPDATE and DELETE stay refused.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("item", "event", "outbox", "leaf", "checkpoint"):
            cursor.execute(f"alter table custody_{table} disable trigger custody_no_truncate")


@pytest.fixture(autouse=True)
def own_log(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives every test a log of its own on disk: its events are rolled back, published tiles could not be.

    Checkpoints may follow one another at once, so that settle() never waits for the second to pass.
    """
    made: list[Path] = []

    def root() -> Path:
        if not made:
            made.append(tmp_path_factory.mktemp("installation"))
        return made[0]

    monkeypatch.setattr(place, "root", root)
    monkeypatch.setattr(checkpoints, "BETWEEN_CHECKPOINTS", timedelta(0))


@pytest.fixture
def shared() -> Path:
    """The folder of real data and other people's vectors, outside the repository."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared: real footage and test vectors that the repository does not hold")
    return SHARED


@pytest.fixture
def department(db: None) -> Department:
    """Builds the department in the database."""
    agency = Agency.objects.create(slug="home", name="Testville Police Department", handle=open_item("agency"))
    division = Unit.objects.create(agency=agency, name="Central Patrol")
    first = Unit.objects.create(agency=agency, name="Central Squad 1", parent=division)
    second = Unit.objects.create(agency=agency, name="Central Squad 2", parent=division)
    sergeant = Officer.objects.create(agency=agency, badge="110", name="Sam Sergeant")

    def account(name: str, role: Role | None, badge: str = "", unit: Unit | None = None) -> Account:
        officer = None
        if badge:
            assert role is not None
            officer, _ = Officer.objects.get_or_create(agency=agency, badge=badge, name=f"{name.title()} {role.label}")
            if badge == "110":
                officer = sergeant
            assert unit is not None
            Assignment.objects.create(
                officer=officer,
                unit=unit,
                rank="Sergeant" if badge == "110" else "Officer",
                supervisor=sergeant if unit == first and badge != "110" else None,
                began=date(2020, 1, 1),
            )
        made = Account.objects.create(
            username=name,
            password=make_password(PASSWORD),
            handle=open_item("account"),
            full_name=name.title(),
            agency=agency,
            officer=officer,
        )
        if role:
            RoleGrant.objects.create(account=made, role=role, granted_by="system:test")
        return made

    return Department(
        agency=agency,
        division=division,
        first=first,
        second=second,
        alice=account("alice", Role.OFFICER, "101", first),
        bob=account("bob", Role.OFFICER, "102", first),
        charlie=account("charlie", Role.OFFICER, "201", second),
        sam=account("sam", Role.SUPERVISOR, "110", first),
        tess=account("tess", Role.TECHNICIAN),
        audrey=account("audrey", Role.AUDITOR),
        adam=account("adam", Role.ADMINISTRATOR),
        bea=account("bea", Role.BOARD),
        cora=account("cora", Role.COMMANDER),
        dina=account("dina", Role.DETECTIVE),
        nora=account("nora", None),
    )
