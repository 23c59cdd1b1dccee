"""Sending a plan through the real ports, each transmitter one message at a time."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from trygghetscentral.board.simulation import wire
from trygghetscentral.board.simulation.events import Kind, Plan, Planned, Silence
from trygghetscentral.board.simulation.lines import (
    Answer,
    HttpLine,
    Line,
    Target,
    TcpLine,
    UdpLine,
)
from trygghetscentral.board.simulation.stations import Door, Station, stranger
from trygghetscentral.board.simulation.tally import Tally

LINES: Final[dict[Door, Callable[[Target], Line]]] = {
    Door.TCP: TcpLine,
    Door.UDP: UdpLine,
    Door.HTTP: HttpLine,
}
# protocols.md 1.9: the timeout that a panel is recommended; in the day's own time, for what is
# lost on the line by plan.
RESEND_SECONDS: Final = 20.0
LEAST_RESEND_SECONDS: Final = 0.2
# Real time, when the house itself does not answer: half a second between attempts, as
# my-dc09-spt, and given up when somebody would have come to look.
PAUSE_SECONDS: Final = 0.5
PATIENCE_SECONDS: Final = 120.0
# The silent line's test, and the shortest real silence in which supervision (90 s) must notice.
ALIVE_SECONDS: Final = 20.0
NOTICED_SECONDS: Final = 130.0


@dataclass(slots=True)
class _Box:
    """What one transmitter has still to send."""

    station: Station
    line: Line
    queue: asyncio.Queue[Planned | None]
    task: asyncio.Task[None] | None = None


class Sender:
    """Plays a plan once. `now` gives aware UTC, for the time stamps of encrypted frames."""

    def __init__(
        self,
        stations: Iterable[Station],
        *,
        target: Target,
        speed: float,
        tally: Tally,
        now: Callable[[], dt.datetime],
        run: str,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.tally = tally
        self.stop = asyncio.Event()
        self._stations = {station.source.account: station for station in stations}
        self._target, self._speed, self._now = target, speed, now
        self._run, self._patience = run, patience
        self._boxes: dict[str, _Box] = {}
        self._numbers = itertools.count(1)
        self._started = 0.0

    @property
    def virtual(self) -> float:
        """Seconds of the plan that have passed."""
        return (asyncio.get_running_loop().time() - self._started) * self._speed

    async def play(self, plan: Plan, *, silent: Station | None = None) -> None:
        """Send everything at its moment and wait for the last answers; `stop` ends it early."""
        loop = asyncio.get_running_loop()
        self._started = loop.time()
        events = [event for event in plan.events if self._speaks(event)]
        self.tally.planned = len(events)
        alive = None
        if plan.silence is not None and silent is not None:
            alive = asyncio.create_task(self._keep_alive(silent, plan.silence))
        try:
            for sent, event in enumerate(events):
                due = self._started + event.at / self._speed
                if await self._stopped_before(due):
                    self.tally.not_sent += len(events) - sent
                    break
                self.tally.note_behind(loop.time() - due)
                self._box(event.account).queue.put_nowait(event)
            await self._finish()
        finally:
            await _end(alive)
            for box in self._boxes.values():
                box.line.close()

    def _speaks(self, event: Planned) -> bool:
        station = self._stations.get(event.account)
        return station is None or station.door is not Door.HTTP or event.kind is not Kind.LINK_TEST

    async def _stopped_before(self, due: float) -> bool:
        wait = due - asyncio.get_running_loop().time()
        if wait <= 0:
            # Let the transmitters work even when the plan is behind.
            await asyncio.sleep(0)
            return self.stop.is_set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), wait)
        return self.stop.is_set()

    async def _finish(self) -> None:
        tasks = []
        for box in self._boxes.values():
            box.queue.put_nowait(None)
            if box.task is not None:
                tasks.append(box.task)
        if tasks:
            await asyncio.gather(*tasks)

    def _box(self, account: str) -> _Box:
        box = self._boxes.get(account)
        if box is None:
            station = self._stations.get(account) or stranger(account)
            box = _Box(station, LINES[station.door](self._target), asyncio.Queue())
            box.task = asyncio.create_task(self._work(box))
            self._boxes[account] = box
        return box

    async def _work(self, box: _Box) -> None:
        while (event := await box.queue.get()) is not None:
            if self._leaving():
                self.tally.not_sent += 1
            else:
                await self._deliver(box, event)

    def _leaving(self) -> bool:
        return self.stop.is_set()

    async def _deliver(self, box: _Box, event: Planned) -> None:
        """The same message until it is acknowledged, refused, or given up."""
        tally, loop = self.tally, asyncio.get_running_loop()
        tally.messages[event.kind] += 1
        message = self._message_of(box.station, event)
        until = loop.time() + self._patience
        to_lose = event.lost_acks
        if event.damaged and box.station.door is not Door.HTTP:
            tally.frames += 1
            tally.damaged += 1
            await box.line.throw(wire.spoiled(message.written()))
            await self._resend_pause()
        while True:
            tally.frames += 1
            answer = await box.line.ask(message.written(), message.sequence)
            if answer is Answer.ACK and to_lose:
                to_lose -= 1
                tally.lost_acks += 1
                await self._resend_pause()
            elif answer is Answer.ACK:
                tally.acked[event.kind] += 1
                return
            elif answer is Answer.DUH:
                tally.refused.append(event)
                return
            else:
                tally.silent += 1
                if loop.time() > until or self._leaving():
                    tally.unanswered.append(event)
                    return
                await asyncio.sleep(PAUSE_SECONDS)

    async def _resend_pause(self) -> None:
        await asyncio.sleep(max(LEAST_RESEND_SECONDS, RESEND_SECONDS / self._speed))

    def _message_of(self, station: Station, event: Planned) -> _Message:
        if station.door is Door.HTTP:
            source_id = f"{self._run}-{next(self._numbers)}"
            body = json.dumps(wire.body(event, source_id)).encode()
            return _Message(lambda: body, 0)
        sequence = station.panel.next_sequence() if event.code else 0

        def written() -> bytes:
            return wire.frame(
                station.panel, event, sequence, now=self._now(), contact_id=station.contact_id
            )

        return _Message(written, sequence)

    async def _keep_alive(self, station: Station, silence: Silence) -> None:
        """Link tests in real time, since the house watches in real time, but for the silence."""
        line = LINES[station.door](self._target)
        spoken = Planned(0, station.source.account, Kind.LINK_TEST, "")
        start = silence.start / self._speed
        end = max(silence.end / self._speed, start + NOTICED_SECONDS)
        try:
            while True:
                passed = self.virtual / self._speed
                if not start <= passed < end:
                    message = wire.frame(station.panel, spoken, 0, now=self._now())
                    await line.ask(message, 0)
                await asyncio.sleep(ALIVE_SECONDS)
        finally:
            line.close()


@dataclass(frozen=True, slots=True)
class _Message:
    """Written anew each time: an encrypted one carries the moment of its sending."""

    written: Callable[[], bytes]
    sequence: int


async def _end(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
