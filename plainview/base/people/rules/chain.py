"""Who supervises whom must not run in a circle, on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plainview.base.people.rules.rows import Person


@dataclass(frozen=True)
class Link:
    """`officer` answers to `supervisor` on these days; `row` is where the file says so, 0 for what was there before."""

    officer: Person
    supervisor: Person
    began: date
    ended: date | None
    row: int = 0

    def holds(self, day: date) -> bool:
        return self.began <= day and (self.ended is None or day <= self.ended)


@dataclass(frozen=True)
class Circle:
    """People who supervise each other in a ring on one day, in order."""

    people: tuple[Person, ...]
    day: date
    row: int  # the last row of the file that takes part

    def sentence(self) -> str:
        names = [f"{name} ({badge})" for badge, name in self.people]
        ring = " answers to ".join([*names, names[0]])
        return f"a circle of supervisors on {self.day}: {ring}. Correct one supervisor_badge."


def circles(links: Iterable[Link]) -> list[Circle]:
    """Returns the rings, one for each group of people who could supervise each other at all."""
    by_officer: dict[Person, list[Link]] = defaultdict(list)
    for link in links:
        by_officer[link.officer].append(link)
    suspects = _could_ring(by_officer)
    found: dict[frozenset[Person], Circle] = {}
    for day in sorted({link.began for person in suspects for link in by_officer[person]}):
        for circle in _on(day, suspects, by_officer):
            found.setdefault(frozenset(circle.people), circle)
    return list(found.values())


def _could_ring(by_officer: Mapping[Person, Sequence[Link]]) -> set[Person]:
    """Leaves out everybody from whom no way up leads back, and everybody to whom none leads."""
    up = {person: {link.supervisor for link in links} for person, links in by_officer.items()}
    left = _peeled(up)
    down: dict[Person, set[Person]] = defaultdict(set)
    for person in left:
        for supervisor in up[person] & left:
            down[supervisor].add(person)
    return _peeled(down)


def _peeled(arrows: Mapping[Person, set[Person]]) -> set[Person]:
    """Takes off whoever has no arrow left to somebody who is still there (Kahn's way: each arrow once)."""
    waiting = {person: len(to & arrows.keys()) for person, to in arrows.items()}
    back: dict[Person, list[Person]] = defaultdict(list)
    for person, to in arrows.items():
        for other in to & arrows.keys():
            back[other].append(person)
    ready = [person for person, count in waiting.items() if not count]
    while ready:
        gone = ready.pop()
        for person in back[gone]:
            waiting[person] -= 1
            if not waiting[person]:
                ready.append(person)
    return {person for person, count in waiting.items() if count}


def _on(day: date, people: Iterable[Person], by_officer: Mapping[Person, Sequence[Link]]) -> list[Circle]:
    answers_to = {link.officer: link for person in people for link in by_officer[person] if link.holds(day)}
    done: set[Person] = set()
    found = []
    for start in sorted(answers_to):
        path: list[Person] = []
        person = start
        while person in answers_to and person not in done:
            done.add(person)
            path.append(person)
            person = answers_to[person].supervisor
        if person in path:
            ring = path[path.index(person) :]
            found.append(Circle(tuple(ring), day, max(answers_to[p].row for p in ring)))
    return found
