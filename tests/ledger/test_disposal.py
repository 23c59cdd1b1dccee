"""A payload goes only under a decision, the ledger says so, and the chain still holds."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.ledger.support import ACTOR, newest, note, triggers_off
from trygghetscentral.ledger import services
from trygghetscentral.ledger.models import DisposalDecision, LedgerPayload, LedgerRow
from trygghetscentral.ledger.services import (
    PayloadDisposed,
    dispose_payload,
    record,
    register_disposal_decision,
)
from trygghetscentral.ledger.verify import Fault, verify
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Missing


@pytest.fixture
def seq(now: dt.datetime) -> int:
    """A sealed row whose payload may be erased."""
    note(1, now=now, controller_id=5)
    services.seal(now=now)
    return newest().seq


@pytest.fixture
def decision(now: dt.datetime) -> DisposalDecision:
    """The decision that allows it."""
    return register_disposal_decision(
        actor=ACTOR, now=now, number="KS-2026-114", decided_at=now, controller_id=5
    )


@pytest.mark.django_db(transaction=True)
def test_a_payload_erased_under_a_decision_still_verifies_and_says_so(
    seq: int,
    decision: DisposalDecision,
    now: dt.datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dispose_payload(actor=ACTOR, now=now, seq=seq, decision=decision)

    payload = LedgerPayload.objects.get(seq=seq)
    assert (payload.body, payload.salt, payload.disposal_id) == (None, None, decision.pk)
    row = newest()
    assert (row.name, row.subject_id, row.controller_id) == (
        "ledger.payload_disposed",
        str(seq),
        5,
    )
    report = verify()
    assert report.faults == ()
    assert report.disposed == {"KS-2026-114": 1}
    call_command("verify_ledger")
    assert "1 rader gallrade enligt beslut KS-2026-114" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_the_ledger_does_not_speak_of_is_refused_at_commit(
    seq: int, decision: DisposalDecision
) -> None:
    with (
        pytest.raises(IntegrityError, match="inte antecknad"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT ledger_dispose_payload(%s, %s)", (seq, decision.pk))

    assert LedgerPayload.objects.get(seq=seq).body == {"number": 1}


@pytest.mark.parametrize("wanted", [None, 999_999])
@pytest.mark.django_db
def test_the_function_demands_a_decision(seq: int, wanted: int | None) -> None:
    with (
        pytest.raises(DatabaseError, match="beslut"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT ledger_dispose_payload(%s, %s)", (seq, wanted))


@pytest.mark.django_db(transaction=True)
def test_a_note_of_an_erasure_that_did_not_happen_is_refused(
    seq: int, decision: DisposalDecision, now: dt.datetime
) -> None:
    with pytest.raises(IntegrityError, match="inte gallrat"), unit_of_work(actor=ACTOR, now=now):
        record(
            PayloadDisposed(seq=seq, decision_id=decision.pk),
            subject=("ledger.ledgerrow", str(seq)),
            controller_id=None,
        )


@pytest.mark.django_db
def test_an_erasure_in_silence_is_found_although_the_triggers_were_off(
    seq: int, decision: DisposalDecision
) -> None:
    with triggers_off("ledger_payload") as cursor:
        cursor.execute(
            "UPDATE ledger_payload SET body = NULL, salt = NULL, disposal_id = %s WHERE seq = %s",
            (decision.pk, seq),
        )

    assert verify().faults == (Fault(seq, "radens innehåll är gallrat utan anteckning i liggaren"),)


@pytest.mark.django_db
def test_an_erased_payload_does_not_come_back(
    seq: int, decision: DisposalDecision, now: dt.datetime
) -> None:
    dispose_payload(actor=ACTOR, now=now, seq=seq, decision=decision)

    with (
        pytest.raises(IntegrityError, match="innehåll ändras inte"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE ledger_payload SET body = '{}', salt = '\\x00', disposal_id = NULL"
            " WHERE seq = %s",
            (seq,),
        )


@pytest.mark.django_db
def test_refusals_name_what_is_wrong(
    seq: int, decision: DisposalDecision, now: dt.datetime
) -> None:
    with pytest.raises(Missing):
        dispose_payload(actor=ACTOR, now=now, seq=seq + 1000, decision=decision)
    dispose_payload(actor=ACTOR, now=now, seq=seq, decision=decision)
    with pytest.raises(Conflict) as again:
        dispose_payload(actor=ACTOR, now=now, seq=seq, decision=decision)
    assert again.value.code == "already_disposed"
    told = LedgerRow.objects.get(name="ledger.payload_disposed")
    with pytest.raises(Conflict) as of_the_note:
        dispose_payload(actor=ACTOR, now=now, seq=told.seq, decision=decision)
    assert of_the_note.value.code == "disposal_note_kept"


@pytest.mark.django_db
def test_a_decision_number_is_unique_and_no_sentence(
    decision: DisposalDecision, now: dt.datetime
) -> None:
    with pytest.raises(IntegrityError):
        register_disposal_decision(
            actor=ACTOR, now=now, number="KS-2026-114", decided_at=now, controller_id=None
        )
    with pytest.raises(ValueError, match="not a code"):
        register_disposal_decision(
            actor=ACTOR, now=now, number="Beslut om gallring", decided_at=now, controller_id=None
        )
