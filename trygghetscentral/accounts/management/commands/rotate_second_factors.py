"""`manage.py rotate_second_factors`: what rotate_field_key is for columns, for seeds in JSON."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from trygghetscentral.accounts.services.second_factors import rotate_second_factors
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor


class Command(BaseCommand):
    """Run beside rotate_field_key, before the old key is taken out of FIELD_KEY."""

    help = "Krypterar om tvåstegsinloggningens hemligheter med den första nyckeln i FIELD_KEY."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print how many seeds were under older keys."""
        count = rotate_second_factors(actor=Actor.system("rotate_second_factors"), now=clock.now())
        self.stdout.write(f"mfa.authenticator: {count} omkrypterade")
