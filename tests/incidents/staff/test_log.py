"""The log: written at the end, never changed, and every change is found."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction

from incidents import tasks
from incidents.models import Incident, Staff, StaffDecision, StaffRow
from incidents.selectors.promises import overdue_decisions
from incidents.selectors.staff_verify import verify_logs
from incidents.services.staff import opening, writing
from incidents.services.staff.writing import Attached
from incidents.staff_chain import digest_of
from tests.incidents.conftest import HOUR
from tests.incidents.staff.conftest import Write, said
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger import services as ledger
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing
from trygghetscentral.shared.services import rotate_field_keys

MINUTE = dt.timedelta(minutes=1)


def numbers(staff: Staff) -> list[int]:
    return list(staff.rows.order_by("pk").values_list("number", flat=True))


def by_sql(statement: str, *values: Any) -> None:
    """As somebody who owns the database may, with the triggers off."""
    tables = ("incidents_staffrow", "incidents_staffdecision")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_row_has_number_both_times_and_who_in_which_role(
    write: Write, staff: Staff, tib: User, now: dt.datetime
) -> None:
    write("Ringde rektor.", kind="outgoing", happened_at=now - HOUR, function="chief")
    row = write("Nytt läge.", kind="situation", sender="Elnätet", channel="phone")
    assert numbers(staff) == [1, 2, 3]
    first = staff.rows.get(number=2)
    assert (first.happened_at, first.registered_at) == (now - HOUR, now)
    assert (first.signature, first.function) == (tib.signature, "chief")
    assert row.words().sender == "Elnätet"
    assert staff.rows.get(number=1).words().text.endswith("Flera skolor utan el.")


def test_the_same_form_twice_is_one_row(write: Write, staff: Staff, by_cia: Actor) -> None:
    data = said()
    again = write(data.words.text, public_id=data.public_id)
    assert write(data.words.text, public_id=data.public_id) == again
    with pytest.raises(Conflict):
        write("En annans.", public_id=data.public_id, by=by_cia)
    assert numbers(staff) == [1, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "  "},
        {"kind": "rumour"},
        {"function": "king"},
        {"channel": "owl"},
        {"ground": "OSL99"},
        {"happened_at": MINUTE},
        {"happened_at": -40 * 24 * HOUR},
        {"kind": "decision", "reasons": "Kallt."},
        {"kind": "decision", "decider": "Stabschef"},
        {"kind": "decision", "decider": "X", "reasons": "Y", "valid_until": -MINUTE},
        {"kind": "correction"},
        {"corrects": 1},
        {"kind": "correction", "corrects": 99},
        {"about": 7},
        {"files": [Attached(uuid.uuid4())] * 11},
        {"files": [Attached(uuid.uuid4())]},
    ],
)
def test_what_a_row_can_not_say_is_refused_and_takes_no_number(
    write: Write, staff: Staff, now: dt.datetime, wrong: dict[str, Any]
) -> None:
    given = {
        name: now + value if isinstance(value, dt.timedelta) else value
        for name, value in wrong.items()
    }
    with pytest.raises(Invalid):
        write(**given)
    assert numbers(staff) == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents_staffrow SET text = 'annat'",
        "UPDATE incidents_staffrow SET text = text",
        "UPDATE incidents_staffrow SET sealed = 'k9:x'",
        "DELETE FROM incidents_staffrow",
        "TRUNCATE incidents_staffrow CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_log(write: Write, statement: str) -> None:
    write()
    with (
        pytest.raises(IntegrityError, match="stabsdagboken"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_so_the_application_can_not_either(write: Write) -> None:
    row = write()
    row.text = "annat"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffRow.objects.filter(pk=row.pk).update(text="annat")
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    assert StaffRow.objects.get(pk=row.pk).text != "annat"


def test_a_whole_log_verifies_and_each_change_by_sql_is_named(write: Write, staff: Staff) -> None:
    for number in range(2, 6):
        write(f"Rad {number}")
    write("Hemlig", ground="OSL18_8")
    assert verify_logs().faults == ()
    call_command("verify_staff_log")
    by_sql("UPDATE incidents_staffrow SET text = 'annat' WHERE number = 3")
    assert [(fault.number, fault.what) for fault in verify_logs().faults] == [
        (3, "raden är ändrad")
    ]
    with pytest.raises(CommandError, match="rad 3"):
        call_command("verify_staff_log")


@pytest.mark.parametrize("gone", [3, 6])
def test_a_row_removed_by_sql_is_named(write: Write, gone: int) -> None:
    for number in range(2, 7):
        write(f"Rad {number}")
    by_sql("DELETE FROM incidents_staffrow WHERE number = %s", gone)
    assert verify_logs().faults[0].number == gone


def test_whoever_counts_every_hash_anew_is_found_by_the_ledger(write: Write) -> None:
    row = write("Som det var.")
    row.text = "Som det inte var."
    by_sql(
        "UPDATE incidents_staffrow SET text = %s, sha256 = %s WHERE id = %s",
        row.text,
        digest_of(row, []),
        row.pk,
    )
    assert [(one.number, one.what) for one in verify_logs().faults] == [
        (2, "raden stämmer inte med händelseloggen")
    ]


def test_a_row_slipped_in_is_found(write: Write, staff: Staff) -> None:
    row = write()
    StaffRow.objects.bulk_create(
        [
            StaffRow(
                staff=staff,
                number=3,
                kind="event",
                happened_at=row.happened_at,
                registered_at=row.registered_at,
                by=row.by,
                signature=row.signature,
                text="Aldrig skriven.",
                salt=b"x",
                previous_sha256=b"",
                sha256=b"y",
            )
        ]
    )
    assert [fault.number for fault in verify_logs().faults] == [3]


def test_a_chain_broken_in_step_with_the_row_is_named(write: Write) -> None:
    """Each witness by itself: the ledger is silenced, so only the next row can tell."""
    first, second = write("Ett."), write("Två.")
    first.text = "Något annat."
    by_sql(
        "UPDATE incidents_staffrow SET text = %s, sha256 = %s WHERE id = %s",
        first.text,
        digest_of(first, []),
        first.pk,
    )
    told = LedgerRow.objects.get(name="staff_row.written", subject_id=str(first.pk))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE ledger_payload DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE ledger_payload SET body = jsonb_set(body, '{sha256}', to_jsonb(%s::text))"
            " WHERE seq = %s",
            [digest_of(first, []).hex(), told.seq],
        )
        cursor.execute("ALTER TABLE ledger_payload ENABLE TRIGGER USER")
    assert [(one.number, one.what) for one in verify_logs().faults] == [
        (second.number, "raden hör inte till kedjan")
    ]


def test_a_payload_that_was_gallrad_by_decision_is_no_fault(write: Write, now: dt.datetime) -> None:
    row = write()
    told = LedgerRow.objects.get(name="staff_row.written", subject_id=str(row.pk))
    actor = Actor.system("test")
    decision = ledger.register_disposal_decision(
        actor=actor, now=now, number="KS-2026-1", decided_at=now, controller_id=None
    )
    ledger.dispose_payload(actor=actor, now=now, seq=told.seq, decision=decision)
    assert verify_logs().faults == ()


def test_a_decision_that_nobody_has_ended_is_counted_as_late(
    decide: Write, now: dt.datetime
) -> None:
    decide(valid_until=now + MINUTE)
    assert [overdue_decisions(now + MINUTE), overdue_decisions(now + 2 * MINUTE)] == [0, 1]


def test_another_key_of_the_house_is_no_change(
    write: Write, settings: Any, now: dt.datetime
) -> None:
    row = write("Koden är 4711.", ground="OSL18_9")
    settings.FIELD_KEYS = {"t2": b"2" * 32, **settings.FIELD_KEYS}
    rotate_field_keys(actor=Actor.system("test"), now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, text FROM incidents_staffrow WHERE id = %s", [row.pk])
        sealed, text = cursor.fetchone()
    assert sealed.startswith("t2:")
    assert "4711" not in sealed + text
    assert StaffRow.objects.get(pk=row.pk).words().text == "Koden är 4711."
    assert verify_logs().faults == ()


def test_no_word_of_the_log_is_in_the_ledger(write: Write) -> None:
    row = write("Ett ord som sticker ut: kvastskaft.", sender="Någon Alldelesviss")
    bodies = " ".join(str(body) for body in LedgerPayload.objects.values_list("body", flat=True))
    assert "kvastskaft" not in bodies
    assert "Alldelesviss" not in bodies
    assert bytes(row.sha256).hex() in bodies


def test_a_correction_is_a_row_of_its_own_and_both_are_told_of(write: Write, staff: Staff) -> None:
    wrong = write("Två skadade.")
    right = write("Ingen skadad.", kind="correction", corrects=2)
    assert right.corrects == wrong
    assert StaffRow.objects.get(pk=wrong.pk).words().text == "Två skadade."
    told = LedgerRow.objects.get(name="staff_row.corrected")
    assert told.subject_id == str(wrong.pk)


def test_decisions_are_numbered_and_end_when_they_said_and_aloud(
    decide: Write, write: Write, now: dt.datetime, travel: Any
) -> None:
    first = decide(valid_until=now + HOUR)
    assert write("Mellan dem.", valid_until=now + HOUR).valid_until is None
    second = decide("Aulan öppnas.")
    after = write("Vakt bokad.", kind="task", about=1)
    labels = [first.decision_label, second.decision_label]
    assert (labels, after.about) == (["B-1", "B-2"], first)
    assert tasks.expire_decisions() == 0
    travel(now + HOUR)
    assert [tasks.expire_decisions(), tasks.expire_decisions()] == [1, 0]
    ended = StaffDecision.objects.get(row=first)
    assert (ended.expired_at, ended.due_at) == (now + HOUR, None)
    told = LedgerRow.objects.get(name="staff_row.decision_expired")
    assert told.subject_id == str(first.pk)
    assert verify_logs().faults == ()


def test_a_staff_is_opened_once_raised_and_closed(
    staff: Staff, incident: Incident, by_tib: Actor, by_cia: Actor, now: dt.datetime
) -> None:
    who: dict[str, Any] = {"actor": by_tib, "now": now}
    with pytest.raises(Conflict):
        opening.open_staff(
            actor=by_cia, now=now, incident_id=incident.public_id, level=1, reason="Också."
        )
    opening.change_level(**who, staff_id=staff.public_id, level=3, reason="Fler skolor.")
    with pytest.raises(Conflict):
        opening.change_level(**who, staff_id=staff.public_id, level=3, reason="Igen.")
    with pytest.raises(Invalid):
        opening.change_level(**who, staff_id=staff.public_id, level=4, reason="Mer.")
    with pytest.raises(Invalid):
        opening.close_staff(**who, staff_id=staff.public_id, reason=" ")
    opening.close_staff(**who, staff_id=staff.public_id, reason="Strömmen är åter.")
    with pytest.raises(Conflict):
        writing.write(**who, staff_id=staff.public_id, data=said())
    texts = [row.words().text for row in staff.rows.all()]
    assert [text.split(".")[0].split(":")[0] for text in texts] == [
        "Staben är öppnad",
        "Ny nivå",
        "Staben är avslutad",
    ]
    again = opening.open_staff(**who, incident_id=incident.public_id, level=1, reason="Åter mörkt.")
    assert numbers(again) == [1]


def test_only_who_may_work_in_staffs_there_writes(
    write: Write, staff: Staff, alma: User, tor: User, now: dt.datetime
) -> None:
    with pytest.raises(Forbidden):
        write(by=actor_for(alma))
    with pytest.raises(Missing):
        write(by=actor_for(tor))
    with pytest.raises(Forbidden):
        write(by=Actor.system("test"))
    assert numbers(staff) == [1]


@pytest.mark.django_db(transaction=True)
def test_two_who_write_at_once_both_get_their_rows_without_gap(
    staff: Staff, tib: User, cia: User, now: dt.datetime
) -> None:
    together = threading.Barrier(2)
    failed: list[BaseException] = []

    def write_five(user: User) -> None:
        try:
            together.wait(timeout=30)
            for number in range(5):
                data = said(f"{user.signature} {number}")
                writing.write(actor=actor_for(user), now=now, staff_id=staff.public_id, data=data)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write_five, args=(user,)) for user in (tib, cia)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []
    assert numbers(staff) == list(range(1, 12))
    assert {row.signature for row in staff.rows.all()} == {tib.signature, cia.signature}
    assert verify_logs().faults == ()
