"""A brukare's record, and looking one up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms.gateways.voice import checked_address
from alarms.models import CareRecipient
from alarms.services.care import MOST_NEXT_OF_KIN, CareData, KinData, version_of
from trygghetscentral.shared.errors import Invalid

SPARE_ROWS = 2
MOST_CHARACTERS = 1_000


def phone_field(**options: Any) -> forms.RegexField:
    """A telephone number as people write it."""
    return forms.RegexField(
        regex=r"^\+?[\d ()-]{3,30}$",
        error_messages={"invalid": _("Skriv bara siffror, mellanslag och bindestreck.")},
        **options,
    )


def _text(**options: Any) -> forms.CharField:
    return forms.CharField(
        max_length=MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        **options,
    )


class CareForm(forms.Form):
    """What answering a call needs. Nothing about the person's health (domain.md 00.8)."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Namn"), max_length=200)
    address = forms.CharField(label=_("Adress"), max_length=200)
    area = forms.CharField(label=_("Sektion"), max_length=16, required=False)
    zone = forms.CharField(
        label=_("Zon"),
        max_length=16,
        required=False,
        help_text=_("Lämna tomt när hela anläggningen är brukarens."),
    )
    phone = phone_field(label=_("Telefon"), required=False)
    voice_address = forms.CharField(
        label=_("Röstadress"),
        max_length=200,
        required=False,
        help_text=_("Trygghetstelefonens nummer, eller sip:namn@vaxel.example."),
    )
    entry = _text(label=_("Väg in och portkod"))
    key_info = _text(label=_("Nyckel"))
    language = forms.CharField(label=_("Språk"), max_length=100, required=False)
    staff_risks = _text(
        label=_("Risker för personalen"),
        help_text=_("Till exempel hund eller rökning. Skriv inget om brukarens hälsa."),
    )
    care_group = forms.CharField(label=_("Hemtjänstgrupp"), max_length=200, required=False)
    care_group_phone = phone_field(label=_("Hemtjänstgruppens telefon"), required=False)

    def clean_voice_address(self) -> str:
        """Only what can be rung."""
        try:
            return checked_address(self.cleaned_data["voice_address"])
        except Invalid as error:
            raise forms.ValidationError(error.sentence()) from error

    def data_for_service(self, kin: Any) -> CareData:
        """What was filled in, once valid, with the rows of `kin`."""
        values = {name: text for name, text in self.cleaned_data.items() if name != "seen"}
        return CareData(**values, next_of_kin=_kin_of(kin))


class KinForm(forms.Form):
    """Somebody to ring. A row without a name is left out."""

    name = forms.CharField(label=_("Namn"), max_length=200)
    relation = forms.CharField(label=_("Relation"), max_length=100, required=False)
    phone = phone_field(label=_("Telefon"))


KinFormSet: Any = forms.formset_factory(
    KinForm,
    extra=SPARE_ROWS,
    max_num=MOST_NEXT_OF_KIN,
    absolute_max=MOST_NEXT_OF_KIN + SPARE_ROWS,
    can_order=True,
    can_delete=True,
    can_delete_extra=False,
)


class LookupForm(forms.Form):
    """One brukare, by what is exactly that person's."""

    wanted = forms.CharField(
        label=_("Brukarens nummer eller hela telefonnumret"),
        max_length=40,
        help_text=_("Till exempel BR-2026-000001. Namn går inte att söka på."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    case_number = forms.CharField(
        label=_("Ärendets nummer"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, asks_case: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_case:
            self.fields["case_number"].required = True
        else:
            del self.fields["case_number"]


def initial_of(recipient: CareRecipient) -> dict[str, Any]:
    """The record as the form shows it."""
    names = [name for name in CareForm.base_fields if name != "seen"]
    return {name: getattr(recipient, name) for name in names} | {"seen": version_of(recipient)}


def kin_initial_of(recipient: CareRecipient) -> list[dict[str, Any]]:
    """The rows in their order."""
    return [
        {"name": one.name, "relation": one.relation, "phone": one.phone}
        for one in recipient.next_of_kin.all()
    ]


def _kin_of(formset: Any) -> tuple[KinData, ...]:
    kept = [
        form
        for form in formset.forms
        if form.cleaned_data.get("name") and not form.cleaned_data.get("DELETE")
    ]
    order = {id(form): form.cleaned_data.get("ORDER") or len(kept) for form in kept}
    return tuple(
        KinData(
            name=form.cleaned_data["name"],
            relation=form.cleaned_data["relation"],
            phone=form.cleaned_data["phone"],
        )
        for form in sorted(kept, key=lambda form: order[id(form)])
    )
