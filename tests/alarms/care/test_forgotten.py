"""A sign-on to the trygghetslarm desk that was forgotten opens no record (domain.md 00.8)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from alarms.models import Alarm, CareRecipient
from alarms.services.care_reading import look_up, read_for_alarm
from alarms.services.desk import claim_alarm
from tests.alarms.care.conftest import sign_on
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.errors import Forbidden

SHIFT = dt.timedelta(hours=settings.SESSION_SHIFT_HOURS)
A_MOMENT = dt.timedelta(microseconds=1)


def test_the_desk_is_worked_for_a_shift_and_not_until_somebody_remembers(
    recipient: CareRecipient, alarm: Alarm, alma: User, ellen: User, now: dt.datetime
) -> None:
    claim_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)
    place = sign_on(ellen, now - SHIFT + A_MOMENT)
    by = actor_for(ellen)
    assert read_for_alarm(actor=by, now=now, user=ellen, public_id=alarm.public_id) is not None
    assert look_up(actor=by, now=now, user=ellen, wanted=recipient.number) == recipient
    place.signed_on_at = now - SHIFT
    place.save()
    with pytest.raises(Forbidden):
        read_for_alarm(actor=by, now=now, user=ellen, public_id=alarm.public_id)
    with pytest.raises(Forbidden):
        look_up(actor=by, now=now, user=ellen, wanted=recipient.number)
