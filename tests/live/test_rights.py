"""Who keeps a socket."""

from __future__ import annotations

import datetime as dt

import pytest
from pytest_django import Settings

from tests.accounts.factories import person
from tests.live.alarm_rows import NOW
from tests.personas import City
from trygghetscentral.accounts import policy
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.accounts.session_store import SessionStore
from trygghetscentral.live import registry
from trygghetscentral.live.registry import Stream
from trygghetscentral.live.rights import Gone, Rights, changed_since, fresh_rights

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarms() -> Stream:
    stream = registry.get("alarms")
    assert stream
    return stream


def session_of(user: User, **values: object) -> str:
    store = SessionStore()
    store.update({"_auth_user_id": str(user.pk), **values})
    store.set_expiry(NOW + dt.timedelta(days=900))
    store.create()
    return str(store.session_key)


def fresh(stream: Stream, user: User, session_key: str, now: dt.datetime = NOW) -> Rights | Gone:
    return fresh_rights(stream, user_id=user.pk, session_key=session_key, now=now)


def test_only_the_keys_that_rows_can_have_are_compared(alma: User, alarms: Stream) -> None:
    rights = fresh(alarms, alma, session_of(alma))
    assert isinstance(rights, Rights) and rights.language == "sv" and rights.level == "full"
    assert rights.audiences < alma.audiences()
    assert {one.partition("@")[0] for one in rights.audiences} == {"alarm.view"}


def test_another_ones_session_is_no_session(alma: User, bo: User, alarms: Stream) -> None:
    assert fresh(alarms, alma, session_of(bo)) is Gone.SIGNED_OUT
    assert fresh(alarms, alma, "") is Gone.SIGNED_OUT


def test_without_the_permission_there_is_nothing_to_follow(dan: User, alarms: Stream) -> None:
    assert fresh(alarms, dan, session_of(dan)) is Gone.CLOSED


def test_nobody_follows_without_a_second_factor_where_it_is_demanded(
    alma: User, alarms: Stream, settings: Settings
) -> None:
    settings.MFA_REQUIRED = True
    assert fresh(alarms, alma, session_of(alma)) is Gone.SIGNED_OUT
    assert isinstance(fresh(alarms, alma, session_of(alma, **{policy.SECOND_FACTOR: True})), Rights)


def test_an_operator_stays_for_the_shift_and_others_for_an_hour(
    city: City, alma: User, alarms: Stream
) -> None:
    office = next(
        code
        for code, role in ROLES.items()
        if Permission.ALARM_VIEW in role.permissions
        and Permission.SESSION_SHIFT not in role.permissions
        and not role.for_service_accounts
    )
    signed_in = {policy.SIGNED_IN_AT: NOW.timestamp(), policy.SEEN_AT: NOW.timestamp()}
    after_two_hours = NOW + dt.timedelta(hours=2)
    clerk = person(office, city.root)
    assert fresh(alarms, clerk, session_of(clerk, **signed_in), after_two_hours) is Gone.SIGNED_OUT
    session = session_of(alma, **signed_in)
    assert isinstance(fresh(alarms, alma, session, after_two_hours), Rights)
    assert fresh(alarms, alma, session, NOW + dt.timedelta(hours=14)) is Gone.SIGNED_OUT


def test_a_removed_user_has_other_rights_than_then(alarms: Stream) -> None:
    nobody = Rights(10**9, frozenset(), "sv", "full")
    assert changed_since(nobody, alarms, since=0, now=NOW)
