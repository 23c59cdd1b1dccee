"""Who may know: controllers, those affected, need-to-know groups, persons."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from incidents.models import Incident, IncidentPerson, Part
from incidents.services import parts, persons, way
from incidents.services.parts import Protection, follow_sites
from incidents.states import Move
from tests.accounts.factories import GroupMembershipFactory
from tests.alarms.routing.town import SYSTEM, Town
from tests.incidents.conftest import Make
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing


def sees(user: User) -> bool:
    return Incident.objects.visible_to(User.objects.get(pk=user.pk)).exists()


def test_a_restricted_one_is_its_groups_and_nobody_elses(
    make: Make,
    town: Town,
    group: NeedToKnowGroup,
    by_cia: Actor,
    cia: User,
    tor: User,
    alma: User,
    bo: User,
    now: dt.datetime,
) -> None:
    incident = make(kind="OT-02", restricted_group_id=group.pk)
    assert [sees(user) for user in (cia, alma, bo, tor)] == [True, False, False, False]
    for stranger in (alma, bo, tor):
        with pytest.raises(Missing):
            way.move(
                actor=actor_for(stranger),
                now=now,
                public_id=incident.public_id,
                step=Move.REJECT,
                reason="x",
            )
    parts.change_affected(
        actor=by_cia,
        now=now,
        public_id=incident.public_id,
        seen="",
        organisations=[town.streets.pk],
    )
    assert not sees(tor)
    rows = LedgerRow.objects.filter(name__startswith="incident.")
    assert {audience for row in rows for audience in row.audiences} == {f"group:{group.pk}"}


def test_those_who_lose_sight_are_told_and_a_kind_that_needs_a_group_keeps_it(
    make: Make,
    group: NeedToKnowGroup,
    by_cia: Actor,
    alma: User,
    town: Town,
    now: dt.datetime,
) -> None:
    incident = make()
    who: dict[str, Any] = {"actor": by_cia, "now": now, "public_id": incident.public_id}
    seen = parts.seal_of(incident, "protection")
    protection = Protection(restricted_group_id=group.pk, grounds={Part.DAMAGE: "OSL18_8"})
    parts.protect(**who, seen=seen, protection=protection)
    assert not sees(alma)
    told = LedgerRow.objects.get(name="incident.audiences_changed")
    assert set(told.audiences) == {f"group:{group.pk}", f"incident.view@{town.schools.pk}"}
    with pytest.raises(Conflict):
        parts.protect(**who, seen=seen, protection=protection)
    Incident.objects.update(kind=make(kind="OT-03", restricted_group_id=group.pk).kind)
    with pytest.raises(Invalid):
        parts.protect(**who, seen="", protection=Protection(restricted_group_id=None, grounds={}))
    with pytest.raises(Invalid):
        parts.protect(
            **who,
            seen="",
            protection=Protection(restricted_group_id=group.pk, grounds={Part.DAMAGE: "x"}),
        )


def test_a_site_that_only_some_know_of_takes_its_incidents_with_it(
    make: Make, town: Town, group: NeedToKnowGroup, alma: User, cia: User, now: dt.datetime
) -> None:
    make()
    Site.objects.filter(pk=town.school.pk).update(restricted_group=group)
    assert follow_sites(actor=SYSTEM, now=now, site_ids=[town.school.pk]) == 1
    assert follow_sites(actor=SYSTEM, now=now, site_ids=[town.school.pk]) == 0
    assert [sees(alma), sees(cia)] == [False, True]
    Site.objects.filter(pk=town.school.pk).update(restricted_group=None)
    follow_sites(actor=SYSTEM, now=now, site_ids=[town.school.pk])
    assert sees(alma)


def test_an_exercise_is_not_among_the_real(make: Make, cia: User) -> None:
    make()
    Incident.objects.update(exercise_id=1)
    assert not sees(cia)


def test_persons_are_sealed_and_each_reading_stands_in_the_ledger(
    make: Make, by_cia: Actor, alma: User, now: dt.datetime
) -> None:
    incident = make()
    who: dict[str, Any] = {"now": now, "public_id": incident.public_id}
    persons.add_person(
        actor=by_cia,
        **who,
        role="witness",
        purpose="contact",
        name="Ylva Åkesson",
        contact="040-628 04 00",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, contact FROM incidents_incidentperson")
        assert "kesson" not in str(cursor.fetchall())
    assert [one.name for one in persons.read_persons(actor=by_cia, **who)] == ["Ylva Åkesson"]
    read = LedgerRow.objects.get(name="incident.persons_read")
    assert (read.actor_id, read.audiences) == (by_cia.id, [])
    assert not [row for row in LedgerPayload.objects.all() if "kesson" in str(row.body)]
    with pytest.raises(Forbidden):
        persons.read_persons(actor=actor_for(alma), **who)
    assert not IncidentPerson.objects.visible_to(alma).exists()


@pytest.mark.parametrize("role", ["suspect", "misstänkt", "", "accused"])
def test_nobody_is_written_down_as_suspected(
    make: Make, by_cia: Actor, cia: User, now: dt.datetime, role: str
) -> None:
    incident = make()
    with pytest.raises(Invalid):
        persons.add_person(
            actor=by_cia,
            now=now,
            public_id=incident.public_id,
            role=role,
            purpose="contact",
            name="Någon",
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentPerson.objects.create(
            incident=incident,
            role=role[:8],
            purpose="contact",
            name="Någon",
            added_by=cia,
            added_at=now,
        )


def test_somebody_outside_the_group_can_not_own_what_it_knows(
    make: Make, group: NeedToKnowGroup, by_cia: Actor, tib: User, now: dt.datetime
) -> None:
    incident = make(kind="OT-02", restricted_group_id=group.pk)
    way.assess(
        actor=by_cia,
        now=now,
        public_id=incident.public_id,
        severity=3,
        urgency=3,
        reason="Allvarligt.",
    )
    with pytest.raises(Invalid):
        way.assign(actor=by_cia, now=now, public_id=incident.public_id, owner=tib)
    GroupMembershipFactory.create(group=group, user=tib)
    way.assign(actor=by_cia, now=now, public_id=incident.public_id, owner=tib)
    assert Incident.objects.get().owner == tib
