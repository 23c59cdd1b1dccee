"""Senders that this project did not write, through the real ports, onto the real board."""

from __future__ import annotations

import secrets
import time
from typing import Any

import pytest
from my_dc09_spt.comm.transpath import TransPath
from my_dc09_spt.dc09_spt import dc09_spt

from tests.house.stack import House

pytestmark = pytest.mark.house

KEYS: dict[str, bytes | None] = {
    "4A01": None,
    "4A02": secrets.token_bytes(16),
    "4A03": secrets.token_bytes(32),
}


@pytest.fixture(scope="module")
def accounts(house: House) -> dict[str, bytes | None]:
    """Three transmitters at stadshuset: in the clear, AES-128 and AES-256."""
    for account, key in KEYS.items():
        secret = ["--key-hex", key.hex()] if key else []
        house.manage("add_transmitter", "--account", account, *secret, "--site", "stadshuset")
    time.sleep(3)
    return KEYS


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("account", list(KEYS))
def test_its_alarms_stand_on_the_board_with_category_zone_and_text(
    whole_house: House, accounts: dict[str, bytes | None], account: str, transport: str
) -> None:
    key = accounts[account]
    spt: Any = dc09_spt(account, receiver=1, line=1)
    spt.set_path(
        "main",
        "primary",
        "127.0.0.1",
        whole_house.dc09_port,
        key=key,
        type=transport,
        account=account,
    )
    # One installation has all three: the same zone again would join the first one's alarm.
    zone = int(account[-1]) * 10 + ["tcp", "udp"].index(transport)
    spt.send_msg(
        "SIA", {"area": 1, "zone": zone, "code": "FA", "text": "Brand", "zonename": "Arkiv"}
    )
    assert spt.isConnected()
    assert spt.notSent() == 0
    # They stand at one object and are one row: each zone is asked for by its number.
    ((number,),) = whole_house.ask(
        "SELECT number FROM alarms_alarm WHERE account = %s AND zone = %s", account, str(zone)
    )
    status, found = whole_house.api(f"/api/v1/alarms/{number}/")
    assert status == 200
    assert (found["state"], found["priority"], found["area"]) == ("new", 1, "1")
    assert found["code"] == "SIA:FA"
    assert "Arkiv" in found["text"]
    ((encrypted,),) = whole_house.ask(
        "SELECT encrypted FROM alarms_signal WHERE account = %s AND zone = %s", account, str(zone)
    )
    assert encrypted is (key is not None)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("account", list(KEYS))
def test_its_polls_are_answered_and_keep_the_line(
    whole_house: House, accounts: dict[str, bytes | None], account: str, transport: str
) -> None:
    path = TransPath(
        "127.0.0.1",
        whole_house.dc09_port,
        account,
        key=accounts[account],
        receiver=1,
        line=1,
        type=transport,
    )
    assert dc09_spt(account, receiver=1, line=1).transfer_msg(0, "NULL", "]", path)
    ((seen,),) = whole_house.ask(
        "SELECT l.last_seen_at > now() - interval '30 s' FROM alarms_linkstate l"
        " JOIN alarms_transmitter t ON t.id = l.transmitter_id WHERE t.account = %s",
        account,
    )
    assert seen
