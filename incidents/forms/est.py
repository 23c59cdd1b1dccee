"""The forms of EST: an observation, the draft of a veckorapport, a disclosure to Polisen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.forms.parts import PlaceFields, text_field
from incidents.models import (
    WEEKDAYS,
    EstPriority,
    EstReport,
    ObservationKind,
    Outcome,
    TimeBand,
    VersionKind,
    WeekLevel,
)
from incidents.models.est import MOST_DONE, MOST_EST_PLACE, MOST_OBSERVED
from incidents.models.est_reports import MOST_SECTION
from incidents.selectors.est.weeks import OPEN_BACK, Week, week_now
from incidents.services.est.disclosing import GROUNDS, ExportData
from incidents.services.est.drafting import SECTIONS, DraftData, FollowUpData, PriorityData
from incidents.services.est.observing import ObservationData
from incidents.services.est.screening import names_in, refuse_blocked
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.places import geometry
from trygghetscentral.places.models import Area
from trygghetscentral.shared.errors import Invalid

NO_GROUND: Final = ("", gettext_lazy("Ingen markering"))


class NamesAnswered(forms.Form):
    """Asks about words that look like names, and only then. `found` are those words, for the one
    who wrote them."""

    names_answered = forms.BooleanField(
        label=gettext_lazy("Nej, inget av orden är namnet på en person"), required=False
    )

    found: list[str]

    def ask_about(self, given: dict[str, Any], names: Iterable[str]) -> None:
        """Add the question unless it is answered."""
        self.found = names_in(*(str(given.get(name) or "") for name in names))
        if self.found and not given.get("names_answered"):
            self.add_error(
                "names_answered",
                _("Kan det här vara namn på personer: %(words)s? Ta bort dem, eller svara här.")
                % {"words": ", ".join(self.found)},
            )

    def refuse(self, name: str, text: str) -> None:
        """Put what may not stand there at the field where it stands."""
        try:
            refuse_blocked(text)
        except Invalid as error:
            self.add_error(name, error.sentence())


class ObservationForm(PlaceFields, NamesAnswered):
    """What was observed, where and about when. Never who."""

    organisation = forms.ChoiceField(label=gettext_lazy("För vem"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Vad det gäller"),
        choices=[("", gettext_lazy("Välj slag")), *ObservationKind.choices],
    )
    week = forms.ChoiceField(label=gettext_lazy("Vecka"))
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Dag"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("Ingen särskild")), *WEEKDAYS],
    )
    band = forms.ChoiceField(
        label=gettext_lazy("Tid på dygnet"),
        required=False,
        choices=[("", gettext_lazy("Ingen särskild")), *TimeBand.choices],
    )
    text = text_field(
        gettext_lazy("Läget på platsen"),
        rows=4,
        required=True,
        max_length=MOST_OBSERVED,
        help_text=gettext_lazy("Vad ni ser på platsen. Skriv inte om enskilda personer."),
    )
    action = text_field(
        gettext_lazy("Vad ni har gjort"), rows=2, max_length=MOST_DONE, required=False
    )
    area = forms.ModelChoiceField(
        label=gettext_lazy("Område"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=gettext_lazy("Efter platsen"),
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("Kan vara sekretess"),
        required=False,
        choices=[NO_GROUND, *SecrecyGround.choices],
        help_text=gettext_lazy("Markerat kommer aldrig med i den öppna versionen."),
    )

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Organisation],
        areas: QuerySet[Area],
        now: dt.datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.found = []
        self.fields["place"].max_length = MOST_EST_PLACE  # type: ignore[attr-defined]
        self.fields["place"].help_text = _("Till exempel ”gångtunneln vid torget”. Inga husnummer.")
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), one.name) for one in organisations
        ]
        self.weeks = {_week_key(one): one for one in _open_weeks(now)}
        self.fields["week"].choices = [  # type: ignore[attr-defined]
            (key, one.label()) for key, one in self.weeks.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Said at the field where it stands: what may not be there, and what may be a name."""
        given = super().clean()
        for name in ("place", "text", "action"):
            self.refuse(name, str(given.get(name) or ""))
        if not self.errors:
            self.ask_about(given, ("place", "text", "action"))
        return given

    def data_given(self) -> ObservationData:
        """What the service is asked for."""
        given = self.cleaned_data
        return ObservationData(
            kind=given["kind"],
            week=self.weeks[given["week"]],
            weekday=given["weekday"],
            band=given["band"],
            site=given["site"],
            area=given["area"],
            place=given["place"],
            position=given["position"],
            text=given["text"],
            action=given["action"],
            ground=given["ground"],
            names_answered=given["names_answered"],
        )


def _week_key(week: Week) -> str:
    return f"{week.year}-{week.number}"


def _open_weeks(now: dt.datetime) -> list[Week]:
    this = week_now(now)
    return [this, *(this.plus(-back) for back in range(1, OPEN_BACK + 1)), this.plus(1)]


def _section(label: Any) -> forms.CharField:
    return text_field(label, rows=6, max_length=MOST_SECTION)


def _closed(label: Any) -> forms.CharField:
    return text_field(label, rows=3, max_length=MOST_SECTION)


class DraftForm(NamesAnswered):
    """The three sections, the level, and from which revision they were edited."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    happened = _section(gettext_lazy("Hänt"))
    happened_closed = _closed(gettext_lazy("Hänt: bara i den begränsade versionen"))
    doing = _section(gettext_lazy("Görs"))
    doing_closed = _closed(gettext_lazy("Görs: bara i den begränsade versionen"))
    forecast = _section(gettext_lazy("Prognos"))
    forecast_closed = _closed(gettext_lazy("Prognos: bara i den begränsade versionen"))
    closed_ground = forms.ChoiceField(
        label=gettext_lazy("Stöd för det som bara är i den begränsade versionen"),
        required=False,
        choices=[NO_GROUND, *SecrecyGround.choices],
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Nivå"),
        required=False,
        choices=[("", gettext_lazy("Inte satt")), *WeekLevel.choices],
    )
    level_sentence = forms.CharField(
        label=gettext_lazy("Varför den nivån"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("En mening. Ditt tecken och tiden står bredvid."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = []

    def clean(self) -> dict[str, Any]:
        """What may not be there is said at its field."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in (*SECTIONS, "level_sentence"):
            self.refuse(name, str(given.get(name) or ""))
        return given


class PriorityForm(forms.Form):
    """One place of next week; empty is none."""

    place = forms.CharField(label=gettext_lazy("Plats"), required=False, max_length=120)
    why = forms.CharField(label=gettext_lazy("Varför"), required=False, max_length=300)
    responsible = forms.CharField(label=gettext_lazy("Ansvarig"), required=False, max_length=80)
    action = forms.CharField(label=gettext_lazy("Insats"), required=False, max_length=300)
    longitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, widget=forms.HiddenInput)
    open = forms.BooleanField(label=gettext_lazy("Även i öppen version"), required=False)

    def given(self) -> PriorityData | None:
        """What the service is asked for; None for an empty row."""
        data = self.cleaned_data
        if not any(data[name] for name in ("place", "why", "action")):
            return None
        there = data["longitude"] is not None and data["latitude"] is not None
        position = geometry.position(data["longitude"], data["latitude"]) if there else None
        return PriorityData(
            place=data["place"].strip(),
            why=data["why"].strip(),
            responsible=data["responsible"].strip(),
            action=data["action"].strip(),
            open=data["open"],
            position=position,
        )


def priority_initial(row: EstPriority) -> dict[str, Any]:
    """As it stands."""
    position = row.position
    return {
        "place": row.place,
        "why": row.why,
        "responsible": row.responsible,
        "action": row.action,
        "open": row.open,
        "longitude": position.longitude if position else None,
        "latitude": position.latitude if position else None,
    }


class FollowUpForm(forms.Form):
    """What came of one place."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Läge"),
        required=False,
        choices=[("", gettext_lazy("Inte uppföljt")), *Outcome.choices],
    )
    text = forms.CharField(label=gettext_lazy("Vad som gjordes"), required=False, max_length=300)


def draft_initial(report: EstReport) -> dict[str, Any]:
    """The draft as it stands."""
    names = (*SECTIONS, "closed_ground", "level", "level_sentence", "revision")
    return {name: getattr(report, name) for name in (*names, "names_answered")}


def draft_given(
    form: DraftForm, places: Iterable[PriorityForm], follow_up: Iterable[tuple[int, FollowUpForm]]
) -> DraftData:
    """All three together. Raises Invalid for a position outside Sweden."""
    given = form.cleaned_data
    return DraftData(
        revision=given["revision"],
        texts={name: given[name] for name in SECTIONS},
        closed_ground=given["closed_ground"],
        level=given["level"],
        level_sentence=given["level_sentence"],
        names_answered=given["names_answered"],
        priorities=[data for one in places if (data := one.given())],
        follow_up=[
            FollowUpData(
                priority_id=pk,
                outcome=one.cleaned_data["outcome"],
                text=one.cleaned_data["text"].strip(),
            )
            for pk, one in follow_up
        ],
    )


class DisclosureForm(forms.Form):
    """Giving the municipal part to Polisen."""

    version = forms.ChoiceField(label=gettext_lazy("Version"), choices=VersionKind.choices)
    request = forms.CharField(
        label=gettext_lazy("Begäran"),
        max_length=300,
        help_text=gettext_lazy("Vad som begärs, av vilken funktion, och polisens beteckning."),
    )
    asked_on = forms.DateField(
        label=gettext_lazy("Begäran kom"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ground = forms.ChoiceField(
        label=gettext_lazy("Stöd"),
        choices=[(one.value, one.label) for one in GROUNDS],
        widget=forms.RadioSelect,
    )
    tested = forms.CharField(
        label=gettext_lazy("Prövning enligt 8 §"),
        max_length=300,
        help_text=gettext_lazy("Vad prövningen kom fram till, med egna ord."),
    )
    decided_by = forms.CharField(
        label=gettext_lazy("Beslutande hos den personuppgiftsansvarige"),
        max_length=120,
        help_text=gettext_lazy(
            "Befattning och delegation, till exempel ”säkerhetschef, punkt 4.2”."
        ),
    )
    decided_on = forms.DateField(
        label=gettext_lazy("Beslutsdag"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def data_given(self) -> ExportData:
        """What the service is asked for."""
        return ExportData(**self.cleaned_data)
