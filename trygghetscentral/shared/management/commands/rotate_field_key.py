"""`manage.py rotate_field_key`: put every encrypted value under the first key in FIELD_KEY."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.services import rotate_field_keys


class Command(BaseCommand):
    """Run after putting a new key first in FIELD_KEY and keeping the old one behind it."""

    help = "Krypterar om alla skyddade fält med den första nyckeln i FIELD_KEY."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print how many values each column had under older keys."""
        for label, count in rotate_field_keys(
            actor=Actor.system("rotate_field_key"), now=clock.now()
        ).items():
            self.stdout.write(f"{label}: {count} omkrypterade")
