"""`manage.py simulate`: a day of Malmö, compressed, through the real ports."""

from __future__ import annotations

import asyncio
import secrets
import signal
from argparse import ArgumentParser
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trygghetscentral.accounts.models import Organisation
from trygghetscentral.board.demo import people
from trygghetscentral.board.simulation import blueprint, prepare
from trygghetscentral.board.simulation.curves import DAY_HOURS, Day
from trygghetscentral.board.simulation.events import Plan
from trygghetscentral.board.simulation.lines import Target
from trygghetscentral.board.simulation.operators import Work, work_the_board
from trygghetscentral.board.simulation.plan import make_plan
from trygghetscentral.board.simulation.sender import Sender
from trygghetscentral.board.simulation.stations import Station, silent_station, stations
from trygghetscentral.board.simulation.tally import Tally
from trygghetscentral.shared import clock

PROGRESS_SECONDS = 5.0
MINUTES_PER_HOUR = 60
CITY_READ_SECONDS = 3.0
"""The receivers look for new transmitters once a second."""


@dataclass(frozen=True, slots=True)
class _Run:
    plan: Plan
    stations: list[Station]
    silent: Station | None
    target: Target
    day: Day
    speed: float
    fresh: bool
    operators: int
    seed: int


class Command(BaseCommand):
    """Ctrl-C stops it; what was sent and acknowledged is told all the time and at the end.

    Exit code 1 when an alarm was never acknowledged.
    """

    help = "Skickar ett dygns larmtrafik genom de riktiga portarna. Huset måste vara igång."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A day by default; `--times` gives a steady load instead."""
        parser.add_argument("--seed", type=int, default=1, help="samma frö ger samma dygn (1)")
        parser.add_argument("--speed", type=float, default=60.0, help="60 är en timme i minuten")
        parser.add_argument("--hours", type=float, default=24.0, help="hur många timmar (24)")
        parser.add_argument("--day-start", type=float, default=6.0, help="klockslag vid start (6)")
        parser.add_argument(
            "--times", type=float, help="jämn belastning: så många gånger Malmös trafik"
        )
        parser.add_argument(
            "--minutes", type=float, default=30.0, help="hur länge med --times (30)"
        )
        parser.add_argument(
            "--operators", type=int, default=0, help="så många operatörer arbetar larmlistan (0)"
        )
        parser.add_argument(
            "--prepare", action="store_true", help="lägg bara upp de simulerade anläggningarna"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Prepare, plan, send. Refuses outside of the demo."""
        if not settings.DEMO:
            raise CommandError("Simulering går bara i demoläge (DEMO=1).")
        if not Organisation.objects.filter(slug=people.ROOT).exists():
            raise CommandError("Demostaden är inte inläst. Kör först: make run")
        added = prepare.prepare(now=clock.now())
        if added.sites or added.transmitters:
            self.stdout.write(
                f"La upp {added.sites} objekt och {added.transmitters} sändare till simuleringen."
            )
        if not options["prepare"]:
            self._simulate(options, fresh=bool(added.sites or added.transmitters))

    def _simulate(self, options: dict[str, Any], *, fresh: bool) -> None:
        day, speed = _span(options)
        found = stations()
        plan = make_plan(
            [station.source for station in found],
            day=day,
            seed=options["seed"],
            silent_account=blueprint.SILENT_ACCOUNT,
        )
        target = Target(settings.DC09_PORT, settings.PORT, prepare.api_token(now=clock.now()))
        silent = silent_station() if plan.silence else None
        tally, work = Tally(), Work()
        run = _Run(
            plan, found, silent, target, day, speed, fresh, options["operators"], options["seed"]
        )
        if silent:
            prepare.watch_silent_line(now=clock.now(), on=True)
        try:
            asyncio.run(self._play(run, tally, work))
        finally:
            if silent:
                prepare.watch_silent_line(now=clock.now(), on=False)
        self.stdout.write(tally.summary())
        if run.operators:
            self.stdout.write(work.line())
        if tally.lost_alarms:
            raise CommandError(f"{len(tally.lost_alarms)} larm togs aldrig emot.", returncode=1)

    async def _play(self, run: _Run, tally: Tally, work: Work) -> None:
        await _refuse_if_away(run.target)
        if run.fresh:
            await asyncio.sleep(CITY_READ_SECONDS)
        sender = Sender(
            run.stations,
            target=run.target,
            speed=run.speed,
            tally=tally,
            now=clock.now,
            run=secrets.token_hex(6),
        )
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, sender.stop.set)
        beside = [
            asyncio.create_task(self._tell(sender, run.day)),
            asyncio.create_task(
                work_the_board(
                    run.operators,
                    port=run.target.web_port,
                    password=settings.DEMO_PASSWORD,
                    speed=run.speed,
                    seed=run.seed,
                    work=work,
                )
            ),
        ]
        try:
            await sender.play(run.plan, silent=run.silent)
        finally:
            for task in beside:
                task.cancel()
            for ended in await asyncio.gather(*beside, return_exceptions=True):
                if isinstance(ended, Exception):
                    self.stderr.write(f"Operatörerna gick hem: {ended!r}")
        if sender.stop.is_set():
            self.stdout.write("Avbrutet.")

    async def _tell(self, sender: Sender, day: Day) -> None:
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            minutes = int(day.hour(sender.virtual) * MINUTES_PER_HOUR)
            hour, minute = divmod(minutes, MINUTES_PER_HOUR)
            self.stdout.write(sender.tally.line(f"{hour:02d}:{minute:02d}"))
            self.stdout.flush()


def _span(options: dict[str, Any]) -> tuple[Day, float]:
    """A steady load is a flat day played at that many times its pace."""
    times = options["times"]
    speed, hours = (options["speed"], options["hours"])
    if times is not None:
        speed, hours = times, times * options["minutes"] / MINUTES_PER_HOUR
    if speed <= 0 or hours <= 0:
        raise CommandError("Fart, tid och antal gånger måste vara större än noll.")
    if times is not None:
        return Day(hours=hours, start=options["day_start"], steady=True), speed
    if hours > DAY_HOURS:
        raise CommandError("Planen är ett dygn: --hours är högst 24.")
    return Day(hours=hours, start=options["day_start"]), speed


async def _refuse_if_away(target: Target) -> None:
    try:
        _reader, writer = await asyncio.open_connection(target.host, target.dc09_port)
    except OSError as error:
        raise CommandError(
            f"Ingen tar emot larm på port {target.dc09_port}. Starta huset först: make run"
        ) from error
    writer.close()
