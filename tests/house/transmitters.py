"""Transmitters of the house, registered together and waited for until the receiver knows them."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress

from tests.house.panel import crc16
from tests.house.stack import House

REGISTER = """from django.core.management import call_command
for account, site in {sites!r}.items():
    call_command("add_transmitter", account=account, site=site)"""
HEARD = """SELECT l.last_seen_at FROM alarms_linkstate AS l
JOIN alarms_transmitter AS t ON t.id = l.transmitter_id WHERE t.account = %s"""


def register(house: House, sites: Mapping[str, str]) -> None:
    """Account and site of each; in one process, since each takes seconds to start."""
    house.manage("shell", "-c", REGISTER.format(sites=dict(sites)))
    # The receiver reads all of its directory at once.
    until_known(house, list(sites)[-1])


def until_known(house: House, account: str) -> None:
    """Until a heartbeat in the clear counts, which it does from accounts that are known."""
    before = house.ask(HEARD, account)

    def known() -> bool:
        _beat(house.dc09_port, account)
        return house.ask(HEARD, account) != before

    house.wait(known, 60, f"mottagaren känner inte {account}")


def _beat(port: int, account: str) -> None:
    body = f'"NULL"0000L0#{account}[]'.encode("ascii")
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
        line.settimeout(5)
        line.sendall(b"\n%04X%04X%b\r" % (crc16(body), len(body), body))
        line.recv(1024)
