"""One id follows a request through logs and ledger, and comes back in the answer."""

from __future__ import annotations

import asyncio
import datetime as dt
from uuid import UUID, uuid4

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.ledger.support import newest, note
from trygghetscentral.shared.middleware import HEADER, correlation


def bound() -> str:
    """The id that logs and ledger would see now."""
    return str(structlog.contextvars.get_contextvars().get("correlation_id", ""))


def view(_request: HttpRequest) -> HttpResponse:
    """Tell what is bound."""
    return HttpResponse(bound())


async def async_view(_request: HttpRequest) -> HttpResponse:
    """The same under ASGI."""
    await asyncio.sleep(0)
    return HttpResponse(bound())


def ask(header: str | None) -> HttpResponse:
    """One request through the middleware."""
    headers = {} if header is None else {HEADER: header}
    request = RequestFactory().get("/", headers=headers)
    response = correlation(view)(request)
    assert isinstance(response, HttpResponse)
    return response


def test_a_callers_uuid_is_kept() -> None:
    given = str(uuid4())
    response = ask(given)
    assert response.content.decode() == response.headers[HEADER] == given
    assert bound() == ""


@pytest.mark.parametrize("header", [None, "", "x", "' OR 1=1", "0" * 100])
def test_anything_else_gets_a_new_one(header: str | None) -> None:
    response = ask(header)
    assert str(UUID(response.headers[HEADER])) == response.content.decode()
    assert response.headers[HEADER] != header


async def test_the_async_chain_does_the_same() -> None:
    async def one() -> tuple[str, str]:
        given = str(uuid4())
        request = RequestFactory().get("/", headers={HEADER: given})
        response = await correlation(async_view)(request)  # type: ignore[misc]  # async chain
        assert isinstance(response, HttpResponse)
        assert response.content.decode() == response.headers[HEADER] == given
        return given, bound()

    found = await asyncio.gather(*(one() for _ in range(5)))
    assert len({given for given, _ in found}) == 5
    assert {after for _, after in found} == {""}


@pytest.mark.django_db
def test_the_ledger_carries_the_id_of_the_request(now: dt.datetime) -> None:
    given = uuid4()
    with structlog.contextvars.bound_contextvars(correlation_id=str(given)):
        note(1, now=now)
    assert newest().correlation_id == given


def test_every_answer_of_the_house_has_one(client: Client) -> None:
    given = client.get("/health/live").headers[HEADER]
    assert str(UUID(given)) == given
