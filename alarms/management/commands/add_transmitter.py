"""`manage.py add_transmitter`: register a transmitter, or change the one that has the account."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alarms import identities
from alarms.models import Installation, Transmitter
from alarms.services.installations import (
    TransmitterData,
    add_transmitter,
    change_transmitter,
    create_installation,
)
from trygghetscentral.places.models import Site
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import DomainError

ACTOR = Actor.system("add_transmitter")


class Command(BaseCommand):
    """Says in one sentence what it did."""

    help = "Lägger upp en larmsändare på ett objekt, eller ändrar den som redan har kontot."

    def add_arguments(self, parser: CommandParser) -> None:
        """As in design.md 10."""
        parser.add_argument("--account", required=True, help="3–16 hexadecimala tecken")
        parser.add_argument("--receiver", default="", help="mottagarnummer (R), om det skickas")
        parser.add_argument("--line", default="", help="linjenummer (L), om det skickas")
        keys = parser.add_mutually_exclusive_group()
        keys.add_argument("--key-hex", help="AES-nyckel, 32, 48 eller 64 hexadecimala tecken")
        keys.add_argument("--key-text", help="AES-nyckel som text, 16, 24 eller 32 tecken")
        parser.add_argument("--interval", type=int, help="sekunder mellan livstecken")
        parser.add_argument("--site", required=True, help="objektets kortnamn, som stadshuset")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Register or change."""
        if options["interval"] is not None and options["interval"] < 1:
            raise CommandError("--interval är minst 1 sekund.")
        site = Site.objects.filter(slug=options["site"]).first()
        if site is None:
            raise CommandError(f"Det finns inget objekt med kortnamnet {options['site']}.")
        try:
            self.stdout.write(self._register(site, options))
        except DomainError as error:
            raise CommandError(error.sentence()) from error

    def _register(self, site: Site, options: dict[str, Any]) -> str:
        identity = {
            "receiver": identities.prefix(options["receiver"]),
            "line": identities.prefix(options["line"]),
            "account": identities.account(options["account"]),
        }
        existing = Transmitter.objects.filter(active=True, **identity).first()
        data = _data(existing, identity, options)
        now = clock.now()
        installation = _installation_at(site) or create_installation(
            actor=ACTOR, now=now, site=site, name=f"Larmanläggning {site.name}"[:120]
        )
        if existing is None:
            add_transmitter(actor=ACTOR, now=now, installation=installation, data=data)
            return f"Sändaren {identity['account']} är upplagd på {site.name}."
        change_transmitter(
            actor=ACTOR,
            now=now,
            transmitter_id=existing.pk,
            data=data,
            installation=installation,
        )
        return f"Sändaren {identity['account']} fanns redan och är ändrad, på {site.name}."


def _installation_at(site: Site) -> Installation | None:
    return Installation.objects.filter(site=site, active=True).order_by("pk").first()


def _data(
    existing: Transmitter | None, identity: dict[str, str], options: dict[str, Any]
) -> TransmitterData:
    """What is not said stays as it is."""
    key, key_format = None, ""
    if options["key_hex"] is not None:
        key, key_format = options["key_hex"], Transmitter.KeyFormat.HEX
    elif options["key_text"] is not None:
        key, key_format = options["key_text"], Transmitter.KeyFormat.TEXT
    if key == "":
        raise CommandError("Nyckeln är tom.")
    old = existing or Transmitter()
    interval, supervision = old.interval_seconds, old.supervision
    if options["interval"] is not None:
        interval = options["interval"]
        supervision = identities.category_for(interval)
    return TransmitterData(
        **identity,
        key=key,
        key_format=key_format,
        require_encryption=old.require_encryption,
        ack_with_pipe=old.ack_with_pipe,
        strict_length=old.strict_length,
        supervision=supervision,
        interval_seconds=interval,
    )
