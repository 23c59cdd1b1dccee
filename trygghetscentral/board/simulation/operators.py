"""Operators who work the board through its real pages: sign on, take, note, close.

They keep a live board open, as somebody who sits there must: whoever has none is away.
"""

from __future__ import annotations

import asyncio
import base64
import os
import random
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from trygghetscentral.board.simulation.forms import Form, form_to
from trygghetscentral.board.simulation.web import Browser

PEOPLE: Final = ("operator", "operator2", "skiftledare")
# Malmö's larmcentral: about 4,000 a day and five to seven at work (domain.md 00 finding 5), so
# some two minutes each, in the day's own time.
HANDLING_SECONDS: Final = (40.0, 200.0)
LEAST_SECONDS: Final = 0.2
NOTE_SHARE: Final = 0.3
SPOKEN_SHARE: Final = 0.8
# Two operators look at the same list; who reaches for the same row as another loses a second.
WITHIN_REACH: Final = 6
IDLE_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 2.0
BOARD: Final = "/larm/"
SHIFT: Final = "/larm/pass/"
WAITING: Final = re.compile(r'formaction="(/larm/[0-9a-f-]{36}/)ta/"')
# Needs a code word that was compared first.
NOT_FOR_US: Final = frozenset({"cancelled_code_word"})
BAD: Final = 400


@dataclass(slots=True)
class Work:
    """What the operators did."""

    done: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        """For the summary."""
        said = ", ".join(f"{count} {what}" for what, count in self.done.most_common())
        return f"Operatörerna: {said or 'hade inget att göra'}."


class Operator:
    """One person at one screen. `speed` compresses the handling as it does the day."""

    def __init__(
        self, browser: Browser, *, port: int, speed: float, work: Work, chance: random.Random
    ) -> None:
        self._browser, self._port, self._speed = browser, port, speed
        self._work, self._chance = work, chance

    async def run(self, username: str, password: str) -> None:
        """Until cancelled. Raises PermissionError when the house does not let us in."""
        if not await asyncio.to_thread(self._browser.sign_in, username, password):
            raise PermissionError(username)
        await asyncio.to_thread(self._sign_on)
        sitting = asyncio.create_task(self._sit())
        try:
            while True:
                try:
                    took = await self.handle_one()
                except OSError:
                    took = False
                    self._work.done["gånger utan svar från huset"] += 1
                if not took:
                    await asyncio.sleep(IDLE_SECONDS)
        finally:
            sitting.cancel()

    async def handle_one(self) -> bool:
        """Take one of the worst that nobody has, and see it through. False when there is none."""
        page = await asyncio.to_thread(self._browser.get, BOARD)
        waiting = WAITING.findall(page)[:WITHIN_REACH]
        if not waiting:
            return False
        path = self._chance.choice(waiting)
        if await self._post(f"{path}ta/", {}, page) >= BAD:
            self._work.done["larm som en annan hann ta"] += 1
            return True
        self._work.done["tagna"] += 1
        await asyncio.sleep(self._handling())
        await self._finish(path)
        return True

    async def _finish(self, path: str) -> None:
        page = await asyncio.to_thread(self._browser.get, path)
        if (rescue := form_to(page, "/raddningstjanst/")) is not None:
            await self._post(rescue.action, rescue.fields, page)
        if self._chance.random() < NOTE_SHARE and (note := form_to(page, "/anteckna/")):
            await self._post(note.action, {**note.fields, "text": "Ringde upp platsen."}, page)
            self._work.done["anteckningar"] += 1
        if await self._close(page):
            return
        # It alarmed again meanwhile: answer that too, and see what it is now.
        page = await asyncio.to_thread(self._browser.get, path)
        again = form_to(page, "/ta/")
        if again is not None and await self._post(again.action, again.fields, page) < BAD:
            self._work.done["tagna igen"] += 1
            page = await asyncio.to_thread(self._browser.get, path)
            if await self._close(page):
                return
        self._work.done["lämnade tillbaka"] += 1
        await self._post(f"{path}lamna/", {}, page)

    async def _close(self, page: str) -> bool:
        form = form_to(page, "/avsluta/")
        if form is None:
            return False
        if await self._post(form.action, closing(form, self._chance), page) >= BAD:
            return False
        self._work.done["avslutade"] += 1
        return True

    async def _post(self, path: str, fields: dict[str, str], page: str) -> int:
        return await asyncio.to_thread(self._browser.post, path, fields, page=page)

    def _handling(self) -> float:
        return max(LEAST_SECONDS, self._chance.uniform(*HANDLING_SECONDS) / self._speed)

    def _sign_on(self) -> None:
        page = self._browser.get(SHIFT)
        form = form_to(page, "/logga-pa/")
        if form is not None:
            self._browser.post(form.action, {"desk": form.choices.get("desk", [])}, page=page)

    async def _sit(self) -> None:
        """Keep a live board open, and open it again when it ends."""
        while True:
            with suppress(OSError, EOFError):
                await self._follow()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _follow(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write(
                f"GET /ws/live/ HTTP/1.1\r\nHost: localhost:{self._port}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                f"Sec-WebSocket-Version: 13\r\nOrigin: {self._browser.base_url}\r\n"
                f"Cookie: {self._browser.cookie}\r\n\r\n".encode()
            )
            await reader.readuntil(b"\r\n\r\n")
            _say(writer, b'{"t": "open", "stream": "alarms", "since": 0, "window": 200}')
            while await reader.read(2**16):
                _say(writer, b'{"t": "here"}')
        finally:
            writer.close()


def _say(writer: asyncio.StreamWriter, body: bytes) -> None:
    writer.write(bytes((0x81, 0x80 | len(body))) + b"\0\0\0\0" + body)


def closing(form: Form, chance: random.Random) -> dict[str, str]:
    """The close form filled in: a reason, and whatever else its fields ask for."""
    codes = [code for code in form.choices.get("code", []) if code not in NOT_FOR_US]
    filled = dict(form.fields)
    if codes:
        filled["code"] = chance.choice(codes)
    if "voice_contact" in form.choices:
        filled["voice_contact"] = "yes" if chance.random() < SPOKEN_SHARE else "no"
    for name, text in (
        ("note", "Klart."),
        ("said_by", "Jouren på platsen"),
        ("said", "Inget att se, allt är lugnt."),
    ):
        if name in filled:
            filled[name] = text
    return filled


async def work_the_board(
    count: int, *, port: int, password: str, speed: float, seed: int, work: Work
) -> None:
    """That many operators, until cancelled; beyond three they share the demo's accounts."""
    base_url = f"http://localhost:{port}"
    async with asyncio.TaskGroup() as group:
        for place in range(count):
            operator = Operator(
                Browser(base_url),
                port=port,
                speed=speed,
                work=work,
                chance=random.Random(seed + place),  # noqa: S311  a play, not a secret
            )
            group.create_task(operator.run(PEOPLE[place % len(PEOPLE)], password))
