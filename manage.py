#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

from trygghetscentral.shared.env import SettingsError


def main() -> None:
    """Run a management command; a bad setting is one sentence and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trygghetscentral.settings")
    try:
        execute_from_command_line(sys.argv)
    except SettingsError as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
