"""Slots: places on a page of a lower room that higher rooms fill. It says `{% slot "name" it %}` and knows nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from plainview.duties.activation import panels as activation
from plainview.duties.retention import panels as retention
from plainview.duties.retention.disposal import panels as disposal

Panel = Callable[[HttpRequest, Any], str]

SLOTS: Mapping[str, Sequence[Panel]] = {
    "call": [activation.on_call],
    "policy version": [retention.on_policy_version],
    "recording": [disposal.on_recording],
    "recording aside": [activation.on_recording],
}


def filled(name: str, request: HttpRequest, about: Any) -> list[str]:
    """Returns what the rooms have to show in a slot, in their order; empty texts are left out."""
    return [shown for panel in SLOTS.get(name, ()) if (shown := panel(request, about))]
