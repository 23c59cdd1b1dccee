"""`manage.py restore PATH`: fill an empty database from an archive, and prove the ledger."""

from __future__ import annotations

import tarfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from trygghetscentral.shared import backup
from trygghetscentral.shared.errors import DomainError


class Command(BaseCommand):
    """Refuses a database with tables in it and an archive that is not as it was made."""

    # The database is empty, so nothing about it can be checked.
    requires_system_checks: tuple[str, ...] = ()
    help = (
        "Läser ett arkiv från backup till en tom databas och räknar sedan om liggaren. "
        "FIELD_KEY måste vara den som gällde när arkivet gjordes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One argument."""
        parser.add_argument("path", metavar="PATH", type=Path, help="arkivet")

    def handle(self, *_args: Any, path: Path, **_options: Any) -> None:
        """Raises CommandError with one sentence."""
        try:
            backup.restore(path, files=Path(settings.TC_DATA_DIR) / "files", tell=self._tell)
        except DomainError as error:
            raise CommandError(error.sentence()) from error
        except tarfile.TarError as error:
            raise CommandError("Arkivet går inte att läsa; det är skadat.") from error
        except OSError as error:
            raise CommandError(f"Arkivet gick inte att läsa: {error.strerror}.") from error

    def _tell(self, sentence: str) -> None:
        self.stderr.write(sentence)
