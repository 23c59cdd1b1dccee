"""From roles to audience keys."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.accounts.factories import (
    GrantFactory,
    GroupMembershipFactory,
    NeedToKnowGroupFactory,
    UserFactory,
    person,
)
from tests.personas import City
from trygghetscentral.accounts.audiences import group_key, key, organisation_ids, permission_of
from trygghetscentral.accounts.models import BreakGlass, Grant, Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.accounts.selectors import audiences_for

DAY = dt.timedelta(days=1)


def test_operator_on_the_root_covers_the_whole_city(alma: User, city: City) -> None:
    everywhere = {city.root, city.technical, city.technical_department, city.service}
    assert {key(Permission.ALARM_VIEW, one.pk) for one in everywhere} <= audiences_for(alma)
    permissions = ROLES["OPERATOR"].permissions
    assert len(audiences_for(alma)) == len(permissions) * Organisation.objects.count()


def test_coordinator_sees_the_own_namnd_and_below_only(cia: User, city: City) -> None:
    assert cia.may(Permission.SITE_VIEW, city.service.pk)
    assert cia.may(Permission.SITE_VIEW, city.service_department.pk)
    assert not cia.may(Permission.SITE_VIEW, city.technical.pk)
    assert not cia.may(Permission.SITE_VIEW, city.root.pk)
    assert cia.may(Permission.SITE_VIEW)
    assert organisation_ids(cia.audiences(), Permission.SITE_VIEW) == {
        city.service.pk,
        city.service_department.pk,
    }


def test_a_slug_that_begins_like_another_is_not_below_it(cia: User, city: City) -> None:
    near = Organisation.objects.create(
        name="SN2", slug="sn-2", kind="board", parent=city.root, is_controller=True
    )
    assert not cia.may(Permission.SITE_VIEW, near.pk)


def test_no_role_no_keys(dan: User) -> None:
    assert audiences_for(dan) == frozenset()
    assert not dan.may(Permission.ALARM_VIEW)


@pytest.mark.parametrize(
    ("fields", "live"),
    [
        ({"valid_from": 0 * DAY}, True),
        ({"valid_from": DAY}, False),
        ({"valid_from": -DAY, "valid_until": 0 * DAY}, False),
        ({"valid_from": -DAY, "valid_until": DAY}, True),
        ({"valid_from": -DAY, "withdrawn_at": 0 * DAY}, False),
    ],
)
def test_only_grants_in_force_count(
    dan: User, city: City, now: dt.datetime, fields: dict[str, Any], live: bool
) -> None:
    GrantFactory.create(
        user=dan, organisation=city.root, **{name: now + by for name, by in fields.items()}
    )
    assert bool(audiences_for(dan, at=now)) is live


def test_a_role_gone_from_the_code_gives_nothing(dan: User, city: City) -> None:
    grant = GrantFactory.create(user=dan, organisation=city.root, role="GONE")
    assert audiences_for(dan) == frozenset()
    assert grant.role_class is None


def test_closed_account_has_no_keys(alma: User, city: City, now: dt.datetime) -> None:
    GroupMembershipFactory.create(user=alma)
    User.objects.filter(pk=alma.pk).update(is_active=False, deactivated_at=now)
    assert audiences_for(alma) == frozenset()


def test_need_to_know_group_is_a_key_of_its_own(alma: User, bo: User, now: dt.datetime) -> None:
    group = NeedToKnowGroupFactory.create()
    GroupMembershipFactory.create(group=group, user=alma)
    over = NeedToKnowGroupFactory.create()
    GroupMembershipFactory.create(group=over, user=alma, valid_until=now)
    keys = audiences_for(alma, at=now)
    assert group_key(group.pk) in keys
    assert group_key(over.pk) not in keys
    assert group_key(group.pk) not in audiences_for(bo, at=now)


def test_break_glass_adds_its_key_while_it_lasts(dan: User, city: City, now: dt.datetime) -> None:
    BreakGlass.objects.create(
        user=dan,
        controller=city.technical,
        audience="group:77",
        reason="Brand",
        opened_at=now,
        until=now + dt.timedelta(hours=1),
    )
    assert audiences_for(dan, at=now) == {"group:77"}
    assert audiences_for(dan, at=now + dt.timedelta(hours=1)) == frozenset()
    assert audiences_for(dan, at=now - dt.timedelta(seconds=1)) == frozenset()


def test_two_queries_however_many_roles(
    alma: User, city: City, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        audiences_for(alma)
    for role in ("SEC_COORD", "ADMIN", "DPO"):
        GrantFactory.create(user=alma, role=role, organisation=city.technical)
    for group in NeedToKnowGroupFactory.create_batch(3):
        GroupMembershipFactory.create(group=group, user=alma)
    with django_assert_num_queries(2):
        audiences_for(alma)


def test_read_once_per_instance(alma: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        alma.audiences()
        alma.permissions()
        alma.may(Permission.ALARM_VIEW)
        alma.audiences(Permission.ALARM_VIEW)


def test_keys_of_one_permission_and_groups(alma: User, city: City) -> None:
    membership = GroupMembershipFactory.create(user=alma)
    keys = alma.audiences(Permission.ALARM_VIEW)
    assert group_key(membership.group_id) in keys
    assert key(Permission.ALARM_VIEW, city.root.pk) in keys
    assert key(Permission.SITE_VIEW, city.root.pk) not in keys
    assert alma.group_ids() == {membership.group_id}


def test_token_scopes_narrow_and_drop_groups(alma: User, city: City) -> None:
    GroupMembershipFactory.create(user=alma)
    alma.narrow_to(["alarm.view", "ledger.read"])
    assert alma.permissions() == {Permission.ALARM_VIEW}
    assert alma.group_ids() == frozenset()
    assert alma.is_narrowed
    with pytest.raises(ValueError, match="nonsense"):
        alma.narrow_to(["nonsense"])


def test_a_key_names_a_permission_or_a_group() -> None:
    with pytest.raises(ValueError, match="what"):
        permission_of("what")
    assert permission_of("group:1") is None


def test_controller_is_the_nearest_above(city: City) -> None:
    assert city.technical_department.controller() == city.technical
    assert city.technical.controller() == city.technical
    partner = Organisation.objects.create(name="Bolag", slug="bolag", kind="partner")
    assert partner.controller() is None


def test_organisations_and_grants_one_may_see(
    alma: User, cia: User, dan: User, admin_user: User, city: City
) -> None:
    assert set(Organisation.objects.visible_to(cia)) == {city.service, city.service_department}
    assert not Organisation.objects.visible_to(dan).exists()
    assert set(Organisation.objects.within(city.technical)) == {
        city.technical,
        city.technical_department,
    }
    assert set(Grant.objects.visible_to(cia)) == set(cia.grants.all())
    assert Grant.objects.visible_to(admin_user).count() == Grant.objects.count()
    local = person("ADMIN", city.technical)
    elsewhere = UserFactory.create(home_organisation=city.service)
    assert elsewhere not in User.objects.visible_to(local)
    assert str(elsewhere) == elsewhere.signature == elsewhere.get_short_name()
    assert elsewhere.get_full_name() == elsewhere.name
