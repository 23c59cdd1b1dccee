"""The socket, from commit to screen."""

from __future__ import annotations

import pytest

from alarms.events import AlarmRaised
from alarms.models import Alarm
from tests.accounts.factories import GrantFactory, person
from tests.live.alarm_rows import (
    NOW,
    changed,
    closed,
    happens,
    many_changed,
    many_raised,
    raised,
)
from tests.live.browser import (
    browsing,
    cookie_of,
    db,
    publishing,
    socket_of,
    until,
    until_new,
)
from tests.live.page import Page
from tests.personas import City
from trygghetscentral.accounts.models import Grant, User, UserSession
from trygghetscentral.accounts.services.users import deactivate_user
from trygghetscentral.ledger.events import EVENTS
from trygghetscentral.live import registry
from trygghetscentral.live.consumer import CLOSED_BY_SERVER, GARBAGE
from trygghetscentral.live.follow import Prepared
from trygghetscentral.live.merge import ROWS_A_SECOND, Due
from trygghetscentral.live.publisher import Line
from trygghetscentral.live.snapshots import newest_seq, snapshot
from trygghetscentral.shared.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)

ALARM_EVENTS = sorted(
    name
    for name in EVENTS
    if any(stream.concerns(name, "alarms.alarm") for stream in registry.all_streams())
)


def test_every_stream_is_proven_here() -> None:
    assert {stream.name for stream in registry.all_streams()} == {
        "alarms",
        "incidents",
        "picture_zones",
        "picture_functions",
        "staff",
    }
    assert AlarmRaised.name in ALARM_EVENTS


@pytest.mark.parametrize("name", ALARM_EVENTS)
async def test_old_page_and_events_are_a_new_page(
    name: str, city: City, alma: User, no_beats: None
) -> None:
    alarms = await db(many_raised, city.technical, 3)
    async with publishing(), browsing(alma) as browser:
        before = browser.page.listed()
        await db(happens, EVENTS[name], alarms[1])
        await until(lambda: browser.page.listed() != before)
        await until_new(browser)


async def test_no_one_gets_a_socket_without_signing_in(db: None) -> None:
    accepted, _ = await socket_of(None).connect()
    assert not accepted


async def test_no_one_gets_a_socket_from_another_site(alma: User) -> None:
    cookie = await _cookie(alma)
    for origin in ("http://elak.example", None):
        accepted, _ = await socket_of(cookie, origin).connect()
        assert not accepted
    own = socket_of(cookie)
    accepted, _ = await own.connect()
    assert accepted
    await own.disconnect()


async def test_without_the_permission_the_socket_says_goodbye(dan: User) -> None:
    socket = socket_of(await _cookie(dan))
    assert (await socket.connect())[0]
    await socket.send_json_to({"t": "open", "stream": "alarms", "since": 0, "window": 200})
    assert (await socket.receive_json_from(5))["t"] == "bye"
    assert (await socket.receive_output(5))["code"] == CLOSED_BY_SERVER


@pytest.mark.parametrize(
    "garbage",
    ["{", "[]", "7", '{"t": "dance"}', '{"t": "missed", "since": 1}', '{"t": "open", "stream": 3}'],
)
async def test_garbage_ends_the_socket(alma: User, garbage: str) -> None:
    socket = socket_of(await _cookie(alma))
    assert (await socket.connect())[0]
    await socket.send_to(text_data=garbage)
    assert (await socket.receive_output(5))["code"] == GARBAGE


async def test_a_page_that_comes_back_is_told_what_it_missed(city: City, alma: User) -> None:
    alarms = await db(many_raised, city.technical, 3)
    async with browsing(alma) as browser:
        page = browser.page
    await db(closed, alarms[0])
    await db(raised, city.technical)
    async with browsing(alma, page=page) as browser:
        await until_new(browser)
        assert [message["t"] for message in browser.messages][:2] == ["rows", "ready"]


async def test_a_page_that_missed_too_much_is_told_to_reload(city: City, alma: User) -> None:
    await db(many_raised, city.technical, 501)
    async with browsing(alma, page=Page()) as browser:
        assert browser.of("reload")


async def test_others_alarms_are_never_told(city: City, no_beats: None) -> None:
    theirs = await db(person, "OPERATOR", city.service)
    async with publishing(), browsing(theirs) as browser:
        await db(raised, city.technical)
        await db(raised, city.service)
        await until(lambda: bool(browser.page.rows))
        assert len(browser.page.rows) == 1 and browser.told() == 1


async def test_a_lost_message_is_found_by_the_next_one(
    city: City, alma: User, no_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with publishing() as publisher, browsing(alma) as browser:
        with monkeypatch.context() as lost:
            lost.setattr(publisher, "_tell", _lose)
            await db(raised, city.technical)
            seq = await db(newest_seq)
            await until(lambda: publisher.covered >= seq)
        assert not browser.page.rows
        await db(raised, city.technical)
        await until_new(browser)
        assert len(browser.page.rows) == 2


async def test_a_lost_message_is_found_by_the_heartbeat(
    city: City, alma: User, quick_beats: None
) -> None:
    async with browsing(alma) as browser:
        alarm = await db(raised, city.technical)
        await until_new(browser)
        await db(closed, alarm)
        await until_new(browser)
        assert not browser.page.rows and not browser.asked, "told before it had to ask"


async def test_a_change_that_the_ledger_tells_others_of_is_found(
    city: City, alma: User, quick_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trygghetscentral.live.reader.BEATS_BETWEEN_CHECKS", 2)
    alarm = await db(raised, city.technical)
    async with browsing(alma) as browser:
        await db(changed, alarm, audiences=["group:5"], told_to=["group:5"])
        await until(lambda: not browser.page.rows)


async def test_an_audience_taken_away_takes_its_rows_away(city: City, quick_beats: None) -> None:
    user = await db(person, "OPERATOR", city.technical)
    grant = await db(GrantFactory.create, user=user, role="OPERATOR", organisation=city.service)
    await db(raised, city.technical)
    await db(raised, city.service)
    async with browsing(user) as browser:
        assert len(browser.page.rows) == 2
        await db(Grant.objects.filter(pk=grant.pk).update, valid_until=NOW)
        await until(lambda: len(browser.page.rows) == 1)
        await until_new(browser)


async def test_an_audience_gained_brings_its_rows(city: City, quick_beats: None) -> None:
    user = await db(person, "OPERATOR", city.technical)
    await db(raised, city.service)
    async with browsing(user) as browser:
        await db(GrantFactory.create, user=user, role="OPERATOR", organisation=city.service)
        await until(lambda: len(browser.page.rows) == 1)


async def test_another_language_is_told_at_the_next_heartbeat(
    city: City, alma: User, quick_beats: None, bilingual: None
) -> None:
    await db(raised, city.technical)
    async with publishing(), browsing(alma) as browser:
        await db(User.objects.filter(pk=alma.pk).update, language="en")
        await until(lambda: all("<p>en" in html for _, _, html in browser.page.listed()))
        await db(raised, city.technical)
        await until_new(browser)


async def test_a_closed_account_loses_its_rows_and_its_socket(
    city: City, alma: User, quick_beats: None
) -> None:
    await db(raised, city.technical)
    async with browsing(alma) as browser:
        await db(deactivate_user, actor=Actor.system("test"), now=NOW, user=alma)
        await until(lambda: browser.closed_with is not None)
        assert browser.closed_with == CLOSED_BY_SERVER and not browser.page.rows
        assert browser.messages[-1]["why"] == "closed"


async def test_signing_out_ends_the_socket(alma: User, quick_beats: None) -> None:
    async with browsing(alma) as browser:
        await db(UserSession.objects.all().delete)
        await until(lambda: browser.closed_with is not None)
        assert browser.messages[-1]["why"] == "signed_out"


async def test_row_201_comes_in_when_row_1_leaves(city: City, alma: User, no_beats: None) -> None:
    alarms = await db(many_raised, city.technical, 202)
    async with publishing(), browsing(alma) as browser:
        assert len(browser.page.rows) == 200
        await db(closed, alarms[0])
        await until(lambda: f"alarm:{alarms[200].public_id}" in browser.page.rows)
        await until_new(browser)
        assert len(browser.page.rows) == 200


async def test_a_worse_row_drives_the_last_one_out(city: City, alma: User, no_beats: None) -> None:
    await db(many_raised, city.technical, 3)
    async with publishing(), browsing(alma, window=3) as browser:
        await db(raised, city.technical, priority=1)
        await until_new(browser, window=3)
        assert len(browser.page.rows) == 3


async def test_a_row_beyond_the_window_is_only_counted(
    city: City, alma: User, no_beats: None
) -> None:
    await db(many_raised, city.technical, 3)
    async with publishing(), browsing(alma, window=3) as browser:
        heard = browser.told()
        await db(raised, city.technical, priority=5)
        await until(lambda: browser.page.counts["total"] == 4)
        assert browser.told() == heard


async def test_a_page_loaded_anew_says_where_it_stands(
    city: City, alma: User, no_beats: None
) -> None:
    """What the page lost or kept wrongly while it was loaded is set right."""
    await db(many_raised, city.technical, 501)
    async with publishing(), browsing(alma, page=Page()) as browser:
        browser.page.load(await db(snapshot, "alarms", alma))
        seq, ghosts = browser.page.seq, dict(browser.page.rows)
        new = await db(raised, city.technical, priority=1)
        gone = await db(closed, await db(Alarm.objects.order_by("pk").first))
        await until(lambda: f"alarm:{gone.public_id}" not in browser.page.rows)
        browser.page.rows = ghosts
        assert f"alarm:{new.public_id}" not in ghosts
        await browser.say(t="missed", since=seq)
        await browser.say(t="missed", since=seq)
        await until_new(browser)


async def test_room_for_more_is_filled_when_asked(city: City, alma: User, no_beats: None) -> None:
    async with browsing(alma) as browser:
        await db(raised, city.technical)
        await browser.say(t="fill")
        await until_new(browser)


async def test_a_flood_costs_a_screen_few_messages(city: City, alma: User, no_beats: None) -> None:
    alarms = await db(many_raised, city.technical, 2000)
    async with publishing() as publisher, browsing(alma) as browser:
        heard, told = len(browser.messages), browser.told()
        for start in range(0, 2000, 500):
            await db(many_changed, alarms[start : start + 500])
        last = await db(many_changed, [alarms[3]], priority=1)
        await until_new(browser)
        assert f"alarm:{last[0].public_id}" in browser.page.rows
        assert max(len(message["upsert"]) for message in browser.of("rows")) <= 200
        assert len(browser.messages) - heard <= 20
        assert browser.told() - told <= 2 * 200 + 2 * ROWS_A_SECOND
        assert publisher.rows_rendered < 2 * 10 * ROWS_A_SECOND


async def test_a_slow_screen_reads_the_database_instead(
    city: City, alma: User, no_beats: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trygghetscentral.live.reader.INBOX", 0)
    async with publishing(), browsing(alma) as browser:
        await db(raised, city.technical)
        await until_new(browser)


async def test_beats_carry_time_and_counts(city: City, alma: User, quick_beats: None) -> None:
    await db(raised, city.technical)
    async with browsing(alma) as browser:
        await until(lambda: len(browser.of("beat")) >= 2)
        beat = browser.of("beat")[-1]
        assert beat["counts"]["total"] == 1 and beat["now"] and beat["seq"] <= browser.page.seq
        assert not browser.asked


async def _cookie(user: User) -> str:
    return await db(cookie_of, user)


async def _lose(line: Line, due: Due, _prepared: Prepared) -> None:
    line.told = due.covered
