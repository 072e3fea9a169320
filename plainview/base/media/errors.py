"""What can go wrong with media, as one plain sentence for a person."""

from __future__ import annotations


class MediaError(Exception):
    """The work could not be done; the message is one plain sentence that says why."""


class SandboxUnavailable(MediaError):
    """The sandbox can't run on this machine, so nothing is decoded; the message says how to mend it."""
