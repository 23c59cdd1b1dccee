"""Bookkeeping goes when it no longer counts, and nothing else does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from alarms import tasks
from alarms.models import ApiSource, IntakePulse, SignalKey
from trygghetscentral.ledger.models import Delivery

OLD = {
    "key": dt.timedelta(minutes=21),
    "source": dt.timedelta(days=31),
    "delivery": dt.timedelta(days=8),
}


def _fill(now: dt.datetime) -> None:
    for number, age in enumerate((OLD["key"], dt.timedelta(minutes=10))):
        SignalKey.objects.create(key=bytes([number]), seen_at=now - age, signal_id=1)
    for number, age in enumerate((OLD["source"], dt.timedelta(days=29))):
        ApiSource.objects.create(
            api_client_id=1, source_id=str(number), signal_id=1, seen_at=now - age
        )
    for seq, done in ((1, now - OLD["delivery"]), (2, now), (3, None)):
        Delivery.objects.create(
            seq=seq, subscriber="x", due_at=now - dt.timedelta(days=9), done_at=done
        )


def test_only_what_is_old_goes(db: None, now: dt.datetime, travel: Callable[..., Any]) -> None:
    _fill(now)
    travel(now)
    assert tasks.sweep_keys() == 3
    assert [bytes(row.key) for row in SignalKey.objects.all()] == [b"\x01"]
    assert ApiSource.objects.get().source_id == "1"
    assert set(Delivery.objects.values_list("seq", flat=True)) == {2, 3}
    assert tasks.sweep_keys() == 0


def test_pulses_of_receivers_long_gone(
    db: None, now: dt.datetime, travel: Callable[..., Any]
) -> None:
    for name, days in (("old", 30), ("last", 10), ("older", 31)):
        IntakePulse.objects.create(
            process=name, listening_since=now, at=now - dt.timedelta(days=days)
        )
    travel(now)
    assert tasks.sweep_keys() == 2
    assert IntakePulse.objects.get().process == "last"


def test_many_go_in_portions(db: None, now: dt.datetime, travel: Callable[..., Any]) -> None:
    SignalKey.objects.bulk_create(
        SignalKey(key=number.to_bytes(4), seen_at=now - OLD["key"], signal_id=number)
        for number in range(1_201)
    )
    travel(now)
    assert tasks.sweep_keys() == 1_201
