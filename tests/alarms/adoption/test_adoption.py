"""An unknown account becomes somebody's, and what it cried for becomes a real alarm."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from alarms import tasks
from alarms.models import Alarm, AlarmNote, CloseCode, Signal, SignalOutcome, Transmitter
from alarms.selectors import unmatched
from alarms.selectors.unmatched import Identity
from alarms.services.adoption import Adopted, adopt_account, settle
from alarms.states import AlarmState
from tests.alarms.routing.town import SYSTEM, Town, message
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.errors import Conflict

WHO = Identity("", "", "FADE")
MINUTE = dt.timedelta(minutes=1)


def adopt(town: Town, user: User, now: dt.datetime, **values: Any) -> Adopted:
    return adopt_account(
        actor=actor_for(user),
        now=now,
        **{
            "identity": WHO,
            "installation": town.school_alarm,
            "supervision": "25h",
            **values,
        },
    )


def unknown(town: Town, *codes: str, at: dt.datetime | None = None, zone: str = "1") -> None:
    for number, code in enumerate(codes):
        moment = (at or town.now) + number * MINUTE
        town.send(message(None, code, at=moment, account="FADE", zone=zone), now=moment)


def test_what_it_cried_for_becomes_a_real_alarm(town: Town, bo: User) -> None:
    unknown(town, "BA", "BA")
    before = Alarm.objects.get()
    later = town.now + 5 * MINUTE
    done = adopt(town, bo, later)

    assert done.signals == 2
    before.refresh_from_db()
    assert (before.state, before.closed_by) == (AlarmState.CLOSED, bo)
    assert before.close_code is not None
    assert before.close_code.code == "adopted"
    alarm = Alarm.objects.open().get()
    assert (alarm.installation, alarm.site) == (town.school_alarm, town.school)
    assert (alarm.category, alarm.priority, alarm.signal_count) == ("burglary", 2, 2)
    assert alarm.received_at == later
    row = Transmitter.objects.get()
    assert (row.account, row.supervision) == ("FADE", "25h")
    assert row.link.due_at is not None
    signals = list(Signal.objects.order_by("pk"))
    assert [signal.outcome for signal in signals] == ["raised", "joined"]
    for signal in signals:
        assert signal.installation_id == town.school_alarm.pk
        assert signal.transmitter_id == row.pk
        assert signal.controller_id == town.schools.pk
        assert signal.alarm_id == alarm.pk
    names = set(LedgerRow.objects.values_list("name", flat=True))
    assert {"signals.adopted", "alarms.directory_changed", "alarm.closed"} <= names
    told = LedgerRow.objects.get(name="signals.adopted")
    assert (LedgerPayload.objects.get(seq=told.seq).body or {})["alarms"] == [str(alarm.public_id)]


def test_what_was_taken_back_raises_nothing(town: Town, bo: User) -> None:
    unknown(town, "BA", "BR")
    done = adopt(town, bo, town.now + 5 * MINUTE)
    assert done.alarms == ()
    assert not Alarm.objects.open().exists()
    assert set(Signal.objects.values_list("outcome", flat=True)) == {"logged", "restored"}


def test_a_restore_of_something_else_takes_nothing_back(town: Town, bo: User) -> None:
    unknown(town, "BA", zone="1")
    unknown(town, "BR", zone="2", at=town.now + MINUTE)
    unknown(town, "FR", zone="1", at=town.now + 2 * MINUTE)
    assert len(adopt(town, bo, town.now + 5 * MINUTE).alarms) == 1


def test_again_after_the_restore_stands(town: Town, bo: User) -> None:
    unknown(town, "BA", "BR", "BA")
    assert len(adopt(town, bo, town.now + 5 * MINUTE).alarms) == 1
    assert Alarm.objects.open().get().signal_count == 1


def test_what_is_older_than_a_day_only_moves(town: Town, bo: User) -> None:
    unknown(town, "FA", at=town.now - dt.timedelta(hours=25))
    done = adopt(town, bo, town.now)
    assert (done.signals, done.alarms) == (1, ())
    assert Signal.objects.get().outcome == SignalOutcome.LOGGED


def test_an_alarm_somebody_has_taken_is_closed_with_a_note(
    town: Town, alma: User, bo: User
) -> None:
    unknown(town, "BA")
    Alarm.objects.update(
        state=AlarmState.ACKNOWLEDGED, owner=alma, unanswered=False, acknowledged_at=town.now
    )
    adopt(town, bo, town.now + MINUTE)
    note = AlarmNote.objects.get()
    assert note.author == bo
    assert note.text == "Kontot är kopplat till Inbrottslarm Ängen. Larmet var taget av OP 1."
    assert note.alarm.state == AlarmState.CLOSED


def test_the_second_is_told(town: Town, bo: User) -> None:
    unknown(town, "BA")
    adopt(town, bo, town.now + MINUTE)
    with pytest.raises(Conflict, match="inga okända signaler kvar") as caught:
        adopt(town, bo, town.now + MINUTE, installation=town.depot_alarm)
    assert "Ladda om listan" in caught.value.sentence()
    assert Transmitter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once(town: Town, bo: User) -> None:
    unknown(town, "BA")
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def go() -> None:
        ready.wait()
        try:
            adopt(town, bo, town.now + MINUTE)
            outcomes.append("done")
        except Conflict as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[0] == "done"
    assert sorted(outcomes)[1] in {"nothing_to_adopt", "transmitter_taken"}
    assert Alarm.objects.open().count() == 1
    assert Transmitter.objects.count() == 1


def test_what_came_while_receivers_did_not_know_is_taken_later(
    town: Town, bo: User, travel: Callable[..., Any]
) -> None:
    unknown(town, "BA", zone="1")
    adopt(town, bo, town.now + MINUTE)
    late = message(None, "BA", at=town.now + 2 * MINUTE, account="FADE", zone="2")
    town.send(late, now=town.now + 2 * MINUTE)
    assert Alarm.objects.open().filter(kind="unknown.account").exists()

    travel(town.now + 3 * MINUTE)
    assert tasks.adopt_left_over() == 1
    assert tasks.adopt_left_over() == 0
    assert set(Alarm.objects.open().values_list("zone", flat=True)) == {"1", "2"}


@pytest.mark.parametrize(("receiver", "line"), [("", ""), ("", "2"), ("1", "2")])
def test_a_transmitter_registered_otherwise_takes_them_as_receivers_would(
    town: Town, receiver: str, line: str, travel: Callable[..., Any]
) -> None:
    town.send(message(None, "BA", at=town.now, account="FADE", receiver="1", line="2"))
    row = town.transmitter("FADE", receiver=receiver, line=line)
    travel(town.now + MINUTE)
    assert tasks.adopt_left_over() == 1
    assert Signal.objects.get().transmitter_id == row.pk
    assert Alarm.objects.open().get().installation == town.school_alarm


def test_groups(town: Town, bo: User, alma: User, cia: User) -> None:
    unknown(town, "BA", "FA", "BA")
    town.send(message(None, "FA", at=town.now + 9 * MINUTE, account="BEEF", receiver="1"))
    newest, oldest = unmatched.groups(bo)
    assert newest.identity == Identity("1", "", "BEEF")
    assert newest.identity.label == "1 #BEEF"
    assert (oldest.signals, oldest.first_at) == (3, town.now)
    assert oldest.last_at == town.now + 2 * MINUTE
    assert len(oldest.meanings) == 2
    assert oldest.alarm_number.startswith("L-2026-")
    assert unmatched.groups(alma) == []
    assert unmatched.groups(cia) == []


def test_a_status_report_of_nothing_open_is_only_logged(town: Town, bo: User) -> None:
    unknown(town, "6130")
    done = adopt(town, bo, town.now + MINUTE)
    assert done.alarms == ()
    assert Signal.objects.get().outcome == SignalOutcome.LOGGED


def test_signals_whose_alarm_is_closed_already(town: Town, bo: User) -> None:
    unknown(town, "BA")
    code = CloseCode.objects.get(category="unknown", code="not_ours")
    Alarm.objects.update(state=AlarmState.CLOSED, closed_at=town.now, close_code=code)
    assert len(adopt(town, bo, town.now + MINUTE).alarms) == 1


def test_by_the_system_nobody_writes_a_note(
    town: Town, travel: Callable[..., Any], alma: User
) -> None:
    unknown(town, "BA")
    Alarm.objects.update(
        state=AlarmState.ACKNOWLEDGED, owner=alma, unanswered=False, acknowledged_at=town.now
    )
    town.transmitter("FADE")
    travel(town.now + MINUTE)
    assert tasks.adopt_left_over() == 1
    assert not AlarmNote.objects.exists()
    assert Alarm.objects.filter(close_code__code="adopted", closed_by__isnull=True).exists()


def test_the_same_account_on_another_line_is_somebody_else(
    town: Town, travel: Callable[..., Any]
) -> None:
    town.send(message(None, "BA", at=town.now, account="FADE", line="1"))
    town.transmitter("FADE", line="2")
    travel(town.now + MINUTE)
    assert tasks.adopt_left_over() == 0
    assert Signal.objects.get().outcome == SignalOutcome.UNMATCHED


def test_settling_nothing_says_nothing(town: Town) -> None:
    row = town.transmitter("FADE")
    done = settle(actor=SYSTEM, now=town.now, identity=WHO, transmitter=row)
    assert (done.signals, done.alarms) == (0, ())
    assert not LedgerRow.objects.filter(name="signals.adopted").exists()
