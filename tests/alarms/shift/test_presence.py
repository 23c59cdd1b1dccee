"""Who counts as here, and which desks count as staffed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from alarms.models import Desk
from alarms.selectors.shift import (
    around_user_ids,
    present_user_ids,
    shift_lead_ids,
    staffed_desk_ids,
    unstaffed_desks,
)
from tests.alarms.shift.conftest import SignOn, Sit
from trygghetscentral.accounts.models import User, UserSession


def test_a_live_board_counts_for_a_minute(alma: User, now: dt.datetime, sit: Sit) -> None:
    sit(alma, ago=59)
    assert present_user_ids(now) == {alma.pk}
    assert present_user_ids(now + dt.timedelta(seconds=1)) == frozenset()


def test_locked_or_signed_out_is_not_present_but_around_for_a_minute(
    alma: User, bo: User, now: dt.datetime, sit: Sit
) -> None:
    sit(alma, locked=30)
    sit(bo, ago=30, session=False)
    assert present_user_ids(now) == frozenset()
    assert around_user_ids(now) == {alma.pk, bo.pk}
    assert around_user_ids(now + dt.timedelta(seconds=31)) == frozenset()


def test_one_open_workstation_of_two_is_enough(alma: User, now: dt.datetime, sit: Sit) -> None:
    sit(alma, locked=300)
    sit(alma)
    assert present_user_ids(now) == {alma.pk}


def test_a_session_that_has_run_out_or_a_closed_account_is_not_present(
    alma: User, bo: User, now: dt.datetime, sit: Sit
) -> None:
    sit(alma)
    sit(bo)
    UserSession.objects.filter(user_id=alma.pk).update(expire_date=now)
    User.objects.filter(pk=bo.pk).update(is_active=False, deactivated_at=now)
    assert present_user_ids(now) == frozenset()
    assert around_user_ids(now) == {alma.pk}


def test_a_desk_is_staffed_by_somebody_present_signed_on_and_not_away(
    alma: User, bo: User, now: dt.datetime, sit: Sit, signed_on: SignOn, fire_desk: Desk
) -> None:
    mine = signed_on(alma, fire_desk)
    assert staffed_desk_ids(now) == frozenset()
    board = sit(alma)
    assert staffed_desk_ids(now) == {fire_desk.pk}
    mine.away_since = now
    mine.save()
    assert staffed_desk_ids(now) == frozenset()
    signed_on(bo, fire_desk, ended_at=now)
    sit(bo)
    assert staffed_desk_ids(now) == frozenset()
    mine.away_since = None
    mine.save()
    board.locked_at = now
    board.save()
    assert staffed_desk_ids(now) == frozenset()


def test_a_desk_that_is_switched_off_is_not_missed(
    alma: User, now: dt.datetime, sit: Sit, signed_on: SignOn, fire_desk: Desk
) -> None:
    assert fire_desk in unstaffed_desks(now)
    Desk.objects.filter(pk=fire_desk.pk).update(active=False)
    assert fire_desk not in unstaffed_desks(now)
    assert len(unstaffed_desks(now)) == 5


def test_shift_leads_are_those_present_with_the_role_in_force(
    alma: User, bo: User, now: dt.datetime, sit: Sit
) -> None:
    sit(alma)
    assert shift_lead_ids(now) == []
    sit(bo)
    sit(bo)
    assert shift_lead_ids(now) == [bo.pk]
    bo.grants.update(withdrawn_at=now)
    assert shift_lead_ids(now) == []


def test_one_open_sign_on_for_each_user_and_desk(
    alma: User, now: dt.datetime, signed_on: SignOn, fire_desk: Desk
) -> None:
    signed_on(alma, fire_desk, ended_at=now)
    signed_on(alma, fire_desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        signed_on(alma, fire_desk)


def test_the_six_services_exist_with_their_category(db: None) -> None:
    assert list(Desk.objects.order_by("position").values_list("code", "arc_category")) == [
        ("trygghetslarm", "II"),
        ("brand", "II"),
        ("inbrott", "I"),
        ("teknik", "II"),
        ("felanmalan", ""),
        ("vaxel", ""),
    ]
    assert Desk.objects.filter(active=True).count() == 6
