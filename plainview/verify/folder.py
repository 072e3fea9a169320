"""Checks a log's folder: every entry and tile is hashed again, the root compared, every item's chain followed.

Memory stays flat: entries are read bundle by bundle, and chains are sorted into parts on the disk when they are many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plainview.ledger import checkpoint as checkpoints
from plainview.ledger import event, merkle
from plainview.ledger import note as notes
from plainview.ledger.checkpoint import BadCheckpoint, Checkpoint
from plainview.ledger.merkle import Frontier
from plainview.ledger.note import NoteError
from plainview.ledger.tiles import ENTRIES, WIDTH, TileError, tile_path, unbundle
from plainview.ledger.trust import Trust
from plainview.verify.disposal import Destructions
from plainview.verify.parts import PartedChains
from plainview.verify.reading import Unreadable, read_small, read_text
from plainview.verify.report import Report, counted
from plainview.verify.seal import check_seal, key_beside

TILE_LIMIT = WIDTH * (2 + 65_535)  # bytes, of the largest bundle
STANDSTILL = timedelta(hours=1)
NAMED = 20  # wrong entries named one by one
_TILE = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")

PROVES = [
    "The tiles and entries are exactly those that the signature covers: nothing was changed, dropped or put between.",
    "The events of every item follow one another without a gap.",
]
PROVES_NOT = [
    "What the private bodies of the events say: only their hashes are in the log.",
    "That nobody was shown another log, unless witnesses are named above; nor whose key it is, without --trust.",
    "That every act was written down: an act that was never logged leaves no trace here.",
]


def now() -> datetime:
    """Returns this machine's time."""
    return datetime.now(UTC)


class Stop(Exception):
    """The entries can't be followed any further."""


def check_folder(folder: Path, trust: Trust | None, report: Report) -> None:
    """Checks a log's folder and says what came out."""
    report.kind, report.proves, report.proves_not = "a log", PROVES, PROVES_NOT
    try:
        note = read_text(folder / "checkpoint", 1 << 20)
    except Unreadable as problem:
        report.damaged(f"The checkpoint can't be read: {problem}.", "checkpoint")
        return
    sealed = check_seal(note, trust, key_beside(folder / "checkpoint"), "checkpoint", report)
    stated = sealed or _stated(note)
    if stated is None:
        return  # said before: it is no checkpoint
    audit = Audit(folder, stated.size, report)
    with PartedChains() as chains:
        audit.run(stated, chains)
        _walk(folder, stated.size, report)
        if audit.events:
            chains.check(report)
            audit.destructions.check()


def _stated(note: str) -> Checkpoint | None:
    """Returns what a checkpoint says whose signature could not be checked: the tiles can still be."""
    try:
        return checkpoints.parse(notes.split_note(note)[0])
    except (NoteError, BadCheckpoint):
        return None


class Audit:
    """One walk over all entries, from the first to the last."""

    def __init__(self, folder: Path, size: int, report: Report) -> None:
        self.folder, self.size, self.report = folder, size, report
        self.rows: list[list[bytes]] = [[]]  # the tile of each level that is being filled
        self.frontier = Frontier()
        self.bundle = ""  # the file that the entries at hand came from
        self.wrong = 0
        self.events = 0
        self.newest: datetime | None = None
        self.strange: list[int] = []  # the first entries that are no events
        self.strangers = 0
        self.destructions = Destructions(folder, report)

    def run(self, stated: Checkpoint, chains: PartedChains) -> None:
        """Reads everything and says what came out."""
        try:
            for index in range(-(-self.size // WIDTH)):
                self._take(index, chains)
            self._finish_tiles()
        except Stop:
            return
        if self.frontier.root() != stated.root:
            self.report.damaged("The entries don't give the root that the checkpoint states.", "tile")
        elif not self.wrong:
            self.report.holds(f"All {self.size:,} entries, and every tile over them, give the root stated.", "tile")
        self._say_profile()
        self._say_age()

    def _take(self, index: int, chains: PartedChains) -> None:
        width = min(WIDTH, self.size - index * WIDTH)
        entries = self._bundle(index, width)
        hashes = [merkle.leaf_hash(entry) for entry in entries]
        row = self._compare(0, index, hashes, width)
        for position, entry in enumerate(entries):
            self._profile(index * WIDTH + position, entry, hashes[position], chains)
        for each in row:
            self.frontier.append(each)
        self.rows[0] = row
        if width == WIDTH:
            self._climb(0)

    def _bundle(self, index: int, width: int) -> list[bytes]:
        """Returns the entries of a bundle; none where no file of it can be used, which is said."""
        kept: list[bytes] = []
        for name, held, data in self._contents(ENTRIES, index, width):
            try:
                entries = unbundle(data)
            except TileError as problem:
                self._say(f"The entries can't be read: {problem}.", name)
                continue
            if len(entries) != held:
                self._say(f"It holds {len(entries)} entries, not {held}.", name)
            elif kept and kept[: min(held, width)] != entries[: min(held, width)]:
                self._say(f"Its entries are not those in {self.bundle}.", name)
            elif held >= width and not kept:
                kept, self.bundle = entries[:width], name
        return kept

    def _compare(self, level: int, index: int, hashes: list[bytes], width: int) -> list[bytes]:
        """Compares hashes with every file of their tile; returns those to go on with."""
        kept, expected = hashes, b"".join(hashes)
        for name, held, data in self._contents(level, index, width):
            both = min(held, width) * 32
            if len(data) != held * 32:
                self._say(f"The tile has {len(data):,} bytes, not {held * 32:,}.", name)
            elif not hashes and held >= width:
                kept = _hashes_of(data[: width * 32])
            elif hashes and data[:both] != expected[:both]:
                self._say(self._difference(level, index, data, expected), name)
        if len(kept) != width:
            self._say("Neither the entries nor the tile over them can be used; the rest was not checked.", "tile")
            raise Stop
        return kept

    def _difference(self, level: int, index: int, data: bytes, expected: bytes) -> str:
        pairs = zip(_hashes_of(data), _hashes_of(expected), strict=False)
        position = next(i for i, (one, other) in enumerate(pairs) if one != other)
        if level:
            return f"Its hash {position} is not that of {tile_path(level - 1, index * WIDTH + position)} below it."
        return f"Its hash {position} is not that of entry {index * WIDTH + position:,} in {self.bundle}."

    def _climb(self, level: int) -> None:
        """A full tile gives one hash to the level above, which may thereby be full too."""
        if level + 1 == len(self.rows):
            self.rows.append([])
        above = self.rows[level + 1]
        above.append(merkle.root(self.rows[level]))
        self.rows[level] = []
        if len(above) == WIDTH:
            self._compare(level + 1, (self.frontier.size >> 8 * (level + 2)) - 1, above, WIDTH)
            self._climb(level + 1)

    def _finish_tiles(self) -> None:
        for level, row in enumerate(self.rows):
            if level and row:
                self._compare(level, self.size >> 8 * (level + 1), row, len(row))

    def _contents(self, level: int | str, index: int, width: int) -> Iterator[tuple[str, int, bytes]]:
        """Yields the files of a tile with their content; says which can't be read.

        A log that grows meanwhile drops the partial ones once the full one is there: then that is taken.
        """
        files, full = self._files(level, index, width), (tile_path(level, index), WIDTH)
        for name, held in files:
            try:
                yield name, held, read_small(self.folder / name, TILE_LIMIT)
            except Unreadable as problem:
                if (self.folder / name).exists() or not (self.folder / full[0]).exists():
                    self._say(f"It can't be read: {problem}.", name)
                elif full not in files:
                    files.append(full)

    def _files(self, level: int | str, index: int, width: int) -> list[tuple[str, int]]:
        """Returns the files of a tile that are there, widest first, and the one that has to be there."""
        full = tile_path(level, index)
        partial = self.folder / f"{full}.p"
        names = [path.name for path in partial.iterdir()] if partial.is_dir() else []
        widths = {int(name) for name in names if name.isdecimal() and name.isascii() and 0 < int(name) < WIDTH}
        if (self.folder / full).exists() or width == WIDTH:
            widths.add(WIDTH)
        if max(widths, default=0) < width:
            widths.add(width)
        return [(tile_path(level, index, each), each) for each in sorted(widths, reverse=True)]

    def _profile(self, index: int, entry: bytes, digest: bytes, chains: PartedChains) -> None:
        try:
            facts = event.read_leaf(entry)
        except ValueError:
            self.strangers += 1
            if len(self.strange) < NAMED:
                self.strange.append(index)
            return
        self.events += 1
        self.newest = facts.logged_at if self.newest is None else max(self.newest, facts.logged_at)
        chains.add(facts, digest, index)
        self.destructions.see(facts, index)

    def _say_profile(self) -> None:
        if self.strangers and not self.events:
            self.report.notice("Its entries are not Plainview's events, so there are no chains to follow.", "tile")
        elif self.strangers:
            named = ", ".join(f"{each:,}" for each in self.strange)
            self.report.damaged(f"{self.strangers:,} entries are no events: {named} …", "tile/entries")

    def _say_age(self) -> None:
        """A log that stands still may be frozen: nobody then sees what happens, or that nothing does (attack 13)."""
        if self.newest is not None:
            age = now() - self.newest
            if age > STANDSTILL:
                hours = age // timedelta(hours=1)
                self.report.notice(
                    f"Its newest entry is of {self.newest:%Y-%m-%d %H:%M} UTC, {hours:,} hours before this machine's "
                    "time. A living log shows a sign of itself every ten minutes: unless this is an old copy, it is "
                    "frozen. "
                    "Ask for the newest.",
                    "checkpoint",
                )

    def _say(self, sentence: str, where: str) -> None:
        self.report.damaged(sentence, where)
        self.wrong += 1


def _hashes_of(data: bytes) -> list[bytes]:
    return [data[i : i + 32] for i in range(0, len(data), 32)]


def _walk(folder: Path, size: int, report: Report) -> None:
    """Names files that don't belong to the log, and those that no checkpoint covers yet."""
    beyond = 0
    for path in sorted((folder / "tile").rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            report.damaged("It is no plain file.", name)
        elif path.is_dir():
            continue
        elif re.fullmatch(r"\.[0-9]+\.new", path.name):
            report.notice("It is the leftover of a write that was cut off; it says nothing.", name)
        elif (found := _TILE.fullmatch(name)) is None:
            report.damaged("It is extra: no tile of a log has such a name.", name)
        else:
            index = int(found[2].replace("x", "").replace("/", ""))
            level = 0 if found[1] == ENTRIES else int(found[1])
            beyond += index * WIDTH + int(found[3] or WIDTH) > size >> 8 * level
    if beyond:
        report.notice(
            f"{counted(beyond, 'file holds', 'files hold')} what came after the checkpoint, unchecked.", "tile"
        )
