"""The simulated transmitters against a real receiver on real sockets."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from alarms.incoming import Incoming
from tests.alarms.dc09.support import K128, House, open_house
from trygghetscentral.board.demo.panel import Panel
from trygghetscentral.board.simulation import lines, sender
from trygghetscentral.board.simulation.curves import Day
from trygghetscentral.board.simulation.events import Kind, Plan, Planned, Source
from trygghetscentral.board.simulation.lines import Target
from trygghetscentral.board.simulation.plan import make_plan
from trygghetscentral.board.simulation.sender import Sender
from trygghetscentral.board.simulation.stations import Door, Station
from trygghetscentral.board.simulation.tally import Tally
from trygghetscentral.board.simulation.wire import sia
from trygghetscentral.shared import clock


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(sender, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(sender, "LEAST_RESEND_SECONDS", 0.01)


def station(account: str, system: str, *, door: Door = Door.TCP, **more: Any) -> Station:
    source = Source(account, "norr", system, "office", tuple("123456"))
    return Station(source, Panel(account), door, **more)


def stations() -> list[Station]:
    """A little of everything, a third over UDP."""
    systems = ("burglary", "fire", "holdup", "access", "technical", "full", "medical", "medical")
    return [
        station(
            f"{0x3001 + place:04X}",
            systems[place % len(systems)],
            door=Door.UDP if place % 3 == 0 else Door.TCP,
            contact_id=place % 5 == 0,
        )
        for place in range(48)
    ]


def player(house: House, found: list[Station], *, speed: float, patience: float = 20.0) -> Sender:
    house.clock = clock.now
    return Sender(
        found,
        target=Target(house.port),
        speed=speed,
        tally=Tally(),
        now=clock.now,
        run="r1",
        patience=patience,
    )


def one(*events: Planned) -> Plan:
    return Plan(seconds=60.0, events=events)


def press(account: str = "7099", **more: Any) -> Planned:
    return Planned(0.0, account, Kind.PRESS, "MA", "1", "4", **more)


def said(stored: list[Incoming]) -> list[tuple[str, str, str]]:
    """Account, number and code of each stored message, as the receiver read it."""
    return [(incoming.account, incoming.sequence, incoming.events[0].code) for incoming in stored]


async def test_a_slice_of_the_day_is_acknowledged_to_the_last_frame() -> None:
    """An hour of the even mix in a second, through TCP and UDP."""
    found = stations()
    day = Day(hours=1.0, steady=True)
    plan = make_plan([each.source for each in found], day=day, seed=1)
    async with open_house() as house:
        run = player(house, found, speed=3_600)
        await run.play(plan)
    tally = run.tally
    assert tally.acked.total() == tally.sent == len(plan.events) > 200
    assert tally.lost_alarms == []
    assert tally.not_sent == 0
    first_time = Counter(dict.fromkeys(said(house.sink.events), 1))
    spoken = [event for event in plan.events if event.code]
    assert first_time.total() == len(spoken)
    assert len(house.sink.events) - first_time.total() == sum(event.lost_acks for event in spoken)


async def test_each_transmitter_keeps_its_order() -> None:
    found = stations()
    plan = make_plan([each.source for each in found], day=Day(hours=2.0, steady=True), seed=2)
    async with open_house() as house:
        await player(house, found, speed=20_000).play(plan)
    arrived: dict[str, list[int]] = defaultdict(list)
    for incoming in house.sink.events:
        arrived[incoming.account].append(int(incoming.sequence))
    assert all(numbers == sorted(numbers) for numbers in arrived.values())


@pytest.mark.parametrize("door", [Door.TCP, Door.UDP])
async def test_a_lost_ack_has_the_same_message_sent_again(door: Door) -> None:
    async with open_house() as house:
        run = player(house, [station("7099", "medical", door=door)], speed=1_000)
        await run.play(one(press(lost_acks=2)))
    assert said(house.sink.events) == [("7099", "0001", "MA")] * 3
    assert (run.tally.lost_acks, run.tally.acked[Kind.PRESS]) == (2, 1)


@pytest.mark.parametrize("door", [Door.TCP, Door.UDP])
async def test_a_message_spoiled_on_the_way_is_sent_again(door: Door) -> None:
    async with open_house() as house:
        run = player(house, [station("7099", "medical", door=door)], speed=1_000)
        await run.play(one(press(damaged=True)))
    assert said(house.sink.events) == [("7099", "0001", "MA")]
    assert run.tally.acked.total() == 1


async def test_a_second_press_is_another_message() -> None:
    again = press().later(90.0, Kind.PRESS_AGAIN, "MA")
    async with open_house() as house:
        run = player(house, [station("7099", "medical")], speed=1_000)
        await run.play(one(press(), again))
    assert said(house.sink.events) == [("7099", "0001", "MA"), ("7099", "0002", "MA")]


async def test_an_encrypted_transmitter_is_understood() -> None:
    locked = station("1234", "burglary")
    locked.panel.key = K128
    async with open_house() as house:
        run = player(house, [locked], speed=1_000)
        await run.play(one(press("1234", lost_acks=1)))
    assert said(house.sink.events) == [("1234", "0001", "MA")] * 2
    assert all(incoming.encrypted for incoming in house.sink.events)


async def test_the_alarm_is_kept_until_the_database_is_back() -> None:
    async with open_house() as house:
        house.sink.writable = False
        run = player(house, [station("7099", "medical"), station("1234", "fire")], speed=1_000)
        playing = asyncio.create_task(run.play(one(press(), press("1234"))))
        while not run.tally.silent:
            await asyncio.sleep(0.01)
        assert not playing.done()
        house.sink.writable = True
        await playing
    assert run.tally.acked.total() == 2
    assert run.tally.lost_alarms == []


async def test_what_nobody_ever_takes_is_counted_and_named() -> None:
    async with open_house() as house:
        house.sink.writable = False
        run = player(house, [station("7099", "medical")], speed=1_000, patience=0.5)
        await run.play(one(press(), Planned(0.0, "7099", Kind.TEST, "RP")))
    assert [event.code for event in run.tally.lost_alarms] == ["MA"]
    assert "2 aldrig kvitterade:\n  trygghetslarm från 7099 (MA)" in run.tally.summary()


async def test_a_refusal_is_not_repeated() -> None:
    async with open_house() as house:
        house.directory.duh = True
        run = player(house, [], speed=1_000)
        await run.play(one(Planned(0.0, "E001", Kind.STRANGER, "BA", "1", "1")))
    assert run.tally.frames == 1
    assert [event.account for event in run.tally.refused] == ["E001"]


async def test_stopping_leaves_the_rest_unsent_and_says_so() -> None:
    late = press().later(3_600.0, Kind.PRESS_AGAIN, "MA")
    async with open_house() as house:
        run = player(house, [station("7099", "medical")], speed=1.0)
        playing = asyncio.create_task(run.play(one(press(), late)))
        while not run.tally.acked:
            await asyncio.sleep(0.01)
        run.stop.set()
        await asyncio.wait_for(playing, 30)
    assert (run.tally.acked.total(), run.tally.not_sent) == (1, 1)
    assert "1 signaler hann inte skickas." in run.tally.summary()


class WebHouse:
    """Answers POSTs with the codes it was given, then 201."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.bodies: list[dict[str, Any]] = []
        self.port = 0


@contextmanager
def web(*codes: int) -> Iterator[WebHouse]:
    found = WebHouse(*codes)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            found.bodies.append(json.loads(self.rfile.read(length)))
            assert self.headers["Authorization"] == "Bearer nyckel"
            self.send_response(found.codes.pop(0) if found.codes else 201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def _post(house: WebHouse, event: Planned) -> Tally:
    run = Sender(
        [station(event.account, "technical", door=Door.HTTP)],
        target=Target(1, house.port, "nyckel"),
        speed=1_000,
        tally=Tally(),
        now=clock.now,
        run="r1",
    )
    await run.play(one(event))
    return run.tally


async def test_over_http_the_same_source_id_comes_again_until_it_is_stored() -> None:
    with web(503, 201, 200) as house:
        tally = await _post(house, Planned(0.0, "3001", Kind.ALARM, "WA", "1", "2", lost_acks=1))
    assert [body["source_id"] for body in house.bodies] == ["r1-1"] * 3
    assert house.bodies[0]["code"] == "SIA:WA"
    assert house.bodies[0]["zone"] == "2"
    assert (tally.silent, tally.lost_acks, tally.acked.total()) == (1, 1, 1)


async def test_over_http_a_refusal_is_final_and_there_are_no_link_tests() -> None:
    with web(403) as house:
        refused = await _post(house, Planned(0.0, "3001", Kind.ALARM, "WA", "1", "2"))
        quiet = await _post(house, Planned(0.0, "3001", Kind.LINK_TEST, ""))
    assert (len(refused.refused), len(house.bodies)) == (1, 1)
    assert quiet.planned == 0


@pytest.mark.parametrize(
    ("event", "data"),
    [
        (Planned(0, "A", Kind.PRESS, "MA", "1", "17"), "Nri1/MA17"),
        (Planned(0, "A", Kind.ALARM, "FA", "1", "2", "Rökdetektor 2"), "Nri1/FA2^Rökdetektor 2^"),
        (Planned(0, "A", Kind.OPENING, "OP", "", "7"), "Nid7/OP7"),
        (Planned(0, "A", Kind.POWER_CUT, "AT"), "NAT00"),
    ],
)
def test_signals_are_written_as_dc03(event: Planned, data: str) -> None:
    assert sia(event) == data
