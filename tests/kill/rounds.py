"""Rounds of killing: something of ours works, dies at a random moment, and the sweep comes after it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.kill.material import Material
from tests.kill.stage import SERIAL, Child, fork, spawn

COMMON = ["--json", "--no-prepare", "--camera", SERIAL]
REAL_PROCESS = 0.1  # of the rounds start a new interpreter: mostly its start is what dies
KILL_THE_SWEEP = 0.25
LOOK_AGAIN = 0.5
SLACK = 1.15


@dataclass
class Killing:
    """What is killed, and how often."""

    folder: Path
    dice: random.Random
    material: Material
    largest: int
    files: int = 4
    usual: dict[str, float] = field(default_factory=dict)  # seconds that a round takes when nobody disturbs it
    counts: Counter[str] = field(default_factory=Counter)
    outs: list[Path] = field(default_factory=list)
    watched: list[Path] = field(default_factory=list)
    _number: int = 0

    def round(self) -> None:
        """One round: work, death, sweep."""
        name = self.dice.choice(["command", "watch", "several"])
        usual = self._usual(name)  # first: the first time it does the whole thing undisturbed
        self._number += 1
        children = self._start(name)
        time.sleep(self.dice.uniform(0, usual * SLACK))
        self.counts["kills"] += sum([child.kill() for child in children])
        self.counts[f"rounds: {name}"] += 1
        if self.dice.random() < KILL_THE_SWEEP:
            usual = self._usual("sweep")
            sweep = self._run(["sweep", "--json", "--grace", "0"])
            time.sleep(self.dice.uniform(0, usual * SLACK))
            self.counts["sweeps killed"] += sweep.kill()
        if name == "watch" and self.dice.random() < LOOK_AGAIN:
            self._finish(self._run(["watch", str(self.watched[-1]), "--once", "--settle", "0", *COMMON]))
        self.sweep()

    def sweep(self) -> None:
        """Ends what the round left."""
        self._finish(self._run(["sweep", "--json", "--grace", "0"]))

    def finish_watching(self) -> None:
        """Looks once more at every watched folder, undisturbed: all of it has to be taken, none of it twice."""
        for folder in self.watched:
            self._finish(self._run(["watch", str(folder), "--once", "--settle", "0", *COMMON]))

    def _usual(self, name: str) -> float:
        if name not in self.usual:
            began = time.monotonic()
            self._number += 1
            for child in self._start(name) if name != "sweep" else [self._run(["sweep", "--grace", "0"])]:
                self._finish(child)
            self.usual[name] = time.monotonic() - began
        return self.usual[name]

    def _start(self, name: str) -> list[Child]:
        starts: dict[str, Callable[[], list[Child]]] = {
            "command": lambda: [self._ingest(self._folder())],
            "watch": lambda: [self._watch()],
            "several": self._several,
        }
        return starts[name]()

    def _several(self) -> list[Child]:
        """Three at once; two of them bring the very same files."""
        same, other = self._folder(), self._folder()
        return [self._ingest(same), self._ingest(same), self._ingest(other)]

    def _ingest(self, folder: Path) -> Child:
        return self._run(["ingest", str(folder), *COMMON])

    def _watch(self) -> Child:
        self.watched.append(self._folder())
        return self._run(["watch", str(self.watched[-1]), "--once", "--settle", "0", *COMMON])

    def _folder(self) -> Path:
        name = f"{self._number:04}-{self.dice.getrandbits(32):08x}"
        return self.material.folder_of(name, self.dice.randint(1, self.files), self.largest)

    def _run(self, words: list[str]) -> Child:
        out = self.folder / f"out-{len(self.outs):05}"
        out.touch()
        self.outs.append(out)
        return spawn(words, out) if self.dice.random() < REAL_PROCESS else fork(words, out)

    def _finish(self, child: Child) -> None:
        if child.wait() not in (0, 1):
            raise RuntimeError(f"a command that nobody killed ended with {child.code}: {child.said()}")
