"""`manage.py load_demo`: fill an empty database with the made-up city."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trygghetscentral.accounts.models import Organisation
from trygghetscentral.board.demo import city
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


class Command(BaseCommand):
    """All of it or nothing, so that a stopped start leaves no half city."""

    help = "Läser in demostaden i en tom databas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--if-empty` makes a second run do nothing."""
        parser.add_argument("--if-empty", action="store_true", help="gör inget om det finns data")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Build, and say what was built."""
        if not settings.DEMO:
            raise CommandError("Demostaden läses bara in i demoläge (DEMO=1).")
        if Organisation.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("Databasen är inte tom. Töm den först: make reset")
        now = clock.now()
        with unit_of_work(actor=Actor.system("load_demo"), now=now):
            built = city.build(now=now, password=settings.DEMO_PASSWORD)
        self.stdout.write(
            f"Demostaden är inläst: {built.organisations} organisationer, {built.users} konton, "
            f"{built.areas} stadsområden, {built.sites} objekt med larm, "
            f"{built.incidents} händelser, {built.observations} observationer."
        )
