"""A row that one writes stands before the others, without reload and without marked words."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from channels.testing import WebsocketCommunicator

from incidents.models import Incident, Staff
from incidents.services.staff import opening
from incidents.staff_live import STREAM, tag_of
from tests.incidents.conftest import Make
from tests.incidents.staff.conftest import Write
from tests.live.browser import cookie_of, db, publishing, socket_of
from tests.live.conftest import nothing_kept, own_groups
from trygghetscentral.accounts.models import User
from trygghetscentral.live.selection import selection_of
from trygghetscentral.live.snapshots import missed, newest_seq, snapshot
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import now as present

__all__ = ["nothing_kept", "own_groups"]

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30


@pytest.fixture(autouse=True)
def _at_that_moment() -> None:
    """A socket and its session live by the real clock."""


class Room:
    """One reader's socket."""

    def __init__(self, socket: WebsocketCommunicator) -> None:
        self.socket = socket
        self.rows: dict[str, dict[str, Any]] = {}

    async def enter(self, staff: Staff, since: int) -> None:
        accepted, _ = await self.socket.connect(timeout=PATIENCE)
        assert accepted
        opened: dict[str, Any] = {"t": "open", "stream": STREAM, "since": since, "window": 200}
        opened["select"] = [tag_of(staff.public_id)]
        await self.socket.send_to(text_data=json.dumps(opened))
        while (await self.hear())["t"] != "ready":
            pass

    async def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await self.socket.receive_from(timeout=PATIENCE))
        for row in message.get("upsert", []):
            self.rows[row["key"]] = row
        return message

    async def until_shown(self, key: str, words: str) -> str:
        async with asyncio.timeout(PATIENCE):
            while words not in self.rows.get(key, {"html": ""})["html"]:
                await self.hear()
        return str(self.rows[key]["html"])


async def test_a_row_reaches_the_others_of_the_room_and_no_other_room(
    staff: Staff, write: Write, make: Make, by_tib: Actor, cia: User, alma: User, now: Any
) -> None:
    other_incident: Incident = await db(make)
    other = await db(
        opening.open_staff,
        actor=by_tib,
        now=now,
        incident_id=other_incident.public_id,
        level=1,
        reason="En annan sak.",
    )
    since = await db(newest_seq)
    async with publishing():
        room = Room(socket_of(await db(cookie_of, cia)))
        elsewhere = Room(socket_of(await db(cookie_of, alma)))
        await room.enter(staff, since)
        await elsewhere.enter(other, since)
        row = await db(write, "Skolan är utrymd.")
        await room.until_shown(f"row:{row.public_id}", "Skolan är utrymd.")
        marked = await db(write, "Koden är 4711.", ground="OSL18_9")
        html = await room.until_shown(f"row:{marked.public_id}", "18 kap. 9 §")
        assert "4711" not in html
        await db(write, "Den är inte utrymd.", kind="correction", corrects=row.number)
        html = await room.until_shown(f"row:{row.public_id}", "Rättad av rad")
        assert "<s " in html
        assert not {f"row:{row.public_id}", f"row:{marked.public_id}"} & elsewhere.rows.keys()
        for one in (room, elsewhere):
            await one.socket.disconnect(timeout=PATIENCE)


def test_a_browser_whose_socket_is_down_reads_what_it_missed(
    staff: Staff, write: Write, cia: User, tor: User
) -> None:
    since, chosen = newest_seq(), selection_of([tag_of(staff.public_id)])
    row = write("Skolan är utrymd.")
    told = missed(STREAM, cia, since, now=present(), selection=chosen)
    assert f"row:{row.public_id}" in [one["key"] for one in told["upsert"]]
    # Another nämnd that the incident does not concern follows nothing of it.
    assert snapshot(STREAM, tor, selection=chosen).rows == []
    assert snapshot(STREAM, cia).rows == []
