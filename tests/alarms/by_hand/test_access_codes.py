"""An alarm that one put up oneself opens no code: that takes two persons (design.md 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from alarms.models import Alarm
from alarms.services.by_hand import Report, raise_by_hand
from alarms.services.codes import reveal_for_alarm
from alarms.services.desk import claim_alarm
from tests.accounts.factories import GrantFactory, person
from tests.alarms.by_hand.conftest import Raise
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.places import services as places
from trygghetscentral.places.models import CodeRead, SealedAccessCode, Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Forbidden

SECRET = "4711#"
ClientOf = Callable[[User], Client]


@pytest.fixture
def sealed(site: Site, by_bo: Actor, now: dt.datetime) -> SealedAccessCode:
    """The school's code."""
    return places.seal_code(actor=by_bo, now=now, site_id=site.pk, label="Entré", secret=SECRET)


@pytest.fixture
def put_up(site: Site, sealed: SealedAccessCode, now: dt.datetime) -> Callable[..., Alarm]:
    """`put_up(by_alma, take=True)` at the school."""

    def go(actor: Actor, *, take: bool = False) -> Alarm:
        report = Report(public_id=uuid4(), type_code="AL-INB", site=site)
        return raise_by_hand(actor=actor, now=now, report=report, take=take)

    return go


def test_ones_own_alarm_shows_no_code(
    put_up: Callable[..., Alarm], by_alma: Actor, alma: User, client_of: ClientOf, now: dt.datetime
) -> None:
    alarm = put_up(by_alma, take=True)
    with pytest.raises(Forbidden) as refused:
        reveal_for_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
    assert refused.value.code == "code_needs_two"
    client = client_of(alma)
    page = client.get(f"/larm/{alarm.public_id}/").content.decode()
    assert 'data-act="code"' not in page
    assert "behövs två personer" in page
    answer = client.post(f"/larm/{alarm.public_id}/kod/")
    assert answer.status_code == 403
    assert SECRET not in answer.content.decode()
    assert not CodeRead.objects.exists()


def test_the_way_of_two_persons_is_open_and_reported(
    put_up: Callable[..., Alarm],
    sealed: SealedAccessCode,
    by_alma: Actor,
    by_bo: Actor,
    now: dt.datetime,
) -> None:
    put_up(by_alma, take=True)
    asked = places.request_reveal(actor=by_alma, now=now, code_id=sealed.pk, reason="Inbrott")
    places.approve_reveal(actor=by_bo, now=now, request_id=asked.pk)
    assert places.read_revealed(actor=by_alma, now=now, request_id=asked.pk) == SECRET
    assert LedgerRow.objects.filter(name="access_code.revealed").count() == 1


def test_anothers_alarm_and_a_signals_show_it(
    put_up: Callable[..., Alarm],
    taken: Raise,
    sealed: SealedAccessCode,
    by_alma: Actor,
    by_bo: Actor,
    alma: User,
    client_of: ClientOf,
    now: dt.datetime,
) -> None:
    theirs = claim_alarm(actor=by_alma, now=now, public_id=put_up(by_bo).public_id)
    signalled = taken("BA")
    for alarm in (theirs, signalled):
        (shown,) = reveal_for_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
        assert shown.secret == SECRET
        assert (
            'data-act="code"' in client_of(alma).get(f"/larm/{alarm.public_id}/").content.decode()
        )
    assert CodeRead.objects.count() == 2


def test_put_up_given_away_and_taken_back_it_is_still_ones_own(
    put_up: Callable[..., Alarm], by_alma: Actor, by_bo: Actor, bo: User, now: dt.datetime
) -> None:
    alarm = put_up(by_alma, take=True)
    Alarm.objects.filter(pk=alarm.pk).update(owner=bo)
    assert reveal_for_alarm(actor=by_bo, now=now, public_id=alarm.public_id)
    Alarm.objects.filter(pk=alarm.pk).update(owner=by_alma.user_id)
    with pytest.raises(Forbidden):
        reveal_for_alarm(actor=by_alma, now=now, public_id=alarm.public_id)


def test_who_may_see_codes_elsewhere_sees_none_here(
    taken: Raise, sealed: SealedAccessCode, city: City, client_of: ClientOf, now: dt.datetime
) -> None:
    alarm = taken("BA")
    eva = person("OPERATOR", city.service, username="eva2", name="Eva", signature="OP 9")
    GrantFactory.create(user=eva, role="SEC_COORD", organisation=city.technical)
    Alarm.objects.filter(pk=alarm.pk).update(owner=eva)
    client = client_of(eva)
    assert 'data-act="code"' not in client.get(f"/larm/{alarm.public_id}/").content.decode()
    answer = client.post(f"/larm/{alarm.public_id}/kod/")
    assert answer.status_code == 403
    assert SECRET not in answer.content.decode()
