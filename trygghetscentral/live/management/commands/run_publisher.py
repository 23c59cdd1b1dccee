"""Tells every screen what happens, until it is asked to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand

from trygghetscentral.live.publisher import Publisher


class Command(BaseCommand):
    """One leads; any others stand by."""

    help = "Följer händelseloggen och talar om för alla skärmar vad som händer."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until SIGTERM or SIGINT, then end in order."""
        asyncio.run(_run())


async def _run() -> None:
    publisher = Publisher()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, publisher.stop)
    await publisher.run()
