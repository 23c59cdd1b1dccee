"""The veckorapport: filled, levelled by a person, reviewed by another, published, frozen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from incidents import tasks
from incidents.est_states import (
    REPORT_TRANSITIONS,
    ReportMove,
    ReportState,
    report_moves,
    report_target,
)
from incidents.models import (
    DiaryEntry,
    Disclosure,
    EstObservation,
    EstPriority,
    EstReport,
    EstVersion,
)
from incidents.selectors.est.weeks import Week
from incidents.services.est import disclosing, drafting, moving, observing, papers, weeks
from incidents.services.est.disclosing import ExportData
from incidents.services.est.drafting import FollowUpData, PriorityData
from incidents.services.est.moving import digest_of
from tests.incidents.est.conftest import Observe, level
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing

Go = Callable[..., EstReport]
WEEK = dt.timedelta(days=7)


@pytest.mark.parametrize("source", ReportState)
@pytest.mark.parametrize("move", ReportMove)
def test_the_table_holds_both_ways(source: ReportState, move: ReportMove) -> None:
    there = [row.target for row in REPORT_TRANSITIONS if (row.move, row.source) == (move, source)]
    if there:
        assert report_target(move, source) == there[0]
        assert move in report_moves(source)
    else:
        with pytest.raises(Conflict):
            report_target(move, source)


def test_the_draft_comes_filled_and_without_a_level(
    observe: Observe, gathering: EstReport, week: Week, bea: User, cia: User, now: dt.datetime
) -> None:
    for _n in range(6):
        observe(released=True, weekday=5, band="evening")
    for _n in range(5):
        observe(released=True, kind="unsafe", action="Lampan är anmäld.")
    observe(text="Syns inte: inte släppt")
    observe(released=True, kind="drugs", ground="OSL18_8", text="Hemlig plats")
    with pytest.raises(Missing):
        drafting.make_draft(actor=actor_for(cia), now=now, public_id=gathering.public_id)
    made = drafting.make_draft(actor=actor_for(bea), now=now, public_id=gathering.public_id)
    assert made.level == ""
    assert "11" not in made.happened
    assert "hemlig" not in (made.happened + made.doing + made.forecast).lower()
    place = made.priorities.get()
    assert (place.place, place.open) == ("Ängens förskola", True)
    assert not any(char.isdigit() for char in place.why)
    with pytest.raises(Conflict):
        drafting.make_draft(actor=actor_for(bea), now=now, public_id=gathering.public_id)


def test_counts_are_told_with_their_trend(
    observe: Observe, gathering: EstReport, week: Week, bea: User, cia: User, now: dt.datetime
) -> None:
    kinds = ("litter", "unsafe", "damage", "gathering", "event", "staff", "rumour", "drugs")
    for kind in kinds:
        for _n in range(6):
            observe(kind=kind)
    for _n in range(3):
        observe(kind="litter")
    for kind in kinds:
        for _n in range(7):
            observe(kind=kind, week=week.plus(-1))
    observe(kind="litter")
    ids = list(EstObservation.objects.values_list("public_id", flat=True))
    observing.release(actor=actor_for(cia), now=now, public_ids=ids)
    made = drafting.make_draft(actor=actor_for(bea), now=now, public_id=gathering.public_id)
    lines = made.happened.splitlines()
    assert lines[0] == "Nedskräpning: 10 observationer, fler än förra veckan (7)."
    assert "Otrygg plats: 6 observationer, färre än förra veckan (7)." in lines
    assert "nedskräpning" in made.forecast


def test_no_level_no_review(
    gathering: EstReport, draft: Go, step: Go, bea: User, now: dt.datetime
) -> None:
    report = draft(level="", level_sentence="")
    with pytest.raises(Conflict) as refused:
        step(report, "submit", by=bea)
    assert refused.value.code == "est_no_level"
    for half in ({"level": "red", "level_sentence": ""}, {"level": "", "level_sentence": "x"}):
        with pytest.raises(Invalid):
            data = level(report, **half)
            drafting.save_draft(
                actor=actor_for(bea), now=now, public_id=report.public_id, data=data
            )


def test_a_level_has_a_person_a_sentence_and_a_time(draft: Go, bea: User, now: dt.datetime) -> None:
    report = draft()
    assert (report.level_by, report.level_at) == (bea, now)
    assert LedgerRow.objects.filter(name="est.level_set").count() == 1
    with pytest.raises(Forbidden):
        drafting.save_draft(
            actor=Actor.system("est"),
            now=now,
            public_id=report.public_id,
            data=level(report, level="red"),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        EstReport.objects.filter(pk=report.pk).update(level="red", level_by=None, level_at=None)


def test_whoever_wrote_it_does_not_approve_it(
    draft: Go, step: Go, bea: User, tib: User, now: dt.datetime
) -> None:
    report = step(draft(), "submit", by=bea)
    with pytest.raises(Forbidden) as refused:
        step(report, "approve", by=bea)
    assert refused.value.code == "est_own_report"
    step(report, "return", by=tib, remark="Skriv mer om torget.")
    report.refresh_from_db()
    assert (report.state, report.open_content, report.remark) == (
        "draft",
        None,
        "Skriv mer om torget.",
    )
    # Now the reviewer has written in it too.
    drafting.save_draft(
        actor=actor_for(tib), now=now, public_id=report.public_id, data=level(report)
    )
    step(report, "submit", by=bea)
    for author in (bea, tib):
        with pytest.raises(Forbidden):
            step(report, "approve", by=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        EstReport.objects.filter(pk=report.pk).update(approved_by=bea, approved_at=now)


def test_who_may_not_compile_moves_nothing(draft: Go, step: Go, cia: User, alma: User) -> None:
    report = draft()
    for stranger in (cia, alma):
        with pytest.raises(DomainError):
            step(report, "submit", by=stranger)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"texts": {"happened": "Ring 070-123 45 67"}}, "est_blocked"),
        ({"texts": {"doing": "Vi talade med Åsa Öberg"}}, "est_names"),
        ({"level_sentence": "Storgatan 12"}, "est_blocked"),
        ({"texts": {"forecast_closed": "Hemligt"}}, "est_no_ground"),
        ({"priorities": [PriorityData(place="Torget", why="", responsible="x")]}, "est_half_place"),
        ({"priorities": [PriorityData(place="x", why="x", responsible="x")] * 6}, None),
    ],
)
def test_a_draft_is_refused(draft: Go, more: dict[str, Any], code: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        draft(**more)
    assert refused.value.code == (code or "est_too_many_places")


def test_of_two_who_write_the_second_is_told(
    draft: Go, gathering: EstReport, bea: User, tib: User, now: dt.datetime
) -> None:
    report = draft()
    stale = level(report)
    drafting.save_draft(actor=actor_for(bea), now=now, public_id=report.public_id, data=stale)
    with pytest.raises(Conflict) as refused:
        drafting.save_draft(actor=actor_for(tib), now=now, public_id=report.public_id, data=stale)
    assert refused.value.code == "changed_meanwhile"


def test_what_is_published_never_changes(
    publish: Go, step: Go, tib: User, observe: Observe
) -> None:
    observe(released=True)
    report = publish()
    version = EstVersion.objects.get(report=report, kind="open")
    assert version.sha256 == digest_of(version.content) == digest_of(report.open_content or {})
    # What waits for the commit would hide the refusal of TRUNCATE.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE incidents_estversion SET content = '{}'",
        "DELETE FROM incidents_estversion",
        "TRUNCATE incidents_estversion CASCADE",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    row = LedgerRow.objects.filter(name="est.report_moved").latest("seq")
    body = LedgerPayload.objects.get(pk=row.seq).body or {}
    assert body["open_sha256"] == version.sha256
    # Published, it is owed to the diary (domain.md 00.16).
    assert DiaryEntry.objects.get().kind == DiaryEntry.Kind.WEEKLY
    step(report, "withdraw", by=tib, remark="Fel vecka.")
    assert EstVersion.objects.count() == 2
    assert not EstReport.objects.public().exists()


def test_places_are_followed_up_the_week_after(
    publish: Go, bea: User, now: dt.datetime, travel: Callable[[dt.datetime], Any]
) -> None:
    first = publish()
    travel(now + WEEK)
    assert tasks.open_est_weeks() == 1
    assert tasks.open_est_weeks() == 0
    after = EstReport.objects.get(state="gathering")
    assert (after.year, after.week) == (first.year, first.week + 1)
    who: dict[str, Any] = {"actor": actor_for(bea), "now": now + WEEK}
    made = drafting.make_draft(**who, public_id=after.public_id)
    assert "Gården, prioriterad förra veckan: Gatukontoret ansvarar." in made.doing
    place = first.priorities.get()
    data = level(
        made,
        follow_up=[
            FollowUpData(priority_id=place.pk, outcome="continues", text="Städas dagligen.")
        ],
    )
    drafting.save_draft(**who, public_id=after.public_id, data=data)
    place.refresh_from_db()
    assert (place.outcome, place.outcome_by) == ("continues", bea)
    moved = moving.move(**who, public_id=after.public_id, step=ReportMove.SUBMIT)
    assert moved.open_content is not None
    assert moved.open_content["follow_up"][0]["text"] == "Städas dagligen."
    # What was published last week says nothing of it.
    published = EstVersion.objects.filter(report=first).values_list("content", flat=True)
    assert "Städas" not in json.dumps(list(published), ensure_ascii=False)


def test_a_place_of_another_report_is_left_alone(draft: Go, bea: User, now: dt.datetime) -> None:
    report = draft()
    own = EstPriority.objects.get()
    data = level(report, follow_up=[FollowUpData(priority_id=own.pk, outcome="done")])
    drafting.save_draft(actor=actor_for(bea), now=now, public_id=report.public_id, data=data)
    assert not EstPriority.objects.exclude(outcome="").exists()


def test_after_a_long_stop_only_this_week_is_opened(
    gathering: EstReport, now: dt.datetime, week: Week
) -> None:
    later = now + 5 * WEEK
    assert weeks.open_due(actor=Actor.system("est"), now=now) == 0
    assert weeks.open_due(actor=Actor.system("est"), now=later) == 1
    newest = EstReport.objects.first()
    assert newest is not None
    assert newest.week == week.plus(5).number
    assert newest.observe_by < newest.due_at


GIVEN: dict[str, Any] = {
    "version": "restricted",
    "request": "Begäran 12 mars, områdespolisen.",
    "asked_on": dt.date(2026, 3, 12),
    "ground": "2025:170:4",
    "tested": "Inget hinder.",
    "decided_by": "Säkerhetschef, punkt 4.2",
    "decided_on": dt.date(2026, 3, 12),
}


def test_what_polisen_is_given_is_recorded_with_ground_and_who_decided(
    publish: Go, bea: User, now: dt.datetime
) -> None:
    report = publish()
    row = disclosing.disclose(
        actor=actor_for(bea), now=now, public_id=report.public_id, data=ExportData(**GIVEN)
    )
    event = LedgerRow.objects.get(name="est.disclosed")
    body = LedgerPayload.objects.get(pk=event.seq).body or {}
    assert (body["ground"], body["sha256"]) == ("2025:170:4", row.version.sha256)
    assert "Begäran" not in str(body)
    log = Disclosure.objects.get()
    assert (log.asker, log.decided_by_name) == ("police", "Säkerhetschef, punkt 4.2")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM incidents_estexport")


@pytest.mark.parametrize(
    "wrong", [{"ground": "TF:2"}, {"tested": ""}, {"request": "070-123 45 67"}]
)
def test_a_disclosure_that_is_half_is_refused(
    publish: Go, bea: User, now: dt.datetime, wrong: dict[str, Any]
) -> None:
    report = publish()
    with pytest.raises(Invalid):
        disclosing.disclose(
            actor=actor_for(bea),
            now=now,
            public_id=report.public_id,
            data=ExportData(**(GIVEN | wrong)),
        )


def test_a_draft_is_not_disclosed(draft: Go, bea: User, now: dt.datetime) -> None:
    with pytest.raises(Conflict):
        disclosing.disclose(
            actor=actor_for(bea),
            now=now,
            public_id=draft().public_id,
            data=ExportData(**GIVEN),
        )


def test_reading_the_restricted_version_is_recorded(
    publish: Go, bea: User, now: dt.datetime
) -> None:
    papers.note_read(actor=actor_for(bea), now=now, report=publish())
    assert LedgerRow.objects.filter(name="est.restricted_read").count() == 1
