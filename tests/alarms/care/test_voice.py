"""What can be rung, and what only looks like it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from alarms.gateways.voice import VoiceCall, checked_address, dialled, gateway
from trygghetscentral.shared.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("040-628 04 55", "tel:+46406280455"),
        ("tel:+46 40 628 04 55", "tel:+46406280455"),
        ("0046406280455", "tel:+46406280455"),
        ("112", "tel:112"),
        (" sip:lgh3@vaxel.example ", "sip:lgh3@vaxel.example"),
        ("sips:4055@10.0.0.7:5061;transport=tls", "sips:4055@10.0.0.7:5061;transport=tls"),
        ("", ""),
    ],
)
def test_numbers_and_sip_addresses_are_kept_as_uris(typed: str, stored: str) -> None:
    assert checked_address(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "https://vaxel.example/",
        "sip:lgh3",
        "sip:a b@vaxel.example",
        'sip:a@vaxel.example"onclick=x',
        "tel:Anna",
        "tel:",
        "+",
        "sip:a@" + "x" * 250,
        "0" * 300,
        "٠٤٠٦٢٨",
        "112\n113",
    ],
)
def test_everything_else_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        checked_address(typed)


def test_dialled_leaves_only_what_a_telephone_needs() -> None:
    assert dialled("040-628 04 55") == dialled("+46 (40) 628 04 55") == "+46406280455"
    assert dialled("inget") == ""


def test_without_an_address_there_is_no_link() -> None:
    assert gateway().connect(VoiceCall(alarm_id=uuid4(), address="")) is None
    link = gateway().connect(VoiceCall(alarm_id=uuid4(), address="tel:+46406280455"))
    assert link is not None
    assert (link.href, link.shown) == ("tel:+46406280455", "+46406280455")
