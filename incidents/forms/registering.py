"""A new incident, by a säkerhetssamordnare."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.parts import KindField, PlaceFields, moment_field, text_field
from incidents.models import IncidentKind
from incidents.services.registering import MOST_TEXT, MOST_TITLE, IncidentData
from trygghetscentral.accounts.models import NeedToKnowGroup, Organisation, User
from trygghetscentral.accounts.permissions import Permission


class IncidentForm(PlaceFields):
    """What, when, where, and whose."""

    kind = KindField(label=_("Slag"))
    title = forms.CharField(label=_("Rubrik"), max_length=MOST_TITLE)
    description = text_field(
        _("Beskrivning"),
        rows=5,
        max_length=MOST_TEXT,
        help_text=_("Vad som hände. Skriv inga namn: personer har en egen, skyddad del."),
    )
    occurred_from = moment_field(_("Började"))
    controller = forms.ChoiceField(
        label=_("Vems händelse"), help_text=_("Den som är personuppgiftsansvarig.")
    )
    group = forms.ChoiceField(
        label=_("Bara för behovsgruppen"),
        required=False,
        help_text=_(
            "Krävs för otillåten påverkan, hot mot förtroendevalda och personuppgiftsincidenter."
        ),
    )

    field_order = ("kind", "title", "occurred_from", "site", "place", "longitude", "latitude")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if isinstance(kind, KindField):
            kind.fill()
        where = Organisation.objects.where_may(user, Permission.INCIDENT_EDIT)
        controllers = where.filter(is_controller=True)
        self.fields["controller"].choices = [  # type: ignore[attr-defined]
            (str(one.pk), one.name) for one in controllers
        ]
        groups = NeedToKnowGroup.objects.filter(pk__in=user.group_ids()).order_by("name")
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            ("", _("Ingen: nämnden ser den")),
            *((str(one.pk), one.name) for one in groups),
        ]

    def data_given(self) -> IncidentData:
        """What the service is asked for."""
        given = self.cleaned_data
        return IncidentData(
            kind=IncidentKind.objects.get(code=given["kind"]),
            title=given["title"],
            description=given["description"],
            occurred_from=given["occurred_from"],
            site=given["site"],
            place=given["place"],
            position=given["position"],
            controller_id=int(given["controller"]),
            restricted_group_id=int(given["group"]) if given["group"] else None,
        )
