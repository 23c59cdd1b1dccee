"""`manage.py verify_ledger`: is the ledger as it was when it was sealed?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from trygghetscentral.ledger.verify import verify


class Command(BaseCommand):
    """Exit 0 and a summary when all is well, else 1 and the first faults by number."""

    help = "Räknar om liggarens alla kontrollsummor och sigill."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print what was read; raise CommandError naming the first fault."""
        report = verify()
        for number, count in sorted(report.disposed.items()):
            self.stdout.write(f"{count} rader gallrade enligt beslut {number}")
        if report.faults:
            for fault in report.faults[:20]:
                where = f"rad {fault.seq}" if fault.seq is not None else "kedjan"
                self.stderr.write(f"{where}: {fault.what}")
            first = report.faults[0]
            raise CommandError(
                f"Liggaren stämmer inte. Första felet: rad {first.seq}, {first.what}."
                if first.seq is not None
                else f"Liggaren stämmer inte. {first.what}."
            )
        self.stdout.write(
            f"Liggaren stämmer: {report.rows} rader, {report.sealed} förseglade i "
            f"{report.seals} sigill, {report.rows - report.sealed} väntar på nästa sigill."
        )
