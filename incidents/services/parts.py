"""Changing one part of an incident. Each part has a fingerprint, so that of two who change it at
once the second is told; two who change different parts do not disturb each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from alarms.versions import fingerprint, refuse_if_changed
from incidents.events import IncidentAudiencesChanged, IncidentChanged, snapshot
from incidents.models import Incident, IncidentFormerWords, IncidentKind, Part, PartSecrecy
from incidents.selectors.people import may_share
from incidents.services.holding import audiences_of, held, kept, tell
from incidents.services.registering import (
    MOST_TEXT,
    MOST_TITLE,
    put_at,
    refuse_impossible_time,
    refuse_without_group,
)
from incidents.services.staff.files import follow_incident
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.ledger.events import Code
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Invalid

FLAGS: Final = (
    "near_miss",
    "injured",
    "damaged",
    "external",
    "suspected_crime",
    "police_reported",
    "work_environment",
    "personal_data",
    "improper_influence",
)
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "basics": ("kind_id", "title", "description"),
    "place": ("site_id", "place", "position"),
    "time": ("occurred_from", "occurred_until"),
    "flags": (*FLAGS, "police_number"),
}
MOST_POLICE_NUMBER: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """Who may know of it, and under which provision each part may be secret."""

    restricted_group_id: int | None
    grounds: Mapping[Part, str]


def seal_of(incident: Incident, part: str) -> str:
    """What a form of the part was filled in from."""
    if part == "affected":
        ids = incident.affected.order_by("pk").values_list("pk", flat=True)
        return fingerprint(*ids)
    if part == "protection":
        marks = incident.secrecy.order_by("part").values_list("part", "ground")
        return fingerprint(incident.restricted_group_id, *marks)
    return fingerprint(*(getattr(incident, name) for name in FIELDS[part]))


def change_basics(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    seen: str,
    kind: IncidentKind,
    title: str,
    description: str,
) -> Incident:
    """Say what it is. Raises Invalid without a title, and for a kind that needs a group."""
    name = cleaned(title, most=MOST_TITLE, what=_("Rubriken"))
    text = cleaned(description, most=MOST_TEXT, what=_("Beskrivningen"))
    if not name:
        raise Invalid(_("Händelsen saknar rubrik."), code="incident_unnamed", kept=kept())
    with unit_of_work(actor=actor, now=now):
        incident, _user = held(actor=actor, public_id=public_id)
        refuse_if_changed(seen, seal_of(incident, "basics"))
        refuse_without_group(kind, incident.restricted_group_id, controller=incident.controller)
        if incident.title != name:
            _keep_words(incident, incident.place, now=now)
        incident.kind, incident.title, incident.description = kind, name, text
        return _saved(incident, "basics", "kind", "title", "description")


def change_place(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    seen: str,
    site: Site | None,
    place: str,
    position: Position | None,
) -> Incident:
    """Say where it happened; a site known to a need-to-know group takes the incident with it."""
    with unit_of_work(actor=actor, now=now):
        incident, _user = held(actor=actor, public_id=public_id)
        refuse_if_changed(seen, seal_of(incident, "place"))
        before = incident.place
        put_at(incident, site=site, place=place, position=position, now=now)
        if incident.place != before:
            _keep_words(incident, before, now=now)
        _saved(incident, "place", "site", "place", "position", "area")
        show_to(incident)
    return incident


def change_time(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    seen: str,
    occurred_from: dt.datetime,
    occurred_until: dt.datetime | None,
) -> Incident:
    """Say when it happened. Raises Invalid for what has not been, and for an end before it."""
    refuse_impossible_time(occurred_from, occurred_until, now=now)
    with unit_of_work(actor=actor, now=now):
        incident, _user = held(actor=actor, public_id=public_id)
        refuse_if_changed(seen, seal_of(incident, "time"))
        incident.occurred_from, incident.occurred_until = occurred_from, occurred_until
        return _saved(incident, "time", "occurred_from", "occurred_until")


def change_flags(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    seen: str,
    flags: Iterable[str],
    police_number: str,
) -> Incident:
    """Say which of FLAGS hold. Raises Invalid for a police number without a report."""
    held_flags = set(flags)
    number = cleaned(police_number, most=MOST_POLICE_NUMBER, what=_("Numret"))
    if number and "police_reported" not in held_flags:
        raise Invalid(
            _("Numret hör till en polisanmälan."),
            code="police_number_alone",
            kept=kept(),
            todo=_("Markera att händelsen är polisanmäld."),
        )
    with unit_of_work(actor=actor, now=now):
        incident, _user = held(actor=actor, public_id=public_id)
        refuse_if_changed(seen, seal_of(incident, "flags"))
        for name in FLAGS:
            setattr(incident, name, name in held_flags)
        incident.police_number = number
        return _saved(incident, "flags", *FLAGS, "police_number")


def change_affected(
    *, actor: Actor, now: dt.datetime, public_id: UUID, seen: str, organisations: Iterable[int]
) -> Incident:
    """Share it with those it also concerns; they read it, without the parts that are marked."""
    with unit_of_work(actor=actor, now=now):
        incident, _user = held(actor=actor, public_id=public_id)
        refuse_if_changed(seen, seal_of(incident, "affected"))
        wanted = set(organisations) - {incident.controller_id}
        known = may_share(incident).filter(pk__in=wanted)
        if len(known) != len(wanted):
            raise Invalid(_("Nämnden finns inte."), code="no_organisation", kept=kept())
        incident.affected.set(known)
        tell(IncidentChanged(incident=snapshot(incident), part=Code("affected")), incident)
        show_to(incident)
    return incident


def protect(
    *, actor: Actor, now: dt.datetime, public_id: UUID, seen: str, protection: Protection
) -> Incident:
    """Keep it to a need-to-know group, or open it again, and mark its parts.

    Raises Invalid for opening one of a kind that only a group may know of.
    """
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id)
        refuse_if_changed(seen, seal_of(incident, "protection"))
        refuse_without_group(
            incident.kind, protection.restricted_group_id, controller=incident.controller
        )
        grounds = {part: ground for part, ground in protection.grounds.items() if ground}
        if not set(grounds.values()) <= set(SecrecyGround.values):
            raise Invalid(_("Välj en sekretessgrund."), code="no_ground", kept=kept())
        incident.secrecy.exclude(part__in=grounds).delete()
        for part, ground in grounds.items():
            PartSecrecy.objects.update_or_create(
                incident=incident, part=part, defaults={"ground": ground, "by": user, "at": now}
            )
        incident.restricted_group_id = protection.restricted_group_id
        _saved(incident, "protection", "restricted_group")
        show_to(incident)
    return incident


def show_to(incident: Incident) -> bool:
    """Let those see it who should now; whether anything changed. Those who lose sight are told."""
    affected = frozenset(incident.affected.values_list("pk", flat=True))
    wanted = audiences_of(incident, affected)
    before = list(incident.audiences)
    if sorted(before) == wanted:
        return False
    incident.audiences = wanted
    incident.save(update_fields=("audiences",))
    follow_incident(incident)
    tell(IncidentAudiencesChanged(incident=snapshot(incident)), incident, also=before)
    return True


def follow_sites(*, actor: Actor, now: dt.datetime, site_ids: Iterable[int]) -> int:
    """Let the incidents of these sites be seen by those who may know of the sites. Returns how
    many changed; running it twice changes nothing."""
    with unit_of_work(actor=actor, now=now):
        found = (
            Incident.objects.select_for_update(of=("self",))
            .filter(site__in=list(site_ids))
            .select_related("site", "kind")
            .order_by("pk")
        )
        return sum(show_to(incident) for incident in found)


def _keep_words(incident: Incident, place: str, *, now: dt.datetime) -> None:
    """What it has been called, and where it was said to be, until now."""
    IncidentFormerWords.objects.create(
        incident=incident, title=incident.title, place=place, until=now
    )


def _saved(incident: Incident, part: str, *fields: str) -> Incident:
    incident.save(update_fields=fields)
    tell(IncidentChanged(incident=snapshot(incident), part=Code(part)), incident)
    return incident
