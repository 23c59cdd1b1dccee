"""One plain signal is answered ahead of the middleware; everything else goes the ordinary way."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.typing import Scope
from django.core.asgi import get_asgi_application
from django.db import OperationalError
from rest_framework.test import APIClient

from alarms.api import receipts, receiving
from alarms.api.short_way import ShortWay
from alarms.models import Alarm, Signal
from alarms.services.intake import shared_committer
from tests.alarms.api.sending import URL, post, signal
from tests.alarms.routing.town import SYSTEM, Town
from trygghetscentral.accounts import services as accounts
from trygghetscentral.accounts.models import ApiToken, User
from trygghetscentral.shared import clock

pytestmark = pytest.mark.django_db(transaction=True)


class Line:
    """Requests through the whole application, with a count of those that went the long way."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.long = 0
        self.django = get_asgi_application()
        self.app = ShortWay(self._inner)

    async def _inner(self, scope: Any, receive: Any, send: Any) -> None:
        self.long += 1
        await self.django(scope, receive, send)

    async def post(
        self, body: bytes, *, path: str = URL, **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of the answer."""
        given = {
            "host": "testserver",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "authorization": f"Bearer {self.token}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        scope: Scope = {  # type: ignore[assignment]  # only what is read
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
        }
        halves = [body[:7], body[7:]]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not halves:
                await asyncio.sleep(3600)
            part = halves.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(halves)}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)  # type: ignore[arg-type]  # asgiref's own shapes
        shown = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        content = b"".join(one.get("body", b"") for one in sent[1:])
        return sent[0]["status"], shown, json.loads(content)


@pytest.fixture
def line(town: Town, system_at: Callable[..., User], settings: Any) -> Iterator[Line]:
    """A sender of the school's whose token has just been used."""
    settings.ALLOWED_HOSTS = ["testserver"]
    town.transmitter()
    town.transmitter(account="BEEF", installation=town.depot_alarm)
    _token, text = accounts.create_api_token(
        actor=SYSTEM,
        now=clock.now(),
        user=system_at(town.schools),
        name="test",
        scopes=("intake.send", "alarm.view"),
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert post(client, signal(zone="first")).status_code == 201
    yield Line(text)
    shared_committer.stop()


def sent(**values: Any) -> bytes:
    return json.dumps(signal(**values)).encode()


async def test_both_ways_answer_alike(line: Line) -> None:
    body = sent(source_id="å-1", text="Rörelse åäö", position=[13.0, 55.6])
    status, headers, short = await line.post(body)
    assert (status, line.long) == (201, 0)
    again, long_headers, long = await line.post(body, accept="application/json", cookie="a=b")
    assert (again, line.long) == (200, 0)
    assert long == short
    status, long_headers, long = await line.post(b" " * 20_000 + body)
    assert (status, line.long) == (200, 1)
    assert long == short
    for name in ("content-type", "x-content-type-options"):
        assert headers[name] == {k.lower(): v for k, v in long_headers.items()}[name]
    assert headers["x-correlation-id"]


async def test_the_callers_correlation_id_comes_back(line: Line) -> None:
    mine = "6a1c2a4e-8f0e-4f6e-9f7e-0d5a3d1b2c3d"
    _status, headers, _body = await line.post(sent(), x_correlation_id=mine)
    assert headers["x-correlation-id"] == mine


async def test_many_at_once_are_each_answered_with_their_own(line: Line) -> None:
    zones = [str(number) for number in range(60)]
    answers = await asyncio.gather(*(line.post(sent(zone=zone)) for zone in zones))
    assert line.long == 0
    assert [answer[2]["signal"]["zone"] for answer in answers] == zones
    assert len({answer[2]["alarm"]["number"] for answer in answers}) == len(zones)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"NaN", {}, 400),
        (sent(account="XYZ"), {}, 400),
        (b'{"signals": [' + sent(zone="8") + b"]}", {}, 201),
        (b"[" + sent(zone="8") + b"]", {}, 201),
        (sent(zone="8"), {"content_type": "text/xml"}, 415),
        (sent(zone="8"), {"accept": "text/html"}, 406),
        (sent(zone="8"), {"authorization": "Bearer tc_a_b"}, 401),
        (sent(zone="8"), {"authorization": ""}, 401),
        (sent(zone="8"), {"host": "evil.example"}, 400),
    ],
)
async def test_what_is_not_plain_goes_the_ordinary_way(
    line: Line, body: bytes, headers: dict[str, str], status: int
) -> None:
    found, _headers, _body = (
        await line.post(body, **headers)
        if "host" not in headers
        else (*(await _raw(line, body, headers)), {})
    )
    assert (found, line.long) == (status, 1)


async def _raw(line: Line, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str]]:
    try:
        status, shown, _ = await line.post(body, **headers)
    except json.JSONDecodeError:
        return 400, {}
    return status, shown


async def test_an_account_of_somebody_else_is_refused_in_the_ordinary_words(
    line: Line,
) -> None:
    status, _headers, body = await line.post(sent(account="BEEF"))
    assert (status, list(body), line.long) == (403, ["account"], 1)


async def test_a_token_found_long_ago_is_looked_up_anew(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def revoke() -> None:
        accounts.revoke_api_token(actor=SYSTEM, now=clock.now(), token=ApiToken.objects.get())

    await asyncio.to_thread(revoke)
    monkeypatch.setattr("alarms.api.authentication.KEPT_SECONDS", 0.0)
    status, _headers, _body = await line.post(sent())
    assert (status, line.long) == (401, 1)


async def test_what_was_not_stored_is_never_said_to_be(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    committer = shared_committer.running()
    assert committer is not None
    monkeypatch.setattr(committer, "_try", lambda _batch: None)
    status, headers, _body = await line.post(sent(zone="77"))
    assert (status, headers["retry-after"], line.long) == (503, "5", 0)


async def test_a_stored_signal_that_cannot_be_read_back_must_be_sent_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def down(*_args: Any) -> Any:
            raise OperationalError("down")

        broken.setattr(receipts, "receipt_rows", down)
        status, _headers, _body = await line.post(sent(source_id="7", zone="70"))
        assert status == 503
    status, _headers, _body = await line.post(sent(source_id="7", zone="70"))
    assert status == 200
    assert await Signal.objects.filter(zone="70", outcome="raised").acount() == 1
    assert await Alarm.objects.acount() == 2


async def test_a_reading_back_that_hangs_holds_no_sender(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    with monkeypatch.context() as slow:

        def hang(*_args: Any) -> Any:
            go_on.wait(30)
            raise OperationalError("too late")

        slow.setattr(receipts, "receipt_rows", hang)
        slow.setattr(receiving, "WAIT_SECONDS", 1.0)
        try:
            sender = line.post(sent(source_id="8", zone="71"))
            status, headers, _body = await asyncio.wait_for(sender, 30)
        finally:
            go_on.set()
        assert (status, headers["retry-after"]) == (503, "5")
    status, _headers, _body = await line.post(sent(source_id="8", zone="71"))
    assert status == 200
