"""What is done in the database before the programs start, in one process since each costs seconds.

Sentences for the screen go to standard output, all else to standard error.
"""

import os
import sys
from collections.abc import Sequence

import django
from django.core.management import call_command


def main(arguments: Sequence[str]) -> int:
    """Migrate, fill the demo city if asked and the database is empty, collect static files."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trygghetscentral.settings")
    django.setup()
    _say("Uppdaterar databasens tabeller.")
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    if "--demo" in arguments:
        _say("Fyller databasen med en påhittad stad, om den är tom.")
        call_command("load_demo", "--if-empty", stdout=sys.stderr)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr)
    return 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
