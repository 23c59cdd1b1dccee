"""Signing on, being away, and never leaving an alarm behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from alarms.models import Alarm, AlarmType, Desk, DeskSignOn
from alarms.selectors.shift import desk_bar, staffing
from alarms.services.desk import claim_alarm, progress_alarm
from alarms.services.shift import (
    TO_QUEUE,
    leave_when_signed_in,
    leave_when_signed_out,
    set_away,
    sign_off,
    sign_on,
)
from alarms.states import Action, AlarmState
from tests.accounts.factories import person
from tests.alarms.intake.senders import Sender
from tests.alarms.shift.conftest import SignOn, Sit
from tests.ledger.support import in_threads
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.events import SignedIn
from trygghetscentral.accounts.models import User, UserSession
from trygghetscentral.accounts.policy import SIGNED_IN_AT
from trygghetscentral.accounts.services.users import deactivate_user
from trygghetscentral.accounts.session_store import SessionStore
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.ledger.services import record
from trygghetscentral.live.models import Presence
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

LATER = dt.timedelta(minutes=10)


@pytest.fixture
def fire(db: None) -> Desk:
    """Brand."""
    return Desk.objects.get(code="brand")


@pytest.fixture
def technics(db: None) -> Desk:
    """Teknik."""
    return Desk.objects.get(code="teknik")


@pytest.fixture
def mine(sender: Sender, alma: User, now: dt.datetime) -> Alarm:
    """An alarm that Alma has taken and works with."""
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    claim_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)
    return progress_alarm(
        actor=actor_for(alma), now=now, public_id=alarm.public_id, action=Action.PROGRESS
    )


def open_desks(user: User) -> list[int]:
    rows = DeskSignOn.objects.filter(user=user, ended_at=None).order_by("pk")
    return list(rows.values_list("desk_id", flat=True))


def test_signing_on_means_exactly_the_chosen_desks(
    alma: User, fire: Desk, technics: Desk, now: dt.datetime
) -> None:
    actor = actor_for(alma)
    sign_on(actor=actor, now=now, desk_ids=[fire.pk, technics.pk])
    first = DeskSignOn.objects.get(desk=technics)
    sign_on(actor=actor, now=now + LATER, desk_ids=[technics.pk])
    assert open_desks(alma) == [technics.pk]
    assert DeskSignOn.objects.get(desk=technics) == first
    names = LedgerRow.objects.filter(name__startswith="desk.").order_by("seq")
    assert list(names.values_list("name", flat=True)) == [
        "desk.signed_on",
        "desk.signed_on",
        "desk.signed_off",
    ]


def test_none_or_a_desk_not_in_use_cannot_be_chosen(
    alma: User, fire: Desk, technics: Desk, now: dt.datetime
) -> None:
    Desk.objects.filter(pk=technics.pk).update(active=False)
    for chosen in ([], [fire.pk, technics.pk], [10**6]):
        with pytest.raises(Invalid):
            sign_on(actor=actor_for(alma), now=now, desk_ids=chosen)
    assert open_desks(alma) == []


def test_only_persons_sign_on(fire: Desk, now: dt.datetime) -> None:
    with pytest.raises(Forbidden):
        sign_on(actor=Actor.system("test"), now=now, desk_ids=[fire.pk])


def test_a_sign_on_older_than_a_shift_was_forgotten_and_begins_anew(
    alma: User, fire: Desk, now: dt.datetime, signed_on: SignOn
) -> None:
    old = signed_on(alma, fire, signed_on_at=now - dt.timedelta(hours=13))
    sign_on(actor=actor_for(alma), now=now, desk_ids=[fire.pk])
    old.refresh_from_db()
    assert old.ended_at == now
    assert DeskSignOn.objects.get(user=alma, ended_at=None).signed_on_at == now


def test_away_and_back_is_said_of_all_desks(
    alma: User, fire: Desk, technics: Desk, now: dt.datetime, sit: Sit
) -> None:
    actor = actor_for(alma)
    sit(alma)
    sign_on(actor=actor, now=now, desk_ids=[fire.pk, technics.pk])
    assert not desk_bar(alma, now).away
    assert set_away(actor=actor, now=now, away=True) == 2
    assert set_away(actor=actor, now=now, away=True) == 0
    assert desk_bar(alma, now).away
    assert not any(row.staffed for row in staffing(now))
    set_away(actor=actor, now=now, away=False)
    assert {row.desk.pk for row in staffing(now) if row.staffed} == {fire.pk, technics.pk}


def test_who_works_no_desk_is_neither_away_nor_signed_off(alma: User, now: dt.datetime) -> None:
    with pytest.raises(Conflict):
        set_away(actor=actor_for(alma), now=now, away=True)
    with pytest.raises(Conflict):
        sign_off(actor=actor_for(alma), now=now)


def test_sign_off_is_refused_while_an_alarm_has_no_taker(
    alma: User, fire: Desk, mine: Alarm, now: dt.datetime, signed_on: SignOn
) -> None:
    signed_on(alma, fire)
    with pytest.raises(Conflict, match="1 öppet larm"):
        sign_off(actor=actor_for(alma), now=now, to={})
    mine.refresh_from_db()
    assert mine.owner == alma
    assert open_desks(alma) == [fire.pk]


def test_what_goes_to_the_queue_keeps_its_age_and_target(
    alma: User, fire: Desk, mine: Alarm, now: dt.datetime, signed_on: SignOn
) -> None:
    signed_on(alma, fire)
    mine.refresh_from_db()
    sign_off(actor=actor_for(alma), now=now + LATER, to={mine.public_id: TO_QUEUE})
    after = Alarm.objects.get()
    assert (after.state, after.owner, after.unanswered) == (AlarmState.NEW, None, True)
    assert (after.waiting_since, after.target_at) == (mine.waiting_since, mine.target_at)
    assert after.returned_at == now + LATER
    assert open_desks(alma) == []
    assert LedgerRow.objects.filter(name="alarm.released").count() == 1


def test_a_colleague_who_is_present_takes_over_as_it_stands(
    alma: User, bo: User, fire: Desk, mine: Alarm, now: dt.datetime, signed_on: SignOn, sit: Sit
) -> None:
    signed_on(alma, fire)
    sit(bo)
    mine.refresh_from_db()
    sign_off(actor=actor_for(alma), now=now, to={mine.public_id: bo.pk})
    after = Alarm.objects.get()
    assert (after.state, after.owner, after.unanswered) == (AlarmState.IN_PROGRESS, bo, False)
    assert after.waiting_since == mine.waiting_since
    row = LedgerRow.objects.get(name="alarm.handed_over")
    payload = LedgerPayload.objects.get(seq=row.seq).body
    assert payload is not None
    assert payload["from_owner_id"] == alma.pk
    assert payload["alarm"]["owner_id"] == bo.pk


def test_what_sounds_again_sounds_on_with_the_colleague_and_is_not_returned_for_idleness(
    alma: User, bo: User, fire: Desk, mine: Alarm, sender: Sender, signed_on: SignOn, sit: Sit
) -> None:
    signed_on(alma, fire)
    sit(bo)
    AlarmType.objects.update(action_seconds=60)
    sender.send(sender.message("BA"))
    before = Alarm.objects.get()
    assert before.unanswered
    sign_off(actor=actor_for(alma), now=sender.now, to={mine.public_id: bo.pk})
    after = Alarm.objects.get()
    assert (after.owner, after.unanswered, after.acts_by) == (bo, True, None)
    assert (after.escalates_at, after.waiting_since) == (before.escalates_at, before.waiting_since)


def test_a_parked_alarm_needs_a_taker_too_and_stays_parked(
    alma: User, bo: User, fire: Desk, mine: Alarm, now: dt.datetime, signed_on: SignOn, sit: Sit
) -> None:
    signed_on(alma, fire)
    sit(bo)
    until = now + dt.timedelta(hours=1)
    Alarm.objects.update(state=AlarmState.PARKED, parked_until=until, acts_by=None)
    with pytest.raises(Conflict):
        sign_off(actor=actor_for(alma), now=now)
    sign_off(actor=actor_for(alma), now=now, to={mine.public_id: bo.pk})
    after = Alarm.objects.get()
    assert (after.state, after.owner, after.parked_until) == (AlarmState.PARKED, bo, until)
    assert after.acts_by is None


def test_a_parked_alarm_can_go_to_the_queue(
    alma: User, fire: Desk, mine: Alarm, now: dt.datetime, signed_on: SignOn
) -> None:
    signed_on(alma, fire)
    Alarm.objects.update(state=AlarmState.PARKED, parked_until=now + LATER, acts_by=None)
    sign_off(actor=actor_for(alma), now=now, to={mine.public_id: TO_QUEUE})
    after = Alarm.objects.get()
    assert (after.state, after.owner, after.parked_until) == (AlarmState.NEW, None, None)


def test_nobody_absent_nor_oneself_nor_somebody_without_the_right_takes_over(
    alma: User,
    bo: User,
    city: City,
    fire: Desk,
    mine: Alarm,
    now: dt.datetime,
    signed_on: SignOn,
    sit: Sit,
) -> None:
    signed_on(alma, fire)
    actor = actor_for(alma)
    sit(bo, locked=5)
    with pytest.raises(Conflict):
        sign_off(actor=actor, now=now, to={mine.public_id: bo.pk})
    with pytest.raises(Invalid):
        sign_off(actor=actor, now=now, to={mine.public_id: alma.pk})
    other = person("OPERATOR", city.service)
    sit(other)
    with pytest.raises(Forbidden):
        sign_off(actor=actor, now=now, to={mine.public_id: other.pk})
    assert Alarm.objects.get().owner == alma
    assert open_desks(alma) == [fire.pk]


def test_a_refused_taker_moves_none_of_the_alarms(
    alma: User,
    bo: User,
    city: City,
    fire: Desk,
    mine: Alarm,
    sender: Sender,
    now: dt.datetime,
    signed_on: SignOn,
    sit: Sit,
) -> None:
    signed_on(alma, fire)
    sit(bo)
    sender.send(sender.message("TA", zone="13"))
    other = Alarm.objects.exclude(pk=mine.pk).get()
    claim_alarm(actor=actor_for(alma), now=now, public_id=other.public_id)
    stranger = person("OPERATOR", city.service)
    sit(stranger)
    with pytest.raises(Forbidden):
        sign_off(
            actor=actor_for(alma),
            now=now,
            to={mine.public_id: bo.pk, other.public_id: stranger.pk},
        )
    assert set(Alarm.objects.values_list("owner", flat=True)) == {alma.pk}


def test_signing_out_everywhere_leaves_the_desks_and_moves_no_alarm(
    alma: User, fire: Desk, mine: Alarm, now: dt.datetime, signed_on: SignOn, sit: Sit
) -> None:
    signed_on(alma, fire)
    sit(alma)
    system = Actor.system("test")
    assert leave_when_signed_out(actor=system, now=now, user_id=alma.pk) == 0
    UserSession.objects.filter(user_id=alma.pk).delete()
    assert leave_when_signed_out(actor=system, now=now, user_id=alma.pk) == 1
    assert leave_when_signed_out(actor=system, now=now, user_id=alma.pk) == 0
    assert open_desks(alma) == []
    assert Alarm.objects.get().owner == alma


def begin(workstation: Presence, at: dt.datetime) -> None:
    """Let the workstation's session have begun then."""
    data = SessionStore().encode({SIGNED_IN_AT: at.timestamp()})
    UserSession.objects.filter(pk=workstation.session_key).update(session_data=data)


@pytest.mark.parametrize(("ago", "left"), [(1, 0), (61, 1)])
def test_signing_in_anew_ends_what_nobody_sits_at_any_longer(
    ago: int,
    left: int,
    alma: User,
    fire: Desk,
    now: dt.datetime,
    signed_on: SignOn,
    sit: Sit,
) -> None:
    signed_on(alma, fire, signed_on_at=now - dt.timedelta(hours=9))
    begin(sit(alma, ago=ago), now - dt.timedelta(hours=9))
    begin(sit(alma), now)
    system = Actor.system("test")
    assert leave_when_signed_in(actor=system, now=now, user_id=alma.pk, at=now) == left
    bar = desk_bar(alma, now)
    assert (bar.mine == []) == bool(left)
    assert bar.last == ([fire] if left else []), "what one key signs on to again"


def test_who_signs_on_before_the_sign_in_is_told_of_stays_on(
    alma: User, fire: Desk, now: dt.datetime, signed_on: SignOn
) -> None:
    signed_on(alma, fire, signed_on_at=now - dt.timedelta(hours=9))
    actor = actor_for(alma)
    with unit_of_work(actor=actor, now=now):
        record(SignedIn(user_id=alma.pk), subject=alma, controller_id=None)
    later = now + dt.timedelta(seconds=1)
    sign_on(actor=actor, now=later, desk_ids=[fire.pk])
    assert leave_when_signed_in(actor=actor, now=later, user_id=alma.pk, at=now) == 0
    assert open_desks(alma) == [fire.pk]


def test_a_sign_on_from_yesterday_staffs_nothing(
    alma: User, fire: Desk, now: dt.datetime, signed_on: SignOn, sit: Sit
) -> None:
    signed_on(alma, fire, signed_on_at=now - dt.timedelta(hours=13))
    sit(alma)
    assert fire in desk_bar(alma, now).unstaffed
    assert desk_bar(alma, now).mine == [] and desk_bar(alma, now).last == [fire]
    assert not any(row.people for row in staffing(now))


@pytest.mark.django_db(transaction=True)
def test_logging_out_and_a_closed_account_leave_the_desks(
    alma: User,
    bo: User,
    admin_user: User,
    now: dt.datetime,
    signed_on: SignOn,
    client_of: Callable[[User], Client],
    deliver_all: Callable[..., int],
) -> None:
    desk = Desk.objects.get(code="brand")
    signed_on(alma, desk)
    signed_on(bo, desk)
    client_of(alma).post(reverse("account_logout"))
    deactivate_user(actor=actor_for(admin_user), now=now, user=bo)
    deliver_all()
    assert not DeskSignOn.objects.filter(ended_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_one_person_in_two_tabs_signs_on_once(alma: User, now: dt.datetime) -> None:
    desk = Desk.objects.get(code="brand")

    def once() -> None:
        sign_on(actor=actor_for(alma), now=now, desk_ids=[desk.pk])

    in_threads(once, once, once)
    assert DeskSignOn.objects.filter(user=alma).count() == 1
    assert LedgerRow.objects.filter(name="desk.signed_on").count() == 1
