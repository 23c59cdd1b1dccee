"""List and figures with a million incidents of three years, restricted ones among them, as the
säkerhetssamordnare of a nämnd asks for them in the browser."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from typing import Any, Final

import psycopg
from psycopg import sql

from benchmarks.house import House
from benchmarks.stored import INDEXES
from benchmarks.table import Figure, spoken
from benchmarks.visitor import Visitor
from trygghetscentral.shared import clock

STORED: Final = 1_000_000
OPEN_EVERY: Final = 50
RESTRICTED_EVERY: Final = 400
WARM_UP, ROUNDS = 2, 10
AIM_MS: Final = 500
# The demo's own machine counts the months as any other would.
COUNTING_SECONDS: Final = 600.0

GROUP: Final = """
INSERT INTO accounts_needtoknowgroup (organisation_id, name, purpose)
SELECT id, 'Mätning', 'Mätning' FROM accounts_organisation WHERE is_controller ORDER BY id LIMIT 1
RETURNING id
"""
INCIDENTS: Final = """
WITH site AS (
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS places,
        id, controller_id, area_id FROM places_site WHERE closed_at IS NULL
), kind AS (
    SELECT row_number() OVER (PARTITION BY restricted ORDER BY id) - 1 AS place,
        count(*) OVER (PARTITION BY restricted) AS places, id, restricted
    FROM incidents_incidentkind
), person AS (
    SELECT min(id) AS id FROM accounts_user WHERE username = 'samordnare'
)
INSERT INTO incidents_incident (public_id, number, kind_id, title, description, stage, severity,
    urgency, origin, occurred_from, site_id, place, area_id, controller_id, owner_id, near_miss,
    injured, damaged, external, suspected_crime, police_reported, police_number, work_environment,
    personal_data, improper_influence, closing, audiences, restricted_group_id, registered_at,
    registered_by_id, closed_at)
SELECT gen_random_uuid(), 'H-M-' || lpad(n::text, 7, '0'), kind.id, 'Mätning ' || n, '',
    CASE WHEN n %% %(open)s = 0 THEN (ARRAY['assessed', 'handling', 'follow_up'])[1 + n / 7 %% 3]
        ELSE 'closed' END,
    (ARRAY[1, 1, 1, 1, 2, 2, 2, 3, 3, 4])[1 + n / 3 %% 10], 4, 'coordinator', at, site.id, '',
    site.area_id, site.controller_id, person.id, n %% 5 = 0, n %% 11 = 0, n %% 3 = 0, n %% 4 = 0,
    n %% 6 = 0, false, '', false, false, n %% 900 = 0, 'Klart.',
    CASE WHEN hidden THEN ARRAY['group:' || %(group)s] ELSE
        ARRAY['incident.view@' || site.controller_id] END,
    CASE WHEN hidden THEN %(group)s END, at + interval '1 hour', person.id,
    CASE WHEN n %% %(open)s <> 0 THEN at + interval '9 days' END
FROM generate_series(1, %(count)s) AS n
CROSS JOIN LATERAL (
    SELECT now() - n * interval '94.6 seconds' AS at, n %% %(restricted)s = 0 AS hidden,
        (n::bigint * 48271) %% 2147483647 AS random
) AS own
CROSS JOIN person
JOIN site ON site.place = random %% site.places
JOIN kind ON kind.restricted = hidden AND kind.place = random / 64 %% kind.places
"""
MOVES: Final = """
INSERT INTO incidents_incidentmove (incident_id, move, source, target, reason, by_id, at)
SELECT id, 'start', 'assessed', 'handling', '', owner_id,
    registered_at + (id * 7919 %% 400) * interval '13 minutes'
FROM incidents_incident WHERE number LIKE 'H-M-%%'
"""
DAMAGES: Final = """
INSERT INTO incidents_damage (incident_id, what, material, work, deductible, reimbursed, estimated,
    insurer, case_number, insurance, added_by_id, added_at)
SELECT id, 'Mätning', id * 131 %% 20000, id * 17 %% 9000, 1000, id * 7 %% 5000, false, '', '',
    'none', owner_id, registered_at
FROM incidents_incident WHERE number LIKE 'H-M-%%' AND damaged
"""
CHANGED: Final = """
INSERT INTO incidents_changedmonth (month)
SELECT DISTINCT incident_month(occurred_from) FROM incidents_incident
"""
CHANGED_NOW: Final = "INSERT INTO incidents_changedmonth (month) SELECT incident_month(now())"
MORE: Final = re.compile(r'href="\?([^"]*fore=[^"]+)"')


def measure(house: House) -> list[Figure]:
    """The median of ten, and the worst of them, of each page."""
    with house.database(superuser=True) as connection:
        _fill(connection)
    with house.database() as connection:
        connection.execute(CHANGED)
    if not house.wait(lambda: not _changed(house), COUNTING_SECONDS):
        raise RuntimeError("the months were not counted")
    with house.database() as connection:
        connection.execute("VACUUM ANALYZE incidents_monthtally")
    visitor = Visitor(house, "samordnare")
    head = Figure(f"Med {spoken(STORED)} händelser, median och sämst av {ROUNDS}", "")
    pages = _pages(house, visitor)
    figures = [_timed(visitor, name, path) for name, path in pages]
    # The whole city, as who may open what is behind the figures and as who may not.
    for username in ("tib", "ks"):
        other = Visitor(house, username)
        name, path = pages[-1 if username == "tib" else -2]
        figures.append(_timed(other, f"{name}, hela staden ({username})", path))
    with house.database() as connection:
        # As right after somebody has changed an incident of this month, before it is counted.
        connection.execute(CHANGED_NOW)
        name, path = pages[-3]
        figures.append(_timed(visitor, f"{name}, just ändrad", path))
    return [head, *figures]


def _changed(house: House) -> int:
    ((left,),) = house.ask("SELECT count(*) FROM incidents_changedmonth")
    return int(left)


def _fill(connection: psycopg.Connection[Any]) -> None:
    """Without triggers, and with indexes made afterwards."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '256MB'")
    ((group,),) = connection.execute(GROUP)
    values = {
        "count": STORED,
        "open": OPEN_EVERY,
        "restricted": RESTRICTED_EVERY,
        "group": group,
    }
    for table, insert in (
        ("incidents_incident", INCIDENTS),
        ("incidents_incidentmove", MOVES),
        ("incidents_damage", DAMAGES),
    ):
        indexes = connection.execute(INDEXES, (table,)).fetchall()
        for name, _definition in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        connection.execute(insert, values)
        for _name, definition in indexes:
            connection.execute(definition)
        connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(table)))
    connection.execute("CHECKPOINT")


def _pages(house: House, visitor: Visitor) -> list[tuple[str, str]]:
    today = clock.local(clock.now()).date()
    ago = today - dt.timedelta(days=400)
    ((area,),) = house.ask(
        "SELECT a.slug FROM places_area a JOIN places_site s ON s.area_id = a.id"
        " GROUP BY a.slug ORDER BY count(*) DESC LIMIT 1"
    )
    filters = {
        "öppna": "",
        "alla lägen": "?lage=alla",
        "avslutade": "?lage=closed",
        "avvisade, inga": "?lage=rejected",
        "en grupp av slag": "?lage=alla&grupp=IT",
        "en grupp, inga": "?lage=alla&grupp=OT",
        "ett stadsområde": f"?lage=alla&omrade={area}",
        "lägst nivå 4": "?lage=alla&niva=4",
        "lägst nivå 5, inga": "?lage=alla&niva=5",
        "bara mina": "?lage=alla&mina=on",
        "en dag för länge sedan": f"?lage=alla&fran={ago}&till={ago}",
        "allt på en gång": f"?lage=alla&grupp=BR&omrade={area}&niva=4&till={ago}",
    }
    pages = [(f"Listan, {name}", f"/handelser/{query}") for name, query in filters.items()]
    deep = visitor.get(f"/handelser/?lage=alla&till={today - dt.timedelta(days=1000)}", htmx=False)
    found = MORE.search(deep)
    if found is None:
        raise RuntimeError("no deep page")
    pages.append(("Listan, djup sida", f"/handelser/?{found[1].replace('&amp;', '&')}"))
    last = today.replace(day=1) - dt.timedelta(days=1)
    begun = last.replace(year=last.year - 1) + dt.timedelta(days=1)
    page = "/handelser/statistik/"
    return [
        *pages,
        ("Statistik, denna månad", page),
        ("Statistik, förra månaden", f"{page}?period=manad&datum={last}"),
        ("Statistik, ett år", f"{page}?period=fran-till&datum={begun}&till={last}"),
    ]


def _timed(visitor: Visitor, name: str, path: str) -> Figure:
    waits = []
    for _ in range(WARM_UP + ROUNDS):
        visitor.get(path, htmx=False)
        waits.append(visitor.took)
    waits = waits[-ROUNDS:]
    middle = statistics.median(waits)
    shown = f"{middle:.0f} / {max(waits):.0f} ms"
    return Figure(f"  {name}", shown, f"högst {AIM_MS}", middle <= AIM_MS)
