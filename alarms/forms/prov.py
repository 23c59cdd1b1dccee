"""Setting something in prov or ur drift, and answering for it longer."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms import prov
from alarms.models import Installation, TestPeriod
from alarms.services.prov import PeriodData, Verification
from alarms.words import CATEGORIES

WHOLE, OTHER = "whole", "other"
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
LENGTHS: Final = (
    ("15", _("15 minuter")),
    ("30", _("30 minuter")),
    ("60", _("60 minuter")),
    ("120", _("2 timmar")),
    ("240", _("4 timmar")),
    ("480", _("8 timmar")),
)
LONG: Final = (
    (str(_DAY), _("1 dygn (ur drift)")),
    (str(3 * _DAY), _("3 dygn (ur drift, skiftledare)")),
    (str(7 * _DAY), _("7 dygn (ur drift, skiftledare)")),
    (str(14 * _DAY), _("14 dygn (ur drift, skiftledare)")),
    (str(30 * _DAY), _("30 dygn (ur drift, skiftledare)")),
)
_TESTABLE: Final = tuple((code, label) for code, label in CATEGORIES if code in prov.TESTABLE)


class _VerifiedForm(forms.Form):
    """Length, reason, and how the caller's right to ask was checked."""

    minutes = forms.ChoiceField(label=_("Hur länge"), choices=(*LENGTHS, *LONG), initial="60")
    reason = forms.CharField(
        label=_("Varför"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Vad som provas eller är fel. Skriv inga namn."),
    )
    verified_how = forms.ChoiceField(
        label=_("Behörigheten kontrollerad med"),
        choices=TestPeriod.Verified.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Krävs för brand och överfall (00.11)."),
    )
    word = forms.CharField(
        label=_("Kodordet som sades"),
        max_length=60,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Jämförs med anläggningens kodord och sparas inte. Finns inget kodord inlagt "
            "svarar du för att det var rätt."
        ),
    )
    technician = forms.CharField(
        label=_("Teknikerns id"),
        max_length=40,
        required=False,
        help_text=_("Id-numret, inte namnet."),
    )

    @property
    def lasts(self) -> dt.timedelta:
        """The length chosen."""
        return dt.timedelta(minutes=int(self.cleaned_data["minutes"]))

    @property
    def verification(self) -> Verification:
        """How the right to ask was checked."""
        given = self.cleaned_data
        return Verification(given["verified_how"], given["technician"], given["word"])


class ProvForm(_VerifiedForm):
    """A new period at one installation."""

    kind = forms.ChoiceField(
        label=_("Läge"),
        choices=TestPeriod.Kind.choices,
        initial=TestPeriod.Kind.TEST,
        widget=forms.RadioSelect,
    )
    place = forms.ChoiceField(label=_("Del av anläggningen"))
    area = forms.CharField(
        label=_("Sektion, nummer"),
        max_length=16,
        required=False,
        help_text=_("Bara när du valt ”annan del”."),
    )
    zone = forms.CharField(
        label=_("Zon, nummer"),
        max_length=16,
        required=False,
        help_text=_("Bara när du valt ”annan del”. Skriv numret som larmet skickar det."),
    )
    category = forms.ChoiceField(
        label=_("Vad"),
        required=False,
        choices=(
            ("", _("Allt utom brand, överfall, trygghetslarm och okända koder")),
            *_TESTABLE,
        ),
        help_text=_(
            "Brand och överfall sätts i prov en zon i taget, högst 60 minuter, efter kodord "
            "eller tekniker-id. Deras signaler visas kvar på larmlistan, märkta PROV (00.11)."
        ),
    )
    field_order = (
        *("kind", "place", "area", "zone", "category"),
        *("minutes", "verified_how", "word", "technician", "reason"),
    )

    def __init__(self, *args: Any, installation: Installation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places(installation)  # type: ignore[attr-defined]

    def data_given(self) -> PeriodData:
        """What the service is asked for."""
        given = self.cleaned_data
        area, zone = given["area"], given["zone"]
        if given["place"] != OTHER:
            area, _dash, zone = given["place"].partition("/")
            area = "" if area == WHOLE else area
        return PeriodData(
            kind=given["kind"],
            lasts=self.lasts,
            reason=given["reason"],
            area=area,
            zone=zone,
            category=given["category"],
            verification=self.verification,
        )


class ExtendForm(_VerifiedForm):
    """A longer time, counted from now."""

    prefix = "longer"


class ReviewForm(forms.Form):
    """That it is still needed."""

    prefix = "review"
    reason = forms.CharField(
        label=_("Varför behövs det fortfarande?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EndForm(forms.Form):
    """That it is over."""

    prefix = "end"
    reason = forms.CharField(
        label=_("Anteckning"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def places(installation: Installation) -> list[tuple[str, Any]]:
    """What the panel is known to have, and room for what nobody has entered."""
    areas = [
        (f"{prov.normal(area.number)}/", f"{_('Sektion')} {area.number} {area.name}")
        for area in installation.areas.all()
    ]
    zones = [
        (
            f"{prov.normal(zone.area)}/{prov.normal(zone.number)}",
            " ".join(
                part
                for part in (
                    str(_("Zon")),
                    zone.number,
                    zone.name,
                    f"({_('sektion')} {zone.area})" if zone.area else "",
                )
                if part
            ),
        )
        for zone in installation.zones.all()
    ]
    return [
        (f"{WHOLE}/", _("Hela anläggningen")),
        *zones,
        *areas,
        (OTHER, _("Annan del: skriv sektion och zon nedan")),
    ]
