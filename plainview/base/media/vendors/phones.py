"""Phones: where an Android or Apple phone puts place, time and model, and the names of their camera apps."""

from __future__ import annotations

import re
from datetime import datetime

from ..inside.findings import Findings, iso
from ..inside.movie import Movie
from ..inside.quicktime import text_of
from . import FileName, Named

_PIXEL = re.compile(r"PXL_(\d{8})_(\d{6})(\d{3})?(?:\D.*)?", re.IGNORECASE)
_PLACE = re.compile(r"([+-]\d+(?:\.\d*)?)([+-]\d+(?:\.\d*)?)")
_OFFSET = re.compile(r"^(.{19,26}?)(?:Z|([+-]\d{2}):?(\d{2}))$")


def named(name: FileName) -> Named | None:
    """Google's camera app writes UTC into its names, unlike all others."""
    hit = _PIXEL.fullmatch(name.stem)
    if not hit:
        return None
    day, clock, thousandths = hit.groups()
    try:
        when = datetime.strptime(f"{day}{clock}{thousandths or '000'}", "%Y%m%d%H%M%S%f")
    except ValueError:
        return None
    made = Named(maker="Google", device="Google Pixel")
    made.said.append({"source": "name", "value": iso(when), "zone": "UTC", "by": "the file name of a Pixel phone"})
    return made


def movie(movie: Movie, found: Findings) -> None:
    """Reads place, model and zoned time; both systems write UTC into the movie header."""
    keys = movie.keys
    if "com.android.version" in keys:
        found.habit, found.header_moment = "UTC", "end"  # Android closes the header when the recording stops
        found.tag("system", f"Android {keys['com.android.version']}")
        _model(keys.get("com.android.manufacturer"), keys.get("com.android.model"), found)
    if any(key.startswith("com.apple.quicktime.") for key in keys):
        _apple(keys, found)
    for text in (keys.get("com.apple.quicktime.location.ISO6709"), text_of(movie.atoms.get(b"\xa9xyz"))):
        if text and (place := _PLACE.match(text)):
            found.place([(None, float(place[1]), float(place[2]), None)], "place in the movie's header")
    if b"loci" in movie.atoms:
        _loci(movie.atoms[b"loci"], found)


def _apple(keys: dict[str, str], found: Findings) -> None:
    _model(keys.get("com.apple.quicktime.make"), keys.get("com.apple.quicktime.model"), found)
    if keys.get("com.apple.quicktime.make", "").strip() == "Apple":
        found.habit = "UTC"
    found.tag("software", keys.get("com.apple.quicktime.software"))
    said = keys.get("com.apple.quicktime.creationdate", "")
    if hit := _OFFSET.match(said):
        zone = f"{hit[2]}:{hit[3]}" if hit[2] else "UTC"
        found.say("container", hit[1], zone=zone, by="the phone's own creation date")


def _model(make: str | None, model: str | None, found: Findings) -> None:
    words = [word.strip() for word in (make, model) if word and word.strip()]
    if words and found.device is None:
        found.device = " ".join(words)


def _loci(body: bytes, found: Findings) -> None:
    """3GPP's place: a name, a role, then longitude and latitude in 16.16 degrees."""
    end = body.find(b"\0", 6)
    if end < 0 or len(body) < end + 10:
        return
    lon = int.from_bytes(body[end + 2 : end + 6], "big", signed=True) / 65536
    lat = int.from_bytes(body[end + 6 : end + 10], "big", signed=True) / 65536
    found.place([(None, lat, lon, None)], "place in the movie's header")
