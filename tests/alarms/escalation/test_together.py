"""Two workers at once, one that dies, a faster operator, and five thousand promises."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alarms.models import Alarm, AlarmType
from alarms.services import escalation, returning
from alarms.services.desk import claim_alarm
from tests.alarms.escalation.conftest import SYSTEM, At, Raise, Run
from tests.ledger.support import in_threads
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import services as callout
from trygghetscentral.callout.models import Call, Delivery
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor

SECOND = dt.timedelta(seconds=1)
MINUTE = dt.timedelta(minutes=1)
MANY = 5000
alone = pytest.mark.django_db(transaction=True)


def plant(
    city: City,
    now: dt.datetime,
    count: int,
    *,
    first: int = 0,
    prefix: str = "L-2026-",
    **fields: Any,
) -> None:
    """Alarms that wait, as intake writes them."""
    kind = AlarmType.objects.get(code="AL-INB")
    common: dict[str, Any] = {
        "category": "burglary",
        "kind": "burglary.alarm",
        "type": kind,
        "priority": 2,
        "code": "SIA:BA",
        "controller": city.technical,
        "audiences": [f"alarm.view@{city.technical.pk}"],
        "received_at": now,
        "last_signal_at": now,
        "waiting_since": now,
        "routed_at": now,
        "target_seconds": 90,
        "limit_seconds": 180,
        "escalates_at": now + 180 * SECOND,
        **fields,
    }
    Alarm.objects.bulk_create(
        [
            Alarm(number=f"{prefix}{n:06d}", zone=str(n), **common)
            for n in range(first, first + count)
        ]
    )


def escalated() -> int:
    """How often the ledger says so."""
    return LedgerRow.objects.filter(name="alarm.escalated").count()


@alone
def test_two_workers_share_the_work_and_each_wait_is_told_once(
    city: City, now: dt.datetime, staffed: At
) -> None:
    late = now + 200 * SECOND
    plant(city, now, 700)
    staffed(late)

    def work() -> None:
        while escalation.escalate_due(actor=SYSTEM, now=late):
            pass

    in_threads(work, work, work)
    assert Alarm.objects.filter(escalation="shift_lead").count() == escalated() == 700


@alone
def test_two_workers_call_tib_once_for_each(
    city: City, now: dt.datetime, roster: dict[str, User]
) -> None:
    plant(city, now, 60, priority=1)
    late = now + 200 * SECOND

    def work() -> None:
        while escalation.escalate_due(actor=SYSTEM, now=late):
            pass

    in_threads(work, work)
    assert Call.objects.count() == escalated() == 60


@alone
def test_two_workers_return_and_unpark_once_each(city: City, now: dt.datetime, alma: User) -> None:
    mine: dict[str, Any] = {
        "owner": alma,
        "owned_since": now,
        "unanswered": False,
        "escalates_at": None,
    }
    plant(city, now, 300, state="acknowledged", acts_by=now, **mine)
    Alarm.objects.filter(pk__in=Alarm.objects.values("pk")[:100]).update(
        state="parked", parked_until=now, acts_by=None
    )

    def work() -> None:
        returning.return_due(actor=SYSTEM, now=now + SECOND)
        returning.unpark_due(actor=SYSTEM, now=now + SECOND)

    in_threads(work, work)
    names = LedgerRow.objects.values_list("name", flat=True)
    assert (list(names).count("alarm.released"), list(names).count("alarm.unparked")) == (200, 100)
    assert Alarm.objects.filter(state="new", unanswered=True).count() == 300


@alone
def test_whoever_is_answering_is_passed_over_and_then_not_called(
    raised: Raise, staffed: At, by_alma: Actor, now: dt.datetime, roster: dict[str, User]
) -> None:
    alarm = raised("FA")
    late = now + 9 * MINUTE
    staffed(late)
    holding, run_over = threading.Event(), threading.Event()

    def answer() -> None:
        with transaction.atomic():
            Alarm.objects.select_for_update().get(pk=alarm.pk)
            holding.set()
            run_over.wait(10)
        claim_alarm(actor=by_alma, now=late, public_id=alarm.public_id)

    def escalate() -> None:
        holding.wait(10)
        try:
            assert escalation.escalate_due(actor=SYSTEM, now=late) == 0
        finally:
            run_over.set()

    in_threads(answer, escalate)
    assert escalation.escalate_due(actor=SYSTEM, now=late) == 0
    assert not Call.objects.exists()


@alone
def test_an_answer_and_an_escalation_at_once_leave_nothing_to_send(
    city: City, staffed: At, by_alma: Actor, now: dt.datetime, roster: dict[str, User]
) -> None:
    late = now + 9 * MINUTE
    staffed(late)
    plant(city, now, 12, priority=1)
    alarms = list(Alarm.objects.order_by("pk"))

    def answer() -> None:
        for alarm in alarms:
            claim_alarm(actor=by_alma, now=late, public_id=alarm.public_id)

    def escalate() -> None:
        for _ in range(6):
            escalation.escalate_due(actor=SYSTEM, now=late)

    in_threads(answer, escalate)
    assert not Alarm.objects.filter(unanswered=True).exists()
    assert not Call.objects.open().exists()
    assert not Delivery.objects.filter(due_at__isnull=False).exists()


@alone
@pytest.mark.parametrize("step", ["before", "after"])
def test_a_worker_that_dies_in_the_middle_leaves_all_of_it_to_the_next(
    raised: Raise,
    staffed: At,
    now: dt.datetime,
    roster: dict[str, User],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    raised("FA")
    late = now + 9 * MINUTE
    staffed(late)
    start = callout.start_call

    def die(**given: Any) -> None:
        if step == "after":
            start(**given)
        raise SystemExit

    monkeypatch.setattr(callout, "start_call", die)
    with pytest.raises(SystemExit):
        escalation.escalate_due(actor=SYSTEM, now=late)
    assert (Call.objects.count(), escalated(), Alarm.objects.get().escalation) == (0, 0, "")
    monkeypatch.setattr(callout, "start_call", start)
    assert escalation.escalate_due(actor=SYSTEM, now=late) == 1
    assert (Call.objects.count(), escalated(), Alarm.objects.get().escalation) == (1, 1, "tib")


def queries(work: Callable[[], object]) -> int:
    """How many statements a piece of work takes."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


@pytest.fixture
def promises(city: City, now: dt.datetime, alma: User) -> None:
    """Five thousand: unanswered, taken and parked, due one after the other."""
    plant(city, now, MANY)
    pks = list(Alarm.objects.order_by("pk").values_list("pk", flat=True))
    mine = {"owner": alma, "owned_since": now, "unanswered": False, "escalates_at": None}
    Alarm.objects.filter(pk__in=pks[2000:4000]).update(
        state="acknowledged", acts_by=now + 360 * SECOND, **mine
    )
    Alarm.objects.filter(pk__in=pks[4000:]).update(
        state="parked", parked_until=now + 360 * SECOND, **mine
    )


def test_five_thousand_outstanding_promises_cost_a_run_no_more_than_one(
    promises: None, staffed: At, run: Run, now: dt.datetime
) -> None:
    staffed(now)
    assert queries(lambda: run(now)) <= 20
    assert run(now) == (0, 0, 0)


def test_a_portion_costs_the_same_whether_it_is_one_or_five_hundred(
    promises: None, staffed: At, run: Run, now: dt.datetime
) -> None:
    late = now + 360 * SECOND
    pks = list(Alarm.objects.order_by("pk").values_list("pk", flat=True))
    soon = {2000: {"acts_by": late}, 4000: {"parked_until": late}, 0: {"escalates_at": late}}
    Alarm.objects.filter(unanswered=True).update(escalates_at=late + MINUTE)
    Alarm.objects.filter(acts_by__isnull=False).update(acts_by=late + MINUTE)
    Alarm.objects.filter(state="parked").update(parked_until=late + MINUTE)
    for first, fields in soon.items():
        Alarm.objects.filter(pk=pks[first]).update(**fields)
    staffed(late)
    done: list[tuple[int, int, int]] = []
    one = queries(lambda: done.append(run(late)))
    staffed(late + MINUTE)
    many = queries(lambda: done.append(run(late + MINUTE)))
    assert done == [(1, 1, 1), (500, 500, 500)]
    assert many <= one + 6
