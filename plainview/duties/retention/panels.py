"""What this room shows on pages of lower rooms. `site` puts it into their slots."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from plainview.base.people.access import holds
from plainview.base.policy.models import PolicyVersion
from plainview.duties.retention.access import SIMULATORS


def on_policy_version(request: HttpRequest, version: PolicyVersion) -> str:
    """Returns the way to what a version would move; nothing once it is adopted or withdrawn."""
    open_states = (PolicyVersion.State.DRAFT, PolicyVersion.State.PUBLISHED)
    if version.state not in open_states or not holds(request.user, *SIMULATORS):
        return ""
    return render_to_string("retention/on_policy_version.html", {"version": version}, request)
