"""The socket: who is let in, and what a screen may say."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import structlog
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import Error as DatabaseError

from trygghetscentral.accounts.models import User
from trygghetscentral.live import registry
from trygghetscentral.live.hub import in_database
from trygghetscentral.live.reader import Screen
from trygghetscentral.live.registry import Stream
from trygghetscentral.live.rights import Gone, Rights, fresh_rights
from trygghetscentral.live.selection import heard
from trygghetscentral.live.services import touch_presence
from trygghetscentral.live.snapshots import WINDOW
from trygghetscentral.shared import clock

CLOSED_BY_SERVER = 4403
GARBAGE = 4400
AWAY = 1011
SEND_SECONDS = 10.0
LARGEST_SEQ = 2**63 - 1

log = structlog.get_logger()


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """`/ws/live/`. One stream per socket; see docs/adr/0007-live.md for the messages."""

    # The process has one ear for all its sockets: see hub.
    channel_layer_alias = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._screen: Screen | None = None
        self._task: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Only the signed in get a socket; which rows they may follow is asked at `open`."""
        user = self.scope.get("user")
        session = self.scope.get("session")
        if not isinstance(user, User) or not user.is_active or session is None:
            await self.close()
            return
        self._user_id, self._session_key = user.pk, str(session.session_key)
        # The row would grow old here: rights are read again with each heartbeat.
        del self.scope["user"]
        await self.accept()

    async def receive_json(self, content: Any, **_kwargs: Any) -> None:
        """`open` once, then `missed`, `fill` and `here`. Anything else ends the socket."""
        what = content.get("t") if isinstance(content, dict) else None
        if what == "open" and self._screen is None:
            await self._open(content)
        elif what == "missed" and self._screen is not None:
            self._screen.ask_missed(_whole(content.get("since"), LARGEST_SEQ))
        elif what == "fill" and self._screen is not None:
            self._screen.ask_fill()
        elif what == "here" and self._screen is not None:
            self._screen.alive(clock.now())
        else:
            await self.close(code=GARBAGE)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """None for what is no JSON."""
        try:
            return await super().decode_json(text_data)
        except ValueError:
            return None

    async def _open(self, content: dict[str, Any]) -> None:
        stream = registry.get(str(content.get("stream")))
        selection = heard(content.get("select"), stream.dimensions) if stream else None
        if stream is None or selection is None:
            await self.close(code=GARBAGE)
            return
        moment = clock.now()
        try:
            rights = await in_database(lambda: self._let_in(stream, moment))
        except DatabaseError:
            await self.close(code=AWAY)
            return
        if isinstance(rights, Gone):
            await self.send_json({"t": "bye", "why": rights.value, "now": moment.isoformat()})
            await self.close(code=CLOSED_BY_SERVER)
            return
        self._screen = Screen(
            stream,
            rights,
            session_key=self._session_key,
            limit=_whole(content.get("window"), WINDOW) or WINDOW,
            selection=selection,
            send=self._send_text,
            close=lambda: self.close(code=CLOSED_BY_SERVER),
        )
        self._task = asyncio.create_task(
            self._run(self._screen, _whole(content.get("since"), LARGEST_SEQ))
        )

    def _let_in(self, stream: Stream, moment: dt.datetime) -> Rights | Gone:
        """In a thread: whoever opens a live page sits there from now."""
        rights = fresh_rights(
            stream, user_id=self._user_id, session_key=self._session_key, now=moment
        )
        if not isinstance(rights, Gone):
            touch_presence(now=moment, session_key=self._session_key, user_id=self._user_id)
        return rights

    async def _run(self, screen: Screen, since: int) -> None:
        try:
            await screen.run(since)
        except OSError as error:
            log.info("live_screen_gone", stream=screen.stream.name, error=type(error).__name__)
            await self.close(code=AWAY)
        except Exception:
            # The edge: a socket that can no longer follow is closed, never left looking calm.
            log.exception("live_socket_failed", stream=screen.stream.name)
            await self.close(code=AWAY)

    async def _send_text(self, text: str) -> None:
        """Raises TimeoutError for a screen that takes nothing in."""
        async with asyncio.timeout(SEND_SECONDS):
            await self.send(text_data=text)

    async def disconnect(self, code: int) -> None:
        """Stop following."""
        del code
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def _whole(value: Any, most: int) -> int:
    """A whole number from 0 to `most`; 0 for anything else, which is to have missed everything."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return min(value, most)
    return 0
