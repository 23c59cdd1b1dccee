"""Shape and wording of what people draw and say in the common picture, and of a past moment."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.parts import moment_field, text_field
from incidents.models import (
    Function,
    FunctionStatus,
    Level,
    NoteKind,
    Relevance,
    Shape,
    Trend,
    Use,
    Zone,
    ZoneKind,
)
from incidents.selectors.listing import areas_now
from incidents.services.picture.common import Layer
from incidents.services.picture.functions import (
    DEFAULT_HOURS,
    HOURS,
    MOST_SENTENCE,
    StatusData,
)
from incidents.services.picture.notes import MOST_SOURCE, MOST_TEXT, NoteData
from incidents.services.picture.zones import MOST_NAME, MOST_NOTE, ZoneData, checked_corners
from trygghetscentral.accounts.models import NeedToKnowGroup, Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.clock import STOCKHOLM
from trygghetscentral.shared.errors import Invalid

SHARED, OWN, GROUP = "alla", "lagret", "grupp:"
NO_SECRETS: Final = _("Inga namn och inga säkerhetsskyddsklassificerade uppgifter.")
PAIR: Final = re.compile(r"^\s*(-?\d+(?:[.,]\d+)?)\s*[;\s]\s*(-?\d+(?:[.,]\d+)?)\s*$")
MOST_CORNER_TEXT: Final = 20_000


class LayerFields(forms.Form):
    """Whose picture it belongs to, and who sees it."""

    layer = forms.ChoiceField(
        label=_("Lager"), help_text=_("Vems bild det är. Syns på kartan och i listan.")
    )
    seen_by = forms.ChoiceField(label=_("Vilka ser det"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        layers = Organisation.objects.where_may(user, Permission.PICTURE_EDIT)
        _choose(
            self, "layer", [(str(one.pk), "\u00a0\u00a0" * one.depth + one.name) for one in layers]
        )
        groups = NeedToKnowGroup.objects.filter(pk__in=user.group_ids()).order_by("name")
        _choose(
            self,
            "seen_by",
            [
                (SHARED, _("Alla som läser lägesbilden")),
                (OWN, _("Bara lagrets egna läsare")),
                *((f"{GROUP}{one.pk}", _("Bara behovsgruppen %s") % one.name) for one in groups),
            ],
        )

    def layer_given(self) -> Layer:
        """What the services are told."""
        seen_by = self.cleaned_data["seen_by"]
        group = seen_by.removeprefix(GROUP) if seen_by.startswith(GROUP) else ""
        return Layer(
            organisation_id=int(self.cleaned_data["layer"]),
            shared=seen_by == SHARED,
            restricted_group_id=int(group) if group else None,
        )


def seen_by_value(*, shared: bool, group_id: int | None) -> str:
    """The choice that says the same."""
    if group_id is not None:
        return f"{GROUP}{group_id}"
    return SHARED if shared else OWN


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class CornersField(forms.CharField):
    """One position a line, longitude and latitude, with point or comma."""

    def __init__(self, **more: Any) -> None:
        area = forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"})
        super().__init__(widget=area, max_length=MOST_CORNER_TEXT, **more)

    def clean(self, value: Any) -> list[Position]:
        """The positions, not yet checked against the shape."""
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        found = []
        for number, line in enumerate(lines, start=1):
            pair = PAIR.match(line)
            if pair is None:
                raise forms.ValidationError(
                    _("Rad %(n)s är inte två tal: skriv longitud, mellanslag och latitud."),
                    params={"n": number},
                    code="corner",
                )
            longitude, latitude = (float(part.replace(",", ".")) for part in pair.groups())
            found.append(Position(longitude, latitude))
        return found


def corners_text(corners: list[list[float]]) -> str:
    """The opposite."""
    return "\n".join(f"{x:.6f} {y:.6f}".replace(".", ",") for x, y in corners)


class ZoneForm(LayerFields):
    """A zone: what, where, how long, and who says so."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Slag"), choices=ZoneKind.choices)
    name = forms.CharField(label=_("Namn"), max_length=MOST_NAME)
    shape = forms.ChoiceField(label=_("Form"), choices=Shape.choices, initial=Shape.AREA)
    corners = CornersField(
        label=_("Lägen"),
        help_text=_("Klicka i kartan eller skriv: en rad för varje läge, longitud och latitud."),
    )
    valid_from = moment_field(_("Gäller från"))
    valid_until = moment_field(
        _("Gäller till"), required=False, help_text=_("Då avslutas zonen av sig själv.")
    )
    source = forms.CharField(
        label=_("Uppgift från"), required=False, max_length=MOST_SOURCE, help_text=NO_SECRETS
    )
    note = text_field(_("Text"), rows=3, max_length=MOST_NOTE)

    field_order = ("kind", "name", "shape", "corners", "valid_from", "valid_until")

    def clean(self) -> dict[str, Any]:
        """The corners must make the shape."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("corners") and given.get("shape"):
            try:
                checked_corners(Shape(given["shape"]), given["corners"])
            except Invalid as error:
                self.add_error("corners", error.sentence())
        return given

    def data_given(self) -> ZoneData:
        """What the service is asked for."""
        given = self.cleaned_data
        names = ("kind", "name", "shape", "corners", "valid_from", "valid_until", "source", "note")
        return ZoneData(layer=self.layer_given(), **{name: given[name] for name in names})


def zone_initial(zone: Zone) -> dict[str, Any]:
    """What the form is filled in from."""
    names = ("kind", "name", "shape", "valid_from", "valid_until", "source", "note")
    return {
        **{name: getattr(zone, name) for name in names},
        "corners": corners_text(zone.corners),
        "layer": str(zone.organisation_id),
        "seen_by": seen_by_value(shared=zone.shared, group_id=zone.restricted_group_id),
    }


class StatusForm(LayerFields):
    """How a function is, in a person's words (domain.md 00.18)."""

    seen = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)
    function = forms.ChoiceField(label=_("Samhällsfunktion"), choices=Function.choices)
    area = forms.ChoiceField(label=_("Var"), required=False)
    level = forms.TypedChoiceField(
        label=_("Nivå"), choices=Level.choices, coerce=int, widget=forms.RadioSelect
    )
    trend = forms.ChoiceField(label=_("Riktning"), choices=Trend.choices, widget=forms.RadioSelect)
    sentence = text_field(
        _("Varför, med en mening"),
        rows=2,
        max_length=MOST_SENTENCE,
        required=True,
        help_text=NO_SECRETS,
    )
    forecast = text_field(_("Prognos"), rows=2, max_length=MOST_SENTENCE)
    hours = forms.TypedChoiceField(
        label=_("Bedöms på nytt inom"), coerce=int, initial=DEFAULT_HOURS, choices=()
    )

    field_order = ("function", "area", "level", "trend", "sentence", "forecast", "hours")

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = {area.slug: area for area in areas_now(now)}
        _choose(
            self,
            "area",
            [("", _("Hela staden")), *((slug, area.name) for slug, area in self.areas.items())],
        )
        _choose(self, "hours", [(hours, _hours(hours)) for hours in HOURS])

    def data_given(self) -> StatusData:
        """What the service is asked for."""
        given = self.cleaned_data
        names = ("function", "level", "trend", "sentence", "forecast", "hours")
        return StatusData(
            layer=self.layer_given(),
            area=self.areas.get(given["area"]),
            **{name: given[name] for name in names},
        )


def _hours(hours: int) -> str:
    if hours == 1:
        return str(_("1 timme"))
    if hours <= 24:
        return str(_("%(n)s timmar") % {"n": hours})
    return str(_("%(n)s dygn") % {"n": hours // 24})


def status_initial(status: FunctionStatus) -> dict[str, Any]:
    """What stands now; the level and the sentence are judged anew each time."""
    slot = status.slot
    return {
        "seen": str(status.pk),
        "function": slot.function,
        "area": slot.area.slug if slot.area else "",
        "layer": str(slot.organisation_id),
        "seen_by": seen_by_value(shared=slot.shared, group_id=slot.restricted_group_id),
    }


class NoteForm(LayerFields):
    """A note: source, day, relevance (R36)."""

    kind = forms.ChoiceField(label=_("Slag"), choices=NoteKind.choices)
    use = forms.ChoiceField(label=_("För"), choices=Use.choices)
    relevance = forms.TypedChoiceField(label=_("Relevans"), choices=Relevance.choices, coerce=int)
    source = forms.CharField(label=_("Källa"), max_length=MOST_SOURCE)
    dated_on = forms.DateField(
        label=_("Källans datum"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    text = text_field(_("Text"), rows=4, max_length=MOST_TEXT, required=True, help_text=NO_SECRETS)

    field_order = ("kind", "use", "relevance", "source", "dated_on", "text")

    def data_given(self) -> NoteData:
        """What the service is asked for."""
        given = self.cleaned_data
        names = ("kind", "use", "relevance", "source", "dated_on", "text")
        return NoteData(layer=self.layer_given(), **{name: given[name] for name in names})


class MomentForm(forms.Form):
    """`da`: a past moment by the city's clock, or with an offset. The hour that comes twice when
    summer time ends is asked about (`tur`)."""

    FIRST, SECOND = "forsta", "andra"

    da = forms.CharField(
        label=_("Så här var det"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "datetime-local", "step": "1"}),
    )
    tur = forms.ChoiceField(
        label=_("Klockan går tillbaka: vilken av de två timmarna?"),
        required=False,
        choices=((FIRST, _("Den första (sommartid)")), (SECOND, _("Den andra (normaltid)"))),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self.twice = False

    def clean(self) -> dict[str, Any]:
        """`at` is the moment, aware."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("da"):
            return given
        try:
            at = self._moment(given["da"].strip(), given.get("tur") or "")
        except (ValueError, OverflowError):
            self.add_error("da", _("Skriv datum och klockslag, till exempel 2026-11-20T14:05."))
            return given
        if at is None:
            return given
        if at > self._now:
            self.add_error("da", _("Tidpunkten har inte varit än."))
        given["at"] = at
        return given

    def _moment(self, text: str, turn: str) -> dt.datetime | None:
        # A plus in an address is read as a space.
        there = re.sub(r" (\d\d:\d\d)$", r"+\1", text)
        written = dt.datetime.fromisoformat(there)
        if written.tzinfo is not None:
            return written.astimezone(dt.UTC)
        first = written.replace(tzinfo=STOCKHOLM, fold=0)
        second = written.replace(tzinfo=STOCKHOLM, fold=1)
        if first.utcoffset() == second.utcoffset():
            return first.astimezone(dt.UTC)
        if first.astimezone(dt.UTC).astimezone(STOCKHOLM).replace(tzinfo=None) != written:
            self.add_error("da", _("Den timmen fanns inte: klockan ställdes fram."))
            return None
        self.twice = True
        return (second if turn == self.SECOND else first).astimezone(dt.UTC)
