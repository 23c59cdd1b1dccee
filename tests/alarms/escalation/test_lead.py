"""At the limit: the shift lead at the board, else the one on the roster, else TiB at once."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import Alarm
from alarms.selectors.history import history_of
from tests.alarms.escalation.conftest import At, Run
from tests.alarms.escalation.test_bundles import (  # noqa: F401  fixtures
    Plant,
    desk,
    waiting_there,
)
from tests.alarms.escalation.test_together import MINUTE, SECOND
from tests.callout.conftest import Shift
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Call, Delivery, Duty

LIMIT = 180 * SECOND


@pytest.fixture
def on_call(shift: Shift, bo: User) -> User:
    """Bo has the shift lead's duty, at home."""
    User.objects.filter(pk=bo.pk).update(email="bo@larm.example")
    shift(bo, duty=Duty.objects.get(code="shift_lead"))
    return bo


def levels() -> set[str]:
    """The levels that the alarms stand at."""
    return set(Alarm.objects.values_list("escalation", flat=True))


def test_a_lead_at_the_board_is_called_by_nobody(
    waiting_there: Plant,  # noqa: F811
    worked: At,
    led: At,
    run: Run,
    now: dt.datetime,
    on_call: User,
) -> None:
    waiting_there(2)
    worked(now + LIMIT)
    led(now + LIMIT)
    run(now + LIMIT)
    assert levels() == {"shift_lead"}
    assert not Call.objects.exists()


def test_without_one_the_rostered_lead_is_called_once_for_the_desk(
    waiting_there: Plant,  # noqa: F811
    worked: At,
    run: Run,
    now: dt.datetime,
    on_call: User,
) -> None:
    waiting_there(3)
    worked(now + LIMIT)
    assert run(now + LIMIT)[0] == 3
    assert levels() == {"shift_lead"}
    call = Call.objects.get()
    assert (call.duty.code, call.reason, call.figures.count) == ("shift_lead", "no_lead", 3)
    assert call.deliveries.get().user == on_call


def test_the_worst_goes_on_to_tib_though_the_rostered_lead_was_called(
    waiting_there: Plant,  # noqa: F811
    worked: At,
    run: Run,
    now: dt.datetime,
    on_call: User,
) -> None:
    (alarm,) = waiting_there(1, priority=1, limit_seconds=60, escalates_at=now + MINUTE)
    for minutes in (1, 2, 3):
        worked(now + minutes * MINUTE)
        run(now + minutes * MINUTE)
    called = Call.objects.filter(subject_id=str(alarm.pk)).order_by("pk")
    assert [(call.duty.code, call.reason) for call in called] == [
        ("shift_lead", "no_lead"),
        ("tib", "unanswered"),
    ]


def test_a_lead_who_comes_to_the_board_is_called_no_longer(
    waiting_there: Plant,  # noqa: F811
    worked: At,
    led: At,
    run: Run,
    now: dt.datetime,
    on_call: User,
) -> None:
    waiting_there(2)
    worked(now + LIMIT)
    run(now + LIMIT)
    led(now + LIMIT + SECOND)
    run(now + LIMIT + SECOND)
    assert Call.objects.get().stop_reason == "present"
    assert not Delivery.objects.filter(due_at__isnull=False).exists()
    assert levels() == {"shift_lead"}


def test_without_a_roster_it_goes_on_to_tib_at_that_step_and_says_so(
    waiting_there: Plant,  # noqa: F811
    worked: At,
    run: Run,
    now: dt.datetime,
) -> None:
    waiting_there(2)
    worked(now + LIMIT)
    assert run(now + LIMIT)[0] == 2
    assert levels() == {"tib"}
    call = Call.objects.get()
    assert (call.duty.code, call.reason) == ("tib", "no_lead")
    said = [line.text for line in history_of(Alarm.objects.earliest("pk"))]
    assert "TiB larmad: ingen skiftledare finns" in said
