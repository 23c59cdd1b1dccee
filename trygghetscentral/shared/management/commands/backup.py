"""`manage.py backup PATH`: one archive of database, stored files and newest seal."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trygghetscentral.shared import backup, clock
from trygghetscentral.shared.errors import DomainError


class Command(BaseCommand):
    """Runs beside a working house. `-` writes the archive to standard output."""

    help = (
        "Skriver databasen, de lagrade filerna och det nyaste sigillet till ett arkiv. "
        "Fältnycklarna (FIELD_KEY) följer inte med; förvara dem för sig."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One argument."""
        parser.add_argument("path", metavar="PATH", help="arkivets namn, eller - för en pipa")

    def handle(self, *_args: Any, path: str, **_options: Any) -> None:
        """Raises CommandError with one sentence; nothing is left behind then."""
        files = Path(settings.TC_DATA_DIR) / "files"
        try:
            if path == "-":
                backup.make(sys.stdout.buffer, files=files, now=clock.now(), tell=self._tell)
                sys.stdout.buffer.flush()
                return
            with backup.new_file(Path(path)) as target:
                backup.make(target, files=files, now=clock.now(), tell=self._tell)
        except DomainError as error:
            raise CommandError(error.sentence()) from error
        except OSError as error:
            raise CommandError(f"Arkivet gick inte att skriva: {error.strerror}.") from error

    def _tell(self, sentence: str) -> None:
        self.stderr.write(sentence)
