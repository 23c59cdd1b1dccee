"""Forms of the acts that put an alarm elsewhere: parking, moving, another priority."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms.selectors.moving import PARK_AT, PARK_MINUTES, PRIORITIES
from alarms.states import ParkReason
from trygghetscentral.shared.clock import STOCKHOLM, local

DAY = dt.timedelta(days=1)


class ParkForm(forms.Form):
    """How long, and what for. A time of day is the next one on the city's clock."""

    minutes = forms.ChoiceField(
        choices=[(str(n), str(n)) for n in PARK_MINUTES] + [(PARK_AT, PARK_AT)],
        error_messages={
            "required": _("Välj hur länge larmet ska vara parkerat."),
            "invalid_choice": _("Välj hur länge larmet ska vara parkerat."),
        },
    )
    at = forms.TimeField(
        required=False, error_messages={"invalid": _("Skriv klockslaget som 14:05.")}
    )
    reason = forms.ChoiceField(
        choices=ParkReason,
        error_messages={
            "required": _("Välj vad larmet väntar på."),
            "invalid_choice": _("Välj vad larmet väntar på."),
        },
    )
    note = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        """A time of day where that was chosen."""
        values = super().clean() or {}
        if values.get("minutes") == PARK_AT and not values.get("at") and "at" not in self.errors:
            self.add_error("at", _("Skriv klockslaget som 14:05."))
        return values

    def until(self, now: dt.datetime) -> dt.datetime:
        """The moment chosen, in UTC; call only on a valid form."""
        chosen = self.cleaned_data["minutes"]
        if chosen != PARK_AT:
            return now + dt.timedelta(minutes=int(chosen))
        today, at = local(now).date(), self.cleaned_data["at"]
        # When summer time ends an hour comes twice: the second one is the next while it lasts.
        moments = (
            dt.datetime.combine(day, at.replace(fold=fold), STOCKHOLM).astimezone(dt.UTC)
            for day in (today, today + DAY)
            for fold in (0, 1)
        )
        return next(moment for moment in moments if moment > now)


class MoveForm(forms.Form):
    """To whom or where ("user:7", "desk:3"), and why."""

    to = forms.RegexField(
        r"^(user|desk):[0-9]{1,9}$",
        error_messages={
            "required": _("Välj vart larmet ska flyttas."),
            "invalid": _("Välj vart larmet ska flyttas."),
        },
    )
    reason = forms.CharField(required=False)

    def target(self) -> tuple[str, int]:
        """Kind and key; call only on a valid form."""
        kind, _colon, pk = self.cleaned_data["to"].partition(":")
        return kind, int(pk)


class PriorityForm(forms.Form):
    """The new priority, and why."""

    priority = forms.TypedChoiceField(
        choices=[(number, str(number)) for number in PRIORITIES],
        coerce=int,
        error_messages={
            "required": _("Prioriteten är 1 till 5."),
            "invalid_choice": _("Prioriteten är 1 till 5."),
        },
    )
    reason = forms.CharField(required=False)
