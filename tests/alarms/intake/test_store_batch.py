"""What becomes of what comes in."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection

from alarms.incoming import IncomingKind
from alarms.models import Alarm, LinkState, Signal
from alarms.services.desk import claim_alarm, close_alarm
from tests.alarms.intake.senders import Sender
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.db import unit_of_work


def names() -> list[str]:
    return list(LedgerRow.objects.order_by("seq").values_list("name", flat=True))


def outcomes() -> list[str]:
    return list(Signal.objects.order_by("id").values_list("outcome", flat=True))


def test_first_event_raises_an_alarm_with_names_target_and_number(sender: Sender) -> None:
    [receipt] = sender.send(sender.message("BA", text="Dörr"))
    alarm = Alarm.objects.get()
    assert receipt.alarm_number == alarm.number == f"L-{sender.now.year}-000001"
    assert receipt.alarm_public_id == alarm.public_id
    assert (alarm.category, alarm.kind, alarm.priority) == ("burglary", "burglary.alarm", 2)
    assert (alarm.area_label, alarm.zone_label, alarm.text) == ("reception", "matsal", "Dörr")
    assert alarm.type.code == "AL-INB"
    assert alarm.target_at == sender.now + dt.timedelta(seconds=alarm.type.target_seconds or 0)
    assert names()[-2:] == ["alarm.raised", "signals.received"]


def test_a_retransmission_is_silent_and_points_at_the_first(sender: Sender) -> None:
    first = sender.message("BA")
    [one] = sender.send(first)
    sender.later(minutes=9)
    [two] = sender.send(first)
    assert two.duplicate
    assert (two.signal_id, two.alarm_number) == (one.signal_id, one.alarm_number)
    alarm = Alarm.objects.get()
    assert alarm.signal_count == 1
    assert outcomes() == ["raised", "duplicate"]
    assert "alarm.repeated" not in names()


def test_the_same_number_after_ten_minutes_is_a_new_message(sender: Sender) -> None:
    message = sender.message("BA")
    sender.send(message)
    sender.later(minutes=10, seconds=1)
    [receipt] = sender.send(message)
    assert not receipt.duplicate
    assert Alarm.objects.get().signal_count == 2


def test_retransmission_within_one_batch(sender: Sender) -> None:
    message = sender.message("BA")
    one, two = sender.send(message, message)
    assert not one.duplicate
    assert two.duplicate
    assert two.signal_id == one.signal_id
    assert two.alarm_number == one.alarm_number


def test_a_second_activation_joins_while_nobody_has_answered(sender: Sender) -> None:
    sender.send(sender.message("BA"))
    first_target = Alarm.objects.get().target_at
    sender.later(seconds=20)
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    assert (alarm.signal_count, alarm.again_at, alarm.target_at) == (2, None, first_target)
    assert outcomes() == ["raised", "joined"]


def test_a_second_activation_of_a_taken_alarm_larmar_igen(sender: Sender, alma: User) -> None:
    sender.send(sender.message("BA"))
    alarm = Alarm.objects.get()
    claim_alarm(actor=actor_for(alma), now=sender.now, public_id=alarm.public_id)
    sender.later(minutes=3)
    sender.send(sender.message("BA"))
    alarm.refresh_from_db()
    assert (alarm.state, alarm.unanswered, alarm.owner) == ("acknowledged", True, alma)
    assert alarm.again_at == alarm.waiting_since == sender.now
    assert alarm.target_at == sender.now + dt.timedelta(seconds=90)
    assert "alarm.again" in names()


def test_a_new_activation_ends_parking(sender: Sender, alma: User) -> None:
    sender.send(sender.message("MA"))
    Alarm.objects.update(
        state="parked",
        owner=alma,
        unanswered=False,
        parked_until=sender.now + dt.timedelta(hours=1),
    )
    sender.send(sender.message("MA"))
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.unanswered, alarm.parked_until) == ("acknowledged", True, None)


def test_other_zone_other_alarm_and_a_fault_is_not_the_fire(sender: Sender) -> None:
    sender.send(sender.message("FA", "7"), sender.message("FA", "8"), sender.message("FT", "7"))
    kinds = list(Alarm.objects.order_by("id").values_list("kind", "zone", "priority"))
    assert sorted(kinds) == [
        ("SIA:F.trouble", "7", 3),
        ("fire.alarm", "7", 1),
        ("fire.alarm", "8", 1),
    ]


def test_restore_marks_only_when_every_condition_is_gone(sender: Sender) -> None:
    sender.send(sender.message("FA", "7"), sender.message("KA", "7"))
    sender.send(sender.message("KH", "7"))
    assert Alarm.objects.get().restored_at is None
    sender.later(seconds=5)
    sender.send(sender.message("FH", "7"))
    alarm = Alarm.objects.get()
    assert alarm.restored_at == sender.now
    assert alarm.state == "new"
    sender.send(sender.message("FA", "7"))
    alarm.refresh_from_db()
    assert alarm.restored_at is None


def test_activation_and_restore_in_one_batch(sender: Sender) -> None:
    sender.send(sender.message("BA"), sender.message("BR"))
    alarm = Alarm.objects.get()
    assert (alarm.restored_at, alarm.signal_count) == (sender.now, 2)
    assert outcomes() == ["raised", "restored"]
    assert set(Signal.objects.values_list("alarm_id", flat=True)) == {alarm.pk}


def test_a_restore_of_nothing_is_kept(sender: Sender) -> None:
    sender.send(sender.message("BR"))
    assert outcomes() == ["restored"]
    assert not Alarm.objects.exists()


def test_a_worse_event_raises_the_priority(sender: Sender) -> None:
    sender.send(sender.message("BG"))
    assert Alarm.objects.get().priority == 3
    sender.send(sender.message("BV"))
    assert Alarm.objects.get().priority == 1


def test_what_a_rule_lowered_stays_lowered_for_more_of_the_same(sender: Sender) -> None:
    sender.send(sender.message("MA"))
    Alarm.objects.update(priority=2, target_seconds=600)
    sender.send(sender.message("MA"))
    assert Alarm.objects.get().priority == 2
    sender.send(sender.message("BG", "2"))
    Alarm.objects.filter(zone="2").update(priority=5)
    sender.send(sender.message("BV", "2"))
    assert Alarm.objects.get(zone="2").priority == 1


def test_larmar_igen_gets_the_rule_s_target(sender: Sender, alma: User) -> None:
    sender.send(sender.message("BA"))
    Alarm.objects.update(target_seconds=600)
    alarm = Alarm.objects.get()
    claim_alarm(actor=actor_for(alma), now=sender.now, public_id=alarm.public_id)
    sender.later(minutes=1)
    sender.send(sender.message("BA"))
    alarm.refresh_from_db()
    assert alarm.target_at == sender.now + dt.timedelta(seconds=600)


def test_status_joins_and_never_opens(sender: Sender) -> None:
    sender.send(sender.message("130", scheme="CID", qualifier="6"))
    assert not Alarm.objects.exists()
    sender.send(sender.message("130", scheme="CID", qualifier="1"))
    sender.send(sender.message("130", scheme="CID", qualifier="6"))
    alarm = Alarm.objects.get()
    assert (alarm.signal_count, alarm.again_at) == (2, None)


@pytest.mark.parametrize("code", ["RP", "OP", "CL"])
def test_tests_and_openings_are_kept_and_disturb_nobody(sender: Sender, code: str) -> None:
    sender.send(sender.message(code))
    assert outcomes() == ["logged"]
    assert not Alarm.objects.exists()


def test_an_unknown_code_is_an_alarm(sender: Sender) -> None:
    sender.send(sender.message("QQ"))
    alarm = Alarm.objects.get()
    assert (alarm.category, alarm.priority) == ("unknown", 2)


def test_unparsable_data_of_a_known_sender_is_an_alarm(sender: Sender) -> None:
    sender.send(sender.message())
    alarm = Alarm.objects.get()
    assert (alarm.category, alarm.kind, alarm.priority) == ("unknown", "unknown.unparsable", 2)
    assert bytes(Signal.objects.get().raw) == b"\nframe\r"


def test_unknown_account_is_one_alarm_and_its_signals_wait(stranger: Sender) -> None:
    stranger.send(stranger.message("BA", "1"), stranger.message("FA", "2"))
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.account, alarm.installation) == ("unknown.account", "9999", None)
    assert alarm.priority == 1
    assert outcomes() == ["unmatched", "unmatched"]
    stranger.send(stranger.message("BA", "3"))
    assert Alarm.objects.count() == 1


def test_a_refused_sender_calls_someone_but_the_frame_is_no_event(sender: Sender) -> None:
    sender.send(sender.message(kind=IncomingKind.SECURITY, flags=("wrong-key",)))
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.priority, alarm.category) == ("security.refused", 3, "tamper")
    assert outcomes() == ["security"]


def test_a_wrong_clock_calls_nobody(sender: Sender) -> None:
    sender.send(sender.message(kind=IncomingKind.SECURITY, flags=("clock",)))
    assert not Alarm.objects.exists()
    assert outcomes() == ["security"]


def test_heartbeats_touch_the_line_and_leave_no_row(sender: Sender) -> None:
    assert sender.transmitter is not None
    sender.transmitter.supervision = "90s"
    sender.transmitter.save()
    sender.send(sender.message(kind=IncomingKind.HEARTBEAT))
    link = LinkState.objects.get()
    assert link.last_seen_at == sender.now
    assert link.due_at == sender.now + dt.timedelta(seconds=90)
    assert not Signal.objects.exists()
    assert names() == []


def test_heartbeats_a_second_apart_are_one_update(sender: Sender) -> None:
    first = sender.now
    sender.send(sender.message(kind=IncomingKind.HEARTBEAT))
    sender.later(seconds=1)
    sender.send(sender.message(kind=IncomingKind.HEARTBEAT))
    assert LinkState.objects.get().last_seen_at == first
    sender.later(seconds=2)
    sender.send(sender.message(kind=IncomingKind.HEARTBEAT))
    assert LinkState.objects.get().last_seen_at == sender.now


def test_a_closed_alarm_leaves_room_for_a_new_one(sender: Sender, alma: User) -> None:
    actor = actor_for(alma)
    sender.send(sender.message("BA"))
    first = Alarm.objects.get()
    claim_alarm(actor=actor, now=sender.now, public_id=first.public_id)
    close_alarm(actor=actor, now=sender.now, public_id=first.public_id, code="test")
    sender.send(sender.message("BA"))
    assert Alarm.objects.count() == 2
    assert Alarm.objects.open().get().number == f"L-{sender.now.year}-000002"


def test_nul_and_odd_letters_are_kept(sender: Sender) -> None:
    sender.send(sender.message("BA", "1\x002", text="Räksmörgås \x00"))
    signal = Signal.objects.get()
    assert "Räksmörgås" in signal.text
    assert Alarm.objects.count() == 1


def test_nothing_is_stored_when_the_ledger_refuses(sender: Sender) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_row ADD CONSTRAINT no CHECK (name <> 'alarm.raised')")
    with pytest.raises(DatabaseError):
        sender.send(sender.message("BA"))
    assert not Alarm.objects.exists()
    assert not Signal.objects.exists()


def test_all_joins_the_caller_s_unit(sender: Sender, alma: User) -> None:
    with unit_of_work(actor=actor_for(alma), now=sender.now):
        sender.send(sender.message("BA"))
    assert LedgerRow.objects.filter(name="alarm.raised").get().actor_label == "OP 1"
