"""When somebody more is told: the arithmetic alone."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.escalation import TIB_AFTER, Level, limit_of, next_at, reached
from alarms.models import AlarmType

SINCE = dt.datetime(2026, 3, 12, 13, 37, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
LIMITS = (None, 1, 60, 179, 180, 181, 600)


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("priority", [1, 2, 5])
@pytest.mark.parametrize("level", Level)
def test_the_next_moment_is_the_first_at_which_more_is_reached(
    level: Level, priority: int, limit: int | None
) -> None:
    given = {"level": level, "priority": priority, "limit_seconds": limit, "since": SINCE}
    moment = next_at(**given)  # type: ignore[arg-type]  # as named
    if moment is None:
        assert reached(**given, now=SINCE + dt.timedelta(days=9)) == level  # type: ignore[arg-type]
        return
    assert reached(**given, now=moment - SECOND) == level  # type: ignore[arg-type]
    assert reached(**given, now=moment) != level  # type: ignore[arg-type]


def test_only_the_worst_comes_to_tib_and_only_after_three_minutes() -> None:
    late = SINCE + dt.timedelta(hours=9)
    for priority in range(2, 6):
        level = reached(level="", priority=priority, limit_seconds=60, since=SINCE, now=late)
        assert level == Level.SHIFT_LEAD
    for seconds, level in ((59, Level.NONE), (60, Level.SHIFT_LEAD), (180, Level.TIB)):
        moment = SINCE + seconds * SECOND
        assert reached(level="", priority=1, limit_seconds=60, since=SINCE, now=moment) == level
    assert TIB_AFTER == 180 * SECOND


def test_what_nobody_waits_for_is_never_escalated() -> None:
    late = SINCE + dt.timedelta(days=9)
    assert next_at(level="", priority=1, limit_seconds=None, since=SINCE) is None
    assert reached(level="", priority=1, limit_seconds=None, since=SINCE, now=late) == Level.NONE


def test_the_city_begins_with_the_limits_of_the_standard(db: None) -> None:
    limits = dict(AlarmType.objects.values_list("code", "limit_seconds"))
    assert (limits["AL-BRA"], limits["AL-OVF"], limits["AL-INB"]) == (60, 60, 180)
    assert limits["AL-TST"] is None
    for row in AlarmType.objects.all():
        assert row.limit_seconds == (row.target_seconds and limit_of(row.target_seconds))
        assert (row.action_seconds is None) == (row.target_seconds is None)
