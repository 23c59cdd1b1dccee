"""Shape and wording of what people fill in about sites."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.models import NeedToKnowGroup, Organisation
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.places import geometry
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import (
    Area,
    PlaceType,
    Severity,
    Site,
    SiteKind,
    WarningCategory,
)
from trygghetscentral.places.services import ContactData, InstructionData, SiteData, WarningData
from trygghetscentral.shared.errors import Invalid

if TYPE_CHECKING:
    from trygghetscentral.accounts.models import User

ALARM_CATEGORIES = (
    ("", _("Alla larm")),
    ("fire", _("Brandlarm")),
    ("holdup", _("Överfallslarm")),
    ("medical", _("Trygghetslarm")),
    ("burglary", _("Inbrottslarm")),
    ("tamper", _("Sabotagelarm")),
    ("supervision", _("Tappad förbindelse")),
    ("access", _("Passerlarm")),
    ("technical", _("Driftlarm")),
)
SPARE_ROWS = 3


class SiteFilterForm(forms.Form):
    """What the list and the map are narrowed to."""

    q = forms.CharField(
        label=_("Namn eller adress"),
        required=False,
        max_length=80,
        widget=forms.SearchInput,
    )
    kind = forms.ChoiceField(
        label=_("Slag"), required=False, choices=(("", _("Alla slag")), *SiteKind.choices)
    )
    area = forms.ModelChoiceField(
        label=_("Stadsområde"),
        required=False,
        queryset=Area.objects.none(),
        to_field_name="slug",
        empty_label=_("Hela staden"),
    )

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = areas


class OrganisationChoice(forms.ModelChoiceField):
    """Organisations indented as the tree they form."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Non-breaking spaces survive in an option."""
        return "\u00a0\u00a0" * obj.depth + obj.name


def _degrees(label: Any, example: str) -> forms.FloatField:
    return forms.FloatField(
        label=label,
        help_text=_("Grader i WGS 84, till exempel %(example)s.") % {"example": example},
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


class SiteForm(forms.Form):
    """A site itself: where it is and who answers for it."""

    name = forms.CharField(label=_("Namn"), max_length=120)
    kind = forms.ChoiceField(label=_("Slag"), choices=SiteKind.choices)
    place_type = forms.ChoiceField(
        label=_("Tillträde"),
        choices=PlaceType.choices,
        help_text=_("Avgör vilka regler som gäller för kamerabevakning och ordningsvakter."),
    )
    address = forms.CharField(label=_("Gatuadress"), max_length=160)
    postal_code = forms.RegexField(
        label=_("Postnummer"),
        required=False,
        regex=r"^\d{3} ?\d{2}$",
        error_messages={"invalid": _("Skriv fem siffror, till exempel 211 42.")},
    )
    locality = forms.CharField(label=_("Postort"), max_length=60, initial="Malmö")
    longitude = _degrees(_("Longitud"), "13,0007")
    latitude = _degrees(_("Latitud"), "55,6090")
    controller = OrganisationChoice(
        label=_("Ansvarig nämnd, bolag eller förbund"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        help_text=_("Personuppgiftsansvarig för objektet. Äger fastigheten eller larmet."),
    )
    occupant = OrganisationChoice(
        label=_("Lokalnyttjare"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Samma som den ansvariga"),
        help_text=_("Den som har sin verksamhet på platsen. Får också se objektet."),
    )
    payer = OrganisationChoice(
        label=_("Betalar"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Samma som den ansvariga"),
    )
    protection = forms.CharField(
        label=_("Särskild risk och skydd"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Det som den som åker dit måste veta. Skriv inga namn och inga koder."),
    )
    notes = forms.CharField(
        label=_("Anteckningar"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    restricted_group = forms.ModelChoiceField(
        label=_("Bara för en behovsgrupp"),
        queryset=NeedToKnowGroup.objects.none(),
        required=False,
        empty_label=_("Nej, alla som ser organisationens objekt"),
        help_text=_("Väljer du en grupp ser bara dess medlemmar att objektet finns."),
    )

    def __init__(self, *args: Any, editor: User, site: Site | None = None, **kwargs: Any) -> None:
        if site is not None:
            kwargs["initial"] = _initial(site)
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.where_may(editor, Permission.SITE_EDIT)
        if site is not None:
            # Who may edit as occupant keeps the owner as it is.
            mine = mine | Organisation.objects.filter(pk=site.controller_id)
        self._choose("controller", mine.distinct())
        self._choose("occupant", Organisation.objects.all())
        self._choose("payer", Organisation.objects.all())
        self._choose("restricted_group", NeedToKnowGroup.objects.visible_to(editor))

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Check the position as one thing."""
        cleaned = super().clean() or {}
        if "longitude" in cleaned and "latitude" in cleaned:
            try:
                cleaned["position"] = geometry.position(cleaned["longitude"], cleaned["latitude"])
            except Invalid as error:
                self.add_error("longitude", error.sentence())
        return cleaned

    def data_for_service(self) -> SiteData:
        """The cleaned form as what the service wants."""
        clean = self.cleaned_data
        payer, group = clean["payer"], clean["restricted_group"]
        occupant = clean["occupant"] or clean["controller"]
        return SiteData(
            name=clean["name"],
            address=clean["address"],
            postal_code=clean["postal_code"],
            locality=clean["locality"],
            position=clean["position"],
            kind=SiteKind(clean["kind"]),
            place_type=PlaceType(clean["place_type"]),
            controller_id=clean["controller"].pk,
            occupant_id=occupant.pk,
            payer_id=payer.pk if payer else None,
            protection=clean["protection"],
            notes=clean["notes"],
            restricted_group_id=group.pk if group else None,
        )


def _initial(site: Site) -> dict[str, Any]:
    here: Position = site.position
    plain = [
        "name",
        "kind",
        "place_type",
        "address",
        "postal_code",
        "locality",
        "controller",
        "occupant",
        "payer",
        "protection",
        "notes",
        "restricted_group",
    ]
    return {name: getattr(site, name) for name in plain} | {
        "longitude": here.longitude,
        "latitude": here.latitude,
    }


class RowForm(forms.Form):
    """One row of a list on the objektskort. A row without its first field is left out."""

    key_field = ""

    def kept(self) -> bool:
        """Whether the row has anything to keep."""
        return bool(self.cleaned_data.get(self.key_field)) and not self.cleaned_data.get("DELETE")


class ContactForm(RowForm):
    """One contact."""

    key_field = "name"
    name = forms.CharField(label=_("Namn eller funktion"), max_length=80)
    role_title = forms.CharField(label=_("Titel"), max_length=80, required=False)
    phone = forms.RegexField(
        label=_("Telefon"),
        regex=r"^\+?[\d -]{3,22}$",
        error_messages={"invalid": _("Skriv bara siffror, mellanslag och bindestreck.")},
    )
    when = forms.CharField(label=_("När"), max_length=80, required=False)
    note = forms.CharField(label=_("Anteckning"), max_length=200, required=False)


class InstructionForm(RowForm):
    """One step of the åtgärdsinstruktion."""

    key_field = "text"
    text = forms.CharField(label=_("Åtgärd"), max_length=300)
    category = forms.ChoiceField(label=_("Gäller vid"), choices=ALARM_CATEGORIES, required=False)
    required = forms.BooleanField(label=_("Måste göras"), required=False)


class WarningForm(RowForm):
    """One warning."""

    key_field = "text"
    # A spare row counts as untouched only while it holds these.
    category = forms.ChoiceField(
        label=_("Slag"), choices=WarningCategory.choices, initial=WarningCategory.OTHER
    )
    severity = forms.ChoiceField(
        label=_("Hur allvarligt"), choices=Severity.choices, initial=Severity.CAUTION
    )
    text = forms.CharField(label=_("Varning"), max_length=200)
    valid_until = forms.DateTimeField(
        label=_("Gäller till"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )


def _set_of(form: type[RowForm]) -> Any:
    return forms.formset_factory(
        form, extra=SPARE_ROWS, can_order=True, can_delete=True, can_delete_extra=False
    )


ContactFormSet = _set_of(ContactForm)
InstructionFormSet = _set_of(InstructionForm)
WarningFormSet = _set_of(WarningForm)


def _kept(formset: Any) -> Iterable[dict[str, Any]]:
    rows = [form for form in formset.forms if form.has_changed() or form.initial]
    rows = [form for form in rows if form.kept()]
    last = len(rows)
    order = {id(form): form.cleaned_data.get("ORDER") or last for form in rows}
    return [form.cleaned_data for form in sorted(rows, key=lambda form: order[id(form)])]


def contacts_of(formset: Any) -> list[ContactData]:
    """The rows in their order."""
    return [
        ContactData(
            name=row["name"],
            phone=row["phone"],
            role_title=row["role_title"],
            when=row["when"],
            note=row["note"],
        )
        for row in _kept(formset)
    ]


def instructions_of(formset: Any) -> list[InstructionData]:
    """The rows in their order."""
    return [
        InstructionData(text=row["text"], required=row["required"], category=row["category"])
        for row in _kept(formset)
    ]


def warnings_of(formset: Any) -> list[WarningData]:
    """The rows in their order."""
    return [
        WarningData(
            category=WarningCategory(row["category"]),
            severity=Severity(row["severity"]),
            text=row["text"],
            valid_until=row["valid_until"],
        )
        for row in _kept(formset)
    ]


def rows_initial(rows: Iterable[Any], names: Iterable[str]) -> list[dict[str, Any]]:
    """What is stored, for a formset."""
    fields = tuple(names)
    return [{name: _local(getattr(row, name)) for name in fields} for row in rows]


def _local(value: Any) -> Any:
    # Seconds would make the browser call an untouched field invalid.
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


class CodeForm(forms.Form):
    """Setting a sealed code. The secret is never shown back."""

    label = forms.CharField(
        label=_("Vad koden öppnar"), max_length=80, help_text=_("Till exempel Huvudentré.")
    )
    secret = forms.CharField(
        label=_("Kod"),
        max_length=80,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False),
        help_text=_("Sparas krypterad. Den visas inte här igen."),
    )


class CodeRequestForm(forms.Form):
    """Asking to read a code without an open alarm."""

    reason = forms.CharField(
        label=_("Varför behövs koden?"),
        max_length=200,
        help_text=_("Den som godkänner läser detta. Skriv inga namn."),
    )


class SiteFileForm(forms.Form):
    """Handing in a file about the site."""

    file = forms.FileField(
        label=_("Fil"), help_text=_("PDF, PNG, JPEG, WebP eller ren text, högst 20 MB.")
    )
    title = forms.CharField(label=_("Vad filen visar"), max_length=120)
    secrecy_grounds = forms.MultipleChoiceField(
        label=_("Sekretessmarkering"),
        choices=SecrecyGround.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("En varning till läsaren. Varje utlämnande prövas på nytt."),
    )

    def grounds(self) -> list[SecrecyGround]:
        """The chosen markings."""
        return [SecrecyGround(code) for code in self.cleaned_data["secrecy_grounds"]]
