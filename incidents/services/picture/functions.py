"""How the functions of the city are, as a named person says (domain.md 00.18)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.models import Function, FunctionSlot, FunctionStatus, Level, Trend
from incidents.picture_events import FunctionStatusSet, FunctionStatusStale
from incidents.services.picture.common import Layer, artist, nothing_kept, put_in_layer, tell
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.models import Area
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid
from trygghetscentral.shared.portions import do_each

MOST_SENTENCE = 400
HOURS: Final = (1, 2, 4, 8, 12, 24, 72, 168)
DEFAULT_HOURS: Final = 12
PORTION: Final = 100
CONTENT: Final = ("level", "trend", "sentence", "forecast", "due_at", "stale_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusData:
    """What somebody says of a function. No `area` is the whole city. `hours` is for how long it
    may stand before it must be judged anew."""

    layer: Layer
    function: str
    level: int
    trend: str
    sentence: str
    forecast: str = ""
    area: Area | None = None
    hours: int = DEFAULT_HOURS


def set_status(
    *, actor: Actor, now: dt.datetime, data: StatusData, seen: int | None = None
) -> FunctionSlot:
    """Say how it is. What was said before stays in its history.

    `seen` is the primary key of the status that the person saw, of whatever function. Raises
    Forbidden for a layer that is not the person's and for the system, Invalid without a sentence,
    Conflict when somebody else has judged it meanwhile.
    """
    sentence = cleaned(data.sentence, most=MOST_SENTENCE, what=_("Meningen"))
    forecast = cleaned(data.forecast, most=MOST_SENTENCE, what=_("Prognosen"))
    if not sentence:
        raise Invalid(
            _("Skriv med en mening varför läget är så."), code="no_sentence", kept=nothing_kept()
        )
    _refuse_unknown(data)
    with unit_of_work(actor=actor, now=now):
        user = artist(actor, data.layer.organisation_id)
        slot = _slot(data)
        _refuse_newer(slot, seen)
        before = list(slot.audiences or [])
        put_in_layer(slot, data.layer)
        slot.level, slot.trend = data.level, data.trend
        slot.sentence, slot.forecast = sentence, forecast
        slot.due_at, slot.stale_at = now + dt.timedelta(hours=data.hours), None
        slot.changed_at, slot.changed_by = now, user
        slot.save()
        said = {name: getattr(slot, name) for name in CONTENT}
        status = FunctionStatus.objects.create(slot=slot, at=now, by=user, **said)
        event = FunctionStatusSet(
            public_id=slot.public_id,
            function=Code(slot.function),
            level=slot.level,
            trend=Code(slot.trend),
            area_id=slot.area_id,
            due_at=slot.due_at,
            status_id=status.pk,
        )
        tell(event, slot, also=before)
    return slot


def mark_stale(*, actor: Actor, now: dt.datetime) -> int:
    """Say of one portion of those due that they have not been judged anew; returns how many. The
    level stays as its person set it."""
    with unit_of_work(actor=actor, now=now):
        due = list(
            FunctionSlot.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(stale_at__isnull=True, due_at__lte=now)
            .order_by("pk")[:PORTION]
        )

        def act(rows: list[FunctionSlot]) -> None:
            for slot in rows:
                status = slot.history.all()[0]
                slot.stale_at = status.stale_at = now
                slot.save(update_fields=("stale_at",))
                status.save(update_fields=("stale_at",))
                event = FunctionStatusStale(
                    public_id=slot.public_id, level=slot.level, status_id=status.pk
                )
                tell(event, slot)

        return do_each(due, act, what="picture.mark_stale")


def _slot(data: StatusData) -> FunctionSlot:
    layer = data.layer.organisation_id
    # The layer is locked, so that of two who are first at once one is second.
    list(Organisation.objects.select_for_update(no_key=True).filter(pk=layer))
    found = (
        FunctionSlot.objects.select_for_update(of=("self",))
        .filter(organisation=layer, function=data.function, area=data.area)
        .first()
    )
    return found or FunctionSlot(organisation_id=layer, function=data.function, area=data.area)


def _refuse_newer(slot: FunctionSlot, seen: int | None) -> None:
    said = list(slot.history.values_list("pk", flat=True)) if slot.pk and seen else []
    if seen in said[1:]:
        raise Conflict(
            _("Någon annan har bedömt funktionen medan du hade formuläret öppet."),
            code="changed_meanwhile",
            kept=_("Din bedömning sparades inte."),
            todo=_("Läs den nya bedömningen och gör om din."),
        )


def _refuse_unknown(data: StatusData) -> None:
    known = (
        data.function in Function.values
        and data.level in Level.values
        and data.trend in Trend.values
        and data.hours in HOURS
    )
    if not known:
        raise Invalid(
            _("Välj funktion, nivå, riktning och tid."), code="status_unknown", kept=nothing_kept()
        )
