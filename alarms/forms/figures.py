"""Which period figures are asked for, out of the address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms.selectors.figures import Period, PeriodKind, period_of
from trygghetscentral.shared.errors import Invalid

KINDS = (
    (PeriodKind.DAY.value, _("Dygn")),
    (PeriodKind.WEEK.value, _("Vecka")),
    (PeriodKind.MONTH.value, _("Månad")),
    (PeriodKind.RANGE.value, _("Från och till")),
)
EARLIEST = dt.date(2020, 1, 1)
LATEST = dt.date(2199, 12, 31)


class PeriodForm(forms.Form):
    """`period`, `datum` (any day of it) and, for from-to, `till`.

    A reader of aggregates gets whole months only: periods that overlap could be subtracted from
    each other, and give the small numbers away.
    """

    period = forms.ChoiceField(label=_("Period"), choices=KINDS)
    datum = forms.DateField(
        label=_("Datum, eller från"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    till = forms.DateField(
        label=_("Till och med"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, detailed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.detailed = detailed
        if not detailed:
            self.fields["period"] = forms.ChoiceField(label=_("Period"), choices=[KINDS[2]])
            self.fields["datum"].label = _("En dag i månaden")
            del self.fields["till"]

    def clean_datum(self) -> dt.date:
        """Years in which the house can have had alarms."""
        return self._reasonable(self.cleaned_data["datum"])

    def clean_till(self) -> dt.date | None:
        """The same."""
        last = self.cleaned_data["till"]
        return self._reasonable(last) if last else None

    def clean(self) -> None:
        """The days in the right order, and at most a year."""
        if self.errors:
            return
        try:
            self.chosen()
        except Invalid as error:
            raise forms.ValidationError(error.sentence()) from error

    def chosen(self) -> Period:
        """The period of a form that has been cleaned."""
        data = self.cleaned_data
        return period_of(PeriodKind(data["period"]), data["datum"], data.get("till"))

    @staticmethod
    def _reasonable(date: dt.date) -> dt.date:
        if not EARLIEST <= date <= LATEST:
            raise forms.ValidationError(_("Välj ett datum från och med 2020."))
        return date
