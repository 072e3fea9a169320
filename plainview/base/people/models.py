"""Agencies, units, officers with dated assignments, accounts with roles."""

from __future__ import annotations

import secrets
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property

from plainview.base.people.roles import Role


def new_handle() -> str:
    """Returns a random handle of an item: 128 bits, hex."""
    return secrets.token_hex(16)


class Agency(models.Model):
    """The department itself, a prosecutor's office, or an outside investigator."""

    class Kind(models.TextChoices):
        HOME = "home", "This department"
        OUTSIDE = "outside", "Outside investigator"
        PROSECUTOR = "prosecutor", "Prosecutor's office"

    slug = models.SlugField(unique=True)
    name = models.TextField()
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.HOME)
    # The agency's own custody chain: imports of its roster and fleet, log-on attempts under unknown names.
    handle = models.CharField(max_length=32, unique=True, default=new_handle)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A division or a squad. The parent of a squad is its division."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units")
    name = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ["name"]
        constraints = [
            # Two divisions may each have a "Squad 1".
            models.UniqueConstraint(fields=["agency", "parent", "name"], name="unit_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class Officer(models.Model):
    """A person with a badge. A badge that passes to another person is another officer."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="officers")
    badge = models.TextField(db_index=True)
    name = models.TextField()

    class Meta:
        ordering = ["badge"]
        constraints = [models.UniqueConstraint(fields=["agency", "badge", "name"], name="officer_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.badge})"


class Assignment(models.Model):
    """Where an officer served, in what rank, under whom, on which days of the department's zone.

    `began` and `ended` are both served; `ended` is empty while it lasts. Where two overlap, the later one counts.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="assignments", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments", db_index=False)
    rank = models.TextField(blank=True)
    supervisor = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="supervises", db_index=False
    )
    began = models.DateField()
    ended = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "began"], name="assignment_of_unit"),
            models.Index(fields=["supervisor", "began"], name="assignment_under"),
        ]
        constraints = [models.UniqueConstraint(fields=["officer", "began"], name="assignment_once")]


class Account(AbstractUser):
    """Who may log in. An account without a role sees nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The account's own custody chain: log-ons, reads of lists, changes of its roles.
    handle = models.CharField(max_length=32, unique=True)
    full_name = models.TextField(blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="accounts")
    officer = models.OneToOneField(Officer, models.PROTECT, null=True, blank=True, related_name="account")
    # Five failed log-ons lock it until an administrator releases it (CJIS AC-7).
    locked_at = models.DateTimeField(null=True, blank=True)
    # When it was last opened again after having been shut: the count of unused days begins anew.
    enabled_at = models.DateTimeField(null=True, blank=True)
    # Its password was given by somebody else: the owner has to choose another before anything else.
    password_is_temporary = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.full_name or self.username

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now; one query a request."""
        if not self.is_active:
            return frozenset()
        return frozenset(Role(r) for r in self.grants.filter(revoked_at__isnull=True).values_list("role", flat=True))

    def forget_roles(self) -> None:
        """Drops what `roles` remembers, after a change of the grants."""
        self.__dict__.pop("roles", None)

    @property
    def actor(self) -> str:
        """The plain identifier that history keeps: never a name."""
        return f"account:{self.pk}"


class RoleGrant(models.Model):
    """A role given to an account; revoked ones stay as a record."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=Role.choices)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.TextField()  # an actor identifier
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role"], condition=models.Q(revoked_at__isnull=True), name="role_once"
            )
        ]
