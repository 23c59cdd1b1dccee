"""Permissions and roles are only what something uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from trygghetscentral.accounts import rate_cache, roles
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import LABELS, Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.shared.actor import ActorKind

ROOT = Path(__file__).resolve().parents[2]

# Where a permission is only named, not demanded.
NAMING = {
    "trygghetscentral/accounts/permissions.py",
    "trygghetscentral/accounts/roles.py",
    "trygghetscentral/accounts/services/tokens.py",
}

# Demanded by pages of later rooms; a member leaves the list when its page comes.
NOT_YET_DEMANDED = {
    Permission.ALARM_REASSIGN,
    Permission.LEDGER_READ,
    Permission.LEDGER_VERIFY,
}


def demanded() -> set[Permission]:
    """The permissions that some view, service, selector or model asks for."""
    found: set[Permission] = set()
    for top in ("trygghetscentral", "alarms", "incidents"):
        for file in (ROOT / top).rglob("*.py"):
            if str(file.relative_to(ROOT)) in NAMING:
                continue
            names = re.findall(r"\bPermission\.([A-Z_]{3,})", file.read_text())
            found |= {Permission[name] for name in names}
    return found


def test_every_permission_is_in_a_role_and_has_a_label() -> None:
    held = frozenset[Permission]().union(*(role.permissions for role in ROLES.values()))
    assert held == set(Permission)
    assert set(LABELS) == set(Permission)


def test_every_permission_is_demanded_somewhere() -> None:
    assert set(Permission) - demanded() <= NOT_YET_DEMANDED


def test_roles_are_those_of_the_domain() -> None:
    # domain.md E.4, and EMPLOYEE and CONNECTED_SYSTEM beside it.
    assert set(ROLES) == {
        "OPERATOR", "SHIFT_LEAD", "DUTY_OFFICER", "SEC_COORD", "SITE_MANAGER", "DECISION_MAKER",
        "CAMERA_COUNCIL", "DPO", "EXEC_READER", "PREP_COORD", "STAFF_MEMBER", "GUARD_PARTNER",
        "POLICE_PARTNER", "EMERGENCY_PARTNER", "PEER_MUNICIPALITY", "RECORDS", "ADMIN", "AUDITOR",
        "EMPLOYEE", "CONNECTED_SYSTEM",
    }  # fmt: skip
    assert roles.permissions_of("GONE") == frozenset()


def test_administrator_reads_no_content() -> None:
    assert not ROLES["ADMIN"].permissions & {
        Permission.ALARM_VIEW,
        Permission.INCIDENT_VIEW,
        Permission.SITE_VIEW,
        Permission.FILE_VIEW,
        Permission.SITE_ACCESS_CODE,
        Permission.LEDGER_READ,
    }


def test_who_decides_does_not_author_and_who_sends_is_no_person() -> None:
    assert not ROLES["DECISION_MAKER"].permissions & ROLES["SEC_COORD"].permissions - {
        Permission.STATISTICS_VIEW,
        Permission.EST_READ,
    }
    assert ROLES["CONNECTED_SYSTEM"].for_service_accounts
    assert ROLES["AUDITOR"].time_boxed
    assert ROLES["STAFF_MEMBER"].time_boxed


@pytest.mark.django_db
def test_actor_of_a_person_and_of_a_system(alma: User) -> None:
    assert actor_for(alma).label == "OP 1"
    assert actor_for(alma).user_id == alma.pk
    alma.is_service = True
    assert actor_for(alma).kind is ActorKind.API_CLIENT


def test_wrongly_declared_view_shows_nothing_to_a_stranger() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        signed_in_user(request)


def test_rate_limits_live_on_when_redis_is_away() -> None:
    cache = rate_cache.PatientRedisCache("redis://127.0.0.1:1/0", {})
    assert cache.add("k", [1])
    assert not cache.add("k", [2])
    cache.set("k", [3])
    assert cache.get("k") == [3]
    assert cache.delete("k")
    assert cache.get("k", "none") == "none"
