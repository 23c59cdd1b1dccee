"""Keys of second factors: re-encrypted like every other secret of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator

from trygghetscentral.accounts.adapters import CRYPTO_CONTEXT
from trygghetscentral.shared import crypto
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work

PORTION = 500

# Where allauth keeps what the adapter encrypted, by type of authenticator.
SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def rotate_second_factors(*, actor: Actor, now: datetime) -> int:
    """Put every TOTP and recovery seed under the current field key; returns how many changed.

    Commits in portions. Old keys must stay in FIELD_KEY until it has finished; a seed whose key
    is gone raises crypto.UnknownKey.
    """
    changed = last = 0
    while True:
        with unit_of_work(actor=actor, now=now):
            rows = list(
                Authenticator.objects.select_for_update()
                .filter(type__in=list(SECRETS), pk__gt=last)
                .order_by("pk")[:PORTION]
            )
            changed += sum(_rotate(row) for row in rows)
        if not rows:
            return changed
        last = rows[-1].pk


def _rotate(row: Any) -> bool:
    name = SECRETS[row.type]
    stored = row.data.get(name)
    if stored is None or crypto.key_id_of(stored) == crypto.current_key_id():
        return False
    plain = crypto.decrypt(stored, context=CRYPTO_CONTEXT)
    row.data[name] = crypto.encrypt(plain, context=CRYPTO_CONTEXT)
    row.save(update_fields=["data"])
    return True
