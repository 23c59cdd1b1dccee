"""`manage.py run_receivers`: the doors that alarms come in through."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import socket
import ssl
from collections.abc import Callable
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from prometheus_client import Counter

from alarms.gateways.dc09.server import Receiver, StartError
from alarms.metrics import FRAMES
from alarms.selectors.directory import LiveDirectory
from alarms.services import reception
from alarms.services.intake import GroupCommitter
from trygghetscentral.shared import clock

PULSE_SECONDS = 5.0
RETRY_SECONDS = 1.0

log = structlog.get_logger()


class FrameCounters:
    """Implements the receiver's Counters with Prometheus; names are few, so each is bound once."""

    def __init__(self) -> None:
        self._bound: dict[str, Counter] = {}

    def count(self, name: str, amount: int = 1) -> None:
        """`amount` more of `name`."""
        counter = self._bound.get(name)
        if counter is None:
            counter = self._bound[name] = FRAMES.labels(name)
        counter.inc(amount)


class Command(BaseCommand):
    """Runs until SIGTERM or SIGINT, then answers what is under way and leaves."""

    requires_system_checks: tuple[str, ...] = ()
    help = "Tar emot SIA DC-09 över TCP och UDP (och TLS om DC09_TLS_PORT är satt)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Start; a port that cannot be had is one clear sentence and exit 1."""
        try:
            asyncio.run(self._run())
        except StartError as error:
            raise CommandError(str(error)) from error

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stopping.set)
        directory = await _load_directory(stopping)
        if directory is None:
            return
        directory.start()

        def in_loop(call: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(call)

        committer = GroupCommitter(directory, deliver=in_loop)
        committer.start()
        receiver = Receiver(
            sink=committer,
            directory=directory,
            counters=FrameCounters(),
            now=clock.now,
            host=settings.BIND,
            port=settings.DC09_PORT,
            tls=_tls_context(),
            tls_port=settings.DC09_TLS_PORT,
        )
        await receiver.start()
        self.stdout.write(f"DC-09 lyssnar på port {receiver.port}")
        pulse = asyncio.create_task(_pulse(clock.now()))
        await stopping.wait()
        await receiver.drain()
        pulse.cancel()
        directory.stop()
        await asyncio.to_thread(committer.stop)


async def _load_directory(stopping: asyncio.Event) -> LiveDirectory | None:
    """Wait for the database rather than die: until it answers, nobody gets an ACK anyhow."""
    while not stopping.is_set():
        try:
            return await sync_to_async(LiveDirectory)()
        except (DatabaseError, IndexError) as error:
            log.warning("directory_not_loaded", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
    return None


def _tls_context() -> ssl.SSLContext | None:
    certificate, key = settings.DC09_TLS_CERT, settings.DC09_TLS_KEY
    if not settings.DC09_TLS_PORT or certificate is None or key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


async def _pulse(listening_since: dt.datetime) -> None:
    """Say every five seconds that this process listens; supervision judges silence by it."""
    process = f"{socket.gethostname()[:40]}:{os.getpid()}"
    while True:
        await sync_to_async(_beat)(process, listening_since)
        await asyncio.sleep(PULSE_SECONDS)


def _beat(process: str, listening_since: dt.datetime) -> None:
    try:
        reception.pulse(process=process, listening_since=listening_since, now=clock.now())
    except DatabaseError as error:
        log.warning("pulse_failed", error=type(error).__name__)
    finally:
        close_old_connections()
