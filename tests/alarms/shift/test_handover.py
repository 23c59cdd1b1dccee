"""From accepted handover to accepted handover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from alarms.models import Alarm, Desk, Handover, Installation
from alarms.models import TestPeriod as Period
from alarms.selectors import handover
from alarms.selectors.handover import position
from alarms.services.desk import claim_alarm
from alarms.services.handover import MOST_CHARACTERS, accept_handover, write_handover
from tests.accounts.factories import person
from tests.alarms.intake.senders import Sender
from tests.alarms.shift.conftest import SignOn, Sit
from tests.ledger.support import in_threads
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Duty, DutyShift
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid

ClientOf = Callable[[User], Client]
LATER = dt.timedelta(minutes=5)


@pytest.fixture
def written(alma: User, now: dt.datetime) -> Handover:
    """Alma has handed over."""
    return write_handover(
        actor=actor_for(alma), now=now, notes="Väktare på väg", figures={"total": 3, "parked": 1}
    )


def test_the_notes_are_never_in_the_ledger_and_the_counts_are(written: Handover) -> None:
    row = LedgerRow.objects.get(name="handover.written")
    payload = LedgerPayload.objects.get(seq=row.seq).body
    assert payload == {"handover_id": written.pk, "open": 3, "unanswered": 0, "parked": 1}


def test_another_accepts_by_one_act_and_only_once(
    written: Handover, bo: User, city: City, now: dt.datetime
) -> None:
    for _ in range(2):
        accept_handover(actor=actor_for(bo), now=now + LATER, handover_id=written.pk)
    written.refresh_from_db()
    assert (written.accepted_by, written.accepted_at) == (bo, now + LATER)
    assert LedgerRow.objects.filter(name="handover.accepted").count() == 1
    third = person("OPERATOR", city.root)
    with pytest.raises(Conflict, match="SL 1"):
        accept_handover(actor=actor_for(third), now=now + LATER, handover_id=written.pk)


def test_nobody_accepts_their_own_nor_an_older_one(
    written: Handover, alma: User, bo: User, now: dt.datetime
) -> None:
    with pytest.raises(Forbidden):
        accept_handover(actor=actor_for(alma), now=now, handover_id=written.pk)
    newer = write_handover(actor=actor_for(alma), now=now + LATER, notes="", figures={})
    with pytest.raises(Conflict):
        accept_handover(actor=actor_for(bo), now=now + LATER, handover_id=written.pk)
    accept_handover(actor=actor_for(bo), now=now + LATER, handover_id=newer.pk)


def test_too_long_notes_and_systems_are_refused(alma: User, now: dt.datetime) -> None:
    long = "a" * (MOST_CHARACTERS + 1)
    with pytest.raises(Invalid):
        write_handover(actor=actor_for(alma), now=now, notes=long, figures={})
    with pytest.raises(Forbidden):
        write_handover(actor=Actor.system("test"), now=now, notes="", figures={})
    assert not Handover.objects.exists()


def test_the_database_holds_who_and_when_together(
    written: Handover, alma: User, bo: User, now: dt.datetime
) -> None:
    for fields in (
        {"accepted_by": bo},
        {"accepted_at": now},
        {"accepted_by": alma, "accepted_at": now},
        {"accepted_by": bo, "accepted_at": now - LATER},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Handover.objects.filter(pk=written.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_does(
    alma: User, bo: User, city: City, now: dt.datetime
) -> None:
    handover = write_handover(actor=actor_for(alma), now=now, notes="", figures={})
    third = person("OPERATOR", city.root)
    refused: list[str] = []

    def accept(user: User) -> None:
        try:
            accept_handover(actor=actor_for(user), now=now, handover_id=handover.pk)
        except DomainError as error:
            refused.append(error.code)

    in_threads(lambda: accept(bo), lambda: accept(third))
    assert refused == ["already_accepted"]
    assert LedgerRow.objects.filter(name="handover.accepted").count() == 1


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_the_page_shows_what_is_open_and_who_has_it(
    alma: User,
    bo: User,
    sender: Sender,
    now: dt.datetime,
    client_of: ClientOf,
    written: Handover,
    signed_on: SignOn,
    sit: Sit,
) -> None:
    for zone in ("12", "13"):
        sender.send(sender.message("BA", zone=zone))
    taken, waiting = Alarm.objects.order_by("pk")
    claim_alarm(actor=actor_for(bo), now=now, public_id=taken.public_id)
    page = client_of(bo).get("/larm/overlamning/").content.decode()
    assert "Väktare på väg" in page
    assert "Kvittera och ta över passet" in page
    assert "SL 1 (1)" in page
    assert taken.number in page
    assert waiting.number in page
    assert "Kvittera och ta över" not in client_of(alma).get("/larm/overlamning/").content.decode()


def test_the_page_never_says_where_a_trygghetslarm_is(
    alma: User, sender: Sender, client_of: ClientOf
) -> None:
    sender.send(sender.message("MA"))
    assert Alarm.objects.get().category == "medical"
    page = client_of(alma).get("/larm/overlamning/").content.decode()
    assert Alarm.objects.get().number in page
    assert "Skolan" not in page
    assert "matsal" not in page


def test_the_page_says_who_has_the_duties_and_what_is_in_prov(
    alma: User, bo: User, client_of: ClientOf, sender: Sender, now: dt.datetime
) -> None:
    moment = clock.now()
    hour = dt.timedelta(hours=1)
    duty = Duty.objects.order_by("pk")[0]
    DutyShift.objects.create(
        duty=duty, user=bo, rank="primary", starts_at=moment - hour, ends_at=moment + hour
    )
    Period.objects.create(
        kind="test",
        installation=Installation.objects.get(),
        zone="12",
        category="burglary",
        reason="tekniker byter batteri",
        set_by=bo,
        starts_at=moment,
        decided_at=moment,
        until=moment + hour,
        warn_at=moment,
    )
    page = " ".join(client_of(alma).get("/larm/overlamning/").content.decode().split())
    assert f"<strong>{duty.name}:</strong>" in page
    assert "SL 1" in page
    assert "Skolan Väst, zon 12: prov" in page.partition("I prov eller ur drift")[2][:300]


def test_one_form_hands_over_and_one_button_accepts(
    alma: User, bo: User, client_of: ClientOf, sender: Sender
) -> None:
    sender.send(sender.message("BA"))
    assert client_of(alma).post("/larm/overlamning/skriv/", {"notes": "Lugnt"}).status_code == 302
    handover = Handover.objects.get()
    assert handover.figures["total"] == 1
    assert handover.figures["unstaffed"] == Desk.objects.filter(active=True).count()
    shift = client_of(bo).get("/larm/pass/").content.decode()
    assert "Senaste överlämningen är inte kvitterad." in shift
    client_of(bo).post(f"/larm/overlamning/{handover.pk}/kvittera/")
    handover.refresh_from_db()
    assert handover.accepted_by == bo
    assert "inte kvitterad" not in client_of(bo).get("/larm/pass/").content.decode()


@pytest.mark.usefixtures("each_zone_its_own_row")
def test_the_position_costs_five_questions_however_much_is_open(
    alma: User,
    bo: User,
    sender: Sender,
    now: dt.datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for zone in range(12):
        sender.send(sender.message("BA", zone=str(zone + 1)))
    for alarm in Alarm.objects.order_by("pk")[:6]:
        claim_alarm(actor=actor_for(bo), now=now, public_id=alarm.public_id)
    alma.audiences()
    with django_assert_num_queries(5):
        found = position(alma)
    assert [(one.signature, len(one.rows)) for one in found.owned] == [("SL 1", 6)]
    assert (len(found.unanswered), found.more) == (6, False)


def test_of_many_unanswered_the_worst_are_shown_and_the_rest_are_said_to_stand_in_the_list(
    alma: User, sender: Sender, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "MOST_UNANSWERED", 2)
    client = client_of(alma)
    for code in ("BA", "PA"):
        sender.send(sender.message(code))
    said = "De 2 värsta visas. Alla står i larmlistan."
    assert said not in client.get("/larm/overlamning/").content.decode()
    sender.send(sender.message("FA"))
    assert said in client.get("/larm/overlamning/").content.decode()
    found = position(alma)
    worst = Alarm.objects.order_by("priority", "waiting_since", "pk")[:2]
    assert [row.number for row in found.unanswered] == [alarm.number for alarm in worst]
