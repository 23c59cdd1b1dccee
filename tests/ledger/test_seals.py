"""Seals chain the ledger; the verifier names the first thing that is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from tests.ledger.support import ACTOR, Everything, Mood, Point, in_threads, note, triggers_off
from trygghetscentral.ledger import services, tasks
from trygghetscentral.ledger import verify as verifier
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow, Seal
from trygghetscentral.ledger.services import record, seal
from trygghetscentral.ledger.verify import Fault, Report, verify
from trygghetscentral.shared.db import unit_of_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def seqs(now: dt.datetime) -> list[int]:
    """Three seals of two rows each and one row that waits; returns all seqs."""
    for _ in range(3):
        note(1, now=now)
        note(2, now=now)
        assert seal(now=now)
    note(3, now=now)
    assert verify().faults == ()
    return list(LedgerRow.objects.order_by("seq").values_list("seq", flat=True))


def test_an_untouched_ledger_verifies(seqs: list[int]) -> None:
    assert verify() == Report(rows=7, sealed=6, seals=3, disposed={}, faults=())


def test_what_comes_while_it_is_read_is_left_for_the_next_time(
    seqs: list[int], now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = verifier._disposed_in_silence

    def meanwhile(payloads: Iterable[LedgerPayload]) -> set[int]:
        note(99, now=now)
        return read(payloads)

    monkeypatch.setattr(verifier, "_disposed_in_silence", meanwhile)
    assert verify().faults == ()


def test_an_empty_ledger_verifies_and_is_not_sealed(now: dt.datetime) -> None:
    assert seal(now=now) is None
    assert verify() == Report(rows=0, sealed=0, seals=0, disposed={}, faults=())


def test_every_kind_of_value_verifies(now: dt.datetime) -> None:
    for share in (1e16, -0.0, 1e-7, 123456.789, 5e-324, 1.7e308):
        with unit_of_work(actor=ACTOR, now=now):
            record(
                Everything(
                    flag=False,
                    number=2**53 + 1,
                    share=share,
                    code=Code("Åäö"),
                    mood=Mood.CALM,
                    at=now,
                    day=now.date(),
                    ident=uuid4(),
                    missing=None,
                    many=(),
                    point=Point(share, 0.1),
                ),
                subject=("test.thing", "å\u2028"),
                controller_id=None,
            )
    seal(now=now)
    assert verify().faults == ()


@pytest.mark.parametrize(
    "change",
    [
        "name = 'test.forged'",
        "at = at + interval '1 microsecond'",
        "subject_id = '9'",
        "subject_type = 'x'",
        "controller_id = 9",
        "audiences = '{x}'",
        "exercise_id = 1",
        "actor_kind = 'user'",
        "actor_id = '9'",
        "actor_label = 'n'",
        "correlation_id = gen_random_uuid()",
        "schema_version = 2",
        "payload_sha256 = '\\x00'",
    ],
)
@pytest.mark.parametrize("place", [1, 6])
def test_a_changed_envelope_is_named(seqs: list[int], change: str, place: int) -> None:
    with triggers_off("ledger_row") as cursor:
        cursor.execute(f"UPDATE ledger_row SET {change} WHERE seq = %s", (seqs[place],))

    assert verify().faults == (Fault(seqs[place], "raden är ändrad"),)


def test_an_envelope_changed_together_with_its_hash_breaks_the_seal(seqs: list[int]) -> None:
    with triggers_off("ledger_row") as cursor:
        cursor.execute(
            "UPDATE ledger_row a SET (name, at, subject_type, subject_id, actor_label,"
            " correlation_id, payload_sha256, envelope_sha256) = (SELECT name, at, subject_type,"
            " subject_id, actor_label, correlation_id, payload_sha256, envelope_sha256"
            " FROM ledger_row b WHERE b.seq = %s) WHERE a.seq = %s",
            (seqs[2], seqs[0]),
        )

    # Its own payload, with a salt of its own, is out of step as well.
    assert verify().faults == (Fault(seqs[0], "radens innehåll är ändrat"),)


def test_two_rows_that_changed_places_are_named(seqs: list[int]) -> None:
    with triggers_off("ledger_row", "ledger_payload") as cursor:
        for table in ("ledger_row", "ledger_payload"):
            for old, new in ((seqs[0], -1), (seqs[2], seqs[0]), (-1, seqs[2])):
                cursor.execute(f"UPDATE {table} SET seq = %s WHERE seq = %s", (new, old))

    assert verify().faults == (
        Fault(seqs[0], "raden stämmer inte med sitt sigill"),
        Fault(seqs[2], "raden stämmer inte med sitt sigill"),
    )


def test_a_removed_row_is_named(seqs: list[int]) -> None:
    with triggers_off("ledger_row", "ledger_payload") as cursor:
        for table in ("ledger_row", "ledger_payload"):
            cursor.execute(f"DELETE FROM {table} WHERE seq = %s", (seqs[3],))

    assert verify().faults == (Fault(seqs[3], "raden är borttagen"),)


def test_a_row_slipped_in_is_named(seqs: list[int]) -> None:
    with triggers_off("ledger_row", "ledger_payload") as cursor:
        for table in ("ledger_row", "ledger_payload"):
            # The last row, true to its own hashes, moved in among the sealed ones.
            cursor.execute(f"DELETE FROM {table} WHERE seq = %s", (seqs[3],))
            cursor.execute(f"UPDATE {table} SET seq = %s WHERE seq = %s", (seqs[3], seqs[6]))
    assert verify().faults == (Fault(seqs[3], "raden stämmer inte med sitt sigill"),)


def test_a_row_slipped_into_a_gap_is_named(now: dt.datetime) -> None:
    note(1, now=now)
    first = LedgerRow.objects.get().seq
    note(2, now=now)
    with triggers_off("ledger_row", "ledger_payload") as cursor:
        for table in ("ledger_row", "ledger_payload"):
            cursor.execute(f"UPDATE {table} SET seq = seq + 10 WHERE seq > %s", (first,))
    seal(now=now)
    note(3, now=now)
    slipped = LedgerRow.objects.get(subject_id="3").seq
    assert first < slipped < first + 11

    assert verify().faults == (Fault(slipped, "raden är insmugen efter förseglingen"),)


@pytest.mark.parametrize("place", [1, 6])
def test_a_changed_payload_is_named(seqs: list[int], place: int) -> None:
    with triggers_off("ledger_payload") as cursor:
        cursor.execute(
            "UPDATE ledger_payload SET body = '{\"number\": 99}' WHERE seq = %s", (seqs[place],)
        )

    assert verify().faults == (Fault(seqs[place], "radens innehåll är ändrat"),)


def test_a_payload_removed_without_a_decision_is_named(seqs: list[int]) -> None:
    with triggers_off("ledger_payload") as cursor:
        cursor.execute("DELETE FROM ledger_payload WHERE seq = %s", (seqs[0],))

    assert verify().faults == (Fault(seqs[0], "radens innehåll är borttaget utan beslut"),)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ("sha256 = '\\x00'", 2),
        ("digests = '\\x00'", 2),
        ("from_seq = from_seq - 1", 2),
        ("to_seq = to_seq + 1", 3),
    ],
)
def test_a_changed_seal_is_named(seqs: list[int], change: str, number: int) -> None:
    with triggers_off("ledger_seal") as cursor:
        cursor.execute(f"UPDATE ledger_seal SET {change} WHERE number = %s", (number,))

    faults = verify().faults
    assert faults[0] == Fault(None, f"sigill {number} är ändrat eller hör inte till kedjan")


def test_a_seal_whose_list_of_rows_changed_is_found(seqs: list[int]) -> None:
    with triggers_off("ledger_seal") as cursor:
        cursor.execute("UPDATE ledger_seal SET seqs = '{}' WHERE number = 2")

    assert [fault.seq for fault in verify().faults] == [seqs[2], seqs[3]]


def test_a_removed_seal_is_found(seqs: list[int]) -> None:
    with triggers_off("ledger_seal") as cursor:
        cursor.execute("DELETE FROM ledger_seal WHERE number = 2")

    assert verify(stop_at_first=True).faults[0] == Fault(
        None, "sigill 3 är ändrat eller hör inte till kedjan"
    )


def test_one_seal_covers_a_bounded_number_of_rows(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SEAL_ROWS", 2)
    for number in range(5):
        note(number, now=now)

    assert tasks.seal(surplus=1) == 3
    assert tasks.seal() == 0
    assert verify() == Report(rows=5, sealed=5, seals=3, disposed={}, faults=())


def test_the_command_says_that_all_is_well(
    seqs: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_ledger")

    assert capsys.readouterr().out == (
        "Liggaren stämmer: 7 rader, 6 förseglade i 3 sigill, 1 väntar på nästa sigill.\n"
    )


def test_the_command_names_the_first_fault_and_fails(
    seqs: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    with triggers_off("ledger_row") as cursor:
        cursor.execute("UPDATE ledger_row SET name = 'x' WHERE seq >= %s", (seqs[3],))

    with pytest.raises(CommandError, match=f"Första felet: rad {seqs[3]}, raden är ändrad"):
        call_command("verify_ledger")

    assert capsys.readouterr().err.count("raden är ändrad") == 4


def test_the_command_names_a_broken_chain(seqs: list[int]) -> None:
    with triggers_off("ledger_seal") as cursor:
        cursor.execute("UPDATE ledger_seal SET sha256 = '\\x00' WHERE number = 1")

    with pytest.raises(CommandError, match="sigill 1 är ändrat"):
        call_command("verify_ledger")


@pytest.mark.django_db(transaction=True)
def test_two_sealers_make_one_chain(now: dt.datetime) -> None:
    for number in range(6):
        note(number, now=now)

    in_threads(*(lambda: seal(now=now) for _ in range(3)))

    assert Seal.objects.count() == 1
    assert verify().faults == ()
