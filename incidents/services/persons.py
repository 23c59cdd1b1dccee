"""Persons in an incident, and every time somebody had them before them (domain.md 00.12, E.6)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from incidents.events import IncidentChanged, IncidentPersonsRead, IncidentRead, snapshot
from incidents.models import Incident, IncidentPerson, PersonPurpose, PersonRole
from incidents.services.holding import demand, doer, held, kept, seen_by
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Invalid

MOST_NAME, MOST_CONTACT = 120, 200


def add_person(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    role: str,
    purpose: str,
    name: str,
    contact: str = "",
) -> IncidentPerson:
    """Write down somebody, in one of three roles and for a purpose. Raises Invalid for others."""
    who = cleaned(name, most=MOST_NAME, what=_("Namnet"))
    if not who or role not in PersonRole.values or purpose not in PersonPurpose.values:
        raise Invalid(
            _("Skriv namn, roll och ändamål."),
            code="person_incomplete",
            kept=kept(),
            todo=_("Misstänkta skrivs aldrig in här. Det är Polisens uppgift."),
        )
    with unit_of_work(actor=actor, now=now):
        incident, user = held(
            actor=actor, public_id=public_id, permission=Permission.INCIDENT_PERSONS
        )
        person = IncidentPerson.objects.create(
            incident=incident,
            role=role,
            purpose=purpose,
            name=who,
            contact=cleaned(contact, most=MOST_CONTACT, what=_("Kontaktuppgiften")),
            added_by=user,
            added_at=now,
        )
        # No audience: that a person was written down is shown on no live page.
        record(
            IncidentChanged(incident=snapshot(incident), part=Code("persons"), row_id=person.pk),
            subject=incident,
            controller_id=incident.controller_id,
            exercise_id=incident.exercise_id,
        )
    return person


def read_persons(*, actor: Actor, now: dt.datetime, public_id: UUID) -> list[IncidentPerson]:
    """The persons, and a row in the ledger of who read them. Raises Missing and Forbidden."""
    with unit_of_work(actor=actor, now=now):
        user = doer(actor)
        incident = seen_by(user, public_id)
        demand(user, Permission.INCIDENT_PERSONS, incident.controller_id)
        persons = list(
            IncidentPerson.objects.visible_to(user).filter(
                incident__in=[incident.pk, *incident.merged.values_list("pk", flat=True)]
            )
        )
        record(
            IncidentPersonsRead(public_id=incident.public_id, count=len(persons)),
            subject=incident,
            controller_id=incident.controller_id,
            exercise_id=incident.exercise_id,
        )
    return persons


def note_read(*, actor: Actor, now: dt.datetime, incident: Incident) -> None:
    """Write in the ledger that somebody opened it. Asked for where it, or a part of it that was
    shown, is restricted."""
    with unit_of_work(actor=actor, now=now):
        record(
            IncidentRead(public_id=incident.public_id),
            subject=incident,
            controller_id=incident.controller_id,
            exercise_id=incident.exercise_id,
        )
