"""The simulated city end to end: entered once, planned, sent to a real receiver, stored."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from alarms.gateways.dc09.server import Receiver
from alarms.models import Alarm, LinkState, Signal, SignalOutcome, Transmitter
from alarms.selectors.directory import LiveDirectory
from alarms.services.intake.committer import GroupCommitter
from tests.alarms.dc09.support import MemoryCounters
from trygghetscentral.accounts.models import ApiToken
from trygghetscentral.board.demo import city
from trygghetscentral.board.demo.plants import site_rows
from trygghetscentral.board.simulation import blueprint, prepare
from trygghetscentral.board.simulation.curves import Day
from trygghetscentral.board.simulation.events import ACTIVATIONS, Kind, Plan, Planned
from trygghetscentral.board.simulation.lines import Target
from trygghetscentral.board.simulation.plan import make_plan
from trygghetscentral.board.simulation.sender import Sender
from trygghetscentral.board.simulation.stations import Door, Station, silent_station, stations
from trygghetscentral.board.simulation.tally import Tally
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def _play(found: list[Station], plan: Plan) -> Tally:
    """Through a receiver of our own with the real committer behind it."""
    directory = LiveDirectory()
    tally = Tally()

    async def run() -> None:
        loop = asyncio.get_running_loop()

        def in_loop(call: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(call)

        committer = GroupCommitter(directory, deliver=in_loop)
        committer.start()
        receiver = Receiver(
            sink=committer, directory=directory, counters=MemoryCounters(), now=clock.now
        )
        await receiver.start()
        try:
            sender = Sender(
                found,
                target=Target(receiver.port),
                speed=3_600,
                tally=tally,
                now=clock.now,
                run="r1",
            )
            await sender.play(plan)
        finally:
            await receiver.drain(timeout=2.0)
            await asyncio.to_thread(committer.stop)

    asyncio.run(run())
    return tally


@pytest.mark.django_db(transaction=True)
def test_the_worst_hour_is_stored_once_and_whole(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power cut with the hold-up, over TCP and UDP, plain and encrypted. A third of the
    city's simulated part is city enough."""
    sites = [
        row
        for place, row in enumerate(blueprint.extra_sites())
        if place % 3 == 0 or row["slug"] == blueprint.SILENT_SITE
    ]
    gateways = blueprint.gateways()[::4]
    monkeypatch.setattr(blueprint, "extra_sites", lambda: sites)
    monkeypatch.setattr(blueprint, "gateways", lambda: gateways)
    monkeypatch.setattr(prepare, "KNOWN_PERSONS", 1)
    with unit_of_work(actor=Actor.system("load_demo"), now=now):
        city.build(now=now, password="ett-långt-lösenord")
    added = prepare.prepare(now=now)
    assert (added.sites, added.transmitters) == (len(sites), len(gateways) + 1)
    assert prepare.prepare(now=now) == prepare.Added()
    found = stations()
    assert silent_station() is not None
    assert len(found) == len(site_rows()) + len(sites) + len(gateways)
    assert {each.door for each in found} == set(Door)
    for each in found:
        each.door = Door.TCP if each.door is Door.HTTP else each.door

    plan = make_plan([each.source for each in found], day=Day(hours=0.4, start=17.9), seed=5)
    tally = _play(found, plan)

    assert tally.lost_alarms == []
    assert tally.acked.total() == len(plan.events)
    spoken = [event for event in plan.events if event.code]
    stored = Counter(Signal.objects.values_list("outcome", flat=True))
    assert stored[SignalOutcome.DUPLICATE] == sum(event.lost_acks for event in spoken)
    assert stored.total() - stored[SignalOutcome.DUPLICATE] == len(spoken) + tally.damaged
    assert _open_places() == _activated_places(plan)
    (holdup,) = [event for event in plan.events if event.kind is Kind.HOLDUP]
    assert Alarm.objects.filter(category="holdup", account=holdup.account, area="2").exists()


def _open_places() -> set[tuple[str, str, str]]:
    return set(Alarm.objects.values_list("account", "area", "zone"))


def _activated_places(plan: Plan) -> set[tuple[str, str, str]]:
    return {_as_stored(event) for event in plan.events if event.kind in ACTIVATIONS}


def _as_stored(event: Planned) -> tuple[str, str, str]:
    if event.kind is Kind.STRANGER:
        event = replace(event, area="", number="")
    return event.place


@pytest.mark.django_db
def test_the_line_that_dies_is_watched_only_while_the_simulation_runs(
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pump = [row for row in blueprint.extra_sites() if row["slug"] == blueprint.SILENT_SITE]
    monkeypatch.setattr(city, "site_rows", list)
    monkeypatch.setattr(blueprint, "extra_sites", lambda: pump)
    monkeypatch.setattr(blueprint, "gateways", list)
    # A year of incidents, and weeks of observations, need the whole city.
    for part in ("happenings", "weekly"):
        monkeypatch.setattr(f"trygghetscentral.board.demo.{part}.load", lambda **_: 0)
    with unit_of_work(actor=Actor.system("load_demo"), now=now):
        city.build(now=now, password="ett-långt-lösenord")
    prepare.prepare(now=now)
    link = LinkState.objects.filter(transmitter__account=blueprint.SILENT_ACCOUNT)
    prepare.watch_silent_line(now=now, on=True)
    assert link.get().due_at is not None
    prepare.watch_silent_line(now=now, on=False)
    assert link.get().due_at is None
    assert Transmitter.objects.get(account=blueprint.SILENT_ACCOUNT).supervision == "none"
    secret = prepare.api_token(now=now)
    (token,) = ApiToken.objects.filter(user__username=prepare.USERNAME)
    assert token.expires_at == now + prepare.TOKEN_LIFE
    assert secret.startswith("tc")
