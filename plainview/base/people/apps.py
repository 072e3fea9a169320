"""The people room, as Django loads it."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Listens to the login libraries: signals are the only hook they offer."""

    name = "plainview.base.people"

    def ready(self) -> None:
        from plainview.base.people import receivers

        receivers.connect()
