"""Parts that are changed one by one: two at once, limits, damages, tasks, analysis, kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from incidents.models import CauseAnalysis, Damage, Incident, IncidentKind, IncidentTask
from incidents.services import follow_up, kinds, parts
from incidents.services.follow_up import AnalysisData, DamageData
from tests.alarms.routing.town import MALMO, Town
from tests.incidents.conftest import DAY, Make, kind
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing

Change = Callable[[Incident, str], Any]


def test_of_two_who_change_the_same_part_the_second_is_told(
    make: Make, by_cia: Actor, now: dt.datetime
) -> None:
    incident = make()
    who: dict[str, Any] = {"actor": by_cia, "now": now, "public_id": incident.public_id}
    changes: dict[str, Change] = {
        "basics": lambda one, seen: parts.change_basics(
            **who, seen=seen, kind=one.kind, title=one.title + "!", description=""
        ),
        "place": lambda _one, seen: parts.change_place(
            **who, seen=seen, site=None, place="Torget", position=MALMO
        ),
        "time": lambda one, seen: parts.change_time(
            **who, seen=seen, occurred_from=one.occurred_from - DAY, occurred_until=now
        ),
        "flags": lambda _one, seen: parts.change_flags(
            **who, seen=seen, flags=["police_reported"], police_number="K-1"
        ),
    }
    seals = {part: parts.seal_of(incident, part) for part in changes}
    for part, change in changes.items():
        change(Incident.objects.get(), seals[part])
    for part, change in changes.items():
        with pytest.raises(Conflict, match="Någon annan"):
            change(Incident.objects.get(), seals[part])
    incident.refresh_from_db()
    assert (incident.title, incident.place, incident.police_number) == (
        "Krossad ruta!",
        "Torget",
        "K-1",
    )


def test_a_police_number_belongs_to_a_report(make: Make, by_cia: Actor, now: dt.datetime) -> None:
    incident = make()
    with pytest.raises(Invalid):
        parts.change_flags(
            actor=by_cia,
            now=now,
            public_id=incident.public_id,
            seen="",
            flags=["damaged"],
            police_number="K-1",
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.update(police_number="K-1")


def test_an_affected_namnd_reads_and_does_not_write(
    make: Make, town: Town, by_cia: Actor, tor: User, now: dt.datetime
) -> None:
    incident = make()
    assert not Incident.objects.visible_to(tor).exists()
    parts.change_affected(
        actor=by_cia,
        now=now,
        public_id=incident.public_id,
        seen=parts.seal_of(incident, "affected"),
        organisations=[town.streets.pk, town.schools.pk],
    )
    assert Incident.objects.visible_to(tor).get() == incident
    assert list(incident.affected.all()) == [town.streets]
    with pytest.raises(Forbidden):
        parts.change_time(
            actor=actor_for(tor),
            now=now,
            public_id=incident.public_id,
            seen="",
            occurred_from=now,
            occurred_until=None,
        )
    with pytest.raises(Invalid):
        parts.change_affected(
            actor=by_cia, now=now, public_id=incident.public_id, seen="", organisations=[0]
        )


def test_a_damage_counts_what_is_left_to_bear_and_is_guarded(
    make: Make, by_cia: Actor, now: dt.datetime
) -> None:
    incident, other = make(), make()
    who: dict[str, Any] = {"actor": by_cia, "now": now}
    damage = follow_up.save_damage(
        **who,
        public_id=incident.public_id,
        data=DamageData(what="Ruta", material=8000, work=4500, deductible=5000, reimbursed=7500),
    )
    assert (damage.cost, damage.net) == (12_500, 5_000)
    seen = follow_up.damage_seal(damage)
    follow_up.save_damage(
        **who,
        public_id=incident.public_id,
        damage_id=damage.pk,
        seen=seen,
        data=DamageData(what="Rutor", material=9_999_999_999),
    )
    with pytest.raises(Conflict):
        follow_up.save_damage(
            **who,
            public_id=incident.public_id,
            damage_id=damage.pk,
            seen=seen,
            data=DamageData(what="Ruta"),
        )
    with pytest.raises(Missing):
        follow_up.save_damage(
            **who, public_id=other.public_id, damage_id=damage.pk, data=DamageData(what="Ruta")
        )
    for wrong in (
        DamageData(what=" "),
        DamageData(what="x", material=10**10),
        DamageData(what="x", work=-1),
        DamageData(what="x", insurance="kanske"),
    ):
        with pytest.raises(Invalid):
            follow_up.save_damage(**who, public_id=incident.public_id, data=wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Damage.objects.update(material=10**10)


def test_a_task_has_somebody_and_a_day_and_is_done_once(
    make: Make, by_cia: Actor, cia: User, tor: User, now: dt.datetime
) -> None:
    incident = make()
    who: dict[str, Any] = {"actor": by_cia, "now": now, "public_id": incident.public_id}
    today = now.date()
    for what, responsible, due_on in (
        ("", cia, today),
        ("Byt", tor, today),
        ("Byt", cia, today - DAY),
        ("Byt", cia, dt.date(9999, 1, 1)),
    ):
        with pytest.raises(Invalid):
            follow_up.add_task(**who, what=what, responsible=responsible, due_on=due_on)
    task = follow_up.add_task(**who, what="Byt", responsible=cia, due_on=today)
    assert [task.is_late(today), task.is_late(today + DAY)] == [False, True]
    follow_up.finish_task(**who, task_id=task.pk, outcome="Bytt")
    with pytest.raises(Conflict):
        follow_up.finish_task(**who, task_id=task.pk)
    with pytest.raises(Missing):
        follow_up.finish_task(**who, task_id=0)
    assert not IncidentTask.objects.get().is_late(today + DAY)


def test_the_analysis_is_one_and_guarded(make: Make, by_cia: Actor, now: dt.datetime) -> None:
    incident = make()
    who: dict[str, Any] = {"actor": by_cia, "now": now, "public_id": incident.public_id}
    seen = follow_up.analysis_seal(None)
    data = AnalysisData(causes=("external", "human"), whys=("Mörkt", "", "Trasig lampa"))
    analysis = follow_up.save_analysis(**who, seen=seen, data=data)
    assert (analysis.causes, analysis.whys) == (["human", "external"], ["Mörkt", "Trasig lampa"])
    with pytest.raises(Conflict):
        follow_up.save_analysis(**who, seen=seen, data=data)
    for wrong in (AnalysisData(causes=("slump",)), AnalysisData(whys=("x",) * 6)):
        with pytest.raises(DomainError):
            follow_up.save_analysis(**who, seen="", data=wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CauseAnalysis.objects.update(causes=["slump"])


def test_the_taxonomy_is_edited_and_what_needs_a_group_goes_on_needing_it(
    town: Town, by_cia: Actor, alma: User, now: dt.datetime
) -> None:
    made = kinds.add_kind(actor=by_cia, now=now, code="br-08", label="Sabotage")
    assert (made.code, made.group, made.restricted) == ("BR-08", "BR", False)
    assert kinds.add_kind(actor=by_cia, now=now, code="OT-05", label="Jäv").restricted
    kinds.change_kind(actor=by_cia, now=now, code="BR-08", label="Sabotage, grovt", active=False)
    assert made not in IncidentKind.objects.in_use()
    for code, label in (("XX-01", "x"), ("BR-8", "x"), ("\x00", "x"), ("BR-09", " ")):
        with pytest.raises(Invalid):
            kinds.add_kind(actor=by_cia, now=now, code=code, label=label)
    with pytest.raises(Conflict):
        kinds.add_kind(actor=by_cia, now=now, code="BR-08", label="x")
    with pytest.raises(Missing):
        kinds.change_kind(actor=by_cia, now=now, code="BR-77", label="x", active=True)
    with pytest.raises(Forbidden):
        kinds.add_kind(actor=actor_for(alma), now=now, code="BR-10", label="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentKind.objects.filter(code="OT-01").update(restricted=False)
    assert kind("VA-04").restricted
