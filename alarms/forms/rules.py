"""Rules, targets and holidays."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alarms.models import AlarmType, Desk, RoutingRule
from alarms.routing import RuleRecord
from alarms.services.settings import RuleData
from alarms.words import CATEGORIES, WEEKDAYS
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.places.models import Area, Site

PRIORITIES: Final = tuple((str(number), str(number)) for number in range(1, 6))
MOST_SECONDS: Final = 86_400
LINES_SHOWN: Final = 8


class RuleForm(forms.Form):
    """One rule. Everything but name and desk may be left empty: an empty condition fits all."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Namn"),
        max_length=120,
        help_text=_("Kort och så att andra förstår: ”Skolor om natten”."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Larm"),
        choices=CATEGORIES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Inget valt betyder alla larm."),
    )
    sites = forms.ModelMultipleChoiceField(
        label=pgettext_lazy("flera", "Objekt"), queryset=Site.objects.none(), required=False
    )
    areas = forms.ModelMultipleChoiceField(
        label=_("Områden"),
        queryset=Area.objects.none(),
        required=False,
        help_text=_("Regeln gäller larm på platser inom något av områdena."),
    )
    controllers = forms.ModelMultipleChoiceField(
        label=_("Ansvariga"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Gäller också allt under den som väljs."),
    )
    from_time = forms.TimeField(
        label=_("Från klockan"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    to_time = forms.TimeField(
        label=_("Till klockan"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_(
            "Till får vara tidigare än från: då räcker tiden över midnatt, och natten "
            "räknas till dagen då den började."
        ),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Veckodagar"),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ingen vald betyder alla."),
    )
    days = forms.ChoiceField(
        label=_("Helgdagar"),
        choices=RoutingRule.Days.choices,
        initial=RoutingRule.Days.ANY,
        widget=forms.RadioSelect,
        help_text=_("Vardagar är måndag till fredag. Helgdagar är söndagar och dagarna i listan."),
    )
    desk = forms.ModelChoiceField(label=_("Skicka till"), queryset=Desk.objects.none())
    priority = forms.ChoiceField(
        label=_("Prioritet"),
        required=False,
        choices=(("", _("som larmet har")), *PRIORITIES),
    )
    target_seconds = forms.IntegerField(
        label=_("Svarstid i sekunder"),
        required=False,
        min_value=1,
        max_value=MOST_SECONDS,
        help_text=_("Tomt betyder larmtypens egen svarstid."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sites"].queryset = Site.objects.visible_to(user).filter(closed_at=None)  # type: ignore[attr-defined]
        self.fields["areas"].queryset = Area.objects.order_by("kind", "name")  # type: ignore[attr-defined]
        self.fields["controllers"].queryset = Organisation.objects.filter(is_controller=True)  # type: ignore[attr-defined]
        for name in ("sites", "areas", "controllers"):
            self.fields[name].widget.attrs["size"] = LINES_SHOWN
        self.fields["desk"].queryset = Desk.objects.order_by("position")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hours come in pairs."""
        cleaned = super().clean() or {}
        if (cleaned.get("from_time") is None) != (cleaned.get("to_time") is None):
            self.add_error("to_time", _("Skriv både från och till, eller ingetdera."))
        return cleaned

    def data_for_service(self) -> RuleData:
        """What was filled in, once valid."""
        values = self.cleaned_data
        return RuleData(
            name=values["name"],
            categories=tuple(values["categories"]),
            sites=tuple(site.pk for site in values["sites"]),
            areas=tuple(area.pk for area in values["areas"]),
            controllers=tuple(organisation.pk for organisation in values["controllers"]),
            days=values["days"],
            weekdays=tuple(int(day) for day in values["weekdays"]),
            from_time=values["from_time"],
            to_time=values["to_time"],
            desk_id=values["desk"].pk,
            priority=int(values["priority"]) if values["priority"] else None,
            target_seconds=values["target_seconds"],
        )

    def record(self, *, rule_id: int | None, position: int) -> RuleRecord:
        """The rule as the matcher would see it, for a trial."""
        data = self.data_for_service()
        return RuleRecord(
            id=rule_id,
            position=position,
            name=data.name,
            categories=frozenset(data.categories),
            sites=frozenset(data.sites),
            areas=frozenset(data.areas),
            controllers=frozenset(data.controllers),
            days=data.days,
            weekdays=frozenset(data.weekdays),
            from_time=data.from_time,
            to_time=data.to_time,
            desk_id=data.desk_id,
            priority=data.priority,
            target_seconds=data.target_seconds,
        )


def initial_of(row: RuleRecord) -> dict[str, Any]:
    """What the form shows of a rule as it stands."""
    return {
        "name": row.name,
        "categories": sorted(row.categories),
        "sites": sorted(row.sites),
        "areas": sorted(row.areas),
        "controllers": sorted(row.controllers),
        "from_time": row.from_time,
        "to_time": row.to_time,
        "weekdays": [str(day) for day in sorted(row.weekdays)],
        "days": row.days,
        "desk": row.desk_id,
        "priority": "" if row.priority is None else str(row.priority),
        "target_seconds": row.target_seconds,
    }


class TypeForm(forms.Form):
    """Priority and times of one kind of alarm, in a row of the table."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    priority = forms.ChoiceField(label=_("Prioritet"), choices=PRIORITIES)
    target_seconds = forms.IntegerField(
        label=_("Svarstid i sekunder"), required=False, min_value=1, max_value=MOST_SECONDS
    )
    limit_seconds = forms.IntegerField(
        label=_("Eskaleras efter sekunder"), required=False, min_value=1, max_value=MOST_SECONDS
    )
    action_seconds = forms.IntegerField(
        label=_("Återlämnas efter sekunder"), required=False, min_value=1, max_value=MOST_SECONDS
    )

    def __init__(self, *args: Any, row: AlarmType, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"type-{row.pk}-%s"
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "seen":
                field.widget.attrs["aria-label"] = f"{row.label}: {field.label}"


class YearForm(forms.Form):
    """A year to enter the holidays of."""

    year = forms.IntegerField(label=_("År"), min_value=1953, max_value=4099)


class HolidayForm(forms.Form):
    """One day."""

    date = forms.DateField(label=_("Dag"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label=_("Namn"), max_length=80)
