"""Observations: written by an organisation, read and released by its nämnd (domain.md 00.12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.est_events import EstNothingObserved, EstObserved
from incidents.est_states import ObservationState, refuse_observation_move
from incidents.models import EstNothing, EstObservation
from incidents.models.est import MOST_DONE, MOST_EST_PLACE, MOST_OBSERVED
from incidents.selectors.est.weeks import OPEN_BACK, Week, reporters, week_now
from incidents.services.est.holding import demand_at, held_observation, tell_observation
from incidents.services.est.screening import refuse_blocked, refuse_unanswered
from incidents.services.holding import doer
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Area, Site
from trygghetscentral.places.selectors import city_area_at
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationData:
    """What was observed. `names_answered`: the writer has said that no word is a person's name."""

    kind: str
    week: Week
    weekday: int | None = None
    band: str = ""
    site: Site | None = None
    area: Area | None = None
    place: str = ""
    position: Position | None = None
    text: str
    action: str = ""
    ground: str = ""
    names_answered: bool = False


def observe(
    *, actor: Actor, now: dt.datetime, organisation_id: int, data: ObservationData
) -> EstObservation:
    """Write an observation down, for the own nämnd only until it is released.

    Raises Forbidden without the task there, Invalid for what may not stand in EST (personnummer,
    phone and registration numbers, dwelling addresses), for words like names that nobody has
    answered for, for nowhere, and for a week that is not open.
    """
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        demand_at(user, Permission.EST_REPORT, organisation_id)
        row = EstObservation(organisation_id=organisation_id, created_by=user, created_at=now)
        _fill(row, data, now=now)
        row.save()
        _tell(row)
    return row


def change(
    *, actor: Actor, now: dt.datetime, public_id: UUID, data: ObservationData
) -> EstObservation:
    """Write it anew, before it is released. Raises as `observe`, and Conflict after."""
    with unit_of_work(actor=actor, now=now):
        row, _user = held_observation(actor, public_id)
        if row.state != ObservationState.NEW:
            refuse_observation_move(row.state, ObservationState.NEW)
        _fill(row, data, now=now)
        row.save()
        _tell(row)
    return row


def release(*, actor: Actor, now: dt.datetime, public_ids: Sequence[UUID]) -> int:
    """Let others see what the nämnd has read. Returns how many.

    Raises Forbidden for who may not release for the nämnd, Conflict for one that is not new.
    """
    with unit_of_work(actor=actor, now=now):
        for public_id in sorted(set(public_ids)):
            row, user = held_observation(actor, public_id)
            demand_at(user, Permission.EST_RELEASE, row.organisation_id)
            refuse_observation_move(row.state, ObservationState.RELEASED)
            # The rules may have become stricter since it was written.
            refuse_blocked(row.place, row.text, row.action)
            row.state, row.released_by, row.released_at = ObservationState.RELEASED, user, now
            row.save(update_fields=("state", "released_by", "released_at"))
            _tell(row)
    return len(set(public_ids))


def withdraw(*, actor: Actor, now: dt.datetime, public_id: UUID) -> EstObservation:
    """Take it back. What is published already stands there still."""
    with unit_of_work(actor=actor, now=now):
        row, user = held_observation(actor, public_id)
        if row.state == ObservationState.RELEASED:
            demand_at(user, Permission.EST_RELEASE, row.organisation_id)
        refuse_observation_move(row.state, ObservationState.WITHDRAWN)
        row.state, row.withdrawn_by, row.withdrawn_at = ObservationState.WITHDRAWN, user, now
        row.save(update_fields=("state", "withdrawn_by", "withdrawn_at"))
        _tell(row)
    return row


def nothing(*, actor: Actor, now: dt.datetime, organisation_id: int, week: Week) -> EstNothing:
    """Say that the organisation had nothing to observe. Twice is once.

    Raises Forbidden without the task there, Conflict when it has observations of that week.
    """
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        demand_at(user, Permission.EST_RELEASE, organisation_id)
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        of_week = {"organisation": organisation, "year": week.year, "week": week.number}
        if EstObservation.objects.filter(**of_week).exclude(state="withdrawn").exists():
            raise Conflict(
                _("Ni har observationer den veckan."),
                code="est_something",
                kept=_("Inget har ändrats."),
                todo=_("Läs och släpp dem, eller ta tillbaka dem först."),
            )
        there = EstNothing.objects.filter(**of_week).first()
        if there is not None:
            return there
        row = EstNothing.objects.create(**of_week, by=user, at=now)
        tell_observation(EstNothingObserved(year=week.year, week=week.number), organisation)
    return row


def _fill(row: EstObservation, data: ObservationData, *, now: dt.datetime) -> None:
    _refuse_week(data.week, now=now)
    if not reporters().filter(pk=row.organisation_id).exists():
        raise Forbidden(_("Den organisationen rapporterar inte i EST."), code="est_not_asked")
    place = cleaned(data.place, most=MOST_EST_PLACE, what=_("Platsen"))
    text = cleaned(data.text, most=MOST_OBSERVED, what=_("Beskrivningen"))
    action = cleaned(data.action, most=MOST_DONE, what=_("Åtgärden"))
    if not text:
        raise Invalid(_("Beskriv läget på platsen."), code="est_empty", kept=_("Inget sparades."))
    if not (place or data.site or data.area or data.position):
        raise Invalid(
            _("Säg var det är."),
            code="est_nowhere",
            kept=_("Inget sparades."),
            todo=_("Välj ett objekt eller ett område, skriv platsen eller peka på kartan."),
        )
    refuse_blocked(place, text, action)
    row.names_answered = refuse_unanswered((place, text, action), answered=data.names_answered)
    row.kind, row.year, row.week = data.kind, data.week.year, data.week.number
    row.weekday, row.band, row.ground = data.weekday, data.band, data.ground
    row.site, row.place, row.position = data.site, place, data.position
    row.text, row.action = text, action
    row.area = data.area or _area(data, now=now)


def _area(data: ObservationData, *, now: dt.datetime) -> Area | None:
    if data.position is not None:
        return city_area_at(data.position, now)
    return data.site.area if data.site else None


def _refuse_week(week: Week, *, now: dt.datetime) -> None:
    this = week_now(now)
    if not this.plus(-OPEN_BACK) <= week <= this.plus(1):
        raise Invalid(
            _("Veckan är inte öppen för observationer."),
            code="est_week_shut",
            kept=_("Inget sparades."),
            todo=_("Välj en av veckorna i listan."),
        )


def _tell(row: EstObservation) -> None:
    tell_observation(
        EstObserved(
            public_id=row.public_id,
            year=row.year,
            week=row.week,
            kind=Code(row.kind),
            state=Code(row.state),
        ),
        row,
    )
