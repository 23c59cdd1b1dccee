"""The publisher: one leads, nothing is lost, and only SIGTERM ends it."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import os
import signal
from typing import Any

import pytest
from django.db import Error as DatabaseError
from django.db import connection

from tests.live.alarm_rows import NOW, many_changed, raised
from tests.live.browser import browsing, db, publishing, until, until_new
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.live import follow, registry
from trygghetscentral.live.management.commands import run_publisher
from trygghetscentral.live.models import Cursor
from trygghetscentral.live.publisher import Publisher
from trygghetscentral.live.selectors import publisher_state
from trygghetscentral.live.services import keep_cursor
from trygghetscentral.live.snapshots import newest_seq
from trygghetscentral.shared import clock

pytestmark = pytest.mark.django_db(transaction=True)


def leaders() -> list[int]:
    """The database's processes that hold the lock of leadership."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            (follow.LOCK,),
        )
        return [pid for (pid,) in cursor.fetchall()]


def cursor_at(seq: int) -> None:
    keep_cursor(
        now=NOW, seq=seq, leader="gone", behind_seconds=0.0, rows_rendered=0, messages_sent=0
    )


async def test_one_leads_and_the_other_takes_over_where_it_ended(
    city: City, alma: User, no_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trygghetscentral.live.publisher.STANDBY_SECONDS", 0.05)
    async with browsing(alma) as browser, publishing() as first:
        second = Publisher()
        waiting = asyncio.create_task(second.run())
        await db(raised, city.technical)
        await until_new(browser)
        assert first.leading and not second.leading and len(await db(leaders)) == 1
        first.stop()
        await until(lambda: second.leading)
        assert not first.leading and len(await db(leaders)) == 1
        await db(raised, city.technical)
        await until_new(browser)
        second.stop()
        await waiting
        assert await db(leaders) == []


async def test_what_happened_while_nobody_led_is_told_by_the_next(
    city: City, alma: User, no_beats: None
) -> None:
    async with browsing(alma) as browser:
        async with publishing():
            pass
        await db(raised, city.technical)
        async with publishing():
            await until_new(browser)
            assert len(browser.page.rows) == 1


async def test_a_leader_far_behind_has_every_screen_read_for_itself(
    city: City, alma: User, no_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "MOST_BEHIND", 2)
    async with browsing(alma) as browser:
        async with publishing():
            pass
        for _ in range(3):
            await db(raised, city.technical)
        async with publishing() as publisher:
            await until_new(browser)
            assert publisher.rows_rendered == 0


async def test_the_same_row_many_times_at_once_is_told_once(
    city: City, alma: User, no_beats: None
) -> None:
    alarm = await db(raised, city.technical)
    async with publishing() as publisher, browsing(alma) as browser:
        told, sent = browser.told(), publisher.messages_sent
        await db(many_changed, [alarm] * 20)
        await until_new(browser)
        assert browser.told() - told == 1
        assert publisher.messages_sent - sent == 2, "one for each language"
        assert publisher.rows_rendered == 2


async def test_a_hint_is_enough(
    city: City, alma: User, no_beats: None, ledger_wake: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trygghetscentral.live.publisher.TICK_SECONDS", 3600.0)
    async with publishing(), browsing(alma) as browser:
        await asyncio.sleep(0.2)
        await db(raised, city.technical)
        await until_new(browser)
        assert browser.page.rows


async def test_a_lost_connection_to_the_database_is_got_over(
    city: City, alma: User, no_beats: None
) -> None:
    async with publishing() as publisher, browsing(alma) as browser:
        for _ in range(2):
            (pid,) = await db(leaders)
            await db(_end, pid)
            await db(raised, city.technical)
            await until_new(browser)
        assert len(browser.page.rows) == 2
        await until(lambda: publisher.leading)


@pytest.fixture
def own_pid(transactional_db: None) -> int:
    """The connection that empties the database after the test."""
    return _own()


async def test_a_database_that_loses_everybody_is_got_over(
    city: City, alma: User, quick_beats: None, own_pid: int
) -> None:
    async with publishing() as publisher, browsing(alma) as browser:
        await until(lambda: bool(browser.of("beat")))
        await db(_end_all_but, own_pid)
        await until(lambda: publisher.leading)
        beats = len(browser.of("beat"))
        await until(lambda: len(browser.of("beat")) > beats)
        while True:
            try:
                await db(raised, city.technical)
                break
            except DatabaseError:
                await asyncio.sleep(0.01)
        await until(lambda: bool(browser.page.rows))


async def test_a_row_that_cannot_be_shown_does_not_silence_the_others(
    city: City, alma: User, no_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> follow.Prepared:
        raise LookupError("a template")

    async with publishing() as publisher, browsing(alma) as browser:
        with monkeypatch.context() as broken_for_now:
            broken_for_now.setattr(follow, "prepare", broken)
            await db(raised, city.technical)
            await until_new(browser)
        await db(raised, city.technical)
        await until_new(browser)
        assert publisher.leading and len(browser.page.rows) == 2


async def test_exercises_and_other_matters_are_not_told(
    city: City, alma: User, no_beats: None
) -> None:
    async with publishing() as publisher, browsing(alma) as browser:
        await db(raised, city.technical, exercise_id=3)
        seq = await db(newest_seq)
        await until(lambda: publisher.covered >= seq)
        assert publisher.messages_sent == 0 and browser.told() == 0


async def test_sigterm_ends_it_in_order(db: None) -> None:
    running = asyncio.create_task(run_publisher._run())
    while not await _cursors():
        await asyncio.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(30):
        await running


def test_a_successor_goes_on_from_the_cursor_unless_it_is_far_behind(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        raised(city.technical)
    head = newest_seq()
    assert follow.start_after(None).seq == head, "the first ever"
    cursor_at(head - 2)
    assert follow.start_after(None).seq == head - 2
    assert follow.start_after(head - 1).seq == head - 1, "has come further itself"
    cursor_at(head + 9)
    assert follow.start_after(None).seq == head, "a cursor of another ledger"
    cursor_at(head - 2)
    monkeypatch.setattr(follow, "MOST_BEHIND", 1)
    assert follow.start_after(None) == follow.Start(head, skipped=True)


def test_leadership_is_given_back_even_when_the_connection_is_lost() -> None:
    assert follow.lead()
    (pid,) = leaders()
    with pytest.raises(DatabaseError):
        _end(pid)
        leaders()
    follow.step_down()
    assert leaders() == []


def test_its_state_can_be_read(city: City) -> None:
    assert publisher_state(now=NOW).age_seconds is None
    raised(city.technical)
    head = newest_seq()
    cursor_at(head - 1)
    state = publisher_state(now=NOW + dt.timedelta(seconds=2))
    assert state.alive and state.lag_rows == 1 and state.age_seconds == 2.0
    assert not publisher_state(now=NOW + dt.timedelta(seconds=6)).alive
    cursor_at(head)
    assert Cursor.objects.count() == 1 and str(Cursor.objects.get()) == f"publisher@{head}"


def test_the_worst_rows_go_first_and_the_rest_are_only_mentioned(city: City) -> None:
    stream = registry.get("alarms")
    assert stream
    alarms = [raised(city.technical, priority=5 - number) for number in range(4)]
    prepared = follow.prepare(stream, {str(alarm.pk): 9 for alarm in alarms}, room=2)
    assert prepared.dirty and prepared.living == 2
    assert set(prepared.rows) == {("sv", "full"), ("en", "full")}
    for rows in prepared.rows.values():
        assert [row.key for row in rows] == [
            f"alarm:{alarm.public_id}" for alarm in (alarms[3], alarms[2])
        ]


def test_each_row_is_rendered_once_for_each_language_and_level(city: City) -> None:
    alarms = registry.get("alarms")
    assert alarms
    rendered: list[tuple[str, str]] = []

    def render(_obj: Any, *, language: str, level: str, seq: int) -> str:
        rendered.append((language, level))
        return f"<li>{seq}"

    stream = dataclasses.replace(alarms, render=render, levels=("full", "wall"))
    alarm = raised(city.technical)
    follow.prepare(stream, {str(alarm.pk): 9}, room=50)
    assert sorted(rendered) == [("en", "full"), ("en", "wall"), ("sv", "full"), ("sv", "wall")]


def _end(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))


def _own() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _end_all_but(spared: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> ALL (%s)"
            # An autovacuum worker works in the database too, and is nobody's to end.
            " AND backend_type = 'client backend'",
            ([spared, _own()],),
        )


async def _cursors() -> int:
    return await db(Cursor.objects.filter(beat_at__lte=clock.now()).count)
