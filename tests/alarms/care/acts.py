"""What operators do with a trygghetslarm in these tests."""

from __future__ import annotations

import datetime as dt

from alarms.models import Alarm
from alarms.selectors.care import CareCard
from alarms.services.care_reading import read_for_alarm
from alarms.services.desk import claim_alarm, close_alarm
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User


def read(user: User, alarm: Alarm, now: dt.datetime) -> CareCard | None:
    """As the pane asks, with rights as they are now."""
    fresh = User.objects.get(pk=user.pk)
    return read_for_alarm(actor=actor_for(fresh), now=now, user=fresh, public_id=alarm.public_id)


def answer(user: User, alarm: Alarm, now: dt.datetime) -> None:
    claim_alarm(actor=actor_for(user), now=now, public_id=alarm.public_id)


def close(user: User, alarm: Alarm, now: dt.datetime) -> None:
    close_alarm(
        actor=actor_for(user),
        now=now,
        public_id=alarm.public_id,
        code="talk_enough",
        voice_contact="yes",
    )
