"""Every step of an escalation in the real house while what keeps the promise is killed.

One alarm of priority 1 and three of another at one desk wait; nobody answers. Limit, shift lead on
the roster, TiB, reserve: at each step a part of the house is killed with SIGKILL, before or after.
What is promised is counted where it arrives: at a mail server and at a text message service.

After the answer nothing new arrives. What had been handed to the mail server before the answer was
committed may arrive after it: its delivery is marked sent, with a time before the call's end; or
its sender was killed in between, and its delivery has counted an attempt and is marked stopped.
"""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from tests.house.stack import House
from tests.house.windows import clear_board

ANSWER_ALL = """
from alarms.models import Alarm
from alarms.services.desk import claim_alarm
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock
actor = actor_for(User.objects.get(username="operator"))
for alarm in Alarm.objects.open().filter(number__startswith="%s"):
    claim_alarm(actor=actor, now=clock.now(), public_id=alarm.public_id)
"""
# The limit is passed after 2 s; of the worst one TiB is called 4 s after that.
PLANT = """
INSERT INTO alarms_alarm (public_id, number, state, category, kind, type_id, priority,
    signalled_priority, code, text, receiver, line, account, area, area_label, zone, zone_label,
    controller_id, audiences, received_at, last_signal_at, signal_count, unanswered,
    waiting_since, limit_seconds, escalation, escalates_at, routed_at, desk_id, active_conditions)
SELECT gen_random_uuid(), %(prefix)s || n, 'new', 'burglary', 'burglary.alarm', t.id,
    CASE n WHEN 1 THEN 1 ELSE 3 END, 3, 'SIA:BA', '', '', '', %(prefix)s || n, '', '', '', '',
    c.id, ARRAY['alarm.view@' || c.id], w.at, w.at, 1, true,
    w.at, 176, '', w.at + interval '176 s', now(), d.id, '{}'
FROM generate_series(1, 4) AS n
CROSS JOIN (SELECT now() - interval '174 s' AS at) AS w
CROSS JOIN (SELECT id FROM alarms_alarmtype WHERE code = 'AL-INB') AS t
CROSS JOIN (SELECT id FROM accounts_organisation WHERE parent_id IS NULL) AS c
CROSS JOIN (SELECT id FROM alarms_desk WHERE code = 'inbrott') AS d
"""
# The calls about these alarms, alone or with their desk.
CALLS = """
SELECT c.id FROM callout_call AS c JOIN alarms_alarm AS a ON a.number LIKE %s
WHERE c.subject_type = 'alarms.alarm' AND c.subject_id = a.id::text
UNION SELECT m.call_id FROM callout_callmember AS m JOIN alarms_alarm AS a ON a.number LIKE %s
WHERE m.subject_id = a.id::text
"""
DELIVERIES = f"""
SELECT v.dedupe_id, d.code, v.rank, v.sent_at < c.stopped_at, v.state = 'stopped', v.attempts
FROM callout_delivery AS v JOIN callout_call AS c ON c.id = v.call_id
JOIN callout_duty AS d ON d.id = c.duty_id
WHERE v.channel <> 'phone' AND c.id IN ({CALLS})
"""
TOLD = """
SELECT a.number, array_agg(p.body ->> 'level' ORDER BY r.seq)
FROM alarms_alarm AS a
JOIN ledger_row AS r ON r.subject_type = 'alarms.alarm' AND r.subject_id = a.id::text
JOIN ledger_payload AS p ON p.seq = r.seq
WHERE a.number LIKE %s AND r.name = 'alarm.escalated' GROUP BY a.number
"""
CALLS_BY = (
    """
SELECT d.code, c.subject_type, count(*) FROM callout_call AS c
JOIN callout_duty AS d ON d.id = c.duty_id WHERE c.id IN ("""
    + CALLS
    + """)
GROUP BY d.code, c.subject_type ORDER BY 1, 2
"""
)
STEPS = (("shift_lead", "primary"), ("tib", "primary"), ("tib", "backup"))
"""Which messages must have arrived before the next step: the duty and the rank."""
LEASE_SECONDS = 40.0
"""Longer than a message whose sender was killed waits for its next attempt."""
SOON_SECONDS = 8.0
VICTIMS = ("worker_critical", "worker", "beat", "redis")


class Escalation:
    """Four alarms that nobody answers, and what arrives for them."""

    def __init__(self, house: House, number: int) -> None:
        self.house, self.prefix = house, f"L-DOD-{number}-"
        self._like = f"{self.prefix}%"
        clear_board(house)
        with house.database() as connection:
            connection.execute("UPDATE callout_duty SET wait_seconds = 10")
            # What an earlier test has left: a shift lead at the board is not called, and a house
            # that has ever had a sign-on calls TiB at once for a desk that nobody works.
            connection.execute("DELETE FROM live_presence")
            connection.execute("DELETE FROM alarms_desksignon")
            connection.execute(PLANT, {"prefix": self.prefix})

    def ids(self) -> list[UUID]:
        """The id of each message that has arrived for anything, at both receivers."""
        mails = [UUID(mail["Message-ID"].strip("<>").split("@")[0]) for mail in self._mails()]
        return mails + [UUID(each["idempotency-key"]) for each in list(self.house.phones.headers)]

    def _mails(self) -> list[dict[str, str]]:
        return [{"Message-ID": str(one["Message-ID"])} for one in list(self.house.mailbox.mails)]

    def deliveries(self) -> dict[UUID, tuple[str, str, bool | None, bool, int]]:
        """Every message of these alarms' calls: duty, rank, sent before the end, stopped, tries."""
        rows = self.house.ask(DELIVERIES, self._like, self._like)
        return {row[0]: (row[1], row[2], row[3], row[4], row[5]) for row in rows}

    def reaches(self, duty: str, rank: str) -> None:
        """Wait until a message to this duty's rank has arrived."""

        def arrived() -> bool:
            wanted = {pk for pk, row in self.deliveries().items() if row[:2] == (duty, rank)}
            return bool(wanted.intersection(self.ids()))

        self.house.wait(arrived, 120, f"{duty} {rank} fick inget")

    def answer_and_count(self, *, quiet: float) -> None:
        """Each promise once in the database, each message known, and nothing for so many seconds
        after the answer."""
        self.house.manage("shell", "-c", ANSWER_ALL % self.prefix)
        before = self.ids()
        known = self.deliveries()
        told = dict(self.house.ask(TOLD, self._like))
        # Who comes too late for the first level goes straight on to the second.
        assert told[f"{self.prefix}1"] in (["shift_lead", "tib"], ["tib"])
        assert [told[f"{self.prefix}{n}"] for n in (2, 3, 4)] == [["shift_lead"]] * 3
        calls = {row[:2]: row[2] for row in self.house.ask(CALLS_BY, self._like, self._like)}
        assert set(calls.values()) == {1}
        assert {("shift_lead", "alarms.desk"), ("tib", "alarms.alarm")} <= calls.keys()
        time.sleep(quiet)
        self.house.wait_until_well()
        assert self.deliveries().keys() == known.keys()
        for pk in self.ids()[len(before) :]:
            if pk in known:
                _duty, _rank, sent_before, stopped, attempts = self.deliveries()[pk]
                assert sent_before or (stopped and attempts > 0)
        everything = {row[0] for row in self.house.ask("SELECT dedupe_id FROM callout_delivery")}
        assert set(self.ids()) <= everything


@pytest.mark.proof
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", range(len(STEPS)), ids=["lead", "tib", "backup"])
@pytest.mark.parametrize("victim", VICTIMS)
def test_whatever_dies_at_a_step_each_promise_is_kept_once(
    whole_house: House, victim: str, step: int, when: str
) -> None:
    number = (VICTIMS.index(victim) * len(STEPS) + step) * 2 + (when == "after")
    escalation = Escalation(whole_house, number)
    for place, (duty, rank) in enumerate(STEPS):
        if place == step and when == "before":
            whole_house.kill(victim)
        escalation.reaches(duty, rank)
        if place == step and when == "after":
            whole_house.kill(victim)
    escalation.answer_and_count(quiet=LEASE_SECONDS)


def test_a_death_at_each_step_loses_no_message_and_none_comes_after_the_answer(
    whole_house: House,
) -> None:
    escalation = Escalation(whole_house, 99)
    for victim, (duty, rank) in zip(("worker_critical", "redis", "beat"), STEPS, strict=True):
        whole_house.kill(victim)
        escalation.reaches(duty, rank)
    escalation.answer_and_count(quiet=SOON_SECONDS)
