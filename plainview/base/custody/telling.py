"""Turns facts into sentences.

A template is text with `{fact}`, `{fact|how}` and `[optional parts]`. A part in brackets is left out where one of its
facts is missing, empty or withheld; `{old.start|time}` reaches into a fact. `{who}` is the actor. How: `bytes`, `list`,
`length`, `time`, `words`, `name`, or `one/many`, which puts a number before the word that fits it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format

from plainview.ledger.canonical import Json

Names = Callable[[str], str | None]
LONGEST = 200  # characters of one fact

_PART = re.compile(r"\[([^\[\]]*)\]")
_FACT = re.compile(r"\{([a-z0-9_.]+)(?:\|([a-z ]+(?:/[a-z ]+)?))?\}")


class _Missing(LookupError):
    """A fact that the sentence needs isn't there."""


def tell(template: str, facts: Mapping[str, Json], actor: str, names: Names | None = None) -> str:
    """Returns the sentence. Facts that are missing outside of brackets are told as “…”."""
    teller = _Teller(facts, actor, names or (lambda _: None))
    text = _PART.sub(lambda part: teller.part(part[1]), template)
    return teller.fill(text, lambda: "…")


def plain_actor(actor: str) -> str:
    """Returns what to call an actor whose name is not known here."""
    kind, _, rest = actor.partition(":")
    known = {"account": "An account", "system": "The system", "": "Somebody"}
    return known.get(kind) or _text(f"{kind.capitalize()} {rest}")


class _Teller:
    def __init__(self, facts: Mapping[str, Json], actor: str, names: Names) -> None:
        self.facts, self.actor, self.names = facts, actor, names

    def part(self, text: str) -> str:
        try:
            return self.fill(text, None)
        except _Missing:
            return ""

    def fill(self, text: str, missing: Callable[[], str] | None) -> str:
        def one(found: re.Match[str]) -> str:
            value = self.value(found[1])
            if value is None or value in ("", [], {}):
                if missing is None:
                    raise _Missing(found[1])
                return missing()
            return self.say(value, found[2] or "")

        return _FACT.sub(one, text)

    def value(self, path: str) -> Json:
        if path == "who":
            return (self.actor and self.names(self.actor)) or plain_actor(self.actor)
        value: Json = self.facts
        for step in path.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value

    def say(self, value: Json, how: str) -> str:
        if how == "name":
            return _text(self.names(str(value)) or plain_actor(str(value)))
        if "/" in how:
            return _count(value, how)
        return _HOW.get(how, _text)(value)


def _text(value: Json) -> str:
    """One line without control characters: a file may be named anything, and a terminal obeys what it is sent."""
    text = "".join(each if each.isprintable() else "�" for each in str(value))
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _count(value: Json, how: str) -> str:
    number = value if isinstance(value, int) else len(value) if isinstance(value, (list, tuple, dict)) else 0
    one, many = how.split("/")
    return f"{number:,} {one if number == 1 else many}"


def _list(value: Json) -> str:
    if not isinstance(value, (list, tuple)):
        return _text(value)
    shown = [_text(each) for each in value[:10]]
    if len(value) > 10:
        shown.append(f"{len(value) - 10} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _bytes(value: Json) -> str:
    size = float(value) if isinstance(value, int) else 0.0
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


def _length(value: Json) -> str:
    seconds = round(value / 1000) if isinstance(value, int) else 0
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _time(value: Json) -> str:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return _text(value)
    return date_format(timezone.localtime(moment), "M j, Y, H:i:s") if moment.tzinfo else _text(value)


def _words(value: Json) -> str:
    return _text(value).replace("_", " ").replace("-", " ")


_HOW: dict[str, Callable[[Json], str]] = {
    "bytes": _bytes,
    "length": _length,
    "list": _list,
    "time": _time,
    "words": _words,
}
