"""Sending a lägesrapport, testing its open version, and the distribution lists."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.parts import moment_field
from incidents.models import DistributionList, Version
from incidents.selectors.lists import organisations_to_choose
from incidents.services.sitreps.lists import RecipientData
from incidents.services.sitreps.sending import SendOrder
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.shared.digits import whole

NEXT, LAST = "next", "last"
TESTED: Final = _("Jag har prövat att inget i den öppna versionen omfattas av sekretess")


class SendForm(forms.Form):
    """What the sender says. `marked` reports ask for one more test."""

    seen = forms.CharField(widget=forms.HiddenInput)
    sender = forms.CharField(
        label=_("Avsändare"),
        max_length=120,
        help_text=_("Den person som svarar för rapporten. Namnet står i den."),
    )
    role = forms.CharField(label=_("Befattning"), max_length=120, required=False)
    follows = forms.ChoiceField(
        label=_("Nästa uppdatering"),
        choices=((NEXT, _("Det kommer en till")), (LAST, _("Det här är den sista"))),
        widget=forms.RadioSelect,
        initial=NEXT,
    )
    next_at = moment_field(
        _("Nästa lägesrapport kommer"),
        required=False,
        help_text=_("Kommer den inte då påminns den ansvariga, och händelsens sida säger det."),
    )
    lists = forms.MultipleChoiceField(
        label=_("Skicka till"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tested_open = forms.BooleanField(
        label=TESTED,
        required=False,
    )
    tested_marked = forms.BooleanField(
        label=_(
            "Jag har prövat att de markerade delarna får lämnas ut till mottagare utanför den egna "
            "myndigheten"
        ),
        required=False,
    )

    def __init__(
        self, *args: Any, lists: list[DistributionList], marked: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lists"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  for the type
        field.choices = [(str(one.pk), one.name) for one in lists]
        if not marked:
            del self.fields["tested_marked"]

    def clean(self) -> dict[str, Any]:
        """A promise of a next report has a time."""
        given = super().clean() or {}
        if given.get("follows") == NEXT and not given.get("next_at"):
            self.add_error("next_at", _("Skriv när nästa lägesrapport kommer."))
        return given

    def order(self) -> SendOrder:
        """What to send."""
        given = self.cleaned_data
        next_at: dt.datetime | None = given["next_at"] if given["follows"] == NEXT else None
        return SendOrder(
            seen=given["seen"],
            sender=given["sender"],
            role=given["role"],
            next_at=next_at,
            lists=[int(pk) for pk in given["lists"]],
            tested_open=given["tested_open"],
            tested_marked=given.get("tested_marked", False),
        )


class ReleaseForm(forms.Form):
    """The open version is tested anew for each release (E.1)."""

    tested = forms.BooleanField(label=TESTED)
    note = forms.CharField(
        label=_("Anteckning om prövningen"),
        required=False,
        max_length=300,
        help_text=_("Skriv inga personuppgifter."),
    )


class ListForm(forms.Form):
    """A new list."""

    controller = forms.ChoiceField(label=_("Ansvarig"))
    name = forms.CharField(label=_("Sändlistans namn"), max_length=80)

    def __init__(self, *args: Any, controllers: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["controller"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type
        field.choices = [(str(one.pk), one.name) for one in controllers]


class RecipientForm(forms.Form):
    """A function with its mailbox."""

    name = forms.CharField(
        label=_("Funktion"),
        max_length=80,
        help_text=_("Till exempel ”Länsstyrelsen, vakthavande”. Skriv inga personers namn."),
    )
    address = forms.EmailField(label=_("E-postadress"), help_text=_("Funktionens brevlåda."))
    organisation = forms.ChoiceField(
        label=_("Hör till"),
        required=False,
        help_text=_("Lämna tomt för den som är utanför kommunen."),
    )
    version = forms.ChoiceField(
        label=_("Får"), choices=Version.choices, widget=forms.RadioSelect, initial=Version.OPEN
    )
    marked_allowed = forms.BooleanField(
        label=_("Får de markerade delarna fast den är utanför den egna myndigheten"),
        required=False,
        help_text=_(
            "Annars får den den öppna versionen. Sekretess gäller också mellan myndigheter "
            "(8 kap. 1 § OSL), och varje utskick prövas."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type
        field.choices = [
            ("", _("Utanför kommunen")),
            *((str(one.pk), one.name) for one in organisations_to_choose()),
        ]

    def data_given(self) -> RecipientData:
        """For the service."""
        given = self.cleaned_data
        return RecipientData(
            name=given["name"],
            address=given["address"],
            organisation_id=whole(given["organisation"]),
            version=given["version"],
            marked_allowed=given["marked_allowed"],
        )
