"""The staff room's forms. Times are written as people say them: 14:05, or 3/12 14:05."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.forms.parts import text_field
from incidents.models import Channel, StaffFunction, StaffKind, StaffLevel, Words
from incidents.services.staff.opening import MOST_REASON
from incidents.services.staff.writing import MOST_PARTY, MOST_TEXT, Attached, RowData
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.shared.clock import STOCKHOLM, local

_CLOCK: Final = re.compile(r"(?:kl\.? ?)?(\d{1,2})[:.](\d{2})")
_DAY: Final = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})) +(.+)")
DAY: Final = dt.timedelta(days=1)


def moment_of(text: str, *, now: dt.datetime, ahead: bool = False) -> dt.datetime:
    """A moment as somebody wrote it: "14:05" is the latest such, or with `ahead` the next one; a
    day may stand before it. Raises ValidationError."""
    given = text.strip().lower()
    day = _DAY.fullmatch(given)
    clock = _CLOCK.fullmatch(day[6] if day else given)
    try:
        if clock is None:
            raise ValueError(given)
        at = dt.time(int(clock[1]), int(clock[2]))
        date = _date(day, local(now).date()) if day else local(now).date()
        moment = dt.datetime.combine(date, at, STOCKHOLM)
        # Without a day, or without a year, the nearest such moment that makes sense is meant.
        step = 1 if ahead else -1
        if (moment > now) != ahead and day is None:
            moment = dt.datetime.combine(date + step * DAY, at, STOCKHOLM)
        elif (moment > now) != ahead and day is not None and not day[1]:
            moment = moment.replace(year=moment.year + step)
    except ValueError as error:
        raise forms.ValidationError(
            _("Skriv klockslag som 14:05, eller med dag som 3/12 14:05."), code="moment"
        ) from error
    return moment.astimezone(dt.UTC)


def _date(day: re.Match[str], today: dt.date) -> dt.date:
    if day[1]:
        return dt.date(int(day[1]), int(day[2]), int(day[3]))
    return dt.date(today.year, int(day[5]), int(day[4]))


def _small(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **more,
    )


class RowForm(forms.Form):
    """A row of the log. What concerns one kind only is shown when that kind is chosen."""

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Slag"), choices=StaffKind, widget=forms.RadioSelect)
    happened = _small(
        _("Händelsetid"),
        max_length=20,
        help_text=_("Tom är nu. Annars som 14:05 eller 3/12 14:05."),
    )
    function = forms.ChoiceField(
        label=_("Din roll i staben"),
        choices=[("", pgettext_lazy("stab", "Ingen")), *StaffFunction.choices],
        required=False,
    )
    corrects = forms.IntegerField(
        label=_("Rättar rad nummer"),
        required=False,
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Den gamla raden står kvar, överstruken, med en länk hit."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Skriv inget som är säkerhetsskyddsklassificerat."),
        error_messages={"required": _("Skriv vad raden ska säga.")},
    )
    decider = _small(
        _("Beslutsfattare"),
        max_length=MOST_PARTY,
        help_text=_("Befattning, till exempel stabschef."),
    )
    reasons = text_field(_("Skäl"), rows=2, max_length=MOST_TEXT)
    valid_until = _small(
        _("Gäller till"),
        max_length=20,
        help_text=_("Tom är tills vidare. Annars som 18:00 eller 3/12 08:00."),
    )
    sender = _small(_("Från"), max_length=MOST_PARTY)
    recipient = _small(_("Till"), max_length=MOST_PARTY)
    channel = forms.ChoiceField(
        label=_("Kanal"),
        choices=[("", pgettext_lazy("stab", "Ingen")), *Channel.choices],
        required=False,
    )
    about = forms.TypedChoiceField(
        label=_("Hör till beslut"), required=False, coerce=int, empty_value=None
    )
    ground = forms.ChoiceField(
        label=_("Kan omfattas av sekretess"),
        choices=[("", _("Nej")), *SecrecyGround.choices],
        required=False,
        help_text=_("Raden krypteras. Läsare hos andra nämnder ser grunden och inte raden."),
    )

    def __init__(
        self,
        *args: Any,
        now: dt.datetime,
        decisions: Iterable[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self.fields["about"].choices = [("", _("Inget")), *decisions]  # type: ignore[attr-defined]

    def clean_happened(self) -> dt.datetime | None:
        """A moment that has been, or now."""
        text = self.cleaned_data["happened"]
        return moment_of(text, now=self._now) if text else None

    def clean_valid_until(self) -> dt.datetime | None:
        """A moment to come, or until further notice."""
        text = self.cleaned_data["valid_until"]
        return moment_of(text, now=self._now, ahead=True) if text else None

    def data_given(self, files: Sequence[Attached]) -> RowData:
        """What the service is asked for."""
        given = self.cleaned_data
        names = ("text", "sender", "recipient", "decider", "reasons")
        correction = given["kind"] == StaffKind.CORRECTION
        return RowData(
            public_id=given["public_id"],
            kind=given["kind"],
            words=Words(**{name: given[name] for name in names}),
            happened_at=given["happened"],
            function=given["function"],
            channel=given["channel"],
            ground=given["ground"],
            valid_until=given["valid_until"],
            about=given["about"],
            corrects=given["corrects"] if correction else None,
            files=files,
        )


class LevelForm(forms.Form):
    """How much of a staff, and why."""

    level = forms.TypedChoiceField(
        label=_("Nivå"), choices=StaffLevel, coerce=int, widget=forms.RadioSelect
    )
    reason = text_field(
        _("Skäl"),
        max_length=MOST_REASON,
        required=True,
        help_text=_("Står som en rad i dagboken."),
    )


class CloseForm(forms.Form):
    """Why it ends."""

    reason = text_field(
        _("Skäl"),
        max_length=MOST_REASON,
        required=True,
        help_text=_("Står som sista rad. Sedan tar dagboken inte emot fler rader."),
    )


def ids_among(values: Iterable[str]) -> list[UUID]:
    """The ids among what a browser sent; what is none is left out."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
