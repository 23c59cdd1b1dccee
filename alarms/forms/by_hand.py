"""The manual alarm, the call on an open one, and an installation's code words."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms.models import AlarmType
from alarms.services.by_hand import MOST_ADDRESS, MOST_TEXT
from alarms.services.calls import MOST_NAME, MOST_PHONE
from alarms.services.code_words import MOST
from trygghetscentral.places.models import Area, Site

NEW = "new"
QUIET = {"autocomplete": "off", "spellcheck": "false"}


class ManualForm(forms.Form):
    """What the caller says. `attach` is "new" or the open alarm that the call is about; it is
    asked for only when the place has one."""

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    type = forms.ModelChoiceField(
        label=_("Vad gäller det?"),
        queryset=AlarmType.objects.none(),
        to_field_name="code",
        empty_label=None,
    )
    site = forms.SlugField(required=False, max_length=140)
    address = forms.CharField(
        label=_("Eller adress"),
        max_length=MOST_ADDRESS,
        required=False,
        widget=forms.TextInput(attrs=QUIET),
    )
    city_area = forms.ModelChoiceField(
        label=_("Eller stadsområde"),
        queryset=Area.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Inte valt"),
    )
    text = forms.CharField(
        label=_("Vad har hänt?"),
        max_length=MOST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Står på larmraden. Skriv inga namn eller nummer här."),
    )
    caller = forms.CharField(
        label=_("Vem ringer?"),
        max_length=MOST_NAME,
        required=False,
        widget=forms.TextInput(attrs=QUIET),
    )
    phone = forms.CharField(
        label=_("Ring tillbaka på"),
        max_length=MOST_PHONE,
        required=False,
        widget=forms.TextInput(attrs={**QUIET, "inputmode": "tel"}),
    )
    attach = forms.CharField(required=False, max_length=36)

    def __init__(
        self, *args: Any, types: list[AlarmType], areas: Any, places: Any, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"form_id": uuid.uuid4()})
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.found_site: Site | None = None
        self._places = places
        kinds: Any = self.fields["type"]
        kinds.queryset = AlarmType.objects.filter(pk__in=[row.pk for row in types])
        kinds.choices = [(row.code, row.label) for row in types]
        where: Any = self.fields["city_area"]
        where.queryset = areas

    def clean_site(self) -> str:
        """Find the object among those the user may see; others do not exist."""
        slug = str(self.cleaned_data["site"])
        if slug:
            self.found_site = self._places.filter(slug=slug).first()
            if self.found_site is None:
                raise forms.ValidationError(_("Objektet finns inte. Sök igen."))
        return slug


class CodeWordsForm(forms.Form):
    """Both words. They are typed in and never shown again."""

    word = forms.CharField(
        label=_("Kodord"),
        max_length=MOST,
        widget=forms.PasswordInput(render_value=False, attrs=QUIET),
        help_text=_("Minst tre bokstäver eller siffror. Stora och små bokstäver räknas lika."),
    )
    duress = forms.CharField(
        label=_("Hotord"),
        max_length=MOST,
        required=False,
        widget=forms.PasswordInput(render_value=False, attrs=QUIET),
        help_text=_(
            "Det som sägs under hot i stället för kodordet. Larmet märks då tyst och kan inte "
            "avslutas som obefogat. Lämna tomt om anläggningen inte har något."
        ),
    )
