"""The only writes of the room: one function a verb, one transaction each, history last."""

from __future__ import annotations

from plainview.base.policy.actions.adopt import adopt
from plainview.base.policy.actions.comment import comment
from plainview.base.policy.actions.draft import draft, revise
from plainview.base.policy.actions.publish import publish
from plainview.base.policy.actions.withdraw import withdraw

__all__ = ["adopt", "comment", "draft", "publish", "revise", "withdraw"]
