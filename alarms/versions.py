"""Whether a form was filled in from what still stands."""

from __future__ import annotations

import hashlib
from typing import Final

from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.errors import Conflict

DIGITS: Final = 16


def fingerprint(*values: object) -> str:
    """Sixteen characters that change when any of the values does."""
    # A fresh instance holds enum members where a loaded one holds plain text.
    plain = [str(value) if isinstance(value, str) else value for value in values]
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:DIGITS]


def refuse_if_changed(seen: str, current: str) -> None:
    """Raise Conflict when somebody else was first. An empty `seen` asks no question."""
    if seen and seen != current:
        raise Conflict(
            _("Någon annan har ändrat det här medan du hade formuläret öppet."),
            code="changed_meanwhile",
            kept=_("Din ändring sparades inte."),
            todo=_("Ladda om sidan, se vad som är ändrat och gör om din ändring."),
        )
