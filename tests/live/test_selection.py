"""A screen that has selected what it shows: in memory as in the database, in pieces as whole."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from alarms.models import Alarm, Desk
from alarms.selectors import board
from alarms.selectors import selection as alarm_selection
from alarms.selectors.rows import LIST_RELATIONS
from alarms.selectors.selection import DIMENSIONS, LOST, tags_of
from alarms.services.intake.links import LINK_KIND
from tests.accounts.factories import person
from tests.live.alarm_rows import NOW, changed, closed, happens, many_raised, raised
from tests.live.browser import Browser, browsing, cookie_of, db, publishing, socket_of, until
from tests.live.browser import until_new as until_as_new
from tests.live.page import Page, listed
from tests.live.test_socket import ALARM_EVENTS
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import EVENTS
from trygghetscentral.live.consumer import GARBAGE
from trygghetscentral.live.selection import (
    ALWAYS,
    EVERYTHING,
    MOST_TAGS,
    Selection,
    heard,
    selection_of,
)
from trygghetscentral.live.snapshots import missed, snapshot

BRAND = selection_of(["desk:brand"])
TAGS = ["desk:brand", "desk:teknik", "state:parked", "state:new", "owner:7", LOST]


@given(st.permutations(TAGS), st.frozensets(st.sampled_from([*TAGS, ALWAYS])))
def test_order_is_nothing_and_each_dimension_must_be_met(
    order: list[str], has: frozenset[str]
) -> None:
    selection = selection_of(order)
    assert selection == selection_of(TAGS) and selection.tags == sorted(TAGS)
    dimensions = {tag.partition(":")[0] for tag in TAGS}
    met = {tag.partition(":")[0] for tag in has if tag != ALWAYS}
    assert selection.matches(has) == (met == dimensions)
    assert selection.shows(has) == (ALWAYS in has or met == dimensions)
    assert EVERYTHING.shows(has) and EVERYTHING.matches(has)


@pytest.mark.parametrize(
    "garbage",
    ["desk:brand", 7, {}, [7], ["desk"], ["desk:Brand"], ["desk:"], ["nothing:x"], [["desk:x"]]],
)
def test_garbage_selects_neither_everything_nor_something(garbage: Any) -> None:
    assert heard(garbage, DIMENSIONS) is None


def test_no_more_is_selected_by_than_a_person_would() -> None:
    tags = [f"area:a{number}" for number in range(MOST_TAGS + 1)]
    assert heard(tags, DIMENSIONS) is None and heard(tags[1:], DIMENSIONS)
    assert heard(None, DIMENSIONS) == heard([], DIMENSIONS) == EVERYTHING


@pytest.fixture
def mixed(city: City, alma: User, bo: User) -> list[Alarm]:
    """Alarms of two desks and of none, in every state, by two owners, three of priority 1."""
    fire, technics = Desk.objects.get(code="brand"), Desk.objects.get(code="teknik")
    made = []
    for desk, owner, state in itertools.product(
        [fire, technics, None], [alma, bo], ["new", "acknowledged", "parked"]
    ):
        owned = {"owner": owner, "unanswered": False} if state != "new" else {}
        until = {"parked_until": NOW} if state == "parked" else {}
        fields: dict[str, Any] = {"desk": desk, "state": state, **owned, **until}
        made.append(raised(city.technical, **fields))
    made += [raised(city.technical, desk=desk, priority=1) for desk in (fire, technics, None)]
    made.append(
        raised(city.technical, priority=1, unanswered=False, state="acknowledged", owner=bo)
    )
    made.append(raised(city.technical, kind=LINK_KIND, category="supervision"))
    made.append(
        raised(city.technical, kind=LINK_KIND, category="supervision", restored_at=NOW, zone="2")
    )
    return made


def selections(alma: User) -> list[Selection]:
    """One by each dimension and some together."""
    mine = f"owner:{alma.pk}"
    some = [
        [],
        ["desk:brand"],
        ["desk:brand", "desk:teknik"],
        ["state:parked"],
        [mine],
        [mine, "state:parked", "desk:teknik"],
        ["category:supervision"],
        [LOST],
        ["line:other"],
        ["owner:nobody"],
        ["area:nowhere"],
        ["category:burglary", "state:new", "state:parked"],
    ]
    return [selection_of(tags) for tags in some]


@pytest.mark.django_db(transaction=True)
def test_the_database_selects_what_the_tags_say(mixed: list[Alarm], alma: User) -> None:
    alarms = {one.pk: one for one in Alarm.objects.select_related(*LIST_RELATIONS)}
    for selection in selections(alma):
        shown = alarm_selection.window(alma.audiences(), 100, selection)
        expected = {pk for pk, one in alarms.items() if selection.shows(tags_of(one))}
        assert {one.pk for one in shown} == expected, selection


@pytest.mark.django_db(transaction=True)
def test_the_counts_are_of_all_and_say_what_is_hidden(mixed: list[Alarm], alma: User) -> None:
    alarms = list(Alarm.objects.select_related(*LIST_RELATIONS))
    everything = board.counts(alma.audiences())
    for selection in selections(alma)[1:]:
        counts = alarm_selection.counts(alma.audiences(), selection)
        hidden = [one for one in alarms if not selection.shows(tags_of(one))]
        waiting = [one for one in hidden if one.unanswered]
        beside = [
            one for one in alarms if ALWAYS in tags_of(one) and not selection.matches(tags_of(one))
        ]
        assert everything.items() <= counts.items(), "of all, selected or not"
        assert counts["hidden"] == len(hidden)
        assert counts["hidden_unanswered"] == len(waiting)
        assert counts["beside"] == len(beside)
        groups = {(one["priority"], one["desk"], one["owner"]): one for one in counts["waiting"]}
        assert sum(one["n"] for one in groups.values()) == len(waiting)
        for one in waiting:
            group = groups[one.priority, one.desk_id, one.owner_id]
            assert dt.datetime.fromisoformat(group["since"]) <= one.waiting_since


@pytest.mark.django_db(transaction=True)
def test_a_test_that_is_hidden_calls_nobody(city: City, alma: User) -> None:
    raised(city.technical, kind="prov:fire.alarm", priority=5)
    counts = alarm_selection.counts(alma.audiences(), BRAND)
    assert counts["hidden"] == 1 and counts["hidden_unanswered"] == 0
    assert counts["waiting"] == []


@pytest.mark.django_db(transaction=True)
def test_a_selection_costs_no_more_questions(mixed: list[Alarm], alma: User) -> None:
    def asked(selection: Selection) -> int:
        user = User.objects.get(pk=alma.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            snapshot("alarms", user, selection=selection)
        return len(queries)

    assert {asked(selection) for selection in selections(alma)} == {asked(EVERYTHING)}


@pytest.mark.django_db(transaction=True)
def test_old_page_and_what_it_missed_are_a_new_page(
    mixed: list[Alarm], city: City, alma: User, bo: User
) -> None:
    for selection, limit in itertools.product(selections(alma), (3, 200)):
        page = Page(snapshot("alarms", alma, limit=limit, selection=selection))
        fire = Desk.objects.get(code="brand")
        living = list(Alarm.objects.exclude(state="closed").order_by("pk"))
        changed(living[0], desk=None)
        changed(living[1], desk=fire)
        changed(living[2], state="parked", owner=bo, unanswered=False, parked_until=NOW)
        changed(living[3], state="acknowledged", owner=alma, unanswered=False, parked_until=None)
        closed(next(one for one in living[4:] if one.state != "parked"))
        raised(city.technical, desk=fire)
        raised(city.technical, priority=1)
        user = User.objects.get(pk=alma.pk)
        page.hear(missed("alarms", user, page.seq, limit=limit, now=NOW, selection=selection))
        fresh = snapshot("alarms", user, limit=limit, selection=selection)
        assert page.listed() == listed(fresh), selection
        assert page.counts == fresh.counts


def keys(browser: Browser) -> set[str]:
    return set(browser.page.rows)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ALARM_EVENTS)
async def test_old_selected_page_and_events_are_a_new_one(
    name: str, city: City, alma: User, no_beats: None
) -> None:
    fire = await db(Desk.objects.get, code="brand")
    alarms = await db(many_raised, city.technical, 3, desk=fire)
    other = await db(raised, city.technical)
    async with publishing(), browsing(alma, select=BRAND) as browser:
        before = browser.page.listed()
        await db(happens, EVENTS[name], other)
        await db(happens, EVENTS[name], alarms[1])
        await until(lambda: browser.page.listed() != before)
        await until_as_new(browser, select=BRAND)


@pytest.mark.django_db(transaction=True)
async def test_a_row_moves_from_one_selected_screen_to_another(
    city: City, alma: User, no_beats: None
) -> None:
    fire, technics = [await db(Desk.objects.get, code=code) for code in ("brand", "teknik")]
    other = selection_of(["desk:teknik"])
    alarm = await db(raised, city.technical, desk=fire)
    key = f"alarm:{alarm.public_id}"
    async with (
        publishing(),
        browsing(alma, select=BRAND) as one,
        browsing(alma, select=other) as two,
        browsing(alma) as whole,
    ):
        assert keys(one) == keys(whole) == {key} and keys(two) == set()
        await db(changed, alarm, desk=technics)
        await until(lambda: keys(two) == {key} and keys(one) == set())
        assert keys(whole) == {key}
        await until(lambda: one.page.counts.get("hidden") == 1)
        assert one.page.counts["waiting"][0]["desk"] == technics.pk
        assert "hidden" not in whole.page.counts


@pytest.mark.django_db(transaction=True)
async def test_an_unanswered_p1_enters_every_screen_and_leaves_when_it_is_taken(
    city: City, alma: User, bo: User, no_beats: None
) -> None:
    async with publishing(), browsing(alma, select=BRAND) as browser:
        alarm = await db(raised, city.technical, priority=1)
        await until(lambda: keys(browser) == {f"alarm:{alarm.public_id}"})
        await db(changed, alarm, state="acknowledged", owner=bo, unanswered=False)
        await until(lambda: keys(browser) == set())


@pytest.mark.django_db(transaction=True)
async def test_a_row_beyond_the_window_comes_in_when_one_has_left_the_selection(
    city: City, alma: User, no_beats: None
) -> None:
    fire = await db(Desk.objects.get, code="brand")
    alarms = await db(many_raised, city.technical, 4, desk=fire)
    async with publishing(), browsing(alma, window=2, select=BRAND) as browser:
        await db(changed, alarms[0], desk=None)
        await until(lambda: keys(browser) == {f"alarm:{one.public_id}" for one in alarms[1:3]})


@pytest.mark.django_db(transaction=True)
async def test_a_lost_message_is_found_by_the_heart_with_a_selection_too(
    city: City, alma: User, quick_beats: None
) -> None:
    fire = await db(Desk.objects.get, code="brand")
    async with browsing(alma, select=BRAND) as browser:
        await db(raised, city.technical)
        alarm = await db(raised, city.technical, desk=fire)
        await until(lambda: keys(browser) == {f"alarm:{alarm.public_id}"})
        await until(lambda: browser.page.counts.get("hidden") == 1)


@pytest.mark.django_db(transaction=True)
async def test_a_selection_gives_no_right(city: City, no_beats: None) -> None:
    theirs = await db(person, "OPERATOR", city.service)
    await db(raised, city.technical, priority=1)
    async with publishing(), browsing(theirs, select=BRAND) as browser:
        await db(raised, city.technical, priority=1)
        own = await db(raised, city.service, priority=1)
        await until(lambda: keys(browser) == {f"alarm:{own.public_id}"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("garbage", ["all", ["desk"], ["secret:1"], [1], {"desk": "brand"}])
async def test_a_garbled_selection_ends_the_socket(alma: User, garbage: object) -> None:
    socket = socket_of(await db(cookie_of, alma))
    assert (await socket.connect())[0]
    await socket.send_json_to({"t": "open", "stream": "alarms", "since": 0, "select": garbage})
    assert (await socket.receive_output(5))["code"] == GARBAGE
