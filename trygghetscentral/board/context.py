"""What every page needs: the menu for this user, demo mark, permissions for the browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the main menu."""

    href: str
    label: str
    current: bool


MENU: tuple[tuple[str, str | Promise, Permission], ...] = (
    ("board:larm", _("Larm"), Permission.BOARD_LIVE),
    ("incidents:list", _("Händelser"), Permission.INCIDENT_VIEW),
    ("picture:live", _("Lägesbild"), Permission.PICTURE_VIEW),
    ("incidents:diary", _("Att diarieföra"), Permission.DIARY_KEEP),
    ("est:week", _("Veckorapport"), Permission.EST_READ),
    ("places:site-list", pgettext_lazy("flera", "Objekt"), Permission.SITE_VIEW),
    ("report:new", _("Tillbud eller skada"), Permission.INCIDENT_REPORT),
    ("est:new", _("Veckans observation"), Permission.EST_REPORT),
    ("alarms:shift", _("Pass"), Permission.DUTY_VIEW),
    ("alarms:installation-list", _("Anläggningar"), Permission.INSTALLATION_VIEW),
    ("alarms:care-lookup", _("Slå upp brukare"), Permission.CARE_LOOKUP),
    ("alarms:link-list", _("Förbindelser"), Permission.INSTALLATION_VIEW),
    ("alarms:unmatched-list", _("Okända abonnemang"), Permission.SIGNAL_ADOPT),
    ("callout:roster", _("Jour"), Permission.DUTY_VIEW),
    ("alarms:rule-list", _("Regler"), Permission.ALARM_ROUTE),
    ("incidents:disclosures", _("Utlämnanden"), Permission.DISCLOSURE_VIEW),
    ("alarms:load", _("Belastning"), Permission.ALARM_REASSIGN),
    ("alarms:figures", _("Statistik"), Permission.STATISTICS_VIEW),
    ("incidents:figures", _("Tillbud och skador"), Permission.STATISTICS_VIEW),
    ("accounts:user-list", _("Användare"), Permission.ACCOUNT_USERS),
)

# A page that belongs to another entry than the one whose address it lies under.
BELONGS: dict[str, str] = {"alarms:handover": "alarms:shift"}
# As many as stand beside the clock and the sound on the smallest screen of the room.
SHOWN = 7


def menu_for(user: User, path: str) -> list[MenuItem]:
    """The entries the user may open, in their fixed order."""
    shown = [
        (reverse(name), str(label)) for name, label, permission in MENU if user.may(permission)
    ]
    owner = {href: href for href, _label in shown}
    owner |= {reverse(page): reverse(entry) for page, entry in BELONGS.items()}
    # /larm/regler/ lies under /larm/ and is not it.
    here = owner.get(max((href for href in owner if path.startswith(href)), key=len, default=""))
    return [MenuItem(href, label, current=href == here) for href, label in shown]


def house(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html."""
    user = request.user
    nav: list[MenuItem] = []
    permissions: list[str] = []
    if isinstance(user, User) and user.is_active:
        nav = menu_for(user, request.path)
        permissions = sorted(permission.value for permission in user.permissions())
    return {
        "demo": settings.DEMO,
        "exercise": "",
        "nav": nav if len(nav) <= SHOWN else nav[: SHOWN - 1],
        "nav_more": nav[SHOWN - 1 :] if len(nav) > SHOWN else [],
        "viewer_permissions": " ".join(permissions),
    }
