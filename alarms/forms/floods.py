"""Declaring a larmflod, prolonging it, ending it, and closing its alarms together."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms import floods
from alarms.models import Flood
from alarms.services.floods import FloodData, closable_codes
from alarms.services.floods.closing import Scope
from alarms.words import CATEGORIES
from trygghetscentral.places.models import Area
from trygghetscentral.places.models.areas import AreaKind

HOURS: Final = (
    ("1", _("1 timme")),
    ("2", _("2 timmar")),
    ("4", _("4 timmar")),
    ("8", _("8 timmar")),
    ("12", _("12 timmar")),
)
_PRIORITIES: Final = [(str(n), str(n)) for n in floods.PRIORITIES]


class FloodForm(forms.Form):
    """A new flood."""

    category = forms.ChoiceField(
        label=_("Slag av larm"),
        choices=[(code, label) for code, label in CATEGORIES if code in floods.FLOODABLE],
        initial="technical",
        help_text=_(
            "Brand, överfall, trygghetslarm, okända larm och larm med prioritet 1 visas alltid "
            "som vanligt."
        ),
    )
    areas = forms.MultipleChoiceField(
        label=_("Stadsområden"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Inget valt betyder hela staden."),
    )
    cause = forms.ChoiceField(label=_("Orsak"), choices=Flood.Cause.choices)
    note = forms.CharField(
        label=_("Anteckning"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Till exempel vad nätägaren har sagt. Skriv inga namn."),
    )
    mode = forms.ChoiceField(
        label=_("Vad händer med larmen"),
        choices=(
            (Flood.Mode.DELAY, _("Vänta på återställning, visa dem sedan")),
            (Flood.Mode.COUNT, _("Räkna bara, visa dem när larmfloden är över")),
            (Flood.Mode.REPRIORITISE, _("Visa dem med lägre prioritet")),
        ),
        initial=Flood.Mode.DELAY,
        widget=forms.RadioSelect,
    )
    hold_minutes = forms.IntegerField(
        label=_("Minuter att vänta på återställning"),
        required=False,
        min_value=1,
        max_value=floods.MOST_HOLD_MINUTES,
        initial=floods.HOLD_MINUTES,
    )
    priority = forms.ChoiceField(
        label=_("Lägre prioritet"), required=False, choices=_PRIORITIES, initial="5"
    )
    hours = forms.ChoiceField(label=_("Hur länge"), choices=HOURS, initial="4")
    absorb = forms.BooleanField(
        label=_("Ta också med det som redan är öppet och obesvarat"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.filter(kind=AreaKind.CITY_AREA, valid_to__isnull=True)
        self.fields["areas"].choices = [  # type: ignore[attr-defined]
            (str(area.pk), area.name) for area in areas
        ]

    def data_given(self) -> FloodData:
        """What the service is asked for."""
        given = self.cleaned_data
        lowers = given["mode"] == Flood.Mode.REPRIORITISE
        delays = given["mode"] == Flood.Mode.DELAY
        return FloodData(
            category=given["category"],
            areas=tuple(int(pk) for pk in given["areas"]),
            cause=given["cause"],
            note=given["note"],
            mode=given["mode"],
            priority=int(given["priority"]) if lowers and given["priority"] else None,
            hold_minutes=given["hold_minutes"] if delays else None,
            lasts=dt.timedelta(hours=int(given["hours"])),
            absorb=given["absorb"],
        )


class LongerForm(forms.Form):
    """A longer time, counted from now."""

    prefix = "longer"
    hours = forms.ChoiceField(label=_("Hur länge från nu"), choices=HOURS, initial="4")

    @property
    def lasts(self) -> dt.timedelta:
        """The length chosen."""
        return dt.timedelta(hours=int(self.cleaned_data["hours"]))


class EndFloodForm(forms.Form):
    """That it is over."""

    prefix = "end"
    close_restored = forms.BooleanField(
        label=_("Avsluta de återställda larmen med orsaken Larmflod"), required=False
    )


class CloseFloodForm(forms.Form):
    """One cause for many."""

    prefix = "close"
    scope = forms.ChoiceField(
        label=_("Vilka"),
        choices=(
            (Scope.RESTORED.value, _("De återställda")),
            (Scope.UNOWNED.value, _("Alla som ingen har tagit")),
        ),
        initial=Scope.RESTORED.value,
        widget=forms.RadioSelect,
    )
    code = forms.ChoiceField(label=_("Orsak"))
    note = forms.CharField(
        label=_("Anteckning till varje larm"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, category: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            (code.code, code.label) for code in closable_codes(category)
        ]
