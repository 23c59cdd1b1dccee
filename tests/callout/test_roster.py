"""The roster: planning, accepting, handing over, and what others see of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from tests.callout.conftest import Caller, Shift
from tests.ledger.support import in_threads
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Duty, DutyContact, DutyShift
from trygghetscentral.callout.selectors.people import on_duty
from trygghetscentral.callout.selectors.roster import gaps_in, previous_note, week_of
from trygghetscentral.callout.services import roster
from trygghetscentral.callout.services.roster import set_wait
from trygghetscentral.callout.states import Rank
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing

Travel = Callable[[dt.datetime], time_machine.Traveller]
ClientOf = Callable[[User], Client]
HOUR = dt.timedelta(hours=1)


def test_a_planned_shift_is_on_duty_between_its_hours_only(
    bo: User, disa: User, tib: Duty, now: dt.datetime
) -> None:
    begin, end = now + HOUR, now + 9 * HOUR
    roster.plan_shift(
        actor=actor_for(bo),
        now=now,
        duty_id=tib.pk,
        user_id=disa.pk,
        rank="primary",
        starts_at=begin,
        ends_at=end,
    )
    assert on_duty(now)[0].primary is None
    at_start = on_duty(begin)[0].primary
    assert at_start is not None
    assert at_start.user == disa
    assert on_duty(end)[0].primary is None


@pytest.mark.parametrize(("starts", "ends"), [(-9, -1), (5, 5), (5, 4), (1, 24 * 32)])
def test_impossible_hours_are_refused(
    bo: User, disa: User, tib: Duty, now: dt.datetime, starts: int, ends: int
) -> None:
    with pytest.raises(Invalid):
        roster.plan_shift(
            actor=actor_for(bo),
            now=now,
            duty_id=tib.pk,
            user_id=disa.pk,
            rank="primary",
            starts_at=now + starts * HOUR,
            ends_at=now + ends * HOUR,
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_plan_at_once_one_succeeds(
    bo: User, disa: User, egil: User, tib: Duty, now: dt.datetime
) -> None:
    refused: list[DomainError] = []

    def plan(user: User) -> None:
        try:
            roster.plan_shift(
                actor=actor_for(bo),
                now=now,
                duty_id=tib.pk,
                user_id=user.pk,
                rank="primary",
                starts_at=now,
                ends_at=now + HOUR,
            )
        except Conflict as error:
            refused.append(error)

    in_threads(lambda: plan(disa), lambda: plan(egil))
    assert DutyShift.objects.count() == len(refused) == 1


def test_one_accepts_ones_own_shift_once(
    disa: User, egil: User, shift: Shift, now: dt.datetime
) -> None:
    own = shift(disa)
    with pytest.raises(Forbidden):
        roster.accept_shift(actor=actor_for(egil), now=now, shift_id=own.pk)
    first = roster.accept_shift(actor=actor_for(disa), now=now, shift_id=own.pk)
    again = roster.accept_shift(actor=actor_for(disa), now=now + HOUR, shift_id=own.pk)
    assert first.accepted_at == again.accepted_at == now
    with pytest.raises(Conflict):
        roster.accept_shift(actor=actor_for(disa), now=now + 8 * HOUR, shift_id=own.pk)
    with pytest.raises(Missing):
        roster.accept_shift(actor=actor_for(disa), now=now, shift_id=0)


@pytest.mark.parametrize("note", ["", "  \n", "\x00", "å" * 4001])
def test_a_handover_without_a_note_is_refused(
    disa: User, shift: Shift, now: dt.datetime, note: str
) -> None:
    own = shift(disa)
    with pytest.raises(Invalid):
        roster.hand_over(actor=actor_for(disa), now=now, shift_id=own.pk, note=note)


def test_a_handover_gives_the_rest_of_the_shift_and_must_be_accepted(
    disa: User, egil: User, shift: Shift, now: dt.datetime
) -> None:
    own = shift(disa)
    end = own.ends_at
    roster.hand_over(
        actor=actor_for(disa), now=now, shift_id=own.pk, note="Bron är öppen.", to_user_id=egil.pk
    )
    following = on_duty(now)[0].primary
    assert following is not None
    assert (following.user, following.ends_at, following.accepted_at) == (egil, end, None)
    note = previous_note(following)
    assert note is not None
    assert note.handover_note == "Bron är öppen."
    with pytest.raises(Conflict):
        roster.hand_over(actor=actor_for(disa), now=now, shift_id=own.pk, note="En gång till.")


def test_a_reserve_cannot_take_over_while_being_the_reserve(
    disa: User, egil: User, shift: Shift, now: dt.datetime
) -> None:
    own = shift(disa)
    shift(egil, Rank.BACKUP)
    with pytest.raises(Conflict):
        roster.hand_over(
            actor=actor_for(disa), now=now, shift_id=own.pk, note="Ta den.", to_user_id=egil.pk
        )
    own.refresh_from_db()
    assert own.handover_note == ""


def test_another_hands_over_only_with_the_right_to_plan(
    disa: User, alma: User, bo: User, shift: Shift, now: dt.datetime
) -> None:
    own = shift(disa)
    with pytest.raises(Forbidden):
        roster.hand_over(actor=actor_for(alma), now=now, shift_id=own.pk, note="Hon är sjuk.")
    roster.hand_over(actor=actor_for(bo), now=now, shift_id=own.pk, note="Hon är sjuk.")


def test_only_a_shift_that_has_not_begun_is_removed(
    disa: User, bo: User, shift: Shift, now: dt.datetime
) -> None:
    begun = shift(disa)
    later = shift(disa, starts_at=now + 10 * HOUR, ends_at=now + 12 * HOUR)
    with pytest.raises(Conflict):
        roster.remove_shift(actor=actor_for(bo), now=now, shift_id=begun.pk)
    roster.remove_shift(actor=actor_for(bo), now=now, shift_id=later.pk)
    assert list(DutyShift.objects.all()) == [begun]


def test_the_waiting_time_of_a_duty_decides_when_the_next_is_called(
    bo: User, disa: User, shift: Shift, tib: Duty, call: Caller, now: dt.datetime
) -> None:
    shift(disa)
    DutyContact.objects.create(user=disa, email="disa@tib.example")
    set_wait(actor=actor_for(bo), now=now, duty_id=tib.pk, seconds=60)
    assert call().due_at == now + dt.timedelta(seconds=60)
    with pytest.raises(Invalid):
        set_wait(actor=actor_for(bo), now=now, duty_id=tib.pk, seconds=5)
    with pytest.raises(Missing):
        set_wait(actor=actor_for(bo), now=now, duty_id=0, seconds=60)


def test_ones_own_contact_and_nobody_elses(
    disa: User, egil: User, alma: User, bo: User, now: dt.datetime
) -> None:
    given = {"phone": "070-174 06 05", "sms": "", "email": ""}
    roster.save_contact(actor=actor_for(alma), now=now, user_id=alma.pk, **given)
    with pytest.raises(Forbidden):
        roster.save_contact(actor=actor_for(alma), now=now, user_id=disa.pk, **given)
    roster.save_contact(actor=actor_for(bo), now=now, user_id=egil.pk, **given)
    assert DutyContact.objects.get(user=egil).phone == "070-174 06 05"


def test_a_gap_without_a_primary_is_seen(disa: User, shift: Shift, now: dt.datetime) -> None:
    begin, end = now, now + 10 * HOUR
    first = shift(disa, starts_at=now - HOUR, ends_at=now + 2 * HOUR)
    second = shift(disa, starts_at=now + 5 * HOUR, ends_at=now + 9 * HOUR)
    found = [(gap.begin, gap.end) for gap in gaps_in([second, first], begin, end)]
    assert found == [(first.ends_at, second.starts_at), (second.ends_at, end)]
    assert gaps_in([], begin, end)[0].begin == begin
    assert gaps_in([shift(disa, starts_at=end, ends_at=end + HOUR)], end, end + HOUR) == []


def test_the_week_in_which_summer_time_begins_is_seven_days_of_the_city(
    disa: User, shift: Shift, now: dt.datetime
) -> None:
    # Sunday 29 March 2026 has 23 hours: 00.00 is 23.00 UTC, and the next midnight 22.00 UTC.
    shift(
        disa,
        starts_at=dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 3, 29, 22, tzinfo=dt.UTC),
    )
    week = week_of(dt.date(2026, 3, 25), now=now)
    days = [len(shifts) for shifts in week.duties[0].rows[0].days]
    assert days == [0, 0, 0, 0, 0, 0, 1]


def test_the_page_shows_who_is_on_duty_and_lets_one_accept(
    disa: User, shift: Shift, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    own = shift(disa)
    browser = client_of(disa)
    assert "ej kvitterad" in browser.get("/larm/jour/").content.decode()
    browser.post(f"/larm/jour/pass/{own.pk}/kvittera/")
    assert "Kvitterad 14:37" in browser.get("/larm/jour/").content.decode()


def test_a_shift_is_planned_in_local_time_by_the_form(
    bo: User, disa: User, tib: Duty, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    browser = client_of(bo)
    sent = {
        "duty": tib.pk,
        "rank": "primary",
        "user": disa.pk,
        "starts_at": "2026-03-13T07:00",
        "ends_at": "2026-03-13T19:00",
    }
    assert browser.post("/larm/jour/pass/", sent).status_code == 302
    made = DutyShift.objects.get()
    assert made.starts_at == dt.datetime(2026, 3, 13, 6, tzinfo=dt.UTC)
    assert browser.post("/larm/jour/pass/", sent).status_code == 409
    assert browser.post("/larm/jour/pass/", {**sent, "ends_at": "x"}).status_code == 400


def test_the_handover_page_wants_a_note(
    disa: User, egil: User, shift: Shift, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    address = f"/larm/jour/pass/{shift(disa).pk}/lamna/"
    browser = client_of(disa)
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"note": ""}).status_code == 400
    assert browser.post(address, {"note": "Åskan går.", "to": egil.pk}).status_code == 302
    assert "Åskan går." in client_of(egil).get("/larm/jour/").content.decode()


@pytest.mark.parametrize("week", ["", "2026-03-12", "skräp", "9999-12-31", "0001-01-01"])
def test_any_week_can_be_asked_for(
    bo: User, client_of: ClientOf, travel: Travel, now: dt.datetime, week: str
) -> None:
    travel(now)
    assert client_of(bo).get("/larm/jour/", {"vecka": week}).status_code == 200


def test_the_bar_is_red_when_nobody_is_on_duty(
    alma: User, disa: User, shift: Shift, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    browser = client_of(alma)
    assert "ingen i tjänst" in browser.get("/larm/").content.decode()
    own = shift(disa)
    assert "ej kvitterad" in browser.get("/larm/jour/laget/").content.decode()
    roster.accept_shift(actor=actor_for(disa), now=now, shift_id=own.pk)
    shown = browser.get("/larm/").content.decode()
    assert "kvitterad 14:37" in shown
    assert "ingen i tjänst" not in shown
