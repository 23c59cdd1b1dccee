"""Real frames through the real receiver, stored by the house's own committer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from alarms.gateways.dc09.server import Limits, Receiver
from alarms.services.intake import GroupCommitter
from tests.alarms.dc09.support import Sender as Line
from trygghetscentral.shared import clock


class _Counters:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def count(self, name: str, amount: int = 1) -> None:
        self.counts[name] += amount


def ask(committer: GroupCommitter, frames: Sequence[bytes], *, connections: int = 1) -> list[bytes]:
    """The answers to all frames, shared out over the connections; in order over one."""

    async def talk() -> list[bytes]:
        loop = asyncio.get_running_loop()

        def deliver(call: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(call)

        committer._deliver = deliver
        receiver = Receiver(
            sink=committer,
            directory=committer.directory,
            counters=_Counters(),
            now=clock.now,
            limits=Limits(connections=100, connections_per_peer=100),
        )
        await receiver.start()

        async def one(own: Sequence[bytes]) -> list[bytes]:
            line = await Line.connect(receiver.port)
            answers = [await line.ask(frame) for frame in own]
            await line.close()
            return answers

        shares = (frames[n::connections] for n in range(connections))
        answers = await asyncio.gather(*(one(share) for share in shares))
        await receiver.drain(timeout=1.0)
        return [answer for share in answers for answer in share]

    return asyncio.run(talk())
