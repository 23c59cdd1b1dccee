"""Ten thousand open alarms, two hundred of them with ten operators, and brukare who have called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from benchmarks.accounts import NAMES, OPERATORS
from benchmarks.house import House
from benchmarks.intake import runs
from benchmarks.sender import frame, new_rows, send

OPEN: Final = 10_000
EACH: Final = 20
"""Alarms of one operator."""

# Nothing comes due while the acts are timed: what that costs is benchmarks.promises.
NOT_DUE: Final = """
UPDATE alarms_alarm SET escalates_at = NULL, limit_seconds = NULL
WHERE state <> 'closed' AND (escalates_at IS NOT NULL OR limit_seconds IS NOT NULL)
"""
BATCH: Final = 1_000
# Just taken, all the time: an owner without a board has a minute.
OWN: Final = """
UPDATE alarms_alarm AS a SET state = 'acknowledged', unanswered = FALSE, again_at = NULL,
    owner_id = o.id, owned_since = now() + interval '1 day', acknowledged_at = now(),
    target_met_at = now(), escalates_at = NULL, acts_by = NULL, parked_until = NULL
FROM (
    SELECT q.id AS alarm, u.id FROM (
        SELECT id, row_number() OVER (ORDER BY id DESC) - 1 AS n FROM alarms_alarm
        WHERE state = 'new' AND category = 'burglary' AND unanswered LIMIT %s
    ) AS q JOIN (
        SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM accounts_user
        WHERE username = ANY(%s)
    ) AS u ON u.n = q.n %% %s
) AS o WHERE o.alarm = a.id
"""
GIVE: Final = """
UPDATE alarms_alarm SET state = 'acknowledged', unanswered = FALSE, owner_id = %s,
    owned_since = now() + interval '1 day', acknowledged_at = now(), target_met_at = now(),
    escalates_at = NULL, acts_by = NULL, parked_until = NULL
WHERE public_id = ANY(%s)
"""
BRUKARE: Final = """
SELECT t.account, c.zone FROM alarms_carerecipient AS c
JOIN alarms_transmitter AS t USING (installation_id)
WHERE c.ended_at IS NULL AND t.account <> '' AND NOT t.require_encryption ORDER BY c.id LIMIT 5
"""


def fill(house: House) -> None:
    """Fill the board, and see to it that nothing on it comes due."""
    house.run("manage.py", "shell", "-c", "from benchmarks.enter_operators import enter; enter()")
    # Another number each time, or the receiver would take it for the same message again.
    first = 10 * next(runs)
    calls = [
        frame(account, first + n, f"#{account}|Nri1/MA{zone}")
        for n, (account, zone) in enumerate(house.ask(BRUKARE))
    ]
    send(house.dc09_port, calls, connections=1)
    with house.database() as connection:
        while (there := open_now(house)) < OPEN:
            frames = new_rows(NAMES, min(BATCH, OPEN - there), run=next(runs))
            send(house.dc09_port, frames, connections=50)
            while not house.rest(seconds=0.5):
                connection.execute(NOT_DUE)
        connection.execute(NOT_DUE)
        connection.execute(OWN, (len(OPERATORS) * EACH, OPERATORS, len(OPERATORS)))
        connection.execute("VACUUM ANALYZE alarms_alarm")


def give(house: House, user_id: int, alarms: Sequence[UUID]) -> None:
    """Make the alarms somebody's, behind everybody's back."""
    with house.database() as connection:
        connection.execute(GIVE, (user_id, list(alarms)))


def open_now(house: House) -> int:
    """How many rows are open."""
    (there,) = house.ask(
        "SELECT count(*) FROM alarms_alarm WHERE state <> 'closed' AND lead_id IS NULL"
    )[0]
    return int(there)
