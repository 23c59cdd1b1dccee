"""What the DC-09 tests stand on: worked frames, a directory, an in-memory sink and a sender."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

from alarms.gateways.dc09.reply import stamp, wrap
from alarms.gateways.dc09.server import Limits, Receiver
from alarms.incoming import Incoming, IncomingKind, Stored, TransmitterInfo

NOW = datetime(2026, 11, 20, 10, 15, 30, tzinfo=UTC)
K128 = bytes.fromhex("A1B2C3D4E5F60718293A4B5C6D7E8F90")
K192 = bytes.fromhex("000102030405060708090A0B0C0D0E0F1011121314151617")
K256 = bytes.fromhex("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4")
KTXT = b"A" * 16

FRAMES = {
    "V01": b'\n1EF20013"NULL"0000L0#1234[]\r',
    "V02": b'\nDDDD0029"NULL"0000R1L1#1234[]_10:15:30,11-20-2026\r',
    "V03": b'\n68AF0025"SIA-DCS"0001L0#1234[#1234|Nri1/BA12]\r',
    "V04": (
        b'\n31020071"SIA-DCS"0002R1L1#1234[#1234|Nri1/FA007^Serverrum plan 2^][LStadshuset]'
        b"[H10:15:28,11-20-2026]_10:15:30,11-20-2026\r"
    ),
    "V05": b'\nE4720027"ADM-CID"0003L0#7099[#7099|1131 01 003]\r',
    "V06": b'\nCEC4003B"ADM-CID"0004L0#7099[#7099|3131 01 003]_10:15:30,11-20-2026\r',
    "V07": (
        b'\n8C1C0079"ADM-CID"0086L0#1234[#1234|1130 02 001][Vhttps://cam.example.se/a1.jpg,'
        b"https://cam.example.se/a2.jpg]_10:15:30,11-20-2026\r"
    ),
    "V08": (
        b'\nD910007C"SIA-DCS"0005RC0FFDL1234#080027E62A64[#080027E62A64|Nri2/HA0003]'
        b"[M080027E62A64][X017E38.123][Y59N51.456]_10:15:30,11-20-2026\r"
    ),
    "V11": (
        b'\n0F830078"*SIA-DCS"0007R1L1#1234[309F8F9C15F8ED2D84AA090D16459C7F00EAAF764E0C2154'
        b"5862119B45A424BD6CB8A8FD66938D881575F9D51F09593C\r"
    ),
    "V12": (
        b'\n6A450076"*ADM-CID"0008L0#1234[DD2BF4B6B083AAF6E8A00B0BE618027A235AE56A1D4E1B7D7F'
        b"81D9AAC25DFD5BCC0D4CA827A3E11CE2A23C7F4D248FF9\r"
    ),
}
REPLIES = {
    "V01": b'\nDE900012"ACK"0000L0#1234[]\r',
    "V02": b'\n118A0014"ACK"0000R1L1#1234[]\r',
    "V03": b'\n1BC10012"ACK"0001L0#1234[]\r',
    "V04": b'\nD6730014"ACK"0002R1L1#1234[]\r',
    "V05": b'\n6C8B0012"ACK"0003L0#7099[]\r',
    "A11": (
        b'\n06240054"*ACK"0007R1L1#1234[690EC597BE6E805C436E675F684369B32AC5AE8063C42D08AED5'
        b"E154959EE357\r"
    ),
    "N01": b'\n1FAB0025"NAK"0000R0L0A0[]_10:15:30,11-20-2026\r',
    "D03": b'\n251F0012"DUH"0001L0#1234[]\r',
    "D04": b'\nA6AB0014"DUH"0002R1L1#1234[]\r',
}


def framed(body: str | bytes) -> bytes:
    """The frame around a body with right CRC and length."""
    return wrap(body if isinstance(body, bytes) else body.encode("latin-1"))


def transmitter(
    number: int, receiver: str, line: str, account: str, *keys: bytes, **settings: bool
) -> TransmitterInfo:
    """A registered transmitter."""
    plain = TransmitterInfo(
        id=number,
        receiver=receiver,
        line=line,
        account=account,
        keys=keys,
        require_encryption=False,
        ack_with_pipe=False,
        strict_length=False,
    )
    return replace(plain, **settings)  # type: ignore[arg-type]


class MemoryDirectory:
    """A directory of a few transmitters."""

    def __init__(self, *infos: TransmitterInfo, duh: bool = False) -> None:
        self.duh = duh
        self._infos = {(info.receiver, info.line, info.account): info for info in infos}

    def add(self, info: TransmitterInfo) -> None:
        """Register one more, or change one."""
        self._infos[info.receiver, info.line, info.account] = info

    def lookup(self, receiver: str, line: str, account: str) -> TransmitterInfo | None:
        """Exact identity, else one registered without receiver and line."""
        exact = self._infos.get((receiver, line, account))
        return exact if exact is not None else self._infos.get(("", "", account))

    def answer_unknown_with_duh(self) -> bool:
        """The switch of row 11."""
        return self.duh


def known() -> MemoryDirectory:
    """The transmitters of the worked vectors."""
    return MemoryDirectory(
        transmitter(1, "", "0", "1234", K192, K128),
        transmitter(2, "1", "1", "1234", K128),
        transmitter(3, "", "0", "7099"),
        transmitter(4, "C0FFD", "1234", "080027E62A64"),
    )


class MemoryCounters:
    """Counts in memory."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a counter."""
        self.counts[name] += amount


class MemorySink:
    """Stores in a list and answers in the next turn of the loop, like a committer would.

    `writable` False behaves as a database that does not answer, `full` as a full queue; `hold`
    keeps the receipts back until `release`.
    """

    def __init__(self) -> None:
        self.stored: list[Incoming] = []
        self.writable = True
        self.full = False
        self.hold = False
        self._held: list[tuple[Incoming, Callable[[Stored | None], None]]] = []

    def submit(self, incoming: Incoming, done: Callable[[Stored | None], None]) -> bool:
        """Take one message."""
        if self.full:
            return False
        self._held.append((incoming, done))
        if not self.hold and len(self._held) == 1:
            asyncio.get_running_loop().call_soon(self.release)
        return True

    def release(self, *, backwards: bool = False) -> None:
        """Commit what is held and give the receipts, newest first if `backwards`."""
        batch, self._held = self._held, []
        for incoming, done in reversed(batch) if backwards else batch:
            if self.writable:
                self.stored.append(incoming)
                done(Stored(len(self.stored), None, "", False))
            else:
                done(None)

    @property
    def events(self) -> list[Incoming]:
        """What was stored as events."""
        return [incoming for incoming in self.stored if incoming.kind is IncomingKind.EVENT]


class House:
    """A running receiver with everything around it in memory."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.sink = MemorySink()
        self.directory = known()
        self.counters = MemoryCounters()
        self.clock: Callable[[], datetime] = lambda: NOW
        self.receiver = Receiver(
            sink=self.sink,
            directory=self.directory,
            counters=self.counters,
            now=lambda: self.clock(),
            limits=limits or Limits(connections=200, connections_per_peer=200),
        )

        self.senders: list[Sender] = []

    @property
    def port(self) -> int:
        """TCP and UDP."""
        return self.receiver.port

    async def connect(self) -> Sender:
        """A new sender, hung up when the house closes."""
        sender = await Sender.connect(self.port)
        self.senders.append(sender)
        return sender

    async def close(self) -> None:
        """Hang up and stop."""
        for sender in self.senders:
            await sender.close()
        await self.receiver.drain(timeout=1.0)


@contextlib.asynccontextmanager
async def open_house(limits: Limits | None = None) -> AsyncIterator[House]:
    """A receiver on a free port of the loopback."""
    house = House(limits)
    await house.receiver.start()
    try:
        yield house
    finally:
        await house.close()


class Sender:
    """A transmitter over TCP: sends bytes, reads whole answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, port: int) -> Sender:
        """Open a connection."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def send(self, data: bytes) -> None:
        """Send without waiting for an answer."""
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, timeout: float = 30.0) -> bytes:
        """The next answer."""
        return await asyncio.wait_for(self.reader.readuntil(b"\r"), timeout)

    async def ask(self, data: bytes) -> bytes:
        """Send and return the answer."""
        await self.send(data)
        return await self.answer()

    async def is_silent(self, seconds: float = 0.15) -> bool:
        """Whether nothing comes within `seconds`."""
        try:
            await asyncio.wait_for(self.reader.readexactly(1), seconds)
        except TimeoutError:
            return True
        return False

    async def is_closed(self, timeout: float = 30.0) -> bool:
        """Whether the receiver closes the line within `timeout`."""
        with contextlib.suppress(ConnectionResetError):
            return await asyncio.wait_for(self.reader.read(1), timeout) == b""
        return True

    async def close(self) -> None:
        """Hang up."""
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


async def ask_by_udp(port: int, data: bytes, timeout: float = 30.0) -> bytes | None:
    """Send one datagram and return the answer, None for silence within `timeout`."""
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        await loop.sock_sendto(sock, data, ("127.0.0.1", port))
        try:
            answer, _ = await asyncio.wait_for(loop.sock_recvfrom(sock, 8192), timeout)
        except TimeoutError:
            return None
        return answer


def stamped(at: datetime) -> str:
    """A moment as the protocol writes it."""
    return stamp(at).decode("ascii")
