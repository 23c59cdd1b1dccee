"""One small form for each part of an incident. `seen` is the seal of what it was filled in from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.models import SEVERITIES, URGENCIES, Incident, IncidentKind, KindGroup, Part
from incidents.selectors.people import groups_of, may_share, workers
from incidents.services.parts import FLAGS, MOST_POLICE_NUMBER, Protection
from incidents.services.registering import MOST_PLACE, MOST_TEXT, MOST_TITLE
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Site
from trygghetscentral.shared.errors import Invalid

MOMENT: Final = "%Y-%m-%dT%H:%M"
NO_SITE: Final = ""


def moment_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """A time of the city's clock, to the minute."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )


def text_field(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    """Several lines."""
    more.setdefault("max_length", 4000)
    more.setdefault("required", False)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _degrees(label: Any) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class KindField(forms.ChoiceField):
    """The kinds in use, by group, and the one it has already."""

    def fill(self, current: IncidentKind | None = None) -> None:
        """Read them now."""
        kinds = list(IncidentKind.objects.in_use())
        if current is not None and current not in kinds:
            kinds.append(current)
        kinds.sort(key=lambda kind: kind.code)
        empty: list[Any] = [] if current else [("", _("Välj slag"))]
        self.choices = empty + [
            (
                str(KindGroup(group).label),
                [(kind.code, f"{kind.code} {kind.label}") for kind in members],
            )
            for group, members in groupby(kinds, key=lambda kind: kind.group)
        ]


class PlaceFields(forms.Form):
    """A site, words, or a position: as much as is known."""

    site = forms.UUIDField(label=_("Objekt"), required=False, widget=forms.HiddenInput)
    place = forms.CharField(
        label=_("Plats i ord"),
        required=False,
        max_length=MOST_PLACE,
        help_text=_("Till exempel adress, eller vilken sida av huset."),
    )
    longitude = _degrees(_("Longitud"))
    latitude = _degrees(_("Latitud"))

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = sites
        self.chosen: Site | None = None
        wanted = self["site"].value()
        if wanted:
            try:
                self.chosen = sites.filter(public_id=forms.UUIDField().clean(wanted)).first()
            except forms.ValidationError:
                self.chosen = None

    def clean_site(self) -> Site | None:
        """One that the person may choose."""
        if self.cleaned_data["site"] is None:
            return None
        if self.chosen is None:
            raise forms.ValidationError(_("Välj ett objekt ur listan."), code="no_site")
        return self.chosen

    def clean(self) -> dict[str, Any]:
        """Both degrees or none, in Sweden."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        longitude, latitude = given.get("longitude"), given.get("latitude")
        given["position"] = None
        if (longitude is None) != (latitude is None):
            self.add_error("latitude", _("Skriv både longitud och latitud."))
        elif longitude is not None and latitude is not None:
            try:
                given["position"] = geometry.position(longitude, latitude)
            except Invalid as error:
                self.add_error("latitude", error.sentence())
        return given


def position_initial(position: Position | None) -> dict[str, Any]:
    """The two degrees."""
    if position is None:
        return {}
    return {"longitude": position.longitude, "latitude": position.latitude}


class SealedForm(forms.Form):
    """With the seal of what it was filled in from."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class BasicsForm(SealedForm):
    """What it is."""

    kind = KindField(label=_("Slag"))
    title = forms.CharField(label=_("Rubrik"), max_length=MOST_TITLE)
    description = text_field(
        _("Beskrivning"),
        rows=8,
        max_length=MOST_TEXT,
        help_text=_("Vad som hände. Skriv inga namn: personer har en egen, skyddad del."),
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        if isinstance(field, KindField):
            field.fill(incident.kind)


class PlaceForm(SealedForm, PlaceFields):
    """Where it happened."""


class TimeForm(SealedForm):
    """When it happened."""

    occurred_from = moment_field(_("Började"))
    occurred_until = moment_field(
        _("Slutade"), required=False, help_text=_("Lämna tomt om det pågår eller inte är känt.")
    )


FLAG_LABELS: Final = {
    "near_miss": _("Tillbud: det kunde ha gått illa"),
    "injured": _("Någon är skadad"),
    "damaged": _("Något är skadat eller stulet"),
    "external": _("Extern: utanför kommunens egen verksamhet"),
    "suspected_crime": _("Misstänkt brott"),
    "police_reported": _("Polisanmäld"),
    "work_environment": _("Arbetsmiljö: ska även anmälas i avvikelsesystemet"),
    "personal_data": _("Personuppgiftsincident: dataskyddsombudet ska veta genast"),
    "improper_influence": _("Otillåten påverkan"),
}


class FlagsForm(SealedForm):
    """What also holds."""

    flags = forms.MultipleChoiceField(
        label=_("Det här gäller"),
        required=False,
        choices=[(name, FLAG_LABELS[name]) for name in FLAGS],
        widget=forms.CheckboxSelectMultiple,
    )
    police_number = forms.CharField(
        label=_("Polisens nummer"),
        required=False,
        max_length=MOST_POLICE_NUMBER,
        help_text=_("Till exempel 5000-K123456-26."),
    )


class AffectedForm(SealedForm):
    """Who else it concerns."""

    organisations = forms.MultipleChoiceField(
        label=_("Berörda nämnder, bolag och förbund"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("De får läsa händelsen, utom delar som är sekretessmarkerade och personer."),
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = may_share(incident)
        _choose(self, "organisations", [(str(one.pk), one.name) for one in others])


GROUND_HELP: Final = _(
    "Kan delen omfattas av sekretess, välj stödet. En markering är en varning: varje utlämnande "
    "prövas på nytt. Andra nämnder ser inte en markerad del."
)


class ProtectionForm(SealedForm):
    """Who may know, and what may be secret."""

    group = forms.ChoiceField(
        label=_("Bara för behovsgruppen"),
        required=False,
        help_text=_("Alla andra får inte veta att händelsen finns: inte i listor, antal, karta."),
    )
    description = forms.ChoiceField(label=_("Beskrivningen"), required=False, help_text=GROUND_HELP)
    persons = forms.ChoiceField(label=_("Personerna"), required=False)
    damage = forms.ChoiceField(label=_("Skadorna och kostnaderna"), required=False)
    analysis = forms.ChoiceField(label=_("Orsaksanalysen"), required=False)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(str(one.pk), one.name) for one in groups_of(incident.controller)]
        _choose(self, "group", [("", _("Ingen: nämnden ser den")), *groups])
        for part in Part:
            _choose(self, part, [("", _("Ingen markering")), *SecrecyGround.choices])

    def protection(self) -> Protection:
        """What the service is asked for."""
        given = self.cleaned_data
        return Protection(
            restricted_group_id=int(given["group"]) if given["group"] else None,
            grounds={part: given[part] for part in Part},
        )


class AssessForm(SealedForm):
    """Consequence and haste, each by itself."""

    severity = forms.TypedChoiceField(
        label=_("Allvarlighetsgrad: vad det fick för följd"),
        coerce=int,
        choices=SEVERITIES,
        widget=forms.RadioSelect,
        help_text=_("Det värsta som stämmer avgör."),
    )
    urgency = forms.TypedChoiceField(
        label=_("Prioritet: hur bråttom det är"),
        coerce=int,
        choices=URGENCIES,
        widget=forms.RadioSelect,
    )
    reason = text_field(_("Varför"), required=True, max_length=2000)


class AssignForm(SealedForm):
    """Whose it is."""

    owner = forms.ChoiceField(label=_("Ansvarig"))

    def __init__(self, *args: Any, incident: Incident, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "owner", [(str(u.pk), u.signature) for u in workers(incident, now=now)])


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    form.fields[name].choices = list(choices)  # type: ignore[attr-defined]
