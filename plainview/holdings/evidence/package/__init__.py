"""Packages to hand out: a BagIt 1.0 folder that proves itself to a stranger, with no server and no network.

What is inside, and what ties each part to the signed log, is said in `plainview/verify/package.py`, which checks it.
"""

from __future__ import annotations

from plainview.holdings.evidence.package.building import Built, CannotBuild, build_package

__all__ = ["Built", "CannotBuild", "build_package"]
