"""Who may set what in prov, for how long, and after which check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from alarms.models import Installation, PeriodNote
from alarms.models import TestPeriod as Period
from alarms.services import prov
from alarms.services.prov import Verification
from tests.alarms.intake.senders import Sender
from tests.alarms.prov.conftest import HOUR, MACHINE, WORD, data
from tests.ledger.support import in_threads
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
FIRE = {"area": "1", "zone": "12", "category": "fire", "verification": WORD}


@pytest.mark.parametrize("category", ["fire", "holdup"])
def test_fire_and_hold_up_need_zone_check_and_at_most_an_hour(
    set_prov: Callable[..., Period], category: str
) -> None:
    given: dict[str, Any] = {**FIRE, "category": category}
    refused = {
        "prov_per_zone": {**given, "zone": ""},
        "prov_unverified": {**given, "verification": Verification()},
        "prov_critical_length": {**given, "lasts": HOUR + MINUTE},
        "prov_critical_kind": {**given, "kind": "out_of_service"},
    }
    for code, fields in refused.items():
        with pytest.raises(Invalid, match=r"00\.11") as error:
            set_prov(**fields)
        assert error.value.code == code
    assert not Period.objects.exists()
    assert set_prov(**given).pk


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"category": "medical", "zone": "12"}, "prov_medical"),
        ({"category": "nonsense"}, "prov_category"),
        ({"kind": "nonsense"}, "prov_kind"),
        ({"reason": "  "}, "prov_reason"),
        ({"reason": "x" * 1001}, "prov_reason_long"),
        ({"lasts": dt.timedelta(seconds=59)}, "prov_length"),
        ({"lasts": 8 * HOUR + MINUTE}, "prov_length"),
        ({"kind": "out_of_service", "lasts": 30 * DAY + MINUTE}, "prov_length"),
        ({"verification": Verification("technician", " ")}, "prov_technician"),
        ({"verification": Verification("handshake")}, "prov_verified"),
    ],
)
def test_what_cannot_be_set(
    set_prov: Callable[..., Period], fields: dict[str, Any], code: str
) -> None:
    with pytest.raises(Invalid) as error:
        set_prov(**fields)
    assert error.value.code == code
    assert not Period.objects.exists()


def test_more_than_a_day_out_of_service_is_the_shift_lead_s(
    set_prov: Callable[..., Period], by_bo: Actor
) -> None:
    assert set_prov(kind="out_of_service", zone="1", lasts=DAY).pk
    with pytest.raises(Forbidden, match="skiftledaren"):
        set_prov(kind="out_of_service", lasts=DAY + MINUTE)
    assert set_prov(kind="out_of_service", lasts=30 * DAY, actor=by_bo).pk


def test_an_operator_does_not_stretch_a_day_by_extending_it(
    set_prov: Callable[..., Period], by_alma: Actor, by_bo: Actor, sender: Sender
) -> None:
    period = set_prov(kind="out_of_service", lasts=20 * HOUR)
    later = sender.now + 10 * HOUR
    with pytest.raises(Forbidden):
        _extend(period, by_alma, later, 20 * HOUR)
    assert _extend(period, by_bo, later, 20 * HOUR).until == later + 20 * HOUR


def test_only_those_who_may_at_that_controller(
    installation: Installation, sender: Sender, cia: User, dan: User
) -> None:
    for actor in (actor_for(cia), actor_for(dan), MACHINE):
        with pytest.raises(Forbidden):
            prov.start_period(
                actor=actor, now=sender.now, installation_id=installation.pk, data=data()
            )
    assert not Period.objects.exists()


def test_the_same_part_is_set_once_and_the_second_is_told_by_whom(
    set_prov: Callable[..., Period], by_bo: Actor
) -> None:
    set_prov(zone="012")
    with pytest.raises(Conflict, match="OP 1"):
        set_prov(zone="12", actor=by_bo)
    assert set_prov(zone="13", actor=by_bo).pk
    assert set_prov(actor=by_bo).pk


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_the_same_at_once_one_succeeds(
    set_prov: Callable[..., Period], by_bo: Actor
) -> None:
    refused: list[DomainError] = []

    def attempt(**fields: Any) -> None:
        try:
            set_prov(**fields)
        except DomainError as error:
            refused.append(error)

    in_threads(attempt, lambda: attempt(actor=by_bo))
    assert (Period.objects.count(), [error.code for error in refused]) == (1, ["prov_taken"])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_the_same_at_once_one_succeeds(
    set_prov: Callable[..., Period], by_alma: Actor, by_bo: Actor, sender: Sender
) -> None:
    period = set_prov()
    sender.send(sender.message("BA"))
    refused: list[str] = []

    def attempt(actor: Actor) -> None:
        try:
            prov.end_period(actor=actor, now=sender.now, public_id=period.public_id)
        except Conflict as error:
            refused.append(error.code)

    in_threads(lambda: attempt(by_alma), lambda: attempt(by_bo))
    assert refused == ["prov_ended"]
    assert LedgerRow.objects.filter(name="alarm.raised").count() == 1


def test_extending_is_counted_with_its_reason_and_warns_anew(
    set_prov: Callable[..., Period], by_bo: Actor, sender: Sender
) -> None:
    period = set_prov()
    later = sender.now + 55 * MINUTE
    prov.run_due(actor=MACHINE, now=later)
    longer = _extend(period, by_bo, later, HOUR)
    assert (longer.extended, longer.until) == (1, later + HOUR)
    assert (longer.warned_at, longer.warn_at) == (None, later + 50 * MINUTE)
    note = PeriodNote.objects.get()
    assert (note.about, note.author.signature, note.text) == ("extended", "SL 1", "Mer kvar")


def test_extending_does_not_shorten_and_stays_within_the_limit(
    set_prov: Callable[..., Period], by_alma: Actor, sender: Sender
) -> None:
    period = set_prov()
    for lasts, code in ((HOUR, "prov_not_longer"), (8 * HOUR + MINUTE, "prov_length")):
        with pytest.raises(Invalid) as error:
            _extend(period, by_alma, sender.now, lasts)
        assert error.value.code == code


def test_fire_is_extended_past_the_hour_only_after_a_new_check(
    set_prov: Callable[..., Period], by_alma: Actor, sender: Sender
) -> None:
    period = set_prov(**{**FIRE, "lasts": 30 * MINUTE})
    later = sender.now + 20 * MINUTE
    assert _extend(period, by_alma, later, 40 * MINUTE).until == sender.now + HOUR
    with pytest.raises(Invalid, match=r"00\.11"):
        _extend(period, by_alma, later, 41 * MINUTE)
    technician = Verification("technician", "T-118")
    longer = _extend(period, by_alma, later, HOUR, verification=technician)
    assert (longer.until, longer.verified_at) == (later + HOUR, later)
    assert (longer.technician, longer.extended) == ("T-118", 2)


def test_what_is_over_is_neither_extended_nor_ended(
    set_prov: Callable[..., Period], by_alma: Actor, sender: Sender
) -> None:
    period = set_prov()
    with pytest.raises(Conflict, match="gått ut"):
        _extend(period, by_alma, period.until, 2 * HOUR)
    prov.end_period(actor=by_alma, now=sender.now, public_id=period.public_id, reason="Klart")
    assert PeriodNote.objects.get().text == "Klart"
    with pytest.raises(Conflict, match="avslutades redan"):
        _extend(period, by_alma, sender.now, 2 * HOUR)
    with pytest.raises(Conflict, match="avslutades redan"):
        prov.end_period(actor=by_alma, now=sender.now, public_id=period.public_id)
    with pytest.raises(Missing):
        prov.end_period(actor=by_alma, now=sender.now, public_id=uuid4())


def test_the_same_part_can_be_set_anew_although_nobody_has_ended_what_ran_out(
    set_prov: Callable[..., Period], sender: Sender
) -> None:
    first = set_prov()
    sender.send(sender.message("BA"))
    sender.later(minutes=90)
    second = set_prov()
    first.refresh_from_db()
    assert (first.ended_at, first.ended_how) == (sender.now, "due")
    assert second.until == sender.now + HOUR
    assert LedgerRow.objects.filter(name="alarm.raised").count() == 1


def test_reason_and_technician_never_reach_the_ledger(
    set_prov: Callable[..., Period], by_alma: Actor, sender: Sender
) -> None:
    period = set_prov(
        reason="Anna Larsson provar", verification=Verification("technician", "T-99881")
    )
    _extend(period, by_alma, sender.now, 2 * HOUR)
    prov.end_period(actor=by_alma, now=sender.now, public_id=period.public_id, reason="Anna ringde")
    said = "".join(str(body) for body in LedgerPayload.objects.values_list("body", flat=True))
    assert '"technician"' in said or "'technician'" in said
    assert not any(word in said for word in ("Anna", "T-99881", "Mer kvar"))


_CRITICAL = {"area": "1", "zone": "12", "category": "fire", "verified_how": "code_word"}


@pytest.mark.parametrize(
    ("held", "broken"),
    [
        ("test_period_critical_per_zone", {"zone": ""}),
        ("test_period_critical_per_zone", {"verified_at": None, "verified_how": ""}),
        ("test_period_critical_per_zone", {"kind": "out_of_service"}),
        ("test_period_critical_per_zone", {"minutes": 61}),
        ("test_period_never_medical", {"category": "medical"}),
        ("test_period_ends_later", {"minutes": 0, "warn": 0}),
        ("test_period_not_for_ever", {"category": "", "minutes": 30 * 24 * 60 + 1}),
        ("test_period_has_reason", {"reason": ""}),
        ("test_period_verified", {"technician": "T-1"}),
        ("test_period_ended", {"ended_how": "due"}),
        ("", {}),
    ],
)
def test_the_database_holds_it_whatever_the_code_does(
    installation: Installation, alma: User, sender: Sender, held: str, broken: dict[str, Any]
) -> None:
    fields = {
        **_CRITICAL,
        "kind": "test",
        "reason": "Prov",
        "verified_at": sender.now,
        "minutes": 60,
        **broken,
    }
    until = sender.now + fields.pop("minutes") * MINUTE
    row = Period(
        installation=installation,
        set_by=alma,
        starts_at=sender.now,
        decided_at=sender.now,
        until=until,
        warn_at=until - fields.pop("warn", 10) * MINUTE,
        **fields,
    )
    if not held:
        row.save()
        return
    with pytest.raises(IntegrityError, match=held), transaction.atomic():
        row.save()


def _extend(
    period: Period, actor: Actor, now: dt.datetime, lasts: dt.timedelta, **more: Any
) -> Period:
    return prov.extend_period(
        actor=actor, now=now, public_id=period.public_id, lasts=lasts, reason="Mer kvar", **more
    )
