"""A request and what the controller decided."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.parts import moment_field, text_field
from incidents.models import Disclosure
from incidents.services.disclosures import GROUNDS, DisclosureData
from trygghetscentral.accounts.models import Organisation

APPEAL: Final = _(
    "Beslutet kan överklagas till kammarrätten. Skriv vilket beslut det gäller och hur du vill att "
    "det ändras. Överklagandet skickas till den nämnd som har beslutat och ska ha kommit in inom "
    "tre veckor från den dag du fick del av beslutet."
)
"""[GK] The words of each controller's own template hold over these."""
MOST_NUMBER: Final = 20


class DisclosureForm(forms.Form):
    """Who asked may stay unsaid for the public (TF 2 kap. 18 §)."""

    controller = forms.ChoiceField(
        label=_("Ansvarig"), help_text=_("Den myndighet som förvarar uppgiften och beslutar.")
    )
    incident = forms.CharField(
        label=_("Händelse"),
        required=False,
        max_length=MOST_NUMBER,
        help_text=_("Numret, om det gäller en händelse. Till exempel H-2026-000012."),
    )
    asker = forms.ChoiceField(
        label=_("Begärd av"),
        choices=Disclosure.Asker.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Allmänheten behöver varken säga vem den är eller vad uppgiften ska användas till."
        ),
    )
    asker_name = forms.CharField(
        label=_("Myndighet"),
        required=False,
        max_length=160,
        help_text=_(
            "Vilken myndighet och enhet. Skriv inte vem en enskild eller en journalist är: det "
            "behövs inte och får inte efterforskas."
        ),
    )
    asked_at = moment_field(_("Begäran kom"))
    what = text_field(_("Vad begäran gällde"), required=True, rows=4)
    ground = forms.ChoiceField(
        label=_("Grund"), choices=[("", _("Välj grund")), *Disclosure.Ground.choices]
    )
    test = text_field(
        _("Sekretessprövning"),
        required=True,
        rows=4,
        help_text=_(
            "Vilken bestämmelse, vilken skada, och varför uppgiften kan lämnas eller inte."
        ),
    )
    outcome = forms.ChoiceField(
        label=_("Beslut"), choices=Disclosure.Outcome.choices, widget=forms.RadioSelect
    )
    masked = text_field(
        _("Borttagna delar"), help_text=_("Vad som maskerats, när det lämnas ut i delar.")
    )
    appeal = text_field(
        _("Hur beslutet överklagas"),
        rows=4,
        help_text=_("Sparas när något inte lämnas ut. Ändra efter er egen mall."),
    )
    decided_by_name = forms.CharField(
        label=_("Beslutad av"),
        max_length=160,
        help_text=_("Den som beslutar för den ansvariga: namn och befattning, eller nämnden."),
    )
    decided_at = moment_field(_("Beslutad"))

    def __init__(self, *args: Any, controllers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["controller"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type
        field.choices = [(str(one.pk), one.name) for one in controllers]
        self.initial.setdefault("appeal", APPEAL)

    def clean(self) -> dict[str, Any]:
        """The ground is one that holds for whoever asked."""
        given = super().clean() or {}
        asker, ground = given.get("asker"), given.get("ground")
        if asker and ground and ground not in GROUNDS[asker]:
            self.add_error("ground", _("Grunden gäller inte för den som begärt det."))
        return given

    def data_given(self) -> DisclosureData:
        """For the service."""
        given = dict(self.cleaned_data)
        asked_at: dt.datetime = given.pop("asked_at")
        del given["controller"], given["incident"]
        return DisclosureData(asked_at=asked_at, **given)
