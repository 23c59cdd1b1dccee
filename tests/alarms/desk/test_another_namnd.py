"""Whoever sees an alarm by one role handles it only if that role's nämnd lets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from alarms.models import Alarm, AlarmCall, AlarmNote
from tests.accounts.factories import GrantFactory, person
from tests.alarms.intake.senders import Sender
from tests.personas import City
from trygghetscentral.accounts.models import User

ClientOf = Callable[[User], Client]


@pytest.fixture
def eva(city: City) -> User:
    """Leads the shift of servicenämnden, and reads the alarms of tekniska nämnden."""
    user = person("SHIFT_LEAD", city.service, username="eva9", name="Eva", signature="SL 9")
    GrantFactory.create(user=user, role="SEC_COORD", organisation=city.technical)
    return user


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        ("ta/", {}),
        ("anteckna/", {"text": "hej"}),
        ("samtal/", {"whom": "police", "result": "answered"}),
        ("prioritet/", {"priority": "1", "reason": "hej"}),
        ("kodord/", {"not_given": "1"}),
    ],
)
def test_reading_an_alarm_is_not_handling_it(
    sender: Sender,
    eva: User,
    client_of: ClientOf,
    now: dt.datetime,
    act: str,
    sent: dict[str, str],
) -> None:
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    client = client_of(eva)
    page = client.get(f"/larm/{alarm.public_id}/")
    assert page.status_code == 200
    assert 'data-act="claim"' not in page.content.decode()
    assert client.post(f"/larm/{alarm.public_id}/{act}", sent).status_code == 403
    alarm.refresh_from_db()
    assert (alarm.owner, alarm.priority) == (None, alarm.signalled_priority)
    assert not AlarmNote.objects.exists()
    assert not AlarmCall.objects.exists()
