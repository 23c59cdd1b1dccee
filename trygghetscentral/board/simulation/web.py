"""A browser without a screen: signs in with a password, reads pages, sends forms.

It stands outside the house, as the transmitters do.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Final

SECONDS: Final = 15.0
SIGN_IN: Final = "/konto/logga-in/"
TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """One session. Raises OSError when the house does not answer."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        """A page; empty when it was refused."""
        return self._open(self._request(path))[1]

    def post(self, path: str, fields: Mapping[str, str | list[str]], *, page: str) -> int:
        """Send a form that stood on `page`; the status after redirects."""
        found = TOKEN.search(page)
        body = {**fields, "csrfmiddlewaretoken": found[1] if found else ""}
        return self._open(self._request(path, urllib.parse.urlencode(body, doseq=True).encode()))[0]

    def sign_in(self, username: str, password: str) -> bool:
        """Whether the house let us in."""
        self.post(SIGN_IN, {"login": username, "password": password}, page=self.get(SIGN_IN))
        return any(cookie.name == "sessionid" for cookie in self.jar)

    @property
    def cookie(self) -> str:
        """The session, for a socket of one's own."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def _request(self, path: str, data: bytes | None = None) -> urllib.request.Request:
        address = f"{self.base_url}{path}"
        return urllib.request.Request(address, data, {"Referer": address})  # noqa: S310  ours

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, ""
