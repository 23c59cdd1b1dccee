"""Redis is killed and comes back: latency is lost, and nothing else."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from channels.layers import get_channel_layer
from prometheus_client import REGISTRY
from pytest_django import Settings

from tests.live.alarm_rows import closed, raised
from tests.live.browser import browsing, db, publishing, until, until_new
from tests.personas import City
from trygghetscentral.accounts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.house]


class OwnRedis:
    """A Redis that a test may kill."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        assert program, "no redis-server on the PATH"
        self._program, self._folder = program, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(
            [self._program, "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
            except ConnectionRefusedError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError("Redis does not start")

    def kill(self) -> None:
        """Kill it, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def own_redis(tmp_path: Path, settings: Settings, own_groups: None) -> Iterator[OwnRedis]:
    """The house's Redis for one test, running."""
    server = OwnRedis(tmp_path)
    settings.REDIS_URL = server.url
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [server.url], "prefix": "tc"},
        }
    }
    try:
        server.start()
        yield server
    finally:
        server.kill()


def batches() -> float:
    """Messages that this process has taken in."""
    return REGISTRY.get_sample_value("tc_live_batches_total", {"stream": "alarms"}) or 0.0


async def test_alarms_are_told_while_redis_is_away_and_at_once_when_it_is_back(
    own_redis: OwnRedis,
    city: City,
    alma: User,
    quick_beats: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with publishing() as publisher, browsing(alma) as browser:
        first = await db(raised, city.technical)
        await until_new(browser)
        own_redis.kill()
        await db(raised, city.technical)
        await db(closed, first)
        await until_new(browser)
        assert len(browser.page.rows) == 1 and publisher.leading
        own_redis.start()
        heard = batches()
        while batches() == heard:
            await db(raised, city.technical)
            await until_new(browser)
        monkeypatch.setattr("trygghetscentral.live.reader.BEAT_SECONDS", 3600.0)
        await asyncio.sleep(0.3)
        beats = len(browser.of("beat"))
        await db(raised, city.technical)
        await until_new(browser)
        assert len(browser.of("beat")) == beats, "it came through Redis"


async def test_a_page_opened_while_redis_is_away_is_live_all_the_same(
    own_redis: OwnRedis, city: City, alma: User, quick_beats: None
) -> None:
    own_redis.kill()
    async with publishing(), browsing(alma) as browser:
        await db(raised, city.technical)
        await until_new(browser)
        assert browser.page.rows
        own_redis.start()
        await until(lambda: bool(browser.of("beat")))


async def test_what_no_publisher_of_ours_says_is_passed_over(
    city: City, alma: User, no_beats: None
) -> None:
    async with publishing(), browsing(alma) as browser:
        layer = get_channel_layer()
        await layer.group_send("live.alarms.sv.full", {"type": "live.rows", "rows": 7})
        await db(raised, city.technical)
        await until_new(browser)
