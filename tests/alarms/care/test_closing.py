"""A trygghetslarm is closed with its own codes and with the answer about talkontakt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from alarms.models import Alarm, CloseCode
from alarms.selectors.care import READABLE_AFTER_CLOSE, care_part, may_be_lex_sarah
from alarms.selectors.details import detail_of
from alarms.services import waiting
from alarms.services.calls import CallData, record_call
from alarms.services.desk import claim_alarm, close_alarm, close_codes_for, note_alarm
from tests.alarms.care.conftest import SYSTEM
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Invalid

LATE = dt.timedelta(seconds=settings.LEX_SARAH_SECONDS)
A_MOMENT = dt.timedelta(seconds=1)


def close(user: User, alarm: Alarm, now: dt.datetime, code: str, spoken: str) -> Alarm:
    return close_alarm(
        actor=actor_for(user), now=now, public_id=alarm.public_id, code=code, voice_contact=spoken
    )


@pytest.fixture
def answered(alarm: Alarm, alma: User, now: dt.datetime) -> Alarm:
    """Alma has answered."""
    return claim_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)


def test_the_codes_are_those_of_the_domain(db: None) -> None:
    # domain.md 00.8, in its order
    assert [code.label for code in close_codes_for("medical")] == [
        "Samtal räckte",
        "Hemtjänst skickad",
        "112 larmat",
        "Anhörig kontaktad",
        "Inget svar – besök skickat",
        "Oavsiktlig tryckning",
        "Prov",
        "Tekniskt fel",
    ]


@pytest.mark.parametrize("spoken", ["", "unasked", "kanske"])
def test_without_an_answer_it_stays_open(
    spoken: str, answered: Alarm, alma: User, now: dt.datetime
) -> None:
    with pytest.raises(Invalid, match="talkontakt"):
        close(alma, answered, now, "home_care_sent", spoken)
    assert Alarm.objects.get().state == "acknowledged"


@pytest.mark.parametrize(("code", "spoken"), [("talk_enough", "no"), ("no_answer_visit", "yes")])
def test_a_code_that_says_the_opposite_is_refused(
    code: str, spoken: str, answered: Alarm, alma: User, now: dt.datetime
) -> None:
    with pytest.raises(Invalid, match="stämmer inte"):
        close(alma, answered, now, code, spoken)
    closed = close(alma, answered, now, code, "yes" if spoken == "no" else "no")
    assert closed.voice_contact == ("yes" if spoken == "no" else "no")


@pytest.mark.parametrize("spoken", ["yes", "no"])
def test_other_codes_take_either_answer(
    spoken: str, answered: Alarm, alma: User, now: dt.datetime
) -> None:
    assert close(alma, answered, now, "home_care_sent", spoken).voice_contact == spoken


def test_other_alarms_keep_no_such_answer(sender: Sender, alma: User, now: dt.datetime) -> None:
    sender.send(sender.message("ZA"))
    alarm = Alarm.objects.get()
    claim_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)
    assert close(alma, alarm, now, "test", "yes").voice_contact == ""


def test_the_database_holds_it_too(answered: Alarm, alma: User, now: dt.datetime) -> None:
    code = CloseCode.objects.get(category="medical", code="test")
    rows = Alarm.objects.filter(pk=answered.pk)
    for voice_contact in ("", "kanske"):
        with pytest.raises(IntegrityError, match="voice_contact"), transaction.atomic():
            rows.update(state="closed", closed_at=now, close_code=code, voice_contact=voice_contact)
    with pytest.raises(IntegrityError, match="voice_contact"), transaction.atomic():
        rows.update(voice_contact="yes")
    rows.update(state="closed", closed_at=now, close_code=code, voice_contact="unasked")


def test_the_page_asks_and_refuses_without_an_answer(
    answered: Alarm, alma: User, client_of: Callable[[User], Client]
) -> None:
    client, url = client_of(alma), f"/larm/{answered.public_id}/"
    shown = client.get(url).content.decode()
    assert 'name="voice_contact"' in shown
    assert client.post(f"{url}avsluta/", {"code": "test"}).status_code == 400
    client.post(f"{url}avsluta/", {"code": "test", "voice_contact": "no"})
    assert Alarm.objects.get().voice_contact == "no"
    assert "Talkontakt: nej" in client.get(url).content.decode()


def test_other_alarms_do_not_ask(
    sender: Sender, alma: User, client_of: Callable[[User], Client], now: dt.datetime
) -> None:
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    claim_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)
    shown = client_of(alma).get(f"/larm/{alarm.public_id}/").content.decode()
    assert "voice_contact" not in shown
    assert 'id="care"' not in shown
    assert "lex Sarah" not in shown


def test_the_button_says_svara(
    alarm: Alarm, alma: User, client_of: Callable[[User], Client]
) -> None:
    assert "Svara" in client_of(alma).get(f"/larm/{alarm.public_id}/").content.decode()


def test_a_late_answer_may_be_lex_sarah_and_one_in_time_is_not(
    alarm: Alarm, alma: User, now: dt.datetime
) -> None:
    assert not may_be_lex_sarah(alarm, now=now + LATE)
    assert may_be_lex_sarah(alarm, now=now + LATE + A_MOMENT)
    taken = claim_alarm(actor=actor_for(alma), now=now + LATE, public_id=alarm.public_id)
    assert not may_be_lex_sarah(taken, now=now + 10 * LATE)
    taken.acknowledged_at = now + LATE + A_MOMENT
    assert may_be_lex_sarah(taken, now=now + 10 * LATE)


def test_a_second_press_that_nobody_answers_may_be(
    sender: Sender, answered: Alarm, now: dt.datetime
) -> None:
    sender.later(hours=1)
    sender.send(sender.message("MA"))
    again = Alarm.objects.get()
    assert not may_be_lex_sarah(again, now=sender.now + LATE)
    assert may_be_lex_sarah(again, now=sender.now + LATE + A_MOMENT)


def test_a_technical_fault_may_be(answered: Alarm, alma: User, now: dt.datetime) -> None:
    closed = close(alma, answered, now, "technical", "no")
    part = care_part(closed, user=alma, now=now)
    assert part is not None
    assert part.lex_sarah


def test_a_fire_never_is(sender: Sender, now: dt.datetime) -> None:
    sender.send(sender.message("FA"))
    assert not may_be_lex_sarah(Alarm.objects.get(), now=now + 10 * LATE)


def test_what_the_house_closes_by_itself_was_not_asked(alarm: Alarm, now: dt.datetime) -> None:
    with unit_of_work(actor=SYSTEM, now=now):
        waiting.ended(alarm, actor=SYSTEM, now=now)
        alarm.close_code = CloseCode.objects.get(category="medical", code="test")
        alarm.save()
    assert Alarm.objects.get().voice_contact == "unasked"


def test_alarms_closed_before_the_question_are_marked_as_unasked(
    answered: Alarm, alma: User, now: dt.datetime
) -> None:
    # What migration 0011 does to a row from before it.
    close(alma, answered, now, "test", "no")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE alarms_alarm DROP CONSTRAINT alarm_voice_contact_said")
        cursor.execute("UPDATE alarms_alarm SET voice_contact = ''")
        cursor.execute(import_module("alarms.migrations.0011_care").MARK_UNASKED)
    assert Alarm.objects.get().voice_contact == "unasked"


def test_a_day_after_closing_its_page_says_no_place_or_person_to_who_had_it_either(
    answered: Alarm, alma: User, now: dt.datetime
) -> None:
    by, alarm = actor_for(alma), answered
    note_alarm(actor=by, now=now, public_id=alarm.public_id, text="Ring dottern")
    call = CallData(whom="next_of_kin", name="Dotter Exempel", phone="0701740605")
    record_call(actor=by, now=now, public_id=alarm.public_id, call=call)
    close(alma, alarm, now, "talk_enough", "yes")
    alarm.refresh_from_db()
    shown = detail_of(alarm, user=alma, now=now + READABLE_AFTER_CLOSE)
    assert shown.site is not None
    assert (len(shown.notes), len(shown.hand.lines)) == (1, 1)
    later = detail_of(
        alarm, user=alma, now=now + READABLE_AFTER_CLOSE + dt.timedelta(microseconds=1)
    )
    assert (later.site, later.position) == (None, None)
    assert (later.notes, later.signals, later.hand.lines) == ([], [], [])
