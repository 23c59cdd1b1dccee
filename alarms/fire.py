"""Who alarms räddningstjänsten, and so which act the target of a fire runs to (domain.md 00.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alarms.codes import Category
from alarms.prov import is_test

if TYPE_CHECKING:
    from alarms.models import Alarm

CENTRE = "centre"
RESCUE_WORDS: Final[dict[str, Promise]] = {
    "sos": _("SOS direkt"),
    CENTRE: _("vi larmar"),
    "nobody": _("ingen larmar"),
}
FIRE_ENDINGS = (".alarm", ".manual")


def rescue_call(alarm: Alarm) -> str:
    """`Installation.FireCall` for a fire, "" for anything else; asks for the installation.

    A fire that somebody rang about is alarmed by the centre: no one else has heard of it. A
    test is not for räddningstjänsten.
    """
    if alarm.category != Category.FIRE or not alarm.kind.endswith(FIRE_ENDINGS):
        return ""
    if is_test(alarm.kind):
        return ""
    return CENTRE if alarm.installation is None else alarm.installation.fire_call


def runs_to_rescue(alarm: Alarm) -> bool:
    """Whether the target is met by "Räddningstjänst larmad" and not by the answer."""
    return rescue_call(alarm) == CENTRE


def awaits_rescue(alarm: Alarm) -> bool:
    """Whether that act is still to be done."""
    return alarm.target_met_at is None and runs_to_rescue(alarm)
