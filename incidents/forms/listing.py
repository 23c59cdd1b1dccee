"""What the list is narrowed to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import SEVERITIES, KindGroup
from incidents.selectors.listing import ANY_STAGE, STILL_OPEN, Narrowed, areas_now, controllers_for
from incidents.states import Stage
from trygghetscentral.accounts.models import User

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class IncidentFilterForm(forms.Form):
    """Everything is optional; what can not be read narrows nothing."""

    grupp = forms.ChoiceField(
        label=_("Slag"), required=False, choices=(("", _("Alla slag")), *KindGroup.choices)
    )
    lage = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=((STILL_OPEN, _("Öppna")), (ANY_STAGE, _("Alla lägen")), *Stage.choices),
    )
    namnd = forms.ChoiceField(label=_("Nämnd"), required=False)
    omrade = forms.ChoiceField(label=_("Stadsområde"), required=False)
    fran = forms.DateField(label=_("Från"), required=False, widget=DAY)
    till = forms.DateField(label=_("Till"), required=False, widget=DAY)
    niva = forms.ChoiceField(
        label=_("Lägst nivå"), required=False, choices=(("", _("Alla nivåer")), *SEVERITIES)
    )
    mina = forms.BooleanField(label=_("Bara mina"), required=False)

    def __init__(self, *args: Any, user: User, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "namnd", _("Alla"), [(str(o.pk), o.name) for o in controllers_for(user)])
        _choose(self, "omrade", _("Hela staden"), [(a.slug, a.name) for a in areas_now(now)])

    def narrowed(self) -> Narrowed:
        """What is asked for."""
        self.is_valid()
        given = self.cleaned_data
        last = given.get("till")
        return Narrowed(
            group=given.get("grupp", ""),
            stage=given.get("lage", STILL_OPEN),
            controller_id=int(given["namnd"]) if given.get("namnd") else None,
            area_slug=given.get("omrade", ""),
            first_day=given.get("fran"),
            last_day=last if last and last < dt.date.max else None,
            least_severity=int(given["niva"]) if given.get("niva") else None,
            mine=given.get("mina", False),
        )


def _choose(form: forms.Form, name: str, empty: Any, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = [("", empty), *choices]  # type: ignore[attr-defined]
