"""Damages, tasks, analysis, alarms, joining, steps and persons."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.parts import SealedForm, text_field
from incidents.models import (
    MOST_KRONOR,
    MOST_WHYS,
    CauseAnalysis,
    Damage,
    Incident,
    PersonPurpose,
    PersonRole,
)
from incidents.selectors.people import workers
from incidents.services.alarm_links import MOST_REASON
from incidents.services.follow_up import (
    MOST_CASE,
    MOST_INSURER,
    MOST_TASK,
    MOST_WHAT,
    AnalysisData,
    DamageData,
)
from incidents.services.persons import MOST_CONTACT, MOST_NAME


def kronor_field(label: Any, *, help_text: Any = "") -> forms.IntegerField:
    """Whole kronor, empty for none."""
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_KRONOR, help_text=help_text
    )


class DamageForm(SealedForm):
    """One thing that was lost or broken."""

    what = forms.CharField(label=_("Vad"), max_length=MOST_WHAT)
    material = kronor_field(_("Material, kronor"))
    work = kronor_field(_("Arbete, kronor"))
    estimated = forms.BooleanField(label=_("Beloppen är uppskattade"), required=False)
    insurance = forms.ChoiceField(label=_("Försäkring"), choices=Damage.Insurance.choices)
    insurer = forms.CharField(label=_("Försäkringsbolag"), required=False, max_length=MOST_INSURER)
    case_number = forms.CharField(
        label=_("Bolagets skadenummer"), required=False, max_length=MOST_CASE
    )
    deductible = kronor_field(_("Självrisk, kronor"))
    reimbursed = kronor_field(_("Ersättning, kronor"))

    def data_given(self) -> DamageData:
        """What the service is asked for."""
        given = self.cleaned_data
        return DamageData(
            what=given["what"],
            material=given["material"] or 0,
            work=given["work"] or 0,
            deductible=given["deductible"] or 0,
            reimbursed=given["reimbursed"] or 0,
            estimated=given["estimated"],
            insurer=given["insurer"],
            case_number=given["case_number"],
            insurance=given["insurance"],
        )


class TaskForm(SealedForm):
    """Something to be done."""

    what = forms.CharField(label=_("Vad ska göras"), max_length=MOST_TASK)
    responsible = forms.ChoiceField(label=_("Vem"))
    due_on = forms.DateField(
        label=_("Klart senast"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, incident: Incident, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].choices = [  # type: ignore[attr-defined]
            (str(user.pk), user.signature) for user in workers(incident, now=now)
        ]


class AnalysisForm(SealedForm):
    """Why it happened, five times over, and what was learnt."""

    causes = forms.MultipleChoiceField(
        label=_("Orsaken ligger i"),
        required=False,
        choices=CauseAnalysis.Cause.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    why_1 = text_field(_("Varför hände det?"), rows=2)
    why_2 = text_field(_("Varför blev det så?"), rows=2)
    why_3 = text_field(_("Och varför det?"), rows=2)
    why_4 = text_field(_("Fjärde varför"), rows=2)
    why_5 = text_field(_("Femte varför"), rows=2)
    worked = text_field(_("Vad fungerade"), rows=3)
    failed = text_field(_("Vad brast"), rows=3)
    lessons = text_field(_("Lärdomar"), rows=3)

    def data_given(self) -> AnalysisData:
        """What the service is asked for."""
        given = self.cleaned_data
        return AnalysisData(
            causes=given["causes"],
            whys=[given[f"why_{n}"] for n in range(1, MOST_WHYS + 1)],
            worked=given["worked"],
            failed=given["failed"],
            lessons=given["lessons"],
        )


class AttachForm(SealedForm):
    """An alarm that belongs to it."""

    number = forms.CharField(label=_("Larmets nummer"), max_length=20)
    reason = forms.CharField(label=_("Varför"), required=False, max_length=MOST_REASON)


class SplitForm(forms.Form):
    """An alarm that does not."""

    reason = forms.CharField(label=_("Varför hör larmet inte hit"), max_length=MOST_REASON)


class MergeForm(SealedForm):
    """Which one it lives on in."""

    number = forms.CharField(
        label=_("Händelsen som finns kvar"),
        max_length=20,
        help_text=_(
            "Dess nummer, till exempel H-2026-000012. Den får den här händelsens larm, "
            "åtgärder och skador."
        ),
    )
    reason = text_field(_("Varför är det samma händelse"), required=True, max_length=2000)


class MoveForm(forms.Form):
    """Why a step is taken."""

    reason = text_field(_("Varför"), max_length=2000)


class PersonForm(forms.Form):
    """Somebody it concerns."""

    role = forms.ChoiceField(label=_("Roll"), choices=PersonRole.choices)
    purpose = forms.ChoiceField(label=_("Ändamål"), choices=PersonPurpose.choices)
    name = forms.CharField(label=_("Namn"), max_length=MOST_NAME)
    contact = forms.CharField(
        label=_("Telefon eller e-post"), required=False, max_length=MOST_CONTACT
    )


class KindForm(forms.Form):
    """A new kind."""

    code = forms.CharField(label=_("Kod"), max_length=5, help_text=_("Till exempel BR-08."))
    label = forms.CharField(label=_("Namn"), max_length=80)


class KindRowForm(forms.Form):
    """A kind that exists."""

    label = forms.CharField(label=_("Namn"), max_length=80)
    active = forms.BooleanField(label=_("Används"), required=False)
