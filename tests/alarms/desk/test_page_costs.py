"""A page costs as many questions with many open alarms as with one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.alarms.figures.planting import plant
from tests.alarms.intake.senders import make_installation
from tests.personas import City
from trygghetscentral.accounts.models import User

PAGES = (
    "/larm/",
    "/larm/vagg/",
    "/larm/karta/larm.json",
    "/larm/rader/?since=0",
    "/larm/overlamning/",
    "/larm/belastning/",
    "/larm/statistik/?period=manad&datum=2026-03-12",
)


@pytest.mark.parametrize("path", PAGES)
def test_the_questions_of_a_page_do_not_grow_with_the_alarms(
    path: str,
    city: City,
    bo: User,
    now: dt.datetime,
    client_of: Callable[[User], Client],
    travel: Callable[[dt.datetime], object],
) -> None:
    travel(now + dt.timedelta(minutes=1))
    client = client_of(bo)
    here = make_installation(city.technical)

    def asked() -> int:
        # Once before, for what a process keeps and asks for the first time only.
        client.get(path)
        with CaptureQueriesContext(connection) as questions:
            assert client.get(path).status_code == 200
        return len(questions)

    plant(city.technical, now, [None], installation=here)
    plant(city.technical, now, [None], category="fire")
    few = asked()
    plant(city.technical, now, [None] * 15, installation=here)
    plant(city.technical, now, [None] * 15, category="fire")
    assert asked() == few
