"""Declaring a flood, prolonging it, and ending it. Only a shift lead does, never the system."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms import floods
from alarms.flood_events import FloodDeclared, FloodEnded, FloodExtended, flood_snapshot
from alarms.models import CloseCode, Flood, FloodProposal
from alarms.selectors.directory import centre_id
from alarms.services.closing import needs_statement
from alarms.services.floods.common import leader, locked_open, tell, tell_receivers
from alarms.services.holding import cleaned
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.models import Area
from trygghetscentral.places.models.areas import AreaKind
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

MINUTE: Final = dt.timedelta(minutes=1)
MOST_NOTE: Final = 1000
CLOSED_AS: Final = "flood"
Mode = Flood.Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodData:
    """What is asked for; fields as in `alarms.models.Flood`. `areas` are keys of stadsområden,
    none for the whole city. `absorb` takes in what is open and unanswered already."""

    category: str
    areas: tuple[int, ...] = ()
    cause: str
    note: str = ""
    mode: str
    priority: int | None = None
    hold_minutes: int | None = None
    lasts: dt.timedelta
    absorb: bool = True


def declare(*, actor: Actor, now: dt.datetime, data: FloodData) -> Flood:
    """Begin a flood now. Alarms that are open already are taken in by `absorb_portion`.

    Raises Invalid for a category that is never held back and for what does not fit together,
    Forbidden for others than the shift lead, and Conflict when one overlaps it.
    """
    _refuse_category(data.category)
    note = cleaned(data.note, most=MOST_NOTE, what=_("Anteckningen"))
    priority, minutes = _mode(data)
    _refuse_length(data.lasts)
    if data.cause not in Flood.Cause.values:
        raise Invalid(_("Välj orsak."), code="flood_cause", kept=_kept())
    with unit_of_work(actor=actor, now=now):
        user = leader(actor)
        # Of two shift leads at once, the second looks when the first one's flood can be seen.
        centre = Organisation.objects.select_for_update(no_key=True).get(pk=centre_id())
        areas = _areas(data.areas)
        _refuse_overlap(data.category, {area.pk for area in areas})
        flood = Flood.objects.create(
            controller=centre,
            category=data.category,
            cause=data.cause,
            note=note,
            mode=data.mode,
            priority=priority,
            hold_minutes=minutes,
            absorbing=data.absorb,
            started_by=user,
            started_at=now,
            decided_at=now,
            ends_at=now + data.lasts,
            warn_at=_warn_at(now, data.lasts),
        )
        flood.areas.set(areas)
        _answer_proposals(flood, areas, now=now)
        tell(FloodDeclared(flood=flood_snapshot(flood)), flood)
        tell_receivers(flood)
    return flood


def extend_flood(*, actor: Actor, now: dt.datetime, public_id: UUID, lasts: dt.timedelta) -> Flood:
    """Let it last `lasts` from now, at most twelve hours. Raises as `declare`, Conflict when it is
    over, and Invalid when it would become shorter."""
    _refuse_length(lasts)
    with unit_of_work(actor=actor, now=now):
        leader(actor)
        flood = locked_open(public_id)
        if now + lasts <= flood.ends_at:
            raise Invalid(
                _("Den räcker redan till %(until)s.")
                % {"until": local(flood.ends_at).strftime("%H:%M")},
                code="flood_not_longer",
                kept=_kept(),
                todo=_("Välj en längre tid, eller avsluta."),
            )
        flood.decided_at, flood.ends_at = now, now + lasts
        flood.warn_at, flood.warned_at = _warn_at(now, lasts), None
        flood.save()
        tell(FloodExtended(flood=flood_snapshot(flood)), flood)
        tell_receivers(flood)
    return flood


def end_flood(
    *, actor: Actor, now: dt.datetime, public_id: UUID, close_restored: bool = False
) -> Flood:
    """End it. `release_due` then brings what is not restored to the board, oldest first, and
    `raise_due` gives what it lowered its own priority.

    With `close_restored` the restored ones are closed with the cause "larmflod"; else they stay,
    to be closed from the flood's page. Raises Conflict when it is over already, and Invalid for
    a category that is closed only with what was said (domain.md 00.10).
    """
    with unit_of_work(actor=actor, now=now):
        user = leader(actor)
        flood = locked_open(public_id)
        if close_restored and needs_statement(flood.category):
            raise Invalid(
                _("Inbrottslarm avslutas ett och ett, med vad som sades och av vem (00.10)."),
                code="flood_needs_statement",
                kept=_("Larmfloden pågår."),
                todo=_("Avsluta larmfloden utan att avsluta larmen."),
            )
        if close_restored:
            flood.close_code = CloseCode.objects.get(category=flood.category, code=CLOSED_AS)
        flood.ended_by = user
        end(flood, how=Flood.Ended.BY_HAND, now=now)
    return flood


def end(flood: Flood, *, how: Flood.Ended, now: dt.datetime) -> None:
    """The same inside the caller's unit, which holds the flood locked."""
    flood.ended_at, flood.ended_how = now, how
    # What it lowered is given back by `raise_due`.
    flood.absorbing = flood.mode == Mode.REPRIORITISE
    flood.save()
    event = FloodEnded(
        flood=flood_snapshot(flood), how=Code(how), closes_restored=flood.close_code_id is not None
    )
    tell(event, flood)
    tell_receivers(flood)


def _refuse_category(category: str) -> None:
    if category in floods.NEVER:
        raise Invalid(
            _("Brand, överfall, trygghetslarm och okända larm hålls aldrig i en larmflod."),
            code="flood_never",
            kept=_kept(),
        )
    if category not in floods.FLOODABLE:
        raise Invalid(_("Välj slag av larm."), code="flood_category", kept=_kept())


def _mode(data: FloodData) -> tuple[int | None, int | None]:
    if data.mode == Mode.REPRIORITISE:
        if data.priority not in floods.PRIORITIES:
            raise Invalid(
                _("Välj den lägre prioriteten, 2 till 5."), code="flood_priority", kept=_kept()
            )
        return data.priority, None
    if data.mode == Mode.DELAY:
        minutes = data.hold_minutes
        if minutes is None or not 1 <= minutes <= floods.MOST_HOLD_MINUTES:
            raise Invalid(
                _("Ett larm väntar på återställning i 1 till 240 minuter."),
                code="flood_minutes",
                kept=_kept(),
            )
        return None, minutes
    if data.mode != Mode.COUNT:
        raise Invalid(_("Välj vad som ska hända med larmen."), code="flood_mode", kept=_kept())
    return None, None


def _refuse_length(lasts: dt.timedelta) -> None:
    if not MINUTE <= lasts <= floods.LONGEST:
        raise Invalid(
            _("En larmflod pågår i högst 12 timmar i taget."), code="flood_length", kept=_kept()
        )


def _warn_at(now: dt.datetime, lasts: dt.timedelta) -> dt.datetime:
    return now + lasts - min(floods.WARNED_BEFORE, lasts / 2)


def _areas(pks: tuple[int, ...]) -> list[Area]:
    areas = list(Area.objects.filter(kind=AreaKind.CITY_AREA, pk__in=pks))
    if len(areas) != len(set(pks)):
        raise Invalid(_("Stadsområdet finns inte."), code="flood_area", kept=_kept())
    return areas


def _refuse_overlap(category: str, areas: set[int]) -> None:
    others = Flood.objects.open().filter(category=category)
    for other in others.select_related("started_by").prefetch_related("areas"):
        theirs = {area.pk for area in other.areas.all()}
        if not areas or not theirs or areas & theirs:
            raise Conflict(
                _("Där pågår redan en larmflod sedan %(when)s, av %(who)s.")
                % {
                    "when": local(other.started_at).strftime("%H:%M"),
                    "who": other.started_by.signature,
                },
                code="flood_taken",
                kept=_kept(),
                todo=_("Öppna den i stället, eller avsluta den först."),
            )


def _answer_proposals(flood: Flood, areas: list[Area], *, now: dt.datetime) -> None:
    answered = FloodProposal.objects.filter(category=flood.category, ended_at__isnull=True)
    if areas:
        answered = answered.filter(area__in=areas)
    answered.update(ended_at=now)


def _kept() -> str:
    return _("Inget har ändrats.")
