"""Two at once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from alarms.models import Alarm
from incidents.models import Incident, IncidentAlarm
from incidents.services import registering
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_operators_at_once_one_makes_it_and_both_come_to_it(
    alarm: Alarm, alma: User, bo: User, now: dt.datetime
) -> None:
    both = Barrier(2)

    def press(user: User) -> tuple[str, bool]:
        try:
            both.wait(timeout=60)
            incident, made = registering.from_alarm(
                actor=actor_for(user), now=now, public_id=alarm.public_id
            )
            return incident.number, made
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, (alma, bo)))
    number = Incident.objects.get().number
    assert sorted(answers) == [(number, False), (number, True)]
    assert IncidentAlarm.objects.count() == 1
