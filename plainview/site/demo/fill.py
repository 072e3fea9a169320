"""Fills an empty installation with the fictional city. Each step may be run again after a kill."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from plainview.base.custody.sequencer import drain
from plainview.base.people import actions as people
from plainview.base.people.agency import home_agency
from plainview.base.people.models import Account
from plainview.base.people.roles import Role
from plainview.base.policy.actions import adopt, draft
from plainview.base.policy.lookup import in_force
from plainview.base.policy.models import PolicyVersion
from plainview.duties.activation.actions import audit
from plainview.duties.retention import counting
from plainview.duties.review import by_rule
from plainview.duties.review.drawing import draw_cycle, period_asked
from plainview.duties.review.telling import tell_all
from plainview.holdings.evidence.actions import set_call_number, set_classes
from plainview.holdings.evidence.actions.holding import place_hold
from plainview.holdings.evidence.imports.calls import take_calls
from plainview.holdings.evidence.imports.matters import import_matters
from plainview.holdings.evidence.imports.recordings import import_recordings, load_map
from plainview.holdings.evidence.models import Recording
from plainview.holdings.evidence.prepare import prepare
from plainview.holdings.evidence.rules import Claims
from plainview.holdings.fleet.actions import import_fleet
from plainview.holdings.incidents import maps
from plainview.holdings.ingest.outcome import Outcome
from plainview.holdings.ingest.sources.command import Batch, Line
from plainview.holdings.ingest.sources.folder import Watcher
from plainview.holdings.ingest.sources.walk import Found, walk
from plainview.site.demo import city, footage, paperwork

ACTOR = "system:demo"
POLICY = Path(__file__).resolve().parents[2] / "base/policy/texts/internally-recorded-digital-media-2021-03.toml"


def fill(own_footage: Path | None, say: Console) -> None:
    """Builds the city unless it stands; takes `own_footage` in either way."""
    data = Path(settings.DATA)
    filled = data / "demo" / "filled"
    if not filled.exists():
        _institutions()
        _accounts()
        if own_footage is None:
            dock = data / "demo" / "dock"
            _make_footage(dock, say)
            _take(Watcher([str(dock)], settle=0).step(), _count(dock), say)
            _daily_work(dock.parent)
            _paperwork(dock.parent)
        filled.touch()
    if own_footage is not None:
        _take_own(own_footage, say)


def _institutions() -> None:
    agency = home_agency()
    if agency.name != city.AGENCY:
        people.rename_agency(agency, city.AGENCY, actor=ACTOR)
    if in_force() is None:
        adopt(POLICY.read_bytes(), actor=ACTOR)
    with tempfile.TemporaryDirectory() as folder:
        roster, fleet = Path(folder) / "roster.csv", Path(folder) / "fleet.csv"
        city.write_roster(roster)
        city.write_fleet(fleet)
        people.import_roster(roster, actor=ACTOR)
        import_fleet(fleet, None, actor=ACTOR)


def _accounts() -> None:
    for login in city.LOGINS:
        if not Account.objects.filter(username=login.username).exists():
            people.create_account(
                login.username,
                login.name,
                actor=ACTOR,
                password=city.PASSWORD,
                temporary=False,
                roles=[Role(role) for role in login.roles],
                badge=login.badge,
            )


def _make_footage(dock: Path, say: Console) -> None:
    """Draws what is not drawn yet. A folder appears under the dock only when all its files are whole."""
    now = datetime.now(UTC)
    dock.mkdir(parents=True, exist_ok=True)
    making = dock.parent / "making"
    with _bar("Drawing footage", say) as progress:
        task = progress.add_task("", total=len(city.PRESSES))
        for number, press in enumerate(city.PRESSES):
            done = dock.parent / f"press-{number}"
            if not done.exists():
                shutil.rmtree(making, ignore_errors=True)
                home = footage.write_press(making, press, city.began(press, now), number)
                home.rename(dock / home.name)
                done.write_text(home.name, encoding="utf-8")
            progress.advance(task)
    _add_trouble(dock)


def _add_trouble(dock: Path) -> None:
    """What really comes to a dock: a file cut short, a playlist that calls itself a film, the same file twice."""
    clips = sorted(dock.glob("*/*.mp4"))
    odd = dock / "card-from-car-17"
    odd.mkdir(exist_ok=True)
    cut = odd / "DEMO-B-0102_cut-short.mp4"
    if not cut.exists():
        cut.write_bytes(clips[0].read_bytes()[: clips[0].stat().st_size // 3])
        (odd / "holiday.mp4").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n/etc/hostname\n", encoding="utf-8")
        again = odd / clips[0].parent.name
        again.mkdir(exist_ok=True)
        shutil.copyfile(clips[0], again / clips[0].name)


def _take(lines: Iterable[Line], total: int, say: Console) -> list[Outcome]:
    """Takes files in and makes their viewing copies, with progress."""
    outcomes = []
    with _bar("Taking footage in", say) as progress:
        task = progress.add_task("", total=total)
        for line in lines:
            outcomes.append(line.outcome)
            if line.outcome.file:
                prepare(UUID(line.outcome.file))
            progress.advance(task)
    return outcomes


def _take_own(folder: Path, say: Console) -> None:
    """Anyone's files: where they say no serial, they count as Alex Example's camera."""
    paths = [found.path for found in walk([str(folder)]) if isinstance(found, Found)]
    batch = Batch(Claims(camera="DEMO-B-0101", zone=settings.TIME_ZONE))
    outcomes = _take(batch.take(iter(paths)), len(paths), say)
    kinds = {status: sum(o.status == status for o in outcomes) for status in {o.status for o in outcomes}}
    say.print(f"{folder}: " + (", ".join(f"{n} {status}" for status, n in sorted(kinds.items())) or "no files"))


def _daily_work(made: Path) -> None:
    """Officers give call numbers and classes, as on any day; some recordings are left without."""
    for number, press in enumerate(city.PRESSES):
        account = Account.objects.filter(officer__carries__camera__serial=press.camera).first()
        actor = account.actor if account else ACTOR
        began = datetime.strptime((made / f"press-{number}").read_text().rsplit("_", 1)[-1], footage.STAMP)
        recording = Recording.objects.filter(camera__serial=press.camera, start=began.replace(tzinfo=UTC)).first()
        if recording is not None and press.call:
            set_call_number(recording.pk, press.call, actor=actor)
        if recording is not None and press.classes:
            set_classes(recording.pk, press.classes, actor=actor)


def _paperwork(made: Path) -> None:
    """The months before: calls, recordings held elsewhere, cases, a hold, and a draft that nobody has voted on yet."""
    folder = made / "paperwork"
    if not folder.exists():
        folder.mkdir()
        paperwork.write(folder, timezone.localtime())  # its days are days of the department
    take_calls(folder / "calls.csv", maps.load("plainview"), None, actor=ACTOR)
    import_recordings(folder / "recordings.csv", load_map("plainview"), None, actor=ACTOR)
    import_matters(folder / "matters.csv", actor=ACTOR)
    today = timezone.localdate()
    audit(today - timedelta(days=paperwork.DAYS), today, actor=ACTOR)
    drain()  # the seed of a draw is a checkpoint
    draw_cycle(period_asked(), actor=ACTOR)
    by_rule.apply(actor=ACTOR)
    tell_all()
    first = Recording.objects.filter(held_here=True, officer__isnull=False).order_by("listed_at").first()
    if first is not None and not first.person_holds.exists():
        place_hold(first.pk, "A resident's lawyer has announced a claim", actor=ACTOR)
    text = paperwork.draft(POLICY.read_text(encoding="utf-8"))
    if not PolicyVersion.objects.filter(version="2027-01 draft").exists():
        draft(text, actor=ACTOR, based_on=in_force())
    counting.refresh()


def _count(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file() and not path.name.endswith("-receipt.json"))


def _bar(text: str, say: Console) -> Progress:
    return Progress(TextColumn(text), BarColumn(), MofNCompleteColumn(), console=say, transient=True)
