"""The list of recordings at a million rows, with access, counts and names, against a bare keyset page in one run.

python -m bench.evidence                     queries and pages, each filter, for four kinds of account
python -m bench.evidence --rows 100000       smaller
python -m bench.evidence --explain no_call   also prints the plan of the case of that name
python -m bench.evidence --keep DIR          makes the database there and uses it again
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from hashlib import md5
from pathlib import Path
from typing import Any

GOAL = 0.3  # of the bare page's speed
SQUADS_PER_DIVISION, DIVISIONS, OFFICERS = 12, 8, 960
DAYS = 730


@dataclass(frozen=True)
class Case:
    """One question to the list: who asks, and for what."""

    who: str
    name: str
    ask: dict[str, str] = field(default_factory=dict)
    deep: bool = False  # half a million rows down


def main() -> int:
    """Prints the tables; exits 1 where a page misses the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40, help="of each case")
    parser.add_argument("--explain", default="", help="print the plan of this case, or of all")
    parser.add_argument("--keep", type=Path, help="a data folder to make and use again")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    data = chosen.keep or Path(tempfile.mkdtemp(prefix="plainview-bench-"))
    try:
        install(data)
        fill(chosen.rows)
        rows = measure(chosen.rounds, chosen.explain)
    finally:
        if not chosen.keep:
            shutil.rmtree(data, ignore_errors=True)
    if chosen.json:
        print(json.dumps(rows, indent=1))
    else:
        show(rows)
    return 0 if all(row["page"] >= GOAL for row in rows) else 1


def install(data: Path) -> None:
    """Makes a durable installation of its own; a second factor would only be in the way."""
    os.environ.update(PLAINVIEW_DATA=str(data), DJANGO_SETTINGS_MODULE="plainview.site.settings")
    os.environ["PLAINVIEW_REQUIRE_MFA"] = "0"
    os.environ.pop("PLAINVIEW_THROWAWAY_DATABASE", None)
    from plainview.site import installation

    installation.ensure(data)


# --- a city of recordings, made by the database itself

PEOPLE = """
INSERT INTO people_unit (agency_id, name, parent_id)
    SELECT %(agency)s, 'Division ' || d, NULL FROM generate_series(1, %(divisions)s) d;
INSERT INTO people_unit (agency_id, name, parent_id)
    SELECT %(agency)s, division.name || ' Squad ' || s, division.id
    FROM people_unit division, generate_series(1, %(squads)s) s WHERE division.parent_id IS NULL;
INSERT INTO people_officer (agency_id, badge, name)
    SELECT %(agency)s, (10000 + n)::text, 'Officer Number' || n FROM generate_series(1, %(officers)s) n;
INSERT INTO people_assignment (officer_id, unit_id, rank, began)
    SELECT officer.id, squad.id, 'Officer', date '2020-01-01'
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_officer) officer
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM people_unit WHERE parent_id IS NOT NULL) squad
      ON squad.n = 1 + officer.n %% (%(divisions)s * %(squads)s);
INSERT INTO fleet_camera (serial, kind, maker, model, handle)
    SELECT 'BWC-' || badge, 'body', 'Benchcam', 'B1', md5('camera' || badge) FROM people_officer;
"""
RECORDINGS = """
INSERT INTO evidence_recording (id, handle, agency_id, camera_id, officer_id, unit_id, kind, serial, held_here,
    trigger_on, start, stop, uploaded, listed_at, time_basis, press, title, call_number, classes, quarantined,
    size, duration_ms, has_picture, upload_stated)
SELECT md5('id' || n)::uuid, md5('handle' || n), %(agency)s, who.camera, who.officer, who.unit, 'body', who.serial,
    true, began, began, began + interval '12 minutes', began + interval '5 hours', began, '{}', '', '',
    CASE WHEN n %% 10 < 3 THEN '' ELSE to_char(began, 'YY') || '-' || lpad((n / 3)::text, 7, '0') END,
    CASE WHEN n %% 10007 = 0 THEN '{shooting}'::text[] WHEN n %% 211 = 0 THEN '{criminal,force}'
         WHEN n %% 9 = 0 THEN '{criminal}' WHEN n %% 7 < 5 THEN '{non-evidentiary}' ELSE '{unclassified}' END,
    n %% 2003 = 0, 550000000, 720000, true, true
FROM (SELECT n, timestamptz '2025-01-01' + (n::float8 / %(rows)s * %(days)s) * interval '1 day' AS began,
             1 + (hashint8(n)::bigint & 2147483647) %% %(officers)s AS place
      FROM generate_series(1, %(rows)s) n) made
JOIN (SELECT row_number() OVER (ORDER BY officer.id) AS place, officer.id AS officer, camera.id AS camera,
             camera.serial, served.unit_id AS unit
      FROM people_officer officer JOIN people_assignment served ON served.officer_id = officer.id
      JOIN fleet_camera camera ON camera.serial = 'BWC-' || officer.badge) who USING (place)
"""


def fill(rows: int) -> None:
    """Fills an empty database; leaves one that is filled as it is."""
    from django.db import connection

    from plainview.base.people.lookup import home_agency
    from plainview.holdings.evidence.models import Recording

    if Recording.objects.exists():
        return
    begun = time.monotonic()
    given = {
        "agency": home_agency().pk,
        "divisions": DIVISIONS,
        "squads": SQUADS_PER_DIVISION,
        "officers": OFFICERS,
        "rows": rows,
        "days": DAYS,
    }
    with connection.cursor() as cursor:
        for statement in (*filter(str.strip, PEOPLE.split(";\n")), RECORDINGS):
            cursor.execute(statement, given)
        cursor.execute("VACUUM ANALYZE")
    print(f"{rows:,} recordings made in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def accounts() -> dict[str, Any]:
    """A technician, a division's commander (13 units, 120 officers), a sergeant (one squad), an officer."""
    from plainview.base import custody
    from plainview.base.people.models import Account, Assignment, Officer, RoleGrant, Unit
    from plainview.base.people.roles import Role

    def made(name: str, role: Role, officer: Officer | None) -> Account:
        account, fresh = Account.objects.get_or_create(
            username=name, defaults={"handle": md5(name.encode()).hexdigest(), "officer": officer}
        )
        if fresh:
            custody.open_item("account", account.handle)
            RoleGrant.objects.create(account=account, role=role, granted_by="system:bench")
        return account

    first = Officer.objects.order_by("id")[0]
    sergeant, commander = Officer.objects.order_by("id")[1], Officer.objects.order_by("id")[2]
    division = Unit.objects.filter(parent=None).order_by("id")[0]
    Assignment.objects.filter(officer=commander).update(unit=division)
    return {
        "technician": made("bench-technician", Role.TECHNICIAN, None),
        "commander": made("bench-commander", Role.SUPERVISOR, commander),
        "sergeant": made("bench-sergeant", Role.SUPERVISOR, sergeant),
        "officer": made("bench-officer", Role.OFFICER, first),
    }


def cases() -> list[Case]:
    """Every filter for who sees everything, and the plain, deep and worklist pages for everyone."""
    from plainview.base.people.models import Unit

    division = Unit.objects.filter(parent=None).order_by("id")[0]
    squad = Unit.objects.filter(parent=division).order_by("id")[0]
    week = {"from": "2026-03-02", "to": "2026-03-08"}
    everything = [
        Case("technician", "all"),
        Case("technician", "all, deep", deep=True),
        Case("technician", "badge", {"officer": "10042"}),
        Case("technician", "name of many", {"officer": "number4"}),
        Case("technician", "division", {"unit": str(division.pk)}),
        Case("technician", "squad", {"unit": str(squad.pk)}),
        Case("technician", "common class", {"class": "criminal"}),
        Case("technician", "rare class", {"class": "shooting"}),
        Case("technician", "class of nothing", {"class": "no-such-class"}),
        Case("technician", "camera", {"camera": "BWC-10042"}),
        Case("technician", "one week", dict(week)),
        Case("technician", "week and class", {**week, "class": "force"}),
        Case("technician", "quarantined", {"quarantined": "1"}),
        Case("technician", "no_call", {"no_call": "1"}),
        Case("technician", "no_class", {"no_class": "1"}),
        Case("technician", "no_call and rare class", {"no_call": "1", "class": "shooting"}),
        Case("technician", "call number", {"call": "26-0250001"}),
        Case("technician", "call prefix", {"call": "26-02500"}),
        Case("technician", "call prefix of 200,000", {"call": "26-02"}),
        Case("technician", "squad, week, no_call", {**week, "unit": str(squad.pk), "no_call": "1"}),
    ]
    others = [
        case
        for who in ("commander", "sergeant", "officer")
        for case in (
            Case(who, "all"),
            Case(who, "all, deep", deep=True),
            Case(who, "no_class", {"no_class": "1"}),
            Case(who, "no_call", {"no_call": "1"}),
            Case(who, "rare class", {"class": "shooting"}),
        )
    ]
    return [*everything, *others, Case("commander", "badge", {"officer": "10042"})]


# --- measuring


def measure(rounds: int, explain: str) -> list[dict[str, Any]]:
    """Runs each case in turn with the bare one beside it, so that both have the same weather."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    from plainview.holdings.evidence import filters as asking
    from plainview.holdings.evidence import listing
    from plainview.holdings.evidence.access import reach
    from plainview.holdings.evidence.arms import arms

    with override_settings(MIDDLEWARE=[]):
        bare = WSGIHandler()
    bare.request_class = bare_request()
    known, ours, rows = accounts(), WSGIHandler(), []
    cookies = {name: log_in(account) for name, account in known.items()}
    deep = middle()
    for case in cases():
        filters, problems = asking.read(case.ask)
        assert not problems, problems
        scope, at = reach(known[case.who]).see, deep if case.deep else None
        address = filters.query(**({"older": str(at)} if at else {}))[1:]
        if explain in (case.name, "all"):
            print_plan(case, listing.statement(arms(scope, filters), at, listing.PAGE))
        pace = race(
            {
                "bare query": bare_query(at),
                "query": partial(query, scope, filters, at),
                "count": partial(count, scope, filters),
                "bare page": partial(get, bare, "/", query_of(at)),
                "page": partial(get, ours, "/recordings/", address, cookies[case.who]),
                "api": partial(get, ours, "/api/recordings/", address, cookies[case.who]),
            },
            rounds,
        )
        rows.append(
            {
                "who": case.who,
                "case": case.name,
                "ms": {name: round(seconds * 1000, 2) for name, seconds in pace.items()},
                "query": pace["bare query"] / pace["query"],
                "query_and_count": pace["bare query"] / (pace["query"] + pace["count"]),
                "page": pace["bare page"] / pace["page"],
                "api": pace["bare page"] / pace["api"],
            }
        )
    return rows


def race(runners: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Returns the seconds of each, taken in turns: the fastest, which is what a busy machine leaves comparable."""
    taken: dict[str, list[float]] = {name: [] for name in runners}
    for n in range(rounds + 3):
        for name, run in runners.items():
            begun = time.perf_counter()
            run()
            if n >= 3:  # the first ones warm up
                taken[name].append(time.perf_counter() - begun)
    return {name: min(times) for name, times in taken.items()}


def middle() -> Any:
    """A place in the middle of the list."""
    from plainview.holdings.evidence.filters import Cursor
    from plainview.holdings.evidence.models import Recording

    first = Recording.objects.order_by("listed_at").values_list("listed_at", flat=True)[0]
    row = Recording.objects.filter(listed_at__gt=first + timedelta(days=DAYS // 2)).order_by("listed_at")[0]
    return Cursor(row.listed_at, row.pk)


def bare_query(at: Any) -> Callable[[], Any]:
    """The least that any list must ask: one keyset page of the same columns, no access, no names, no count."""
    from django.db import connection

    from plainview.holdings.evidence.listing import OWN, PAGE

    where, params = ("WHERE (listed_at, id) < (%s, %s)", [at.listed_at, at.id]) if at else ("", [])
    sql = f"SELECT {', '.join(OWN)} FROM evidence_recording {where} ORDER BY listed_at DESC, id DESC LIMIT {PAGE + 1}"

    def run() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    return run


def query(scope: Any, filters: Any, at: Any) -> Any:
    """Our page's rows."""
    from plainview.holdings.evidence.listing import Listing

    return Listing(scope, filters).page(at)


def count(scope: Any, filters: Any) -> Any:
    """Our page's count."""
    from plainview.holdings.evidence.listing import Listing

    return Listing(scope, filters).count()


def bare_request() -> Any:
    """A request that leads to the bare page, through Django's handler and no middleware."""
    from django.core.handlers.wsgi import WSGIRequest
    from django.urls import path

    addresses = type("addresses", (), {"urlpatterns": [path("", bare_page)]})
    return type("Bare", (WSGIRequest,), {"urlconf": addresses})


def bare_page(request: Any) -> Any:
    """The least that any page must do: a keyset page by the ORM as JSON."""
    from django.http import JsonResponse

    from plainview.holdings.evidence.filters import cursor
    from plainview.holdings.evidence.listing import OWN, PAGE
    from plainview.holdings.evidence.models import Recording

    found, at = Recording.objects.order_by("-listed_at", "-id"), cursor(request.GET)
    if at:
        found = found.extra(where=["(listed_at, id) < (%s, %s)"], params=[at.listed_at, at.id])
    return JsonResponse({"rows": [{name: getattr(row, name) for name in OWN} for row in found[:PAGE]]})


def query_of(at: Any) -> str:
    """The address of a deep bare page."""
    return f"older={at}" if at else ""


def log_in(account: Any) -> str:
    """Returns the cookies of a browser that is logged in and has seen a page."""
    from django.test import Client

    browser = Client()
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    browser.get("/recordings/")
    return "; ".join(f"{name}={each.value}" for name, each in browser.cookies.items())


def get(handler: Any, path: str, asked: str, cookie: str = "") -> bytes:
    """Asks a WSGI application as the server would. A page that fails is fast and worth nothing."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": asked,
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
        "REMOTE_ADDR": "127.0.0.1",
    }
    told: list[str] = []
    answer = handler(environ, lambda status, headers, *rest: told.append(status))
    body = b"".join(answer)
    answer.close()
    if told != ["200 OK"]:
        raise SystemExit(f"{path}?{asked} answered {told}")
    return body


def print_plan(case: Case, statement: Any) -> None:
    """Prints how PostgreSQL runs a case."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement.sql}", statement.params)
        print(f"\n== {case.who}: {case.name}", *(line for (line,) in cursor.fetchall()), sep="\n", file=sys.stderr)


def show(rows: list[dict[str, Any]]) -> None:
    """Prints the table. Ratios are speeds: 1 is as fast as the bare one, 0.5 half as fast."""
    print(
        f"Fastest ms of each, {date.today()}; speed against the bare keyset query and page of the run (goal {GOAL} ×)"
    )
    names = ("query", "count", "bare query", "page", "api", "bare page")
    print(f"{'who':<11}{'case':<24}" + "".join(f"{name:>11}" for name in names) + "   query  q+count   page    api")
    for row in rows:
        times = "".join(f"{row['ms'][name]:>11.2f}" for name in names)
        missed = "" if row["page"] >= GOAL else "  MISSED"
        ratios = f"{row['query']:>8.2f}{row['query_and_count']:>9.2f}{row['page']:>7.2f}{row['api']:>7.2f}"
        print(f"{row['who']:<11}{row['case']:<24}{times}{ratios}{missed}")


if __name__ == "__main__":
    sys.exit(main())
