"""Whom a verifier believes: a file with verifier keys, one a line, or a C2SP tlog-policy (log, witness, group, quorum).

In a bare list of keys an Ed25519 key (0x01) is a log's and a cosignature key (0x04, 0x06) is a witness's, and one log
signature is enough. A policy asks for the quorum that it states.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from plainview.ledger.note import ED25519, NoteError, Verifier

NONE = "none"


class BadTrust(ValueError):
    """The file does not say whom to trust: which line, and why."""


@dataclass
class Trust:
    """Known logs and witnesses, and which witnesses are enough."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Verifier] = field(default_factory=dict)  # by the name that the file gives them
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)  # how many of which
    quorum: str = NONE

    @property
    def verifiers(self) -> list[Verifier]:
        """Every known key."""
        return [*self.logs, *self.witnesses.values()]

    def witnessed(self, signed_by: Collection[tuple[str, int]]) -> bool:
        """Tells whether cosignatures by these keys (name and id) make the quorum."""
        return self.quorum == NONE or self._holds(self.quorum, signed_by)

    def _holds(self, name: str, signed_by: Collection[tuple[str, int]]) -> bool:
        if name in self.witnesses:
            witness = self.witnesses[name]
            return (witness.name, witness.key_id) in signed_by
        enough, members = self.groups[name]
        return sum(self._holds(member, signed_by) for member in members) >= enough


def parse(text: str) -> Trust:
    """Returns what the file states. Raises BadTrust naming the line."""
    trust, grouped = Trust(), set[str]()
    heads: list[str] = []
    lines = [(number, re.split(r"[ \t]+", line.strip(" \t"))) for number, line in enumerate(text.split("\n"), 1)]
    for number, words in lines:
        if not words[0] or words[0].startswith("#"):
            continue
        try:
            _take(trust, words, grouped)
        except (BadTrust, NoteError) as problem:
            raise BadTrust(f"line {number}: {problem}") from problem
        heads.append(words[0])
    if {*heads} & {"log", "witness", "group", "quorum"} and heads.count("quorum") != 1:
        raise BadTrust("a policy has exactly one quorum line")
    if not trust.verifiers:
        raise BadTrust("the file names no key")
    return trust


def _take(trust: Trust, words: list[str], grouped: set[str]) -> None:
    if words[0] == "log" and len(words) in (2, 3):
        trust.logs.append(_new_key(Verifier(words[1]), trust.logs))
    elif words[0] == "witness" and len(words) in (3, 4):
        _new_name(trust, words[1])
        trust.witnesses[words[1]] = _new_key(_cosigner(words[2]), trust.witnesses.values())
    elif words[0] == "group" and len(words) >= 4:
        _take_group(trust, words, grouped)
    elif words[0] == "quorum" and len(words) == 2:
        if words[1] not in (NONE, *trust.witnesses, *trust.groups):
            raise BadTrust(f"{words[1]} is not a witness or group named above")
        trust.quorum = words[1]
    elif len(words) == 1:
        _take_bare(trust, Verifier(words[0]))
    else:
        raise BadTrust(f"not a key, and not a line of a policy: {' '.join(words):.80}")


def _take_bare(trust: Trust, key: Verifier) -> None:
    if key.kind == ED25519:
        trust.logs.append(_new_key(key, trust.logs))
    else:
        _new_name(trust, key.name)
        trust.witnesses[key.name] = _new_key(key, trust.witnesses.values())


def _cosigner(vkey: str) -> Verifier:
    key = Verifier(vkey)
    if key.kind == ED25519:
        raise BadTrust(f"the key of {key.name} is not a witness's: witnesses sign with a time")
    return key


def _take_group(trust: Trust, words: list[str], grouped: set[str]) -> None:
    _, name, count, *members = words
    _new_name(trust, name)
    enough = {"any": "1", "all": str(len(members))}.get(count, count)
    if not re.fullmatch(r"[1-9][0-9]{0,4}", enough) or int(enough) > len(members):
        raise BadTrust(f"{count} of {len(members)} members can't be")
    for member in members:
        if member not in (*trust.witnesses, *trust.groups) or member in grouped:
            raise BadTrust(f"{member} is not named above, or is in a group already")
        grouped.add(member)
    trust.groups[name] = (int(enough), tuple(members))


def _new_name(trust: Trust, name: str) -> None:
    if name in (NONE, *trust.witnesses, *trust.groups):
        raise BadTrust(f"the name {name} is taken")


def _new_key(key: Verifier, known: Iterable[Verifier]) -> Verifier:
    if any(key.public == other.public for other in known):
        raise BadTrust(f"the key of {key.name} is named twice")
    return key
