"""Replays every destruction in a log: was it allowed, announced, waited for, approved by enough people, and not held?

From the leaves alone, the lists that were published beside them, and the texts of the policy. What only private bodies
say can't be seen from here; what that leaves open is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from plainview.ledger.event import LeafFacts
from plainview.verify.reading import Unreadable, open_plain, read_small
from plainview.verify.report import Report, counted

try:
    from plainview.base.policy import rules
    from plainview.base.policy.rules import disposal as courses
    from plainview.base.policy.rules import manifest as manifests
except ImportError:  # a verifier built without the policy room
    rules = None  # type: ignore[assignment]

NAMED = 50  # faults named one by one
SET_BACK = timedelta(minutes=5)  # servers correct their clocks by less
PROVES = [
    "Each recording that was destroyed stood on a list that was announced before, for as long as the policy asks, in a "
    "log that lived meanwhile; as many different approvals as it asks for came afterwards, of exactly that list.",
    "By the texts of the policy each of them was due, as its class and days are stated on the list; and no hold that a "
    "person had placed on it stood.",
]
PROVES_NOT = [
    "That class and days on the published lists are true: the bodies of the events say so, and are not here.",
    "That no open case held something: which case belongs to which recording is not public.",
    "Who approved: the log tells two approvers of one list apart, and names nobody. Nor that they were two people.",
]


@dataclass
class _Disposal:
    """One disposal, as far as the log has come."""

    course: Any
    adopted: dict[str, str] = field(default_factory=dict)  # the texts of the policy when it was announced
    gone: set[bytes] = field(default_factory=set)  # handles of recordings
    why: list[str] = field(default_factory=list)  # what was wrong when its first recording went


class Destructions:
    """Takes every event in the order of the log; `check` then says what came out."""

    def __init__(self, folder: Path, report: Report) -> None:
        self.folder, self.report = folder, report
        self.open: dict[str, _Disposal] = {}
        self.held: dict[str, int] = {}  # holds that stand, of recordings that have one
        self.decided: set[str] = set()  # recordings of which a person said that they may go
        self.adopted: dict[str, str] = {}  # hash of a text: its first day
        self.destroyed = self.disposals = self.wrong = 0
        self.latest: datetime | None = None
        self.set_back = timedelta(0)  # by how much the clock went back, at most

    def see(self, facts: LeafFacts, index: int) -> None:
        """Takes the next event."""
        if rules is None:
            return
        self._time(facts.logged_at)
        for each in self.open.values():
            each.course.pass_by(facts.logged_at)
        kind = facts.kind
        if kind == "policy.version.adopted":
            self.adopted[str(facts.public.get("sha256"))] = str(facts.public.get("effective"))
        elif kind == "evidence.hold.placed":
            self.held[facts.handle] = self.held.get(facts.handle, 0) + 1
        elif kind == "evidence.hold.lifted":
            self._lift(facts.handle)
        elif kind == "disposal.recording.decided":
            (self.decided.add if facts.public.get("goes") is True else self.decided.discard)(facts.handle)
        elif kind.startswith("disposal.batch."):
            self._step(facts)
        elif kind == courses.DESTROYED:
            self._gone(facts, index)

    def check(self) -> None:
        """Says what came out, once the whole log was seen."""
        if rules is None:
            self.report.notice("Destructions were not checked: this verifier was built without the policy's rules.", "")
            return
        for handle, each in self.open.items():
            if each.gone:
                self._replay(handle, each)
                self.report.notice(f"Disposal {handle} isn't finished: {len(each.gone):,} recordings are gone.", "tile")
        if self.destroyed and self.set_back > SET_BACK:
            self.report.notice(
                f"The times in the log went back by up to {self.set_back}: its clock was ahead before. Waiting periods "
                "are counted without such jumps.",
                "tile/entries",
            )
        if self.destroyed and not self.wrong:
            gone = counted(self.destroyed, "recording was destroyed", "recordings were destroyed")
            lists = counted(self.disposals, "disposal", "disposals")
            self.report.holds(
                f"{gone} by {lists}: allowed by the policy, announced, waited for, approved by as many people as it "
                "asks for, and not held.",
                "disposal",
            )
        if self.destroyed:
            self.report.proves = [*self.report.proves, *PROVES]
            self.report.proves_not = [*self.report.proves_not, *PROVES_NOT]

    def _time(self, moment: datetime) -> None:
        if self.latest is not None and moment < self.latest:
            self.set_back = max(self.set_back, self.latest - moment)
        self.latest = moment if self.latest is None else max(self.latest, moment)

    def _lift(self, handle: str) -> None:
        left = self.held.get(handle, 0) - 1
        if left > 0:
            self.held[handle] = left
        else:
            self.held.pop(handle, None)

    def _step(self, facts: LeafFacts) -> None:
        each = self.open.get(facts.handle)
        if each is None:
            each = self.open[facts.handle] = _Disposal(rules.Course())
        policy = facts.policy.hex() if facts.policy else ""
        if facts.kind == courses.ANNOUNCED:
            each.adopted = dict(self.adopted)
        each.course.take(facts.kind, facts.public, policy, facts.logged_at)
        if facts.kind == courses.FINISHED:
            stated = facts.public.get("recordings")
            if stated != len(each.gone):
                self._say(f"Disposal {facts.handle} says that {stated} recordings went; {len(each.gone):,} did.")
            if each.gone:
                self._replay(facts.handle, each)
            del self.open[facts.handle]
        elif facts.kind == courses.WITHDRAWN and not each.gone:
            del self.open[facts.handle]

    def _gone(self, facts: LeafFacts, index: int) -> None:
        self.destroyed += 1
        order = str(facts.public.get("disposal", ""))
        each = self.open.get(order)
        if each is None:
            self._say(f"Recording {facts.handle} (entry {index:,}) was destroyed by no disposal that was under way.")
            return
        if not each.gone:
            announced = each.course.announced
            rule = self._duties(announced.policy if announced else "")
            approvals = rule.needed(bool(announced and announced.early))
            each.why = each.course.problems(rule.waiting_days, approvals)
        if facts.handle in self.held:
            self._say(f"Recording {facts.handle} (entry {index:,}) was destroyed while a person held it.")
        each.gone.add(bytes.fromhex(facts.handle))

    def _duties(self, sha256: str) -> Any:
        policy = self._text(sha256)
        return policy.duties.disposal if policy else rules.Disposal()

    def _text(self, sha256: str) -> Any:
        """Returns the policy of a published text; None where it isn't here or isn't that text, which is said."""
        if not sha256:
            return None
        where = f"policy/{sha256:.64}.toml"
        try:
            data = read_small(self.folder / where)
            if hashlib.sha256(data).hexdigest() != sha256:
                raise Unreadable("it isn't the text that its name says")
            return rules.parse(data)
        except (Unreadable, rules.PolicyErrors) as problem:
            self._say(f"The policy text can't be used: {problem}.", where)
            return None

    def _replay(self, handle: str, each: _Disposal) -> None:
        """Holds what a disposal destroyed against its list, and the list against the policy."""
        self.disposals += 1
        for why in each.why:
            self._say(f"Disposal {handle} destroyed {len(each.gone):,} recordings. {why}")
        announced = each.course.announced
        if announced is None:
            return
        where = f"disposal/{handle}.jsonl"
        try:
            listed = self._listed(where, announced, handle, each)
        except (Unreadable, OSError, manifests.BadManifest, UnicodeDecodeError) as problem:
            self._say(f"The list of the disposal can't be used: {problem}.", where)
            return
        for recording in sorted(each.gone - listed)[:NAMED]:
            self._say(f"Recording {recording.hex()} was destroyed, but is not on the list.", where)

    def _listed(self, where: str, announced: Any, handle: str, each: _Disposal) -> set[bytes]:
        digest, listed = hashlib.sha256(), set()
        lines = self._lines(where, digest)
        head = manifests.read_head(next(lines, ""))
        if (head.disposal, head.early) != (handle, announced.early) or head.on > announced.at.date() + timedelta(
            days=1
        ):
            raise Unreadable("its first line speaks of another disposal, or of days to come")
        judge = rules.Judge(head, self._terms(head, each.adopted))
        if announced.early and not self._duties(announced.policy).find(announced.early):
            self._say(f"The policy knows no reason {announced.early!r} to destroy anything before its time.", where)
        for going in manifests.read_lines(lines):
            recording = bytes.fromhex(going.recording)
            listed.add(recording)
            if recording not in each.gone:
                continue
            why = judge.why_not(going)
            if not why and going.decided and going.recording not in self.decided and not head.early:
                why = "no event says that a person decided so"
            if why:
                self._say(f"Recording {going.recording} was not due: {why}.", where)
        if digest.hexdigest() != announced.manifest:
            raise Unreadable("it isn't the list that was announced")
        return listed

    def _lines(self, where: str, digest: Any) -> Iterator[str]:
        with open_plain(self.folder / where) as file:
            rest = b""
            while data := file.read(1 << 20):
                digest.update(data)
                *whole, rest = (rest + data).split(b"\n")
                for line in whole:
                    yield line.decode()
            if rest:
                yield rest.decode()

    def _terms(self, head: Any, known: dict[str, str]) -> list[Any]:
        """Returns the texts that a list was judged by: exactly those that the log says were adopted by then."""
        adopted = {sha256: day for sha256, day in known.items() if day <= str(head.on)}
        stated = {sha256: str(day) for sha256, day in head.terms if day <= head.on}
        if stated != adopted:
            raise Unreadable("it was judged by other policy texts than the log says were adopted")
        found = [(self._text(sha256), day) for sha256, day in head.terms]
        return [rules.Term(policy, day) for policy, day in found if policy is not None]

    def _say(self, sentence: str, where: str = "disposal") -> None:
        self.wrong += 1
        if self.wrong <= NAMED:
            self.report.damaged(sentence, where)
