"""Calls over HTTP: the text message gateway, and the dead-man's listener."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from email.message import Message as Headers
from http import HTTPStatus
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from trygghetscentral.callout.gateways.base import (
    TIMEOUT_SECONDS,
    GatewayError,
    Message,
    refuse_exercise,
)

AGENT = "trygghetscentralen"
# The server asks us to come back, or is not well.
TRY_AGAIN = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Headers,
        newurl: str,
    ) -> None:
        """Refuse: another address is another server."""


def _without_secret(url: str) -> tuple[str, str]:
    """The address without its user part, and the token that stood there."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=place)), unquote(parts.password or "")


def _call(request: urllib.request.Request, timeout: float) -> None:
    """Raises GatewayError for anything but 2xx."""
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=timeout):
            return
    except urllib.error.HTTPError as error:
        with error:
            again = error.code in TRY_AGAIN or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
        raise GatewayError(f"http_{error.code}", permanent=not again) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
        raise GatewayError("unreachable", permanent=False) from error


class SmsGateway:
    """A service that takes text messages as JSON: POST {"to", "text"} with an Idempotency-Key."""

    def __init__(self, url: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        self._url, self._token = _without_secret(url)
        self._timeout = timeout

    def open(self) -> None:
        """Nothing takes time beforehand. Raises GatewayError when there is no gateway."""
        if not self._url:
            raise GatewayError("no_gateway", permanent=True)

    def send(self, message: Message) -> None:
        """One text message. Raises GatewayError."""
        refuse_exercise(message)
        body = json.dumps({"to": message.address, "text": message.text}, ensure_ascii=False)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(message.dedupe_id),
            "User-Agent": AGENT,
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        _call(
            urllib.request.Request(  # noqa: S310  shared.env has checked the scheme
                self._url, data=body.encode(), headers=headers, method="POST"
            ),
            self._timeout,
        )

    def close(self) -> None:
        """Nothing is held open."""


def ping(url: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
    """Tell the dead-man's listener that all is well. Raises GatewayError."""
    plain, token = _without_secret(url)
    headers = {"User-Agent": AGENT}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    _call(
        urllib.request.Request(plain, headers=headers),  # noqa: S310  shared.env has checked it
        timeout,
    )
