"""How a simulated transmitter reaches the house: TCP, UDP or HTTP. One message at a time.

It stands outside the house and knows nothing of it but the address.
"""

from __future__ import annotations

import asyncio
import enum
import re
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from typing_extensions import override

# my-dc09-spt waits this long for an answer (protocols.md 1.9).
ANSWER_SECONDS: Final = 5.0
ANSWER: Final = re.compile(rb'"\*?(ACK|NAK|DUH)"([0-9]{4})')
BUSY_FROM: Final = 500
REFUSED_FROM: Final = 400


class Answer(enum.StrEnum):
    """What came back."""

    ACK = "ACK"
    NAK = "NAK"
    DUH = "DUH"
    SILENCE = "tystnad"


@dataclass(frozen=True, slots=True)
class Target:
    """Where the house listens."""

    dc09_port: int
    web_port: int = 0
    token: str = ""
    host: str = "127.0.0.1"


class Line(Protocol):
    """One transmitter's way to the house."""

    async def ask(self, message: bytes, sequence: int) -> Answer:
        """Send and wait for the answer to this very message."""

    async def throw(self, message: bytes) -> None:
        """Send what will not be answered."""

    def close(self) -> None:
        """Hang up."""


class TcpLine:
    """Connects on demand and stays connected, as most panels do (protocols.md 1.8)."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, message: bytes, sequence: int) -> Answer:
        """After silence it hangs up, so that a late answer is never taken for the next one's."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader = await self._send(message)
                while True:
                    said = _read(await reader.readuntil(b"\r"), sequence)
                    if said is not None:
                        return said
        except (OSError, EOFError, TimeoutError):
            self.close()
            return Answer.SILENCE

    async def throw(self, message: bytes) -> None:
        """A frame with a wrong CRC leaves the connection as it is."""
        with suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._send(message)

    async def _send(self, message: bytes) -> asyncio.StreamReader:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            self.close()
            self._reader, self._writer = await asyncio.open_connection(
                self._target.host, self._target.dc09_port
            )
        self._writer.write(message)
        await self._writer.drain()
        return self._reader

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


class _Listener(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.heard.put_nowait(data)


class UdpLine:
    """One message a datagram."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._transport: asyncio.DatagramTransport | None = None
        self._listener = _Listener()

    async def ask(self, message: bytes, sequence: int) -> Answer:
        """Late answers to earlier messages are passed over by their number."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.throw(message)
                while True:
                    said = _read(await self._listener.heard.get(), sequence)
                    if said is not None:
                        return said
        except (OSError, TimeoutError):
            return Answer.SILENCE

    async def throw(self, message: bytes) -> None:
        """Send it and listen to nothing."""
        if self._transport is None:
            self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: self._listener, remote_addr=(self._target.host, self._target.dc09_port)
            )
        self._transport.sendto(message)

    def close(self) -> None:
        """Let the port go."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None


class HttpLine:
    """Another system that posts its signals; 200 and 201 are our ACK, 503 says "send again"."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def ask(self, message: bytes, sequence: int) -> Answer:
        """`message` is the JSON body."""
        del sequence
        return await asyncio.to_thread(self._post, message)

    async def throw(self, message: bytes) -> None:
        """A request that never arrived."""

    def _post(self, message: bytes) -> Answer:
        request = urllib.request.Request(
            f"http://{self._target.host}:{self._target.web_port}/api/v1/signals/",
            data=message,
            headers={
                "Authorization": f"Bearer {self._target.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=2 * ANSWER_SECONDS):  # noqa: S310
                return Answer.ACK
        except urllib.error.HTTPError as refusal:
            with refusal:
                refused = REFUSED_FROM <= refusal.code < BUSY_FROM
            return Answer.DUH if refused else Answer.SILENCE
        except OSError:
            return Answer.SILENCE

    def close(self) -> None:
        """Nothing is kept open."""


def _read(said: bytes, sequence: int) -> Answer | None:
    """None for an answer to something else. A NAK carries no number."""
    found = ANSWER.search(said)
    if found is None:
        return None
    answer = Answer(found[1].decode())
    return answer if answer is Answer.NAK or int(found[2]) == sequence else None
