"""Desks and handovers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alarms.models import Desk
from alarms.services.desks import MOST_CHARACTERS
from alarms.services.handover import MOST_CHARACTERS as MOST_NOTES


class DeskForm(forms.Form):
    """How a desk is set up."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    active = forms.BooleanField(
        label=_("I bruk"),
        required=False,
        help_text=_("En larmplats som inte är i bruk får inga larm."),
    )
    arc_category = forms.ChoiceField(
        label=_("Kategori enligt SS-EN 50518"),
        required=False,
        choices=[("", _("ingen")), *Desk.ArcCategory.choices],
    )
    instructions = forms.CharField(
        label=_("Instruktion"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Det som den som är ny på larmplatsen behöver veta. Inga personuppgifter."),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        kwargs["prefix"] = f"larmplats-{desk.pk}"
        super().__init__(*args, **kwargs)


class HandoverForm(forms.Form):
    """What the next shift should know."""

    notes = forms.CharField(
        label=_("Anteckningar till nästa pass"),
        required=False,
        max_length=MOST_NOTES,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Vad som pågår och vad du har lovat någon. Inga personuppgifter."),
    )
