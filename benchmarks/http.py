"""Signals over HTTP: in batches, and one by one over ten kept connections."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Sequence

from benchmarks.accounts import NAMES
from benchmarks.house import House
from benchmarks.intake import runs
from benchmarks.table import Figure, at_least, spoken

BATCH, BATCHES, BATCH_CONNECTIONS = 200, 30, 2
SINGLE, CONNECTIONS = 2_000, 10
AIM_BATCHED, AIM_SINGLE = 1_000, 300


def measure(house: House) -> list[Figure]:
    """Both ways, with a token."""
    house.clear_board()
    house.staff_desks()
    house.rest()
    token = house.run("manage.py", "create_api_token", "operator", "--scope", "intake.send")
    post = Poster(house.port, token.split()[-1])
    signals = _signals()
    asyncio.run(post.all([next(signals) for _ in range(50)], CONNECTIONS))
    house.rest()
    batches = [{"signals": list(itertools.islice(signals, BATCH))} for _ in range(BATCHES)]
    seconds, _ = asyncio.run(post.all(batches, BATCH_CONNECTIONS))
    house.rest()
    singles = list(itertools.islice(signals, SINGLE))
    single_seconds, waits = asyncio.run(post.all(singles, CONNECTIONS))
    return [
        at_least(f"HTTP, satser om {BATCH}", BATCHES * BATCH / seconds, AIM_BATCHED, "signaler/s"),
        at_least(
            f"HTTP, en och en, {CONNECTIONS} hållna förbindelser",
            SINGLE / single_seconds,
            AIM_SINGLE,
            "signaler/s",
        ),
        Figure("  p99", f"{spoken(waits[int(len(waits) * 0.99)] * 1000)} ms"),
    ]


def _signals() -> Iterator[dict[str, str]]:
    run = next(runs)
    for number in itertools.count():
        yield {
            "source_id": f"{run}-{number}",
            "account": NAMES[number % len(NAMES)],
            "code": "BA",
            "area": "99",
            "zone": f"{run}{number:07d}",
        }


class Poster:
    """Posts JSON over kept connections, cheaply enough not to be what is measured."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = (
            "POST /api/v1/signals/ HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    async def all(self, bodies: Sequence[object], connections: int) -> tuple[float, list[float]]:
        """Post everything; returns the seconds in all, and each answer's, sorted.

        Raises RuntimeError for an answer other than 201.
        """
        requests = iter([self._request(json.dumps(body).encode()) for body in bodies])
        waits: list[float] = []
        started = time.perf_counter()
        await asyncio.gather(*(self._post(requests, waits) for _ in range(connections)))
        return time.perf_counter() - started, sorted(waits)

    def _request(self, body: bytes) -> bytes:
        return self._head + f"{len(body)}\r\n\r\n".encode() + body

    async def _post(self, requests: Iterator[bytes], waits: list[float]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        for request in requests:
            asked = time.perf_counter()
            writer.write(request)
            await _created(reader)
            waits.append(time.perf_counter() - asked)
        writer.close()


async def _created(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith(b"content-length:"))
    body = await reader.readexactly(length)
    if b" 201 " not in lines[0] + b" ":
        raise RuntimeError(f"{lines[0]!r} {body[:500]!r}")
