"""Every test has a department of its own, so nothing may be kept from the one before."""

from __future__ import annotations

import pytest

from plainview.holdings.evidence import choices


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    choices.forget()
