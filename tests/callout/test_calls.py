"""Calling a duty: who, in what order, once, and nothing after an answer or a stop."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.callout.conftest import SUBJECTS, SYSTEM, Caller, Shift
from tests.ledger.support import in_threads
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Call, Delivery, DutyContact, DutyShift
from trygghetscentral.callout.services import stop_calls
from trygghetscentral.callout.services.answers import answer_signed_in, note_phone_result
from trygghetscentral.callout.services.reach import widen_due
from trygghetscentral.callout.states import Channel, DeliveryState, Rank
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing

WAIT = dt.timedelta(seconds=120)


def ways(call: Call) -> list[tuple[str, str, str]]:
    """To whom, by what and in what state."""
    return sorted(
        (row.user.username if row.user else "", row.channel, row.state)
        for row in call.deliveries.select_related("user")
    )


def names() -> list[str]:
    """What the ledger says of the calls, in order."""
    rows = LedgerRow.objects.filter(name__startswith="callout.").order_by("seq")
    return [name.removeprefix("callout.") for name in rows.values_list("name", flat=True)]


def test_the_primary_is_called_first_by_all_channels_at_once(
    roster: dict[str, User], call: Caller
) -> None:
    made = call()
    assert ways(made) == [("disa", "email", "queued"), ("disa", "sms", "queued")]
    assert names() == ["started"]


def test_the_backup_is_called_when_the_primary_has_not_answered_in_time(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    made = call()
    assert widen_due(actor=SYSTEM, now=now + WAIT - dt.timedelta(seconds=1)) == 0
    assert widen_due(actor=SYSTEM, now=now + WAIT) == 1
    assert widen_due(actor=SYSTEM, now=now + WAIT) == 0
    assert ("egil", "email", "queued") in ways(made)
    assert not Delivery.objects.filter(user=roster["strategic"]).exists()
    assert widen_due(actor=SYSTEM, now=now + 2 * WAIT) == 1
    assert ("frid", "email", "queued") in ways(made)
    assert names() == ["started", "widened", "widened"]


def test_a_person_must_ring_when_all_have_been_called_in_vain(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    made = call()
    for step in (1, 2, 3):
        assert widen_due(actor=SYSTEM, now=now + step * WAIT) == 1
    assert widen_due(actor=SYSTEM, now=now + 9 * WAIT) == 0
    made.refresh_from_db()
    assert made.unreached_at == now + 3 * WAIT
    to_ring = made.deliveries.filter(channel=Channel.PHONE).values_list("user__username", flat=True)
    assert sorted(to_ring) == ["disa", "egil", "frid"]
    assert names()[-1] == "unreached"


def test_the_same_subject_is_called_about_once(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    first = call()
    assert call(now=now + WAIT).pk == first.pk
    assert call(subject_id="13").pk != first.pk
    assert names() == ["started", "started"]


@pytest.mark.django_db(transaction=True)
def test_two_who_call_at_once_make_one_call(roster: dict[str, User], call: Caller) -> None:
    in_threads(call, call, call)
    assert Call.objects.count() == 1
    assert Delivery.objects.count() == 2


def test_the_database_itself_refuses_a_second_open_call(
    roster: dict[str, User], call: Caller
) -> None:
    made = call()
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Call.objects.bulk_create([made])


def test_an_empty_roster_is_said_at_once_and_somebody_must_ring(
    call: Caller, now: dt.datetime
) -> None:
    made = call()
    assert made.unreached_at == now
    assert ways(made) == [("", "phone", "queued")]
    assert names() == ["started", "unreached"]


def test_with_an_empty_roster_those_nearest_in_time_are_rung(
    disa: User, shift: Shift, call: Caller, now: dt.datetime
) -> None:
    shift(disa, starts_at=now + dt.timedelta(hours=2), ends_at=now + dt.timedelta(hours=9))
    assert ways(call()) == [("disa", "phone", "queued")]


def test_a_rank_without_any_address_is_passed_over_and_seen(
    disa: User, egil: User, shift: Shift, call: Caller
) -> None:
    shift(disa)
    shift(egil, Rank.BACKUP)
    DutyContact.objects.create(user=egil, email="egil@tib.example")
    assert ways(call()) == [("disa", "email", "undeliverable"), ("egil", "email", "queued")]


def test_nothing_is_due_after_a_stop(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    made = call()
    assert stop_calls(actor=SYSTEM, now=now, **SUBJECTS, reason="acknowledged") == 1
    assert stop_calls(actor=SYSTEM, now=now, **SUBJECTS, reason="acknowledged") == 0
    assert {state for _who, _by, state in ways(made)} == {"stopped"}
    assert not Delivery.objects.filter(due_at__isnull=False).exists()
    assert widen_due(actor=SYSTEM, now=now + 9 * WAIT) == 0


def test_after_a_stop_the_same_subject_can_be_called_about_again(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    first = call()
    stop_calls(actor=SYSTEM, now=now, **SUBJECTS, reason="acknowledged")
    assert call().pk != first.pk


def test_an_answer_silences_the_rest_and_the_system_does_not_call_again(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    made = call()
    answer_signed_in(actor=actor_for(roster["primary"]), now=now, public_id=made.public_id)
    assert sorted(state for _who, _by, state in ways(made)) == ["acknowledged", "stopped"]
    assert widen_due(actor=SYSTEM, now=now + WAIT) == 0
    assert call(now=now + WAIT).pk == made.pk


def test_a_person_may_ask_again_after_an_answer(
    roster: dict[str, User], alma: User, call: Caller, now: dt.datetime
) -> None:
    made = call()
    assert call(actor=actor_for(alma)).pk == made.pk
    answer_signed_in(actor=actor_for(roster["primary"]), now=now, public_id=made.public_id)
    assert call(actor=actor_for(alma), reason="asked").pk != made.pk
    made.refresh_from_db()
    assert made.stop_reason == "asked_again"


def test_only_one_answers(roster: dict[str, User], call: Caller, now: dt.datetime) -> None:
    made = call()
    widen_due(actor=SYSTEM, now=now + WAIT)
    answer_signed_in(actor=actor_for(roster["backup"]), now=now, public_id=made.public_id)
    answer_signed_in(actor=actor_for(roster["backup"]), now=now, public_id=made.public_id)
    with pytest.raises(Conflict):
        answer_signed_in(actor=actor_for(roster["primary"]), now=now, public_id=made.public_id)
    assert names().count("answered") == 1


def test_who_was_not_called_cannot_answer(
    roster: dict[str, User], alma: User, call: Caller, now: dt.datetime
) -> None:
    made = call()
    with pytest.raises(Forbidden):
        answer_signed_in(actor=actor_for(alma), now=now, public_id=made.public_id)


def test_a_telephone_answer_counts_and_a_vain_one_does_not(
    roster: dict[str, User], alma: User, call: Caller, now: dt.datetime
) -> None:
    made = call()
    about: Any = {"actor": actor_for(alma), "now": now, "public_id": made.public_id}
    disa = roster["primary"]
    note_phone_result(**about, user_id=disa.pk, result="no_answer")
    made.refresh_from_db()
    assert made.is_waiting
    note_phone_result(**about, user_id=disa.pk, result="answered")
    made.refresh_from_db()
    assert (made.answered_by_id, made.answered_through) == (disa.pk, "phone")
    rung = made.deliveries.get(channel=Channel.PHONE)
    assert (rung.phone_result, rung.phoned_by_id) == ("answered", alma.pk)


def test_a_wrong_number_is_seen(
    roster: dict[str, User], alma: User, call: Caller, now: dt.datetime
) -> None:
    made = call()
    about: Any = {"actor": actor_for(alma), "now": now, "public_id": made.public_id}
    note_phone_result(**about, user_id=roster["primary"].pk, result="wrong_number")
    assert made.deliveries.get(channel=Channel.PHONE).state == DeliveryState.UNDELIVERABLE
    assert names() == ["started", "failed"]
    with pytest.raises(Invalid):
        note_phone_result(**about, user_id=roster["primary"].pk, result="kanske")
    with pytest.raises(Missing):
        note_phone_result(**about, user_id=alma.pk, result="answered")


def test_a_duty_that_does_not_exist_is_refused(call: Caller) -> None:
    with pytest.raises(Missing):
        call(duty="brandvakten")


def test_the_ledger_knows_neither_names_nor_addresses(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    made = call()
    widen_due(actor=SYSTEM, now=now + WAIT)
    answer_signed_in(actor=actor_for(roster["primary"]), now=now, public_id=made.public_id)
    said = str(list(LedgerPayload.objects.values_list("body", flat=True)))
    assert "L-2026-000123" in said
    for secret in ("Disa", "tib.example", "0701740605", "070-174"):
        assert secret not in said


def test_a_call_is_undone_with_the_work_that_asked_for_it(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work(actor=SYSTEM, now=now):
        call()
        raise ZeroDivisionError
    assert not Call.objects.exists()
    assert names() == []


@pytest.mark.parametrize("rank", list(Rank))
def test_two_cannot_hold_the_same_rank_at_once(
    disa: User, egil: User, shift: Shift, rank: Rank, now: dt.datetime
) -> None:
    shift(disa, rank)
    with pytest.raises(IntegrityError), transaction.atomic():
        shift(egil, rank)
    after = now + dt.timedelta(hours=7)
    shift(egil, rank, starts_at=after, ends_at=after + dt.timedelta(hours=8))
    assert DutyShift.objects.at(after).get().user == egil


def test_nobody_is_their_own_reserve(disa: User, shift: Shift) -> None:
    shift(disa)
    with pytest.raises(IntegrityError), transaction.atomic():
        shift(disa, Rank.BACKUP)
