"""The shift lead's view: what each desk has to do now, and what is past its target."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alarms.documents.words import clock_text
from alarms.models import Desk, DeskSignOn
from alarms.selectors.load import DeskLoad, load_now
from tests.accounts.factories import person
from tests.alarms.figures.planting import plant
from tests.alarms.intake.senders import make_site
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.live.models import Presence

ClientOf = Callable[[User], Client]
Travel = Callable[[dt.datetime], time_machine.Traveller]


def of_desk(user: User, now: dt.datetime, code: str | None) -> DeskLoad:
    """One desk's load."""
    found = load_now(User.objects.get(pk=user.pk), now=now).desks
    return next(one for one in found if (one.desk.code if one.desk else None) == code)


def waiting(city: City, at: dt.datetime, target: int, **fields: object) -> None:
    """One unanswered alarm with its target."""
    due = at + dt.timedelta(seconds=target)
    plant(city.technical, at, [None], target=target, target_at=due, **fields)  # type: ignore[arg-type]  # any field of an alarm


def test_each_desk_shows_what_waits_and_what_is_past_its_target(
    bo: User, alma: User, city: City, now: dt.datetime
) -> None:
    waiting(city, now - dt.timedelta(seconds=90), 30)
    waiting(city, now - dt.timedelta(seconds=10), 30)
    owned = {"closed_at": None, "closed_by": None, "close_code": None, "owner": alma}
    taken = now - dt.timedelta(minutes=5)
    plant(city.technical, taken, [5], state="in_progress", **owned)  # type: ignore[arg-type]  # any field of an alarm
    plant(city.technical, taken, [5])
    found = of_desk(bo, now, "inbrott")
    assert (found.unanswered, found.late, found.active, found.parked) == (2, 1, 1, 0)
    assert found.open == 3
    assert found.waiting_since == now - dt.timedelta(seconds=90)
    assert of_desk(bo, now, "brand").open == 0


def test_what_has_reached_no_desk_in_use_is_not_forgotten(
    bo: User, city: City, now: dt.datetime
) -> None:
    waiting(city, now, 30, desk=None)
    waiting(city, now, 30, category="fire")
    Desk.objects.filter(code="brand").update(active=False)
    assert of_desk(bo, now, None).unanswered == 1
    assert of_desk(bo, now, "brand").unanswered == 1


def test_a_desk_that_nobody_here_works_is_deserted(
    bo: User, alma: User, city: City, now: dt.datetime, client_of: ClientOf, travel: Travel
) -> None:
    travel(now)
    session = client_of(alma).session.session_key
    desk = Desk.objects.get(code="inbrott")
    signed_on = DeskSignOn.objects.create(user=alma, desk=desk, signed_on_at=now)
    assert of_desk(bo, now, "inbrott").deserted
    Presence.objects.update_or_create(session_key=session, defaults={"user": alma, "seen_at": now})
    assert of_desk(bo, now, "inbrott").people == 1
    signed_on.away_since = now
    signed_on.save()
    assert of_desk(bo, now, "inbrott").deserted


def test_nobody_sees_what_they_may_not_open(city: City, now: dt.datetime) -> None:
    waiting(city, now - dt.timedelta(hours=1), 30)
    elsewhere = person("SHIFT_LEAD", city.service)
    found = load_now(elsewhere, now=now)
    assert (found.late, found.late_rows) == (0, [])


def test_the_number_of_queries_does_not_grow(bo: User, city: City, now: dt.datetime) -> None:
    load_now(bo, now=now)
    with CaptureQueriesContext(connection) as few:
        load_now(User.objects.get(pk=bo.pk), now=now)
    for _turn in range(9):
        waiting(city, now - dt.timedelta(hours=1), 30)
    with CaptureQueriesContext(connection) as many:
        load_now(User.objects.get(pk=bo.pk), now=now)
    assert len(many) <= len(few) + 1


def test_the_page_brings_itself_up_to_date_and_hides_where_a_trygghetslarm_is(
    bo: User, city: City, now: dt.datetime, client_of: ClientOf, travel: Travel
) -> None:
    travel(now)
    site = make_site(city.technical)
    waiting(city, now - dt.timedelta(seconds=132), 30, category="medical", site=site)
    waiting(city, now - dt.timedelta(seconds=3792), 30, category="burglary")
    client = client_of(bo)
    page = client.get("/larm/belastning/").content.decode()
    assert 'hx-trigger="every 5s"' in page
    part = client.get("/larm/belastning/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.strip() in page
    assert "2 larm har väntat längre än målet." in part
    assert "Läget klockan 14:37:00" in part
    assert part.index("1:02:42") < part.index("1:42</strong>")
    assert site.name not in page


def test_waits_are_written_as_on_the_board() -> None:
    assert [clock_text(s) for s in (-1, 0, 42.9, 725, 3731)] == [
        "0:00",
        "0:00",
        "0:42",
        "12:05",
        "1:02:11",
    ]
