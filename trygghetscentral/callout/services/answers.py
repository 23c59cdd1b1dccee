"""Saying "Jag tar det": by the link, signed in, or over the telephone."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from trygghetscentral.accounts.models import User
from trygghetscentral.callout.events import CallAnswered, of_call
from trygghetscentral.callout.models import Call, Delivery
from trygghetscentral.callout.services.common import record_failure, record_of, silence
from trygghetscentral.callout.states import AnswerMeans, Channel, DeliveryState, PhoneResult
from trygghetscentral.callout.tokens import hash_of
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor, ActorKind
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing


def answer_by_link(*, actor: Actor, now: dt.datetime, token: str) -> Call:
    """Answer with the link's token, as the person it was sent to, whatever `actor` is.

    The same person may press twice. Raises Missing for a token that is unknown or too old, and
    Conflict when somebody else has answered or the reason is gone.
    """
    sent = (
        Delivery.objects.select_related("user")
        .filter(token_hash=hash_of(token), token_expires_at__gt=now)
        .first()
    )
    if sent is None or sent.user is None or not sent.user.is_active:
        raise Missing(
            _("Länken gäller inte."),
            code="link_unknown",
            todo=_("Ring larmcentralen."),
        )
    person = Actor(ActorKind.USER, str(sent.user.pk), sent.user.signature)
    with unit_of_work(actor=person, now=now):
        call = _locked(sent.call_id)
        _answer(call, person=sent.user, through=AnswerMeans.LINK, now=now, delivery=sent)
    return call


def answer_signed_in(*, actor: Actor, now: dt.datetime, public_id: UUID) -> Call:
    """Answer as somebody who was called, or who has the duty now.

    Raises Forbidden for anybody else, and Conflict as `answer_by_link`.
    """
    with unit_of_work(actor=actor, now=now):
        call = _by_public_id(public_id)
        person = _person(actor)
        sent = call.deliveries.filter(user=person, round=call.round)
        delivery = sent.exclude(channel=Channel.PHONE).first()
        holds = call.duty.shifts.at(now).filter(user=person).exists()
        if delivery is None and not holds:
            raise Forbidden(
                _("Bara den som har jouren kan svara här."),
                code="not_called",
                todo=_("Ring jouren och skriv in vad som hände."),
            )
        _answer(call, person=person, through=AnswerMeans.SIGNED_IN, now=now, delivery=delivery)
    return call


def note_phone_result(
    *, actor: Actor, now: dt.datetime, public_id: UUID, user_id: int | None, result: str
) -> Call:
    """Write down what came of ringing somebody; "svarade" answers the call.

    Raises Invalid for another result, Missing for somebody whom the call does not concern.
    """
    if result not in PhoneResult.values:
        raise Invalid(_("Välj vad som hände."), code="phone_result")
    with unit_of_work(actor=actor, now=now):
        call = _by_public_id(public_id)
        caller = _person(actor)
        if call.stopped_at is not None:
            raise _stopped(call)
        rung = _phone_delivery(call, user_id, now=now)
        rung.phone_result = result
        rung.phoned_by = caller
        rung.phoned_at = now
        rung.state = {
            PhoneResult.ANSWERED: DeliveryState.ACKNOWLEDGED,
            PhoneResult.NO_ANSWER: DeliveryState.SENT,
            PhoneResult.WRONG_NUMBER: DeliveryState.UNDELIVERABLE,
        }[PhoneResult(result)]
        rung.ended_at = now
        rung.save()
        if result == PhoneResult.ANSWERED:
            _answer(call, person=rung.user, through=AnswerMeans.PHONE, now=now, delivery=rung)
        else:
            record_failure(call, rung)
    return call


def _answer(
    call: Call,
    *,
    person: User | None,
    through: AnswerMeans,
    now: dt.datetime,
    delivery: Delivery | None,
) -> None:
    if call.stopped_at is not None:
        raise _stopped(call)
    if call.answered_at is not None:
        if person is not None and call.answered_by_id == person.pk:
            return
        raise Conflict(
            _("%(number)s är redan besvarat.") % {"number": call.reference},
            code="already_answered",
            kept=_("Du behöver inte göra något."),
        )
    silence(call, now=now, answering=delivery)
    call.answered_at = now
    call.answered_by = person
    call.answered_through = through
    call.save(update_fields=("due_at", "answered_at", "answered_by", "answered_through"))
    if delivery is not None:
        _acknowledge(delivery, now=now)
    record_of(call, CallAnswered(call=of_call(call), through=Code(through)))


def _acknowledge(delivery: Delivery, *, now: dt.datetime) -> None:
    # Its sender may hold the row while a mail server thinks; the answer does not wait for it.
    free = Delivery.objects.select_for_update(skip_locked=True).filter(pk=delivery.pk)
    Delivery.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(
        state=DeliveryState.ACKNOWLEDGED, due_at=None, ended_at=now
    )


def _phone_delivery(call: Call, user_id: int | None, *, now: dt.datetime) -> Delivery:
    theirs = [one for one in call.deliveries.all() if one.user_id == user_id]
    known = next((one for one in theirs if one.channel == Channel.PHONE), None)
    if known is not None:
        return known
    message = next(iter(theirs), None)
    if message is None:
        raise Missing(_("Personen hör inte till det här samtalet."), code="person_missing")
    return Delivery(
        call=call,
        user_id=user_id,
        shift_id=message.shift_id,
        rank=message.rank,
        channel=Channel.PHONE,
        created_at=now,
    )


def _by_public_id(public_id: UUID) -> Call:
    return _one(Call.objects.filter(public_id=public_id))


def _locked(pk: int) -> Call:
    return _one(Call.objects.filter(pk=pk))


def _one(calls: QuerySet[Call]) -> Call:
    call = calls.select_for_update(of=("self",)).select_related("duty").first()
    if call is None:
        raise Missing(_("Samtalet finns inte."), code="call_missing")
    return call


def _stopped(call: Call) -> Conflict:
    return Conflict(
        _("%(number)s behöver inget svar längre.") % {"number": call.reference},
        code="call_stopped",
        kept=_("Du behöver inte göra något."),
    )


def _person(actor: Actor) -> User:
    person: User | None = User.objects.filter(pk=actor.user_id).first()
    if person is None:
        raise Forbidden(_("Bara en person kan svara."), code="person_needed")
    return person
