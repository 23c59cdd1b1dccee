"""The way of an incident: stages, judgement, what is asked before it is closed, joining two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from incidents.models import Incident, IncidentAssessment, IncidentMove
from incidents.selectors.way import facts_of, lacking, steps_of
from incidents.services import alarm_links, follow_up, way
from incidents.services.follow_up import AnalysisData
from incidents.states import BY_OWN_SERVICE, Move, Stage, Verb, may
from tests.alarms.routing.town import Town
from tests.incidents.conftest import HOUR, Make, put_in
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing

S, M = Stage, Move
# Written out from domain.md D.5, not read from the code.
LEADS = {
    (M.START, S.ASSESSED): S.HANDLING,
    (M.START, S.ASSIGNED): S.HANDLING,
    (M.MONITOR, S.HANDLING): S.MONITORED,
    (M.RESUME, S.MONITORED): S.HANDLING,
    (M.RESUME, S.ENDED): S.HANDLING,
    (M.RESUME, S.FOLLOW_UP): S.HANDLING,
    (M.END, S.ASSESSED): S.ENDED,
    (M.END, S.ASSIGNED): S.ENDED,
    (M.END, S.HANDLING): S.ENDED,
    (M.END, S.MONITORED): S.ENDED,
    (M.FOLLOW_UP, S.ENDED): S.FOLLOW_UP,
    (M.CLOSE, S.ENDED): S.CLOSED,
    (M.CLOSE, S.FOLLOW_UP): S.CLOSED,
    (M.REOPEN, S.CLOSED): S.FOLLOW_UP,
    (M.REOPEN, S.REJECTED): S.REPORTED,
    (M.ARCHIVE, S.CLOSED): S.ARCHIVED,
    (M.REJECT, S.REPORTED): S.REJECTED,
    (M.REJECT, S.ASSESSED): S.REJECTED,
}


def test_every_move_from_every_stage(
    make: Make, by_cia: Actor, cia: User, now: dt.datetime
) -> None:
    incident = make()
    for step in set(Move) - BY_OWN_SERVICE:
        for source in set(Stage) - {S.MERGED}:
            put_in(incident, source, cia, now)
            target = LEADS.get((step, source))
            try:
                way.move(
                    actor=by_cia, now=now, public_id=incident.public_id, step=step, reason="Därför."
                )
            except Conflict as error:
                assert (target, error.code) == (None, "wrong_stage"), (step, source)
                reached: str = source
            else:
                assert target is not None, (step, source)
                reached = target
            assert Incident.objects.get(pk=incident.pk).stage == reached


def test_what_is_judged_given_away_or_joined_has_its_own_door(
    make: Make, by_cia: Actor, now: dt.datetime
) -> None:
    incident = make()
    for step in BY_OWN_SERVICE:
        with pytest.raises(Invalid):
            way.move(actor=by_cia, now=now, public_id=incident.public_id, step=step, reason="x")
    assert not IncidentMove.objects.exists()


def test_no_stage_is_a_trap_but_the_last_ones() -> None:
    ends = {stage for stage in Stage if not any(may(step, stage) for step in Move)}
    assert ends == {S.ARCHIVED, S.MERGED}


def test_both_judgements_are_kept_with_who_when_and_why(
    make: Make, by_cia: Actor, cia: User, now: dt.datetime
) -> None:
    incident = make()
    for severity, urgency, at in ((2, 3, now), (4, 1, now + HOUR)):
        way.assess(
            actor=by_cia,
            now=at,
            public_id=incident.public_id,
            severity=severity,
            urgency=urgency,
            reason=f"Nivå {severity} eftersom…",
        )
    incident.refresh_from_db()
    assert (incident.severity, incident.urgency, incident.stage) == (4, 1, S.ASSESSED)
    kept = IncidentAssessment.objects.values_list("severity", "urgency", "by", "at", "reason")
    assert list(kept) == [
        (2, 3, cia.pk, now, "Nivå 2 eftersom…"),
        (4, 1, cia.pk, now + HOUR, "Nivå 4 eftersom…"),
    ]


@pytest.mark.parametrize(
    ("severity", "urgency", "reason"), [(1, 1, " \x00 "), (0, 1, "x"), (1, 6, "x"), (99, 1, "x")]
)
def test_a_judgement_without_reason_or_range_is_none(
    make: Make, by_cia: Actor, now: dt.datetime, severity: int, urgency: int, reason: str
) -> None:
    incident = make()
    with pytest.raises(Invalid):
        way.assess(
            actor=by_cia,
            now=now,
            public_id=incident.public_id,
            severity=severity,
            urgency=urgency,
            reason=reason,
        )
    assert Incident.objects.get().stage == S.REPORTED


def test_of_two_who_judge_at_once_the_second_is_told(
    make: Make, judge: Callable[..., Incident], by_cia: Actor, now: dt.datetime
) -> None:
    incident = judge(make(), severity=3)
    with pytest.raises(Conflict, match="Någon annan"):
        way.assess(
            actor=by_cia,
            now=now,
            public_id=incident.public_id,
            severity=1,
            urgency=1,
            reason="x",
            seen=(None, None),
        )
    assert Incident.objects.get().severity == 3


def test_it_is_given_only_to_somebody_who_may_work_with_it(
    make: Make,
    judge: Callable[..., Incident],
    by_cia: Actor,
    cia: User,
    tor: User,
    alma: User,
    now: dt.datetime,
) -> None:
    incident = make()
    with pytest.raises(Conflict):
        way.assign(actor=by_cia, now=now, public_id=incident.public_id, owner=cia)
    judge(incident)
    for stranger in (tor, alma):
        with pytest.raises(Invalid):
            way.assign(actor=by_cia, now=now, public_id=incident.public_id, owner=stranger)
    way.assign(actor=by_cia, now=now, public_id=incident.public_id, owner=cia)
    incident.refresh_from_db()
    assert (incident.stage, incident.owner) == (S.ASSIGNED, cia)


def test_a_small_one_is_closed_at_once_and_a_serious_one_asks_for_the_four_verbs(
    make: Make, judge: Callable[..., Incident], by_cia: Actor, cia: User, now: dt.datetime
) -> None:
    def close(incident: Incident) -> None:
        for step in (M.END, M.CLOSE):
            if may(step, Incident.objects.get(pk=incident.pk).stage):
                way.move(
                    actor=by_cia,
                    now=now,
                    public_id=incident.public_id,
                    step=step,
                    reason="Rutan är bytt.",
                )

    small = judge(make(), severity=1)
    close(small)
    small.refresh_from_db()
    assert (small.stage, small.closed_at, small.closing) == (S.CLOSED, now, "Rutan är bytt.")

    serious = judge(make(), severity=3)
    with pytest.raises(Conflict, match="orsak, ansvarig, åtgärd, lärdomar"):
        close(serious)
    way.assign(actor=by_cia, now=now, public_id=serious.public_id, owner=cia)
    task = follow_up.add_task(
        actor=by_cia,
        now=now,
        public_id=serious.public_id,
        what="Byt rutan",
        responsible=cia,
        due_on=now.date(),
    )
    follow_up.save_analysis(
        actor=by_cia,
        now=now,
        public_id=serious.public_id,
        seen="",
        data=AnalysisData(causes=("technical",), whys=("Gammalt glas",), lessons="Byt alla."),
    )
    with pytest.raises(Conflict, match="åtgärder som inte är klara"):
        close(serious)
    follow_up.finish_task(actor=by_cia, now=now, public_id=serious.public_id, task_id=task.pk)
    close(serious)
    serious.refresh_from_db()
    assert (serious.stage, lacking(facts_of(serious))) == (S.CLOSED, [])


def test_the_four_verbs_say_which_is_current_and_what_is_lacking(
    make: Make, judge: Callable[..., Incident]
) -> None:
    def shown(incident: Incident) -> dict[Verb, str]:
        return {step.verb: step.state for step in steps_of(facts_of(incident))}

    incident = make(site=None)
    assert shown(incident)[Verb.MAP] == "now"
    assert steps_of(facts_of(incident))[0].missing == ("bedömning", "plats")
    assert shown(judge(make(), severity=3)) == {
        Verb.MAP: "done",
        Verb.ANALYSE: "now",
        Verb.ACT: "ahead",
        Verb.EVALUATE: "ahead",
    }
    assert shown(judge(make(), severity=1)) == {
        Verb.MAP: "done",
        Verb.ANALYSE: "unneeded",
        Verb.ACT: "unneeded",
        Verb.EVALUATE: "now",
    }


def test_a_merged_one_lives_on_with_what_it_has(
    make: Make,
    judge: Callable[..., Incident],
    by_cia: Actor,
    cia: User,
    now: dt.datetime,
) -> None:
    one, other, third = make(), make(), make()
    task = follow_up.add_task(
        actor=by_cia,
        now=now,
        public_id=one.public_id,
        what="Ring glasmästaren",
        responsible=cia,
        due_on=now.date(),
    )
    for source, target in ((one, other), (other, third)):
        way.merge(
            actor=by_cia,
            now=now,
            public_id=source.public_id,
            into=target.public_id,
            reason="Samma ruta",
        )
    one.refresh_from_db()
    assert (one.stage, one.merged_into) == (S.MERGED, third)
    assert facts_of(third).open_tasks == 1
    follow_up.finish_task(actor=by_cia, now=now, public_id=third.public_id, task_id=task.pk)
    assert LedgerRow.objects.filter(name="incident.merged").count() == 2
    for wrong, into in ((one, third), (third, one), (third, third)):
        with pytest.raises(DomainError):
            way.merge(
                actor=by_cia,
                now=now,
                public_id=wrong.public_id,
                into=into.public_id,
                reason="x",
            )


def test_what_two_circles_know_is_not_joined(
    make: Make,
    town: Town,
    by_cia: Actor,
    tor: User,
    group: NeedToKnowGroup,
    now: dt.datetime,
) -> None:
    open_one = make()
    closed_circle = make(kind="OT-01", restricted_group_id=group.pk)
    with pytest.raises(Conflict, match="samma krets"):
        way.merge(
            actor=by_cia,
            now=now,
            public_id=closed_circle.public_id,
            into=open_one.public_id,
            reason="x",
        )
    theirs = make(by=actor_for(tor), site=town.depot, controller_id=town.streets.pk)
    with pytest.raises(Missing):
        way.merge(
            actor=by_cia,
            now=now,
            public_id=open_one.public_id,
            into=theirs.public_id,
            reason="x",
        )


def test_a_closed_one_is_not_changed(
    make: Make, alarm: object, by_cia: Actor, cia: User, now: dt.datetime
) -> None:
    incident = make()
    put_in(incident, S.CLOSED, cia, now)
    with pytest.raises(Conflict, match="avslutad"):
        way.assign(actor=by_cia, now=now, public_id=incident.public_id, owner=cia)
    with pytest.raises(Conflict, match="avslutad"):
        alarm_links.attach_alarm(
            actor=by_cia, now=now, public_id=incident.public_id, number="L-2026-000001"
        )


def test_only_a_person_with_the_task_at_its_controller(
    make: Make, alma: User, now: dt.datetime
) -> None:
    incident = make()
    for actor, error in ((Actor.system("x"), Forbidden), (actor_for(alma), Forbidden)):
        with pytest.raises(error):
            way.move(actor=actor, now=now, public_id=incident.public_id, step=M.REJECT, reason="x")
    assert incident.number.startswith("H-2026-")
