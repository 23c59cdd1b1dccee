"""What people enter on the roster."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Duty
from trygghetscentral.callout.selectors.roster import candidates
from trygghetscentral.callout.services.roster import MOST_NOTE_CHARACTERS
from trygghetscentral.callout.states import Rank

number = RegexValidator(
    r"^\+?[0-9 ()/-]{5,24}$", _("Skriv ett telefonnummer, till exempel 070-123 45 67.")
)
mobile = RegexValidator(
    r"^\+[0-9]{8,15}$", _("Skriv numret med landskod och utan mellanslag: +46701234567.")
)


class Person(forms.ModelChoiceField):
    """Somebody who may stand on the roster, by signature."""

    def __init__(self, now: dt.datetime, **kwargs: Any) -> None:
        allowed = [user.pk for user in candidates(now)]
        super().__init__(User.objects.filter(pk__in=allowed).order_by("signature"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """The signature: names stand nowhere."""
        return str(obj.signature)


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class ShiftForm(forms.Form):
    """Enter somebody on the roster."""

    duty = forms.ModelChoiceField(Duty.objects.all(), label=_("Jour"), empty_label=None)
    rank = forms.ChoiceField(choices=Rank.choices, label=_("Roll"))
    starts_at = _moment(_("Från"))
    ends_at = _moment(_("Till"))

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = Person(now, label=_("Vem"))
        self.order_fields(["duty", "rank", "user", "starts_at", "ends_at"])


class HandoverForm(forms.Form):
    """What the next one must know, and who that is when it is not the next on the roster."""

    note = forms.CharField(
        label=_("Vad behöver nästa veta?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_NOTE_CHARACTERS,
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = Person(
            now,
            label=_("Vem tar resten av passet?"),
            required=False,
            empty_label=_("Ingen, passet löper ut som planerat"),
        )


class ContactForm(forms.Form):
    """How one is reached."""

    phone = forms.CharField(
        label=_("Telefon som operatören ringer"), required=False, validators=[number]
    )
    sms = forms.CharField(label=_("Nummer för sms"), required=False, validators=[mobile])
    email = forms.EmailField(label=_("E-post för jouren"), required=False)


class WaitForm(forms.Form):
    """How long each rank is given."""

    seconds = forms.IntegerField(label=_("Väntetid, sekunder"), min_value=10, max_value=3600)
