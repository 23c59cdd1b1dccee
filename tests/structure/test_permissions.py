"""Permissions are an enum, roles are readable classes, and neither has dead members."""

from __future__ import annotations

import re

from tests.structure.tree import code
from trygghetscentral.accounts.permissions import LABELS, Permission
from trygghetscentral.accounts.roles import ROLES

# Granted, and waiting for the page that asks for them.
NOT_YET_ASKED: dict[Permission, str] = {
    Permission.LEDGER_READ: "the page of the ledger",
    Permission.LEDGER_VERIFY: "the page of the seals",
}


def test_every_permission_is_in_a_role_and_has_a_name() -> None:
    granted = {permission for role in ROLES.values() for permission in role.permissions}
    assert sorted(granted) == sorted(Permission) == sorted(LABELS)


def test_every_permission_is_asked_for_somewhere() -> None:
    texts = [
        source.text for source in code() if source.parts[-1] not in {"permissions.py", "roles.py"}
    ]
    unasked = {
        permission
        for permission in Permission
        if not any(re.search(rf"\bPerm(?:ission)?\.{permission.name}\b", text) for text in texts)
    }
    assert unasked == set(NOT_YET_ASKED)


def test_every_role_says_what_it_is_for() -> None:
    for code_, role in ROLES.items():
        assert role.code == code_
        assert str(role.label)
        assert str(role.description).endswith(".")
        assert role.__doc__
