"""Every request carries one correlation id through logs and ledger."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

HEADER = "X-Correlation-ID"

Handler = Callable[[HttpRequest], "HttpResponseBase | Awaitable[HttpResponseBase]"]


def _id_of(request: HttpRequest) -> UUID:
    try:
        return UUID(request.headers.get(HEADER, ""))
    except ValueError:
        return uuid4()


@sync_and_async_middleware
def correlation(get_response: Handler) -> Handler:
    """Take the caller's id when it is a UUID, else make one; answer with it."""

    if inspect.iscoroutinefunction(get_response):

        async def handle(request: HttpRequest) -> HttpResponseBase:
            correlation_id = _id_of(request)
            with structlog.contextvars.bound_contextvars(correlation_id=str(correlation_id)):
                response: HttpResponseBase = await get_response(request)
            response.headers[HEADER] = str(correlation_id)
            return response

        return handle

    def handle_sync(request: HttpRequest) -> HttpResponseBase:
        correlation_id = _id_of(request)
        with structlog.contextvars.bound_contextvars(correlation_id=str(correlation_id)):
            response = get_response(request)
        response.headers[HEADER] = str(correlation_id)  # type: ignore[union-attr]  # sync chain
        return response  # type: ignore[return-value]  # sync chain

    return handle_sync
