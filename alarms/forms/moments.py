"""A past moment, as a person writes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms.selectors.as_of import FURTHEST
from trygghetscentral.shared.clock import local

SHAPE = "%Y-%m-%dT%H:%M"


class PastMomentForm(forms.Form):
    """`tid` in Swedish time, at most 30 days ago and not ahead."""

    tid = forms.DateTimeField(
        label=_("Tidpunkt"),
        input_formats=[SHAPE, f"{SHAPE}:%S"],
        widget=forms.DateTimeInput(format=SHAPE, attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("Skriv datum och klockslag.")},
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self.fields["tid"].widget.attrs |= {
            "min": local(now - FURTHEST).strftime(SHAPE),
            "max": local(now).strftime(SHAPE),
        }

    def clean_tid(self) -> dt.datetime:
        """Refuse what has not happened and what is too long ago to be gone through."""
        at: dt.datetime = self.cleaned_data["tid"]
        if at > self._now:
            raise forms.ValidationError(_("Tidpunkten har inte varit än."))
        if at < self._now - FURTHEST:
            raise forms.ValidationError(_("Välj en tid inom de senaste 30 dygnen."))
        return at
