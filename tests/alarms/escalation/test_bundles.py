"""Calls about a whole desk: how many there are, who is in them, and when they end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alarms.models import Alarm, Desk
from alarms.selectors.promises import overdue_escalations
from alarms.services.audiences import follow_sites
from alarms.services.desk import claim_alarm
from alarms.services.leading import move_to_desk, reprioritise
from tests.accounts.factories import NeedToKnowGroupFactory
from tests.alarms.escalation.conftest import SYSTEM, At, Run
from tests.alarms.escalation.test_together import MINUTE, SECOND, plant
from tests.alarms.intake.senders import make_site
from tests.callout.receivers import Mailbox
from tests.ledger.support import in_threads
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import services as callout
from trygghetscentral.callout import tasks as callout_tasks
from trygghetscentral.callout.models import Call, CallMember, Delivery, Duty
from trygghetscentral.callout.selectors.board import board_state, calls_about
from trygghetscentral.callout.services import bundles
from trygghetscentral.callout.tokens import token_for
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor

Plant = Callable[..., list[Alarm]]
Travel = Callable[[dt.datetime], object]


@pytest.fixture
def desk(db: None) -> Desk:
    """The desk of intrusions."""
    return Desk.objects.get(code="inbrott")


@pytest.fixture
def waiting_there(city: City, desk: Desk, now: dt.datetime, roster: dict[str, User]) -> Plant:
    """So many alarms that wait at the desk since now: `waiting_there(3, priority=2)`."""

    def make(count: int, **fields: Any) -> list[Alarm]:
        before = Alarm.objects.count()
        plant(city, now, count, first=before, **{"desk": desk, **fields})
        return list(Alarm.objects.order_by("pk")[before:])

    return make


def present() -> int:
    """How many the open bundle is about."""
    return Call.objects.open().get(subject_type="alarms.desk").figures.count


def test_sixty_at_an_empty_desk_are_one_call_and_the_worst_have_their_own(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, desk: Desk
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(60)
    worst = waiting_there(2, priority=1)
    assert run(now)[0] == 62
    assert set(Alarm.objects.values_list("escalation", flat=True)) == {"tib"}
    bundle = Call.objects.get(subject_type="alarms.desk")
    assert (bundle.subject_id, bundle.reason, bundle.figures.count) == (
        str(desk.pk),
        "unstaffed",
        60,
    )
    own = Call.objects.filter(subject_type="alarms.alarm").values_list("subject_id", flat=True)
    assert set(own) == {str(alarm.pk) for alarm in worst}
    assert LedgerRow.objects.filter(name="alarm.escalated").count() == 62


def test_the_message_says_how_many_how_bad_and_since_when_and_not_where(
    waiting_there: Plant,
    worked: At,
    run: Run,
    now: dt.datetime,
    mailbox: Mailbox,
    travel: Travel,
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(7, priority=3)
    waiting_there(1, priority=2, waiting_since=now - 10 * MINUTE)
    run(now)
    travel(now)
    callout_tasks.send_mail()
    (mail,) = mailbox.mails
    text = mail.get_content()
    assert mail["Subject"] == "8 larm väntar på svar."
    assert "prioritet 2, det första sedan 14:27" in text
    for secret in ("nbrott", "L-2026", "Tekniska"):
        assert secret not in text


def test_a_new_round_every_ten_minutes_until_somebody_answers(
    waiting_there: Plant,
    worked: At,
    run: Run,
    now: dt.datetime,
    mailbox: Mailbox,
    travel: Travel,
    roster: dict[str, User],
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(3)
    sent = []
    for seconds in range(0, 3600, 30):
        moment = now + seconds * SECOND
        travel(moment)
        run(moment)
        callout_tasks.widen_due()
        callout_tasks.send_mail()
        sent.append(sum(one == "disa@tib.example" for one in mailbox.recipients))
    assert [sent[20 * minutes] for minutes in range(6)] == [1, 2, 3, 4, 5, 6]
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == len(mailbox.mails)
    later = now + 60 * MINUTE
    call = Call.objects.get()
    first = call.deliveries.filter(user=roster["primary"], channel="email").order_by("pk").first()
    assert first is not None
    callout.answer_by_link(actor=SYSTEM, now=later, token=token_for(first.dedupe_id))
    travel(later + 30 * MINUTE)
    run(later + 30 * MINUTE)
    callout_tasks.widen_due()
    assert callout_tasks.send_mail() == 0


def test_what_comes_after_an_answer_is_called_for_anew_and_not_at_once(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, roster: dict[str, User]
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(2)
    run(now)
    first = Call.objects.get()
    Call.objects.update(answered_at=now + MINUTE, answered_through="phone", due_at=None)
    Delivery.objects.update(due_at=None, state="stopped")
    assert bundles.renew_due(actor=SYSTEM, now=now + 30 * MINUTE) == 0
    waiting_there(1, waiting_since=now + 2 * MINUTE)
    run(now + 2 * MINUTE)
    assert present() == 3
    assert bundles.renew_due(actor=SYSTEM, now=now + 9 * MINUTE) == 0
    assert bundles.renew_due(actor=SYSTEM, now=now + 10 * MINUTE) == 1
    first.refresh_from_db()
    again = Call.objects.open().get()
    assert (first.stop_reason, again.figures.count, again.answered_at) == ("asked_again", 3, None)
    assert again.deliveries.filter(due_at__isnull=False).exists()


def test_it_ends_with_the_last_answer_and_not_before(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, by_alma: Actor
) -> None:
    worked(now - 2 * MINUTE)
    alarms = waiting_there(3)
    run(now)
    for left, alarm in zip((2, 1), alarms, strict=False):
        claim_alarm(actor=by_alma, now=now, public_id=alarm.public_id)
        assert present() == left
    claim_alarm(actor=by_alma, now=now, public_id=alarms[2].public_id)
    assert Call.objects.get().stop_reason == "answered"
    assert not Delivery.objects.filter(due_at__isnull=False).exists()
    assert Call.objects.get().figures.count == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_the_last_two_at_once_one_ends_it(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, by_alma: Actor, by_bo: Actor
) -> None:
    worked(now - 2 * MINUTE)
    alarms = waiting_there(12)
    run(now)

    def answer(actor: Actor, mine: list[Alarm]) -> None:
        for alarm in mine:
            claim_alarm(actor=actor, now=now, public_id=alarm.public_id)

    in_threads(lambda: answer(by_alma, alarms[:6]), lambda: answer(by_bo, alarms[6:]))
    assert not Call.objects.open().exists()
    assert not CallMember.objects.filter(left_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_call_with_all_of_them(
    waiting_there: Plant, worked: At, now: dt.datetime, run: Run
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(700)

    def work() -> None:
        while run(now)[0]:
            pass

    in_threads(work, work)
    assert (Call.objects.count(), present()) == (1, 700)


def test_a_desk_worked_in_time_lets_tib_go_and_the_limit_comes_as_usual(
    waiting_there: Plant, worked: At, led: At, run: Run, now: dt.datetime
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(2)
    run(now)
    worked(now + MINUTE)
    run(now + MINUTE)
    call = Call.objects.get()
    assert (call.stop_reason, call.figures.count) == ("not_needed", 2)
    assert set(Alarm.objects.values_list("escalation", "escalates_at")) == {
        ("", now + 180 * SECOND)
    }
    worked(now + 180 * SECOND)
    led(now + 180 * SECOND)
    run(now + 180 * SECOND)
    assert set(Alarm.objects.values_list("escalation", flat=True)) == {"shift_lead"}
    assert not Call.objects.open().exists()


def test_a_desk_worked_too_late_keeps_the_call_for_what_is_over_its_limit(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(1, waiting_since=now - 170 * SECOND)
    waiting_there(1)
    run(now)
    worked(now + MINUTE)
    run(now + MINUTE)
    assert present() == 1
    assert Alarm.objects.get(escalation="tib").waiting_since == now - 170 * SECOND


def test_who_grows_worse_gets_a_call_of_its_own(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, by_bo: Actor
) -> None:
    worked(now - 2 * MINUTE)
    first, _second = waiting_there(2)
    run(now)
    reprioritise(actor=by_bo, now=now, public_id=first.public_id, priority=1, reason="Ljud av slag")
    run(now + SECOND)
    assert present() == 1
    own = Call.objects.open().get(subject_type="alarms.alarm")
    assert own.subject_id == str(first.pk)
    first.refresh_from_db()
    assert first.escalation == "tib"


def test_who_is_moved_leaves_at_once_and_joins_the_other_desks_call(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, by_bo: Actor
) -> None:
    worked(now - 2 * MINUTE)
    (only,) = waiting_there(1)
    run(now)
    other = Desk.objects.get(code="teknik")
    move_to_desk(actor=by_bo, now=now, public_id=only.public_id, desk_id=other.pk, reason="Ventil")
    assert not Call.objects.open().exists()
    run(now + SECOND)
    assert Call.objects.open().get().subject_id == str(other.pk)


@pytest.fixture
def hidden(city: City) -> Site:
    """A site that only a need-to-know group may know of."""
    group = NeedToKnowGroupFactory.create(organisation=city.technical)
    site = make_site(city.technical)
    Site.objects.filter(pk=site.pk).update(restricted_group=group)
    site.refresh_from_db()
    return site


def test_one_that_only_a_group_may_know_of_is_neither_counted_nor_sent_outside_it(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, hidden: Site
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(2)
    (secret,) = waiting_there(1, site=hidden, audiences=[f"group:{hidden.restricted_group_id}"])
    run(now)
    assert present() == 2
    own = Call.objects.get(subject_id=str(secret.pk), subject_type="alarms.alarm")
    assert own.audiences == list(secret.audiences)
    assert set(own.deliveries.values_list("error", flat=True)) == {"not_allowed", ""}
    assert not own.deliveries.filter(due_at__isnull=False).exists()
    assert own.unreached_at == now


def test_a_site_that_becomes_restricted_takes_its_alarms_out_and_its_calls_along(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, hidden: Site, city: City
) -> None:
    group = hidden.restricted_group
    Site.objects.update(restricted_group=None)
    worked(now - 2 * MINUTE)
    waiting_there(1)
    (worst,) = waiting_there(1, site=hidden, priority=1)
    (less,) = waiting_there(1, site=hidden)
    run(now)
    assert present() == 2
    Site.objects.update(restricted_group=group)
    follow_sites(actor=SYSTEM, now=now, site_ids=[hidden.pk])
    assert present() == 1
    own = Call.objects.open().get(subject_id=str(worst.pk), subject_type="alarms.alarm")
    assert own.audiences == [f"group:{hidden.restricted_group_id}"]
    assert not own.deliveries.filter(due_at__isnull=False).exists()
    run(now + SECOND)
    other = Call.objects.open().get(subject_id=str(less.pk), subject_type="alarms.alarm")
    assert other.audiences == own.audiences


def test_a_call_that_cannot_begin_holds_up_no_other_and_is_late(
    waiting_there: Plant,
    worked: At,
    run: Run,
    now: dt.datetime,
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(60, priority=1, prefix="fel nr ")
    waiting_there(3, priority=1)
    waiting_there(3)
    assert run(now)[0] == 6
    assert run(now)[0] == 0
    assert Call.objects.count() == 4
    assert LedgerRow.objects.filter(name="callout.started").count() == 4
    assert overdue_escalations(now + 11 * SECOND) == 60


def test_five_hundred_cost_a_handful_of_statements_for_their_call(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(1)
    with CaptureQueriesContext(connection) as one:
        assert run(now)[0] == 1
    Call.objects.all().delete()
    waiting_there(500)
    with CaptureQueriesContext(connection) as many:
        assert run(now)[0] == 500
    assert len(many) <= len(one) + 6
    assert Delivery.objects.filter(due_at__isnull=False).count() == 2


def test_the_alarm_s_page_shows_the_call_it_is_in(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime, alma: User
) -> None:
    worked(now - 2 * MINUTE)
    (only,) = waiting_there(1)
    run(now)
    (shown,) = calls_about(alma, subject_type="alarms.alarm", subject_id=str(only.pk))
    assert shown.call.about == "1 larm (inbrott)"
    assert {one.state for person in shown.people for one in person.deliveries} == {"queued"}
    Call.objects.update(unreached_at=now)
    (line,) = board_state(alma, now=now).unreached
    assert [call.about for call in line.calls] == ["1 larm (inbrott)"]


def test_nobody_is_called_when_there_is_no_such_duty(
    waiting_there: Plant, worked: At, run: Run, now: dt.datetime
) -> None:
    worked(now - 2 * MINUTE)
    waiting_there(3)
    Duty.objects.filter(code="tib").update(code="beredskap")
    assert run(now)[0] == 0
    assert overdue_escalations(now + 11 * SECOND) == 3
    Duty.objects.filter(code="beredskap").update(code="tib")
    assert run(now + 11 * SECOND)[0] == 3
    assert present() == 3
