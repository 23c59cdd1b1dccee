"""The door to the voice in a trygghetslarm.

SCAIP (SS 91100:2014) and SIA DC-09 carry the alarm; the talk goes over telephone or SIP. Today the
operator's own telephone or softphone rings up through a link on the screen. A telephone exchange
that connects the call itself is another class with the same method, chosen in `gateway`; nothing
else in the house knows how a call is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from trygghetscentral.shared.errors import Invalid

MOST_CHARACTERS: Final = 200
# RFC 3966 without parameters, and RFC 3261 with a user; both as people type them.
_TEL: Final = re.compile(r"\+?[0-9][0-9() .-]{1,30}")
_SIP: Final = re.compile(
    r"sips?:[A-Za-z0-9._~!$&*+=%-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,188}[A-Za-z0-9])?"
    r"(?::[0-9]{1,5})?(?:;[a-z]{1,20}=[A-Za-z0-9.-]{1,40}){0,4}"
)


@dataclass(frozen=True, slots=True)
class VoiceCall:
    """What is to be connected: the alarm, and the address as the record has it."""

    alarm_id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class VoiceLink:
    """What the operator presses to speak. `href` is a `tel:`, `sip:` or `sips:` URI."""

    href: str
    shown: str


class VoiceGateway(Protocol):
    """Connects the operator who answered with the place of the alarm."""

    def connect(self, call: VoiceCall) -> VoiceLink | None:
        """The link to speak through; None when the alarm has no address to ring.

        May start a call of its own and then returns the link that joins it. Must answer within
        a second and never raise for an address that `checked_address` has let in.
        """
        ...


class LinkGateway:
    """Leaves the call to the operator's own telephone."""

    def connect(self, call: VoiceCall) -> VoiceLink | None:
        """The address itself as a link."""
        if not call.address:
            return None
        return VoiceLink(href=call.address, shown=call.address.partition(":")[2])


def gateway() -> VoiceGateway:
    """The one in use."""
    return LinkGateway()


def dialled(phone: str) -> str:
    """A number as it is dialled from anywhere: "040-628 04 10" is "+46406280410"; "" for none."""
    plain = "".join(char for char in phone if char.isascii() and (char.isdigit() or char == "+"))
    if plain.startswith("00"):
        return f"+{plain[2:]}"
    return f"+46{plain[1:]}" if plain.startswith("0") else plain


def checked_address(text: str) -> str:
    """A voice address as a URI; a bare telephone number becomes `tel:`, "" stays "".

    Raises Invalid for anything else, so that a link on the screen can only ring.
    """
    cleaned = text.strip()
    if not cleaned:
        return ""
    number = cleaned.removeprefix("tel:")
    if len(cleaned) <= MOST_CHARACTERS and _TEL.fullmatch(number):
        return f"tel:{dialled(number)}"
    if len(cleaned) <= MOST_CHARACTERS and _SIP.fullmatch(cleaned):
        return cleaned
    raise Invalid(
        _("Röstadressen går inte att ringa."),
        code="voice_address",
        todo=_("Skriv ett telefonnummer, tel:+46406280410 eller sip:namn@vaxel.example."),
    )
