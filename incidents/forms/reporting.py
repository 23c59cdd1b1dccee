"""An employee's report: three minutes on a phone."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.follow_up import kronor_field
from incidents.forms.parts import PlaceFields, moment_field, text_field
from incidents.models import IncidentReport
from incidents.services.registering import MOST_TEXT, ReportData

NOW, EARLIER = "now", "earlier"
NOBODY, NEARLY, SOMEBODY = "no", "nearly", "yes"
HURT: Final = (
    (NOBODY, _("Nej")),
    (NEARLY, _("Nej, men det kunde ha gått illa")),
    (SOMEBODY, _("Ja")),
)


def filled(given: dict[str, Any]) -> set[str]:
    """The names of the fields that say something."""
    return {name for name, value in given.items() if value not in (None, "")}


class ReportForm(PlaceFields):
    """What, where, when, and how it went. `public_id` is made with the form."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    what = forms.ChoiceField(
        label=_("Vad har hänt?"), choices=IncidentReport.What.choices, widget=forms.RadioSelect
    )
    when = forms.ChoiceField(
        label=_("När hände det?"),
        choices=((NOW, _("Nu nyss")), (EARLIER, _("Tidigare"))),
        initial=NOW,
        widget=forms.RadioSelect,
    )
    occurred_from = moment_field(_("Dag och tid"), required=False)
    text = text_field(
        _("Berätta kort"),
        rows=4,
        required=True,
        max_length=MOST_TEXT,
        help_text=_("Skriv inga namn. Vi hör av oss om vi behöver veta mer."),
    )
    hurt = forms.ChoiceField(
        label=_("Blev någon skadad?"), choices=HURT, initial=NOBODY, widget=forms.RadioSelect
    )
    cost = kronor_field(_("Kostnad i kronor, om du vet"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("longitude", "latitude"):
            self.fields[name].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A time when it was not now, and some place."""
        given = super().clean()
        wrong = set(self.errors)
        if given.get("when") == EARLIER and not {"occurred_from"} & {*wrong, *filled(given)}:
            self.add_error("occurred_from", _("Skriv när det hände."))
        if not {"site", "place", "position", "latitude"} & {*wrong, *filled(given)}:
            self.add_error("place", _("Skriv var det hände, eller välj ett objekt."))
        return given

    def data_given(self, now: dt.datetime) -> ReportData:
        """What the service is asked for."""
        given = self.cleaned_data
        return ReportData(
            public_id=given["public_id"],
            what=given["what"],
            text=given["text"],
            occurred_from=given["occurred_from"] if given["when"] == EARLIER else now,
            site=given["site"],
            place=given["place"],
            position=given["position"],
            hurt=given["hurt"] == SOMEBODY,
            near_miss=given["hurt"] == NEARLY,
            cost=given["cost"],
        )
