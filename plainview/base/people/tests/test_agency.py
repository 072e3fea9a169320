"""The department is made once, with the installation's name."""

from __future__ import annotations

import pytest
from django.test.utils import override_settings

from plainview.base.custody.history import history
from plainview.base.custody.kinds import Kind
from plainview.base.people.actions import rename_agency
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Agency

pytestmark = pytest.mark.django_db


@override_settings(AGENCY="Testville Police Department")
def test_it_is_made_on_first_use_and_written() -> None:
    agency = home_agency()
    assert (agency.slug, agency.name, agency.kind) == ("home", "Testville Police Department", Agency.Kind.HOME)
    assert [event.kind for event in history(agency.handle)] == [Kind.PEOPLE_AGENCY_CREATED]


def test_it_is_made_once() -> None:
    assert home_agency() == home_agency()
    assert Agency.objects.count() == 1


@override_settings(AGENCY="Another Name")
def test_another_name_in_the_environment_renames_nothing() -> None:
    with override_settings(AGENCY="First Name"):
        home_agency()
    assert home_agency().name == "First Name"


def test_a_corrected_name_is_written_with_the_old_one() -> None:
    agency = rename_agency(home_agency(), "Corrected Name", actor="system:test")
    assert home_agency().name == "Corrected Name"
    assert history(agency.handle)[-1].kind == Kind.PEOPLE_AGENCY_RENAMED
