"""People work rows; their zones follow them, and are never left behind."""

from __future__ import annotations

import pytest

from alarms.models import Alarm, Desk, RoutingRule
from alarms.selectors.unmatched import Identity
from alarms.services.adoption import adopt_account
from alarms.services.desk import claim_alarm, close_alarm, note_alarm
from alarms.services.routing import route_alarms
from tests.alarms.intake.senders import Sender
from tests.alarms.zones.conftest import INTRUSION, MAINS, lead, rows, zones
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict

SYSTEM = Actor.system("test")


def close(sender: Sender, actor: Actor) -> Alarm:
    row = lead()
    claim_alarm(actor=actor, now=sender.now, public_id=row.public_id)
    return close_alarm(
        actor=actor,
        now=sender.now,
        public_id=row.public_id,
        code="real",
        said_by="vaktmästaren",
        said="Det var inbrott.",
    )


def test_a_zone_is_not_worked_and_the_refusal_names_the_row(sender: Sender, by_alma: Actor) -> None:
    zones(sender, INTRUSION, 1, 2)
    zone = Alarm.objects.get(zone="2")
    for act in (
        lambda: claim_alarm(actor=by_alma, now=sender.now, public_id=zone.public_id),
        lambda: note_alarm(actor=by_alma, now=sender.now, public_id=zone.public_id, text="Hej"),
    ):
        with pytest.raises(Conflict, match=lead().number):
            act()


def test_closing_the_row_closes_its_zones_and_the_next_signal_is_a_new_row(
    sender: Sender, by_alma: Actor, alma: User
) -> None:
    zones(sender, INTRUSION, 1, 2, 3)
    closed = close(sender, by_alma)
    assert set(Alarm.objects.values_list("state", "close_code__code", "closed_by")) == {
        ("closed", "real", alma.pk)
    }
    assert LedgerRow.objects.filter(name="alarm.closed").count() == 3
    sender.later(minutes=1)
    zones(sender, INTRUSION, 2)
    row = lead()
    assert (row.zone, row.unanswered, row.followers) == ("2", True, 0)
    assert row.pk != closed.pk


def test_a_rule_that_makes_a_zone_graver_makes_its_row_so_and_keeps_its_desk(
    sender: Sender,
) -> None:
    zones(sender, INTRUSION, 1, 2)
    row, zone = lead(), Alarm.objects.get(zone="2")
    route_alarms(ids=[row.pk], actor=SYSTEM, now=sender.now)
    before = lead()
    assert before.desk_id is not None
    desk = Desk.objects.exclude(pk=before.desk_id)[0]
    RoutingRule.objects.all().delete()
    RoutingRule.objects.create(name="Matsalen", position=1, desk=desk, priority=1)
    route_alarms(ids=[zone.pk], actor=SYSTEM, now=sender.now)
    zone.refresh_from_db()
    assert (zone.priority, zone.desk, zone.target_at) == (1, desk, None)
    assert (lead().priority, lead().desk_id) == (1, before.desk_id)
    assert lead().escalates_at is not None


def test_routing_a_whole_batch_gives_each_its_desk(sender: Sender) -> None:
    zones(sender, INTRUSION, *range(1, 30))
    pks = list(Alarm.objects.values_list("pk", flat=True))
    assert route_alarms(ids=pks, actor=SYSTEM, now=sender.now) == 29
    assert not Alarm.objects.filter(desk__isnull=True).exists()


def test_an_adopted_account_s_zones_are_one_row(
    sender: Sender, stranger: Sender, by_alma: Actor, alma: User
) -> None:
    assert sender.transmitter is not None
    zones(stranger, MAINS, 1, 2, 3)
    zones(sender, MAINS, 1)
    adopt_account(
        actor=by_alma,
        now=sender.now,
        identity=Identity("", "0", "9999"),
        installation=sender.transmitter.installation,
        supervision="none",
    )
    assert [row.zones for row in rows(alma)] == [3]
