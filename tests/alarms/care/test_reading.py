"""Who reads about a brukare and when, and what each reading leaves (domain.md 00.8, 00.12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from alarms.models import Alarm, CareRead, CareRecipient
from alarms.selectors.care import recipient_of
from alarms.services.care import CareData, change_recipient, end_recipient, enter_recipient
from alarms.services.care_reading import (
    read_to_edit,
)
from alarms.services.desk import release_alarm
from tests.accounts.factories import person
from tests.alarms.care.acts import answer, close, read
from tests.alarms.care.conftest import DATA, SYSTEM, sign_on
from tests.alarms.intake.senders import Sender
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.live.models import Presence
from trygghetscentral.shared.errors import Forbidden

DAY = dt.timedelta(hours=24)


def test_before_anybody_has_answered_nobody_reads(
    alarm: Alarm, alma: User, bo: User, now: dt.datetime
) -> None:
    sign_on(alma, now)
    for user in (alma, bo):
        with pytest.raises(Forbidden, match="besvarat"):
            read(user, alarm, now)
    assert not CareRead.objects.exists()


def test_who_answered_reads_and_the_desk_with_them_and_no_other_operator(
    alarm: Alarm, alma: User, bo: User, ellen: User, now: dt.datetime
) -> None:
    answer(alma, alarm, now)
    card = read(alma, alarm, now)
    assert card is not None
    assert (card.name, card.address) == (DATA.name, DATA.address)
    for user in (ellen, bo):
        with pytest.raises(Forbidden, match="larmplatsen"):
            read(user, alarm, now)
    sign_on(bo, now, desk="brand")
    with pytest.raises(Forbidden):
        read(bo, alarm, now)
    place = sign_on(ellen, now)
    assert read(ellen, alarm, now) is not None
    place.ended_at = now
    place.save()
    with pytest.raises(Forbidden):
        read(ellen, alarm, now)


def test_the_desk_reads_on_when_the_alarm_was_given_back(
    alarm: Alarm, alma: User, ellen: User, now: dt.datetime
) -> None:
    answer(alma, alarm, now)
    release_alarm(actor=actor_for(alma), now=now, public_id=alarm.public_id)
    with pytest.raises(Forbidden):
        read(alma, alarm, now)
    sign_on(ellen, now)
    assert read(ellen, alarm, now) is not None


def test_it_is_read_until_24_hours_after_closing_and_not_a_moment_longer(
    alarm: Alarm, alma: User, now: dt.datetime
) -> None:
    answer(alma, alarm, now)
    close(alma, alarm, now)
    sign_on(alma, now)
    assert read(alma, alarm, now + DAY) is not None
    with pytest.raises(Forbidden, match="24 timmar"):
        read(alma, alarm, now + DAY + dt.timedelta(microseconds=1))
    assert CareRead.objects.count() == 1


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_role_but_the_operators_reads_even_when_signed_on(
    role: str, alarm: Alarm, alma: User, city: City, now: dt.datetime
) -> None:
    answer(alma, alarm, now)
    other = person(role, city.root)
    sign_on(other, now)
    if role in {"OPERATOR", "SHIFT_LEAD"}:
        assert read(other, alarm, now) is not None
        return
    with pytest.raises(Forbidden):
        read(other, alarm, now)
    assert not CareRead.objects.exists()


def test_another_alarm_of_the_same_place_opens_nothing(
    sender: Sender, alarm: Alarm, alma: User, now: dt.datetime
) -> None:
    sender.send(sender.message("BA"))
    burglary = Alarm.objects.get(category="burglary")
    answer(alma, burglary, now)
    with pytest.raises(Forbidden):
        read(alma, burglary, now)


def test_each_reading_is_a_row_and_an_event_with_ids_only(
    alarm: Alarm, recipient: CareRecipient, alma: User, now: dt.datetime
) -> None:
    answer(alma, alarm, now)
    for _again in range(2):
        read(alma, alarm, now)
    assert [(row.recipient, row.reader, row.alarm) for row in CareRead.objects.all()] == [
        (recipient, alma, alarm)
    ] * 2
    rows = LedgerRow.objects.filter(name="care.read")
    assert rows.count() == 2
    assert {row.actor_label for row in rows} == {"OP 1"}
    body = LedgerPayload.objects.get(seq=rows[0].seq).body
    assert body is not None
    assert set(body) == {"recipient_id", "read_id", "ground", "alarm_id"}


def test_a_refused_reading_leaves_no_row(alarm: Alarm, alma: User, now: dt.datetime) -> None:
    with pytest.raises(Forbidden):
        read(alma, alarm, now)
    assert not CareRead.objects.exists()
    assert not LedgerRow.objects.filter(name="care.read").exists()


def test_an_alarm_without_a_record_says_so_and_records_no_reading(
    sender: Sender, alma: User, now: dt.datetime
) -> None:
    sender.send(sender.message("MA"))
    alarm = Alarm.objects.get()
    answer(alma, alarm, now)
    assert read(alma, alarm, now) is None
    assert not CareRead.objects.exists()


def test_the_zone_s_own_record_is_read_and_never_a_neighbour_s(
    sender: Sender, now: dt.datetime
) -> None:
    assert sender.transmitter is not None
    place = sender.transmitter.installation_id
    made = {
        (area, zone): enter_recipient(
            actor=SYSTEM,
            now=now,
            installation_id=place,
            data=CareData(name=f"B {area} {zone}", address="A", area=area, zone=zone),
        )
        for area, zone in (("", "12"), ("2", "12"), ("", "13"))
    }
    sender.send(
        sender.message("MA", "12"),
        sender.message("MA", "12", area="2"),
        sender.message("MA", "13"),
        sender.message("MA", "14"),
    )
    found = {
        (alarm.area, alarm.zone): recipient_of(alarm)
        for alarm in Alarm.objects.filter(category="medical")
    }
    assert found == {
        ("1", "12"): made["", "12"],
        ("2", "12"): made["2", "12"],
        ("1", "13"): made["", "13"],
        ("1", "14"): None,
    }


def test_an_alarm_keeps_the_person_who_had_it_then(
    sender: Sender, alarm: Alarm, recipient: CareRecipient, now: dt.datetime
) -> None:
    later = now + dt.timedelta(minutes=1)
    end_recipient(actor=SYSTEM, now=later, recipient_id=recipient.pk)
    assert sender.transmitter is not None
    enter_recipient(
        actor=SYSTEM,
        now=later,
        installation_id=sender.transmitter.installation_id,
        data=CareData(name="Nästa", address="Samma"),
    )
    assert recipient_of(alarm) == recipient
    alarm.received_at = later + dt.timedelta(minutes=1)
    after = recipient_of(alarm)
    assert after is not None
    assert after.name == "Nästa"


def test_what_is_stored_is_sealed_and_changes_with_the_key(recipient: CareRecipient) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM alarms_carerecipient")
        row = " ".join(str(value) for value in cursor.fetchone() or ())
        cursor.execute("SELECT * FROM alarms_nextofkin ORDER BY position")
        kin = str(cursor.fetchall())
    for secret in (DATA.name, DATA.address, DATA.phone, DATA.entry, DATA.staff_risks, "finska"):
        assert secret not in row
    assert "Exempel" not in kin
    assert CareRecipient.objects.get().staff_risks == DATA.staff_risks


def test_the_responsible_reads_to_edit_and_others_do_not(
    recipient: CareRecipient, manager: User, alma: User, now: dt.datetime
) -> None:
    read_to_edit(actor=actor_for(manager), now=now, user=manager, recipient=recipient)
    assert CareRead.objects.get().ground == "edit"
    with pytest.raises(Forbidden):
        read_to_edit(actor=actor_for(alma), now=now, user=alma, recipient=recipient)


def test_no_permission_about_brukare_can_be_in_a_token_or_opened_by_emergency() -> None:
    from_care = {one for one in Permission if one.value.startswith("care.")}
    assert len(from_care) == 3
    assert not any(one.value.endswith(".view") for one in from_care)


def test_the_answer_is_never_kept_by_the_browser(
    alarm: Alarm,
    alma: User,
    client_of: Callable[[User], Client],
    travel: Callable[[dt.datetime], object],
    now: dt.datetime,
) -> None:
    travel(now)
    answer(alma, alarm, now)
    url = f"/larm/{alarm.public_id}/brukare/"
    for headers in ({}, {"HX-Request": "true"}):
        got = client_of(alma).post(url, headers=headers)
        assert got.status_code == 200
        assert got["Cache-Control"] == "no-store"
        assert DATA.name in got.content.decode()
    assert client_of(alma).get(url).status_code == 405


def test_changing_replaces_next_of_kin_and_keeps_their_order(
    recipient: CareRecipient, now: dt.datetime
) -> None:
    changed = CareData(name="Ny", address="Här", next_of_kin=tuple(reversed(DATA.next_of_kin)))
    change_recipient(actor=SYSTEM, now=now, recipient_id=recipient.pk, data=changed)
    names = [one.name for one in recipient.next_of_kin.all()]
    assert names == ["Granne Exempel", "Dotter Exempel"]


def test_a_locked_workstation_reads_nothing(
    alarm: Alarm,
    alma: User,
    client_of: Callable[[User], Client],
    travel: Callable[[dt.datetime], object],
    now: dt.datetime,
) -> None:
    travel(now)
    answer(alma, alarm, now)
    client = client_of(alma)
    key = str(client.session.session_key)
    Presence.objects.create(session_key=key, user=alma, seen_at=now, locked_at=now)
    refused = client.post(f"/larm/{alarm.public_id}/brukare/", headers={"HX-Request": "true"})
    assert refused.status_code == 403
    assert DATA.name not in refused.content.decode()
    assert not CareRead.objects.exists()
