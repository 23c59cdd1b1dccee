"""The auditor counts what should have been done ten seconds ago, and only that."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import Alarm
from alarms.services.desk import claim_alarm
from tests.alarms.escalation.conftest import At, Raise, Run
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.auditor import examine
from trygghetscentral.shared.actor import Actor

SECOND = dt.timedelta(seconds=1)


def late(moment: dt.datetime) -> dict[str, int]:
    """What the auditor finds of ours."""
    return {name: count for name, count in examine(moment).items() if name.startswith("alarms.")}


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_what_is_due_is_late_after_ten_seconds_until_somebody_has_done_it(
    raised: Raise, at_board: At, run: Run, now: dt.datetime, alma: User, by_alma: Actor
) -> None:
    raised("BA", zone="1")
    claim_alarm(actor=by_alma, now=now, public_id=raised("BA", zone="2").public_id)
    parked = claim_alarm(actor=by_alma, now=now, public_id=raised("BA", zone="3").public_id)
    due = now + 360 * SECOND
    Alarm.objects.filter(zone="1").update(escalates_at=due, priority=3)
    Alarm.objects.filter(pk=parked.pk).update(state="parked", parked_until=due, acts_by=None)
    assert set(late(due + 10 * SECOND).values()) == {0}
    after = due + 11 * SECOND
    found = late(after)
    assert found["alarms.escalation"] == found["alarms.returned"] == found["alarms.parked"] == 1
    at_board(after)
    assert run(after) == (1, 1, 1)
    assert set(late(after).values()) == {0}
