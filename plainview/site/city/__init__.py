"""A fictional police department with its truth: `plainview city`. Needs no installation and no database."""

from __future__ import annotations

from plainview.site.city.writing import NotEmpty, Summary, write_city

__all__ = ["NotEmpty", "Summary", "write_city"]
