"""The other views of the alarms, for the board's menu."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.board.context import MenuItem

PAGES: Final[tuple[tuple[str, str | Promise, Permission], ...]] = (
    ("alarms:prov-list", _("Prov och ur drift"), Permission.INSTALLATION_VIEW),
    ("board:wall", _("Väggvy"), Permission.BOARD_WALL),
    ("board:map", _("Karta"), Permission.BOARD_WALL),
    ("alarms:as-of", _("Larmlistan då"), Permission.BOARD_LIVE),
    ("alarms:shift", _("Pass"), Permission.DUTY_VIEW),
    ("alarms:handover", _("Överlämning"), Permission.DESK_SIGN_ON),
    ("alarms:flood-list", _("Larmflod"), Permission.BOARD_LIVE),
    ("alarms:load", _("Belastning"), Permission.ALARM_REASSIGN),
    ("alarms:figures", _("Statistik"), Permission.STATISTICS_VIEW),
)


def pages_for(user: User) -> list[MenuItem]:
    """Those the user may open, in their fixed order."""
    return [
        MenuItem(reverse(name), str(label), current=False)
        for name, label, permission in PAGES
        if user.may(permission)
    ]
