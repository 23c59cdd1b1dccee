"""`manage.py simulate`: the demo city's panels send through the real DC-09 port."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trygghetscentral.board.demo.panel import ask
from trygghetscentral.board.demo.plants import load_plants
from trygghetscentral.board.demo.traffic import Shot, shots
from trygghetscentral.shared import clock

REPORT_SECONDS = 10.0
SENDERS = 8


class Command(BaseCommand):
    """Ctrl-C stops it; what was sent and answered is told every ten seconds and at the end."""

    help = "Skickar trovärdig larmtrafik från demostadens anläggningar genom DC-09-porten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Rate per minute and length."""
        parser.add_argument("--per-minute", type=float, default=60.0, help="ramar i minuten (60)")
        parser.add_argument("--seconds", type=float, default=600.0, help="hur länge (600)")
        parser.add_argument("--seed", type=int, default=1, help="samma frö ger samma val")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Send until the time is up. Refuses outside of the demo."""
        if not settings.DEMO:
            raise CommandError("Simulering går bara i demoläge (DEMO=1).")
        plants = load_plants()
        if not plants:
            raise CommandError("Demostaden är inte inläst. Kör först: manage.py load_demo")
        tally: Counter[str] = Counter()
        try:
            self._send(plants, options, tally)
        except KeyboardInterrupt:
            self.stdout.write("Avbrutet.")
        self._tell(tally)

    def _send(self, plants: list[Any], options: dict[str, Any], tally: Counter[str]) -> None:
        pause = 60.0 / options["per_minute"]
        started = told = time.monotonic()
        due = started
        pending: set[Future[None]] = set()
        with ThreadPoolExecutor(SENDERS) as pool:
            for shot in shots(plants, seed=options["seed"], clock=clock.now):
                if time.monotonic() - started > options["seconds"]:
                    break
                pending.add(pool.submit(_shoot, shot, tally))
                pending = {future for future in pending if not future.done()}
                if time.monotonic() - told > REPORT_SECONDS:
                    told = time.monotonic()
                    self._tell(tally)
                due += pause
                time.sleep(max(0.0, due - time.monotonic()))
            wait(pending)

    def _tell(self, tally: Counter[str]) -> None:
        answers = ", ".join(
            f"{tally[word]} {word}" for word in ("ACK", "NAK", "DUH", "silence") if tally[word]
        )
        kinds = ", ".join(
            f"{count} {what}"
            for what, count in tally.most_common()
            if what not in ("ACK", "NAK", "DUH", "silence")
        )
        self.stdout.write(f"Svar: {answers or 'inga ännu'}. Skickat: {kinds or 'inget ännu'}.")


def _shoot(shot: Shot, tally: Counter[str]) -> None:
    tally[shot.what] += 1
    tally[ask(settings.DC09_PORT, shot.frame, udp=shot.udp)] += 1
