"""What a transmitter is called on the wire, and what its key may look like. Pure."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext_lazy as _

from alarms.models.installations import SupervisionCategory, Transmitter
from alarms.supervision import REPORTING_TIME
from trygghetscentral.shared.errors import Invalid

ACCOUNT: Final = re.compile(r"[0-9A-F]{3,16}")
PREFIX: Final = re.compile(r"[0-9A-F]{0,6}")
KEY_BYTES: Final = (16, 24, 32)
HEX: Final = re.compile(r"[0-9A-Fa-f]+")


def account(text: str) -> str:
    """Upper case, leading zeros kept (protocols.md 1.4). Raises Invalid."""
    value = text.strip().upper()
    if not ACCOUNT.fullmatch(value):
        raise Invalid(
            _("Kontot är 3–16 tecken av 0–9 och A–F."),
            code="account_shape",
            todo=_("Skriv det som sändaren är programmerad med, inledande nollor medräknade."),
        )
    return value


def prefix(text: str) -> str:
    """Receiver or line number: upper case, at most six. Raises Invalid."""
    value = text.strip().upper()
    if not PREFIX.fullmatch(value):
        raise Invalid(
            _("Mottagare och linje är högst 6 tecken av 0–9 och A–F, eller tomma."),
            code="prefix_shape",
        )
    return value


def key(text: str, key_format: str) -> str:
    """A key of AES-128, -192 or -256, as typed in. Raises Invalid, which never quotes the key.

    32 hexadecimal characters can be read both ways (protocols.md 1.6), so the format is always
    said and never guessed.
    """
    if key_format == Transmitter.KeyFormat.HEX:
        value = "".join(text.split())
        if not HEX.fullmatch(value) or len(value) not in [2 * size for size in KEY_BYTES]:
            raise Invalid(
                _("En hexadecimal nyckel är 32, 48 eller 64 tecken av 0–9 och A–F."),
                code="key_hex",
                kept=_("Nyckeln sparades inte."),
            )
        return value.upper()
    if key_format == Transmitter.KeyFormat.TEXT:
        if not text.isascii() or not text.isprintable() or len(text) not in KEY_BYTES:
            raise Invalid(
                _("En nyckel i text är 16, 24 eller 32 tecken utan å, ä och ö."),
                code="key_text",
                kept=_("Nyckeln sparades inte."),
            )
        return text
    raise Invalid(
        _("Säg om nyckeln är hexadecimal eller text."),
        code="key_format",
        kept=_("Nyckeln sparades inte."),
        todo=_("32 hexadecimala tecken kan läsas på båda sätten, så vi gissar aldrig."),
    )


def category_for(interval_seconds: int) -> SupervisionCategory:
    """The tightest supervision category that leaves room for the interval."""
    for category, reporting in REPORTING_TIME.items():
        if reporting is not None and interval_seconds <= reporting:
            return SupervisionCategory(category)
    return SupervisionCategory.D32
