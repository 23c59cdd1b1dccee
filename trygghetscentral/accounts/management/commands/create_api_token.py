"""`manage.py create_api_token USERNAME`: make an API token and print it once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trygghetscentral.accounts import services
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import DomainError


class Command(BaseCommand):
    """Only the token goes to stdout, so that a script can catch it."""

    help = "Skapar en API-nyckel åt ett konto och skriver ut den en enda gång."

    def add_arguments(self, parser: CommandParser) -> None:
        """Without --scope the token gets everything that a token of this account may carry."""
        parser.add_argument("username")
        parser.add_argument("--name", default="manage.py", help="nyckelns namn")
        parser.add_argument(
            "--scope",
            action="append",
            default=[],
            metavar="BEHÖRIGHET",
            help="till exempel alarm.view; kan anges flera gånger",
        )
        parser.add_argument("--days", type=int, help="antal dygn som nyckeln gäller")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raise CommandError with one sentence when the token cannot be made."""
        username = options["username"].strip().lower()
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Det finns inget konto med användarnamnet {username}.")
        scopes = options["scope"] or sorted(services.tokenable(user))
        if not scopes:
            raise CommandError(f"Kontot {username} har ingen behörighet som får ligga i en nyckel.")
        now = clock.now()
        try:
            _token, secret = services.create_api_token(
                actor=Actor.system("create_api_token"),
                now=now,
                user=user,
                name=options["name"],
                scopes=scopes,
                expires_at=now + timedelta(days=options["days"]) if options["days"] else None,
            )
        except DomainError as error:
            raise CommandError(error.sentence()) from error
        self.stderr.write(
            "Spara nyckeln nu, den visas inte igen. Behörigheter: " + ", ".join(scopes)
        )
        self.stdout.write(secret)
