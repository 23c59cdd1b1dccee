"""Promises about alarms in the real house: by real frames, and whatever dies meanwhile."""

from __future__ import annotations

import socket
import time

import pytest

from tests.house.panel import ANSWER, frame
from tests.house.stack import House
from tests.house.transmitters import register

ACCOUNT = "B0001"
DUE, SPREAD_SECONDS = 40, 12
CLAIM_AND_PARK = """
from datetime import timedelta
from alarms.models import Alarm
from alarms.services.desk import claim_alarm
from alarms.services.parking import park_alarm
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock
now = clock.now()
given = {"actor": actor_for(User.objects.get(username="operator")), "now": now}
alarm = Alarm.objects.open().get(account="B0001", category="medical")
claim_alarm(**given, public_id=alarm.public_id)
park_alarm(**given, public_id=alarm.public_id, until=now + timedelta(hours=1), reason="guard")
"""
ANSWER_ALL = """
from alarms.models import Alarm
from alarms.services.desk import claim_alarm
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock
actor = actor_for(User.objects.get(username="operator"))
for alarm in Alarm.objects.open().filter(number__startswith="L-LOFTE-"):
    claim_alarm(actor=actor, now=clock.now(), public_id=alarm.public_id)
"""
# Waiting for three minutes, one after the other; the shift lead has been told of each.
PLANT = """
INSERT INTO alarms_alarm (public_id, number, state, category, kind, type_id, priority,
    signalled_priority, code, text, receiver, line, account, area, area_label, zone, zone_label,
    installation_id, site_id, city_area_id, controller_id, audiences, received_at, last_signal_at,
    signal_count, unanswered, waiting_since, limit_seconds, escalation, escalates_at, routed_at,
    active_conditions)
SELECT gen_random_uuid(), 'L-LOFTE-' || n, 'new', 'burglary', 'burglary.alarm', t.type_id, 1,
    1, t.code, '', '', '', t.account, '1', '', 'L' || n, '',
    t.installation_id, t.site_id, t.city_area_id, t.controller_id, t.audiences, d.at, d.at,
    1, true, d.at - interval '180 s', 60, 'shift_lead', d.at, now(), '{}'
FROM generate_series(1, %s) AS n
CROSS JOIN LATERAL (SELECT now() + make_interval(secs => 1 + n * %s / %s::float8) AS at) AS d
CROSS JOIN (SELECT * FROM alarms_alarm WHERE account = %s ORDER BY id LIMIT 1) AS t
"""
STATE = """
SELECT state, unanswered, parked_until IS NULL, signal_count, again_at IS NOT NULL
FROM alarms_alarm WHERE account = %s AND category = 'medical'
"""
TOLD = """
SELECT a.number, (SELECT count(*) FROM ledger_row AS r WHERE r.name = 'alarm.escalated'
        AND r.subject_type = 'alarms.alarm' AND r.subject_id = a.id::text),
    (SELECT count(*) FROM callout_call AS c WHERE c.subject_type = 'alarms.alarm'
        AND c.subject_id = a.id::text)
FROM alarms_alarm AS a WHERE a.number LIKE 'L-LOFTE-%%'
"""


def send(house: House, sequence: int, data: str) -> None:
    """One frame, acknowledged."""
    message = frame(ACCOUNT, sequence, f"#{ACCOUNT}|Nri1/{data}")
    with socket.create_connection(("127.0.0.1", house.dc09_port), 5) as line:
        line.sendall(message)
        answer = ANSWER.search(line.recv(1024))
    assert answer is not None
    assert answer[1] == b"ACK"


@pytest.fixture(scope="module")
def parked(house: House) -> House:
    """A trygghetslarm that came by wire, answered and parked."""
    register(house, {ACCOUNT: "stadshuset"})
    send(house, 1, "QA7")
    house.manage("shell", "-c", CLAIM_AND_PARK)
    return house


def test_a_second_press_ends_the_parking_and_a_retransmission_does_not(parked: House) -> None:
    assert parked.ask(STATE, ACCOUNT) == [("parked", False, False, 1, False)]
    send(parked, 1, "QA7")
    assert parked.ask(STATE, ACCOUNT) == [("parked", False, False, 1, False)]
    send(parked, 2, "QA7")
    assert parked.ask(STATE, ACCOUNT) == [("acknowledged", True, True, 2, True)]


def test_each_promise_is_kept_once_though_everything_that_keeps_it_dies(parked: House) -> None:
    parked.wait_until_well()
    with parked.database() as connection:
        connection.execute(PLANT, (DUE, SPREAD_SECONDS, DUE, ACCOUNT))
    for part in ("worker_critical", "beat", "redis", "worker_critical"):
        time.sleep(SPREAD_SECONDS / 5)
        before = parked.programs()[part]
        parked.kill(part)
        parked.wait_for_another(part, before)

    def all_told() -> bool:
        return all(told >= 1 for _number, told, _calls in parked.ask(TOLD))

    parked.wait(all_told, 60, "alla löften hölls inte")
    time.sleep(3)
    told = parked.ask(TOLD)
    assert len(told) == DUE
    assert {(rows, calls) for _number, rows, calls in told} == {(1, 1)}
    parked.manage("shell", "-c", ANSWER_ALL)
    still = "SELECT count(*) FROM callout_call WHERE stopped_at IS NULL AND reference LIKE %s"
    assert parked.ask(still, "L-LOFTE-%") == [(0,)]
    parked.wait_until_well()
