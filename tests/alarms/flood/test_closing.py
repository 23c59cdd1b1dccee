"""Closing a flood's alarms together, and the system's own proposal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alarms import tasks
from alarms.models import Alarm, AlarmNote, Flood, FloodProposal
from alarms.services import desk, floods
from alarms.services.floods.closing import Scope
from tests.alarms.flood.conftest import HOUR, MACHINE, MAINS_BACK, MINUTE, Town, held, run_due
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Invalid


def test_the_restored_are_closed_each_with_its_row_and_what_somebody_has_is_left(
    town: Town,
    declare: Callable[..., Flood],
    now: dt.datetime,
    by_bo: Actor,
    by_alma: Actor,
) -> None:
    flood = declare()
    town.mains(6, now=now)
    town.mains(5, code=MAINS_BACK, now=now)
    mine = Alarm.objects.get(zone="1")
    desk.claim_alarm(actor=by_alma, now=now, public_id=mine.public_id)
    close = {"actor": by_bo, "now": now, "public_id": flood.public_id}
    assert floods.close_portion(**close, code="flood", note="Strömmen är tillbaka.") == 4  # type: ignore[arg-type]
    assert floods.close_portion(**close, code="flood") == 0  # type: ignore[arg-type]
    assert sorted(Alarm.objects.open().values_list("zone", "held")) == [("1", False), ("6", True)]
    told = LedgerRow.objects.filter(name="alarm.closed")
    assert told.count() == len(set(told.values_list("subject_id", flat=True))) == 4
    assert AlarmNote.objects.count() == 4
    assert set(Alarm.objects.filter(state="closed").values_list("closed_by", flat=True)) == {
        by_bo.user_id
    }
    assert floods.close_portion(**close, code="restored_itself", scope=Scope.UNOWNED) == 1  # type: ignore[arg-type]
    assert held() == 0


def test_a_portion_costs_no_query_for_each_alarm(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor
) -> None:
    flood = declare()

    def cost(count: int) -> int:
        town.mains(count, now=now)
        town.mains(count, code=MAINS_BACK, now=now)
        with CaptureQueriesContext(connection) as asked:
            done = floods.close_portion(
                actor=by_bo, now=now, public_id=flood.public_id, code="flood"
            )
        assert done == count
        return len(asked)

    assert cost(3) == cost(60)


@pytest.mark.parametrize("code", ["real", "test", ""])
def test_only_the_category_s_causes_and_larmflod_close(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor, code: str
) -> None:
    flood = declare()
    with pytest.raises(Invalid, match="ur listan"):
        floods.close_portion(actor=by_bo, now=now, public_id=flood.public_id, code=code)
    with pytest.raises(Invalid, match="anteckning"):
        floods.close_portion(actor=by_bo, now=now, public_id=flood.public_id, code="handed_over")


def test_burglary_is_closed_one_by_one_also_after_a_flood(
    town: Town, declare: Callable[..., Flood], now: dt.datetime, by_bo: Actor
) -> None:
    flood = declare(category="burglary")
    town.send((0, "BA", "1"), now=now)
    town.send((0, "BR", "1"), now=now)
    with pytest.raises(Invalid, match="ett och ett"):
        floods.close_portion(actor=by_bo, now=now, public_id=flood.public_id, code="flood")
    with pytest.raises(Invalid, match="ett och ett"):
        floods.end_flood(actor=by_bo, now=now, public_id=flood.public_id, close_restored=True)
    assert (Flood.objects.get().ended_at, held()) == (None, 1)


def test_twenty_in_five_minutes_in_one_area_is_proposed_once_and_never_acted_on(
    town: Town, now: dt.datetime
) -> None:
    town.mains(19, now=now)
    town.mains(19, area=1, now=now)
    assert floods.propose(actor=MACHINE, now=now) == 0
    town.send((0, "AT", "40"), now=now + MINUTE)
    assert floods.propose(actor=MACHINE, now=now + MINUTE) == 1
    town.send((0, "AT", "41"), now=now + MINUTE * 2)
    assert floods.propose(actor=MACHINE, now=now + MINUTE * 2) == 0
    proposal = FloodProposal.objects.get()
    assert (proposal.area, proposal.cause, proposal.alarms) == (town.areas[0], "power", 21)
    assert LedgerRow.objects.filter(name="flood.proposed").count() == 1
    assert (Flood.objects.count(), held()) == (0, 0)
    floods.propose(actor=MACHINE, now=now + MINUTE * 9)
    proposal.refresh_from_db()
    assert proposal.ended_at == now + MINUTE * 9


def test_fire_and_hold_up_in_numbers_are_never_called_a_flood(town: Town, now: dt.datetime) -> None:
    town.mains(30, code="FA", now=now)
    town.mains(30, code="HA", now=now)
    assert floods.propose(actor=MACHINE, now=now) == 0


def test_what_is_usual_there_is_not_proposed(town: Town, now: dt.datetime) -> None:
    town.mains(120, now=now - HOUR * 2)
    Alarm.objects.update(received_at=now - HOUR * 2)
    town.mains(20, area=1, now=now)
    town.send(*[(0, "AT", str(500 + zone)) for zone in range(20)], now=now)
    # 120 in 24 hours is 5 an hour, and five times that is 25.
    assert floods.propose(actor=MACHINE, now=now) == 1
    assert FloodProposal.objects.get().area == town.areas[1]


def test_where_a_flood_is_open_none_is_proposed_and_declaring_answers_the_proposal(
    town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    town.mains(20, now=now)
    floods.propose(actor=MACHINE, now=now)
    declare(areas=(town.areas[0].pk,), absorb=True)
    assert FloodProposal.objects.filter(ended_at=now).count() == 1
    run_due(now)
    assert floods.propose(actor=MACHINE, now=now + MINUTE) == 0


def test_the_tasks_run_twice_change_nothing_the_second_time(
    town: Town,
    declare: Callable[..., Flood],
    now: dt.datetime,
    travel: Callable[[dt.datetime], object],
) -> None:
    declare(areas=(town.areas[0].pk,))
    town.mains(20, now=now)
    town.mains(20, area=1, now=now)
    travel(now + MINUTE * 4)
    assert (tasks.propose_floods(), tasks.propose_floods()) == (1, 0)
    travel(now + HOUR)
    assert (tasks.run_floods(), tasks.run_floods()) == (20, 0)
