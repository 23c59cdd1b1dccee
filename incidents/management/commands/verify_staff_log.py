"""`manage.py verify_staff_log`: are the logs of all staffs as they were written?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from incidents.selectors.staff_verify import verify_logs


class Command(BaseCommand):
    """Exit 0 and a summary when all is well, else 1 and the first faults by incident and row.

    `verify_ledger` answers for the ledger that the logs are held against.
    """

    help = "Räknar om kontrollsummorna i alla stabsdagböcker."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print what was read; raise CommandError naming the first fault."""
        report = verify_logs()
        for fault in report.faults[:20]:
            self.stderr.write(
                f"{fault.incident}, stab {fault.staff}, rad {fault.number}: {fault.what}"
            )
        if report.faults:
            first = report.faults[0]
            raise CommandError(
                f"Stabsdagboken stämmer inte. Första felet: {first.incident}, "
                f"rad {first.number}, {first.what}."
            )
        self.stdout.write(
            f"Stabsdagböckerna stämmer: {report.rows} rader i {report.staffs} staber."
        )
