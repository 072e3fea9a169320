"""Looks into one file: what it is, what it says of itself, and whether anything about it needs a person."""

from __future__ import annotations

from typing import Any

from .. import vendors
from . import documents
from .damage import damage_of
from .feed import Feed
from .findings import Findings, iso
from .kinds import MADE_OF_BOXES, kind_of
from .magic import LOOKED_AT, looks_random, recognize
from .movie import Movie, read_movie
from .trouble import Malformed, plain

LARGEST_TEXT = 16 << 20


def look(feed: Feed) -> dict[str, Any]:
    """Returns the findings as plain JSON; trouble with the content is a finding, not a failure."""
    found = Findings()
    if feed.size == 0:
        found.trouble("The file is empty.")
        return found.as_json()
    head = feed.read_at(0, LOOKED_AT)
    found.kind = recognize(head)
    kind = kind_of(found.kind)
    try:
        if kind.demuxer:
            _footage(feed, found)
        elif kind.family == "unknown":
            found.trouble(_unknown(head))
        elif kind.family == "text":
            _text(feed, found)
        else:
            documents.read(feed, found)
    except (Malformed, ValueError, ArithmeticError, LookupError) as error:
        found.trouble(plain(error))
    return found.as_json()


def _footage(feed: Feed, found: Findings) -> None:
    from . import streams  # the decoders load only for footage

    movie = read_movie(feed) if found.kind in MADE_OF_BOXES else None
    if movie:
        _own_words(movie, found)
    found_damage = damage_of(feed, found.kind or "", movie)
    if found_damage:
        found.trouble(found_damage)
    streams.describe(feed, found, movie)
    if movie and movie.created:
        at = {"end": found.duration_ms or 0}.get(found.header_moment, 0)
        found.say(
            "container",
            iso(movie.created),
            moment=found.header_moment,
            at_ms=at,
            habit=found.habit,
            by="the movie's header",
        )


def _own_words(movie: Movie, found: Findings) -> None:
    for read in vendors.hooks("movie"):
        try:
            read(movie, found)
        except Malformed as error:
            found.trouble(plain(error))


def _text(feed: Feed, found: Findings) -> None:
    if feed.size > LARGEST_TEXT:
        found.notes.append("The text is too long to be read for times and places.")
        return
    data = feed.read_at(0, feed.size)
    found.sidecar = any(read(found.kind, data, found) for read in vendors.hooks("sidecar"))


def _unknown(head: bytes) -> str:
    if not any(head):
        return "The file holds nothing but zeros."
    if looks_random(head):
        return "The content is not a known kind of file; it looks encrypted, so whoever holds the key has to open it."
    return "The content is not a known kind of file."
