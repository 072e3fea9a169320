"""The department itself: one row, made with the installation."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from plainview.base import custody
from plainview.base.custody.kinds import Kind
from plainview.base.people.models import Agency

HOME = "home"
INSTALLER = "system:installation"


def home_agency() -> Agency:
    """Returns the department, created on first use with the installation's name (`PLAINVIEW_AGENCY`)."""
    return Agency.objects.filter(slug=HOME).first() or create_home_agency()


@transaction.atomic
def create_home_agency() -> Agency:
    """Creates the department unless it is there. Its name is `settings.AGENCY`."""
    agency, made = Agency.objects.get_or_create(slug=HOME, defaults={"name": settings.AGENCY})
    if made:
        custody.open_item("agency", agency.handle)
        custody.record(Kind.PEOPLE_AGENCY_CREATED, agency.handle, actor=INSTALLER, facts={"name": agency.name})
    return agency


@transaction.atomic
def rename_agency(agency: Agency, name: str, *, actor: str) -> Agency:
    """Corrects the department's name."""
    was, agency.name = agency.name, name
    agency.save(update_fields=["name"])
    facts = {"name": {"old": was, "new": name}}
    custody.record(Kind.PEOPLE_AGENCY_RENAMED, agency.handle, actor=actor, facts=facts)
    return agency
