"""From commit to screen: how long a change takes to reach every socket, and what a flood costs one.

Runs the real publisher and web server on the database and Redis of the environment, which must
hold no alarms; sockets are opened from this process, so the machine serves both ends.

Run: python -m benchmarks.live_latency [sockets]
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import django
import psutil

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trygghetscentral.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  apps must be ready
from django.test import Client  # noqa: E402

from alarms.models import Alarm  # noqa: E402
from tests.accounts.factories import OrganisationFactory, person  # noqa: E402
from tests.live.alarm_rows import many_changed, many_raised  # noqa: E402
from trygghetscentral.accounts.models import Organisation  # noqa: E402
from trygghetscentral.ledger import wake  # noqa: E402
from trygghetscentral.live.models import Cursor  # noqa: E402
from trygghetscentral.live.snapshots import newest_seq, snapshot  # noqa: E402

SOCKETS = 300
OPEN_ALARMS = 1_000
CALM_CHANGES = 100
CALM_SECONDS = 0.1
FLOOD_SECONDS = 10.0
FLOOD_PORTION = 200


class Screen:
    """A browser's socket: as little as the protocol asks for."""

    def __init__(self) -> None:
        self.arrivals: dict[str, float] = {}
        self.rows = self.messages = self.bytes = 0
        self._ready = asyncio.Event()

    async def open(self, port: int, cookie: str, since: int) -> None:
        """Connect and wait until the server is ready."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        key = base64.b64encode(os.urandom(16)).decode()
        self._writer.write(
            f"GET /ws/live/ HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: http://localhost:{port}\r\nCookie: sessionid={cookie}\r\n\r\n".encode()
        )
        answer = await self._reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise ConnectionError(answer)
        self._reading = asyncio.create_task(self._read())
        self._say(json.dumps({"t": "open", "stream": "alarms", "since": since, "window": 200}))
        await asyncio.wait_for(self._ready.wait(), 60)

    async def close(self) -> None:
        """Go away."""
        self._reading.cancel()
        self._writer.close()
        await asyncio.gather(self._reading, return_exceptions=True)

    def _say(self, text: str) -> None:
        body, mask = text.encode(), b"\0\0\0\0"
        assert len(body) < 126
        self._writer.write(bytes((0x81, 0x80 | len(body))) + mask + body)

    async def _read(self) -> None:
        while True:
            first, length = await self._reader.readexactly(2)
            if length == 126:
                length = int.from_bytes(await self._reader.readexactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await self._reader.readexactly(8), "big")
            body = await self._reader.readexactly(length)
            if first & 0x0F == 1:
                self._hear(body)

    def _hear(self, body: bytes) -> None:
        at = time.perf_counter()
        message = json.loads(body)
        self.messages += 1
        self.bytes += len(body)
        if message["t"] == "ready":
            self._ready.set()
        for row in message.get("upsert", ()):
            self.rows += 1
            self.arrivals[f"{row['key']}/{row['seq']}"] = at


class Cost:
    """Processor time that the programs and this client take, in cores."""

    def __init__(self, children: dict[str, subprocess.Popen[bytes]]) -> None:
        self._children = children
        self._at, self._spent = time.perf_counter(), self._total()

    def start(self) -> None:
        """Count from now."""
        self._at, self._spent = time.perf_counter(), self._total()

    def text(self) -> str:
        """What has been used since then."""
        seconds = time.perf_counter() - self._at
        used = self._total()
        return "cores used: " + ", ".join(
            f"{name} {(used[name] - self._spent.get(name, 0.0)) / seconds:.2f}" for name in used
        )

    def _total(self) -> dict[str, float]:
        found = {"this client": time.process_time()}
        for name, child in self._children.items():
            process = psutil.Process(child.pid)
            family = [process, *process.children(recursive=True)]
            times = [one.cpu_times() for one in family]
            found[name] = sum(one.user + one.system for one in times)
        return found


@contextmanager
def house(port: int) -> Iterator[Cost]:
    """The publisher and the web server."""
    environment = os.environ | {"PORT": str(port)}
    web = f"granian --interface asgi --host 127.0.0.1 --port {port} --workers 2 --ws --backlog 4096"
    web += " --backpressure 4096 --log-level error trygghetscentral.asgi:application"
    programs = (["manage.py", "run_publisher"], ["-m", *web.split()])
    log = tempfile.TemporaryFile()  # noqa: SIM115  the programs write to it as long as they live
    children = [
        subprocess.Popen([sys.executable, *program], env=environment, stderr=log)
        for program in programs
    ]
    try:
        yield Cost(dict(zip(("publisher", "web"), children, strict=True)))
    finally:
        ended = [child.pid for child in children if child.poll() is not None]
        for child in children:
            child.terminate()
        for child in children:
            child.wait(20)
        log.seek(0)
        troubles = [line for line in log.read().decode().splitlines() if '"info"' not in line]
        print(*troubles[-20:], *(f"process {pid} ended by itself" for pid in ended), sep="\n")


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def prepare() -> tuple[list[Alarm], str]:
    """A city with alarms and an operator who has signed in."""
    call_command("migrate", verbosity=0)
    if Alarm.objects.exists() or Organisation.objects.exists():
        sys.exit("The database is not empty; give the benchmark one of its own.")
    city = OrganisationFactory.create(name="Kommunen", slug="kommunen")
    operator = person("OPERATOR", city)
    alarms: list[Alarm] = []
    while len(alarms) < OPEN_ALARMS:
        alarms += many_raised(city, FLOOD_PORTION)
    client = Client()
    client.force_login(operator)
    seq = snapshot("alarms", operator).seq
    assert seq == newest_seq()
    return alarms, client.cookies["sessionid"].value


async def calm(screens: list[Screen], alarms: list[Alarm], database: ThreadPoolExecutor) -> None:
    """One change at a time."""
    loop = asyncio.get_running_loop()
    committed: dict[str, float] = {}
    for number in range(CALM_CHANGES):
        alarm = alarms[number % 100]
        await loop.run_in_executor(database, many_changed, [alarm])
        at = time.perf_counter()
        seq = await loop.run_in_executor(database, newest_seq)
        committed[f"alarm:{alarm.public_id}/{seq}"] = at
        await asyncio.sleep(CALM_SECONDS)
    await asyncio.sleep(6)
    waits = [
        (screen.arrivals[name] - at) * 1000
        for screen in screens
        for name, at in committed.items()
        if name in screen.arrivals
    ]
    lost = len(screens) * len(committed) - len(waits)
    cuts = statistics.quantiles(waits, n=100)
    print(
        f"calm: {len(committed)} changes to {len(screens)} sockets, {lost} not seen as such;"
        f" commit to screen p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms,"
        f" worst {max(waits):.0f} ms"
    )


async def flood(screens: list[Screen], alarms: list[Alarm], database: ThreadPoolExecutor) -> None:
    """Changes as fast as they can be committed."""
    loop = asyncio.get_running_loop()
    for screen in screens:
        screen.rows = screen.messages = screen.bytes = 0
    started, changes = time.perf_counter(), 0
    while time.perf_counter() - started < FLOOD_SECONDS:
        start = changes % len(alarms)
        portion = alarms[start : start + FLOOD_PORTION]
        await loop.run_in_executor(database, many_changed, portion)
        changes += len(portion)
    seconds = time.perf_counter() - started
    each = len(screens) * seconds
    print(
        f"flood: {changes / seconds:.0f} changes a second; a screen takes in"
        f" {sum(screen.rows for screen in screens) / each:.1f} rows,"
        f" {sum(screen.messages for screen in screens) / each:.1f} messages and"
        f" {sum(screen.bytes for screen in screens) / each / 1024:.0f} kB a second"
    )


async def measure(sockets: int, alarms: list[Alarm], cookie: str, port: int, cost: Cost) -> None:
    """Both parts, on the same sockets."""
    database = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    seq = await loop.run_in_executor(database, newest_seq)
    screens = [Screen() for _ in range(sockets)]
    for start in range(0, sockets, 20):
        await asyncio.gather(
            *(screen.open(port, cookie, seq) for screen in screens[start : start + 20])
        )
    cost.start()
    await asyncio.sleep(10)
    print(f"idle, ten seconds: {cost.text()}")
    cost.start()
    await calm(screens, alarms, database)
    print(cost.text())
    cost.start()
    await flood(screens, alarms, database)
    print(cost.text())
    await asyncio.sleep(3)
    state = await loop.run_in_executor(database, Cursor.objects.get)
    told = sum(screen.rows for screen in screens)
    print(
        f"the publisher rendered {state.rows_rendered} rows in all; the screens took in {told}"
        f" during the flood alone, {told / max(1, state.rows_rendered):.0f} times as many"
    )
    for screen in screens:
        await screen.close()
    database.shutdown()


def main() -> None:
    """Print the figures of one run."""
    sockets = int(sys.argv[1]) if len(sys.argv) > 1 else SOCKETS
    alarms, cookie = prepare()
    port = free_port()
    with house(port) as cost:
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        asyncio.run(measure(sockets, alarms, cookie, port, cost))
    wake.rest()


if __name__ == "__main__":
    main()
