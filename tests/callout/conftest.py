"""A TiB, a reserve and a strategic one on duty, and something to call them about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from tests.accounts.factories import person
from tests.callout.receivers import Hits, Mailbox, mail_server, web_server
from tests.personas import City
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.callout.models import Call, Duty, DutyContact, DutyShift
from trygghetscentral.callout.services import start_call
from trygghetscentral.callout.states import Rank
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.env_outside import MailServer

SYSTEM = Actor.system("test")
SUBJECT = {"subject_type": "alarms.alarm", "subject_id": "12"}
SUBJECTS: dict[str, Any] = {"subject_type": "alarms.alarm", "subject_ids": ["12"]}
Shift = Callable[..., DutyShift]
Caller = Callable[..., Call]


@pytest.fixture
def tib(db: None) -> Duty:
    """The duty that alarms are escalated to."""
    return Duty.objects.get(code="tib")


@pytest.fixture
def disa(city: City) -> User:
    """Primary TiB."""
    return person("DUTY_OFFICER", city.root, username="disa", name="Disa Ö", signature="TiB 1")


@pytest.fixture
def egil(city: City) -> User:
    """Her reserve."""
    return person("DUTY_OFFICER", city.root, username="egil", name="Egil Å", signature="TiB 2")


@pytest.fixture
def frid(city: City) -> User:
    """The strategic one."""
    return person("DUTY_OFFICER", city.root, username="frid", name="Frid Ä", signature="TiB 3")


@pytest.fixture
def shift(tib: Duty, now: dt.datetime) -> Shift:
    """Put somebody on the roster around now: `shift(disa)`, `shift(egil, Rank.BACKUP)`."""

    def put(user: User, rank: Rank = Rank.PRIMARY, **fields: Any) -> DutyShift:
        hour = dt.timedelta(hours=1)
        given = {"duty": tib, "starts_at": now - hour, "ends_at": now + 7 * hour, **fields}
        return DutyShift.objects.create(user=user, rank=rank, **given)

    return put


@pytest.fixture
def roster(disa: User, egil: User, frid: User, shift: Shift) -> dict[str, User]:
    """All three on duty; Disa by mail and text message, the others by mail."""
    shift(disa)
    shift(egil, Rank.BACKUP)
    shift(frid, Rank.STRATEGIC)
    number = "+46701740605"
    DutyContact.objects.create(
        user=disa, email="disa@tib.example", sms=number, phone="070-174 06 05"
    )
    DutyContact.objects.create(user=egil, email="egil@tib.example", phone="070-174 06 06")
    DutyContact.objects.create(user=frid, email="frid@tib.example", phone="070-174 06 07")
    return {"primary": disa, "backup": egil, "strategic": frid}


@pytest.fixture
def call(city: City, now: dt.datetime) -> Caller:
    """Call the TiB about an alarm: `call()`; any argument may be given another value."""

    def begin(**given: Any) -> Call:
        return start_call(
            **{
                "actor": SYSTEM,
                "now": now,
                "duty": "tib",
                "reason": "unanswered",
                **SUBJECT,
                "reference": "L-2026-000123",
                "controller_id": city.technical.pk,
                "audiences": [key(Permission.ALARM_VIEW, city.technical.pk)],
                "exercise_id": None,
                **given,
            }
        )

    return begin


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server, set up as the house's own."""
    with mail_server() as box:
        settings.EMAIL_URL = MailServer(host="127.0.0.1", port=box.port, sender="larm@stad.example")
        yield box


@pytest.fixture
def phones(settings: Settings) -> Iterator[Hits]:
    """A text message service, set up as the house's own."""
    with web_server() as hits:
        settings.SMS_GATEWAY_URL = hits.url.replace("http://", "http://:hemlig@") + "/sms"
        yield hits
