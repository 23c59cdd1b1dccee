"""The short way in for one plain signal: past middleware, view and thread (docs/adr/0008).

Only what is plainly right goes this way: a token found valid within the last second, a small
JSON object that the serializer accepts, an account that the caller may send for. Everything else
goes the ordinary way with its body unread, and is answered there in the ordinary words.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError
from django.http.request import split_domain_port, validate_host
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import JSONParser

from alarms.api import receiving
from alarms.api.authentication import kept
from alarms.api.parsing import LimitedJSONParser, NotReceived
from alarms.api.receipts import Receipts
from alarms.api.serializers import SignalPostSerializer
from alarms.incoming import Stored
from alarms.services.intake import shared_committer
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared import clock
from trygghetscentral.shared.middleware import HEADER

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Answer = tuple[int, bytes]

PATH: Final = "/api/v1/signals/"
MOST_BYTES: Final = 16_384
JSON: Final = JSONParser.media_type


class ShortWay:
    """Answers plain signals itself and hands every other request to `inner`."""

    def __init__(self, inner: App) -> None:
        self._inner = inner
        self._form = SignalPostSerializer()
        self._parser = LimitedJSONParser()
        self._receipts = Receipts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application for scopes of type http."""
        headers = dict(scope["headers"])
        user = _caller(scope, headers)
        if user is None:
            await self._inner(scope, receive, send)
            return
        messages = await _messages(receive)
        answer = await self._answer(b"".join(one.get("body", b"") for one in messages), user)
        if answer is None:
            await self._inner(scope, _again(messages, receive), send)
        else:
            await _send(send, answer, headers)

    async def _answer(self, body: bytes, user: User) -> Answer | None:
        """Store one signal; None, with nothing stored, when it must go the ordinary way."""
        committer = shared_committer.running()
        item = self._plain(body)
        if committer is None or item is None:
            return None
        checked, original = item
        incoming = receiving.incoming_of(
            checked,
            original,
            user=user,
            directory=committer.directory.snapshot,
            now=clock.now(),
        )
        if receiving.refused(incoming, user, committer.directory.snapshot):
            return None
        loop = asyncio.get_running_loop()
        receipt: asyncio.Future[Stored | None] = loop.create_future()

        def done(stored: Stored | None) -> None:
            loop.call_soon_threadsafe(_settle, receipt, stored)

        if not committer.submit(incoming, done):
            return None
        try:
            # Also for the reading back: a database that says nothing must not hold every sender.
            async with asyncio.timeout(receiving.WAIT_SECONDS):
                stored = await receipt
                if stored is None or stored.signal_id is None:
                    return _not_received()
                shown = await self._receipts.of(user, stored.signal_id)
        except (TimeoutError, DatabaseError):
            return _not_received()
        return 200 if stored.duplicate else 201, _rendered(shown)

    def _plain(self, body: bytes) -> tuple[dict[str, Any], Any] | None:
        """The checked signal and what was sent; None for anything but one good signal."""
        try:
            original = self._parser.parse(io.BytesIO(body))
            if not isinstance(original, dict) or "signals" in original:
                return None
            checked: dict[str, Any] = self._form.run_validation(original)
        except (APIException, ValidationError):
            return None
        return checked, original


def _caller(scope: Scope, headers: dict[bytes, bytes]) -> User | None:
    """Who sends, when the request is of the kind that may go the short way."""
    if scope["method"] != "POST" or scope["path"] != PATH or scope["query_string"]:
        return None
    if headers.get(b"content-type", b"").lower().split(b";")[0].strip() != JSON.encode():
        return None
    accepted = headers.get(b"accept", b"*/*")
    if b"*/*" not in accepted and JSON.encode() not in accepted:
        return None
    length = headers.get(b"content-length", b"")
    if not length.isdigit() or len(length) > 6 or int(length) > MOST_BYTES:
        return None
    host, _port = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return None
    found = kept(headers.get(b"authorization", b"").decode("latin-1"))
    if found is None or not found[0].is_active:
        return None
    # What the ordinary view demands by `requires`.
    return found[0] if found[0].may(Permission.INTAKE_SEND) else None


async def _messages(receive: Receive) -> list[Message]:
    """What the server has of the body. The server itself keeps it to the declared length."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    """Give the same messages once more, then what follows."""
    left = iter(messages)

    async def replay() -> Message:
        for message in left:
            return message
        return await receive()

    return replay


def _settle(receipt: asyncio.Future[Stored | None], stored: Stored | None) -> None:
    if not receipt.done():
        receipt.set_result(stored)


def _not_received() -> Answer:
    return NotReceived.status_code, _rendered({"detail": str(NotReceived.default_detail)})


def _rendered(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


async def _send(send: Send, answer: Answer, headers: dict[bytes, bytes]) -> None:
    status, body = answer
    try:
        correlation_id = UUID(headers.get(HEADER.lower().encode(), b"").decode("latin-1"))
    except ValueError:
        correlation_id = uuid4()
    sent = [
        (b"content-type", JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"no-store"),
        (HEADER.lower().encode(), str(correlation_id).encode()),
    ]
    if status == NotReceived.status_code:
        sent.append((b"retry-after", str(NotReceived.wait).encode()))
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": body})
