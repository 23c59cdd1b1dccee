"""Somebody signed in, who asks as the browser does: session, CSRF, and htmx's header."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urlencode

from benchmarks.house import PASSWORD, House

REDIRECTS: Final = {302, 303}
TIMEOUT_SECONDS: Final = 60.0
# The server hangs up after five seconds of silence.
SILENT_SECONDS: Final = 2.0


class Visitor:
    """One session over one kept connection. `took` is how many milliseconds the last answer took,
    with the page that it led to."""

    def __init__(self, house: House, username: str) -> None:
        self._host = f"localhost:{house.port}"
        self._line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=TIMEOUT_SECONDS)
        self._cookies: dict[str, str] = {}
        self._heard = 0.0
        self.took = 0.0
        self.get("/konto/logga-in/", htmx=False)
        self.post("/konto/logga-in/", {"login": username, "password": PASSWORD}, htmx=False)

    @property
    def cookie(self) -> str:
        """`name=value` for a client of one's own."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str, *, htmx: bool = True) -> str:
        """The answer's text. Raises RuntimeError for anything but 200."""
        return self._timed("GET", path, None, htmx)

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, *, htmx: bool = True
    ) -> str:
        """The same, for what changes something; a redirect is followed."""
        return self._timed("POST", path, urlencode(fields or {}, doseq=True), htmx)

    def _timed(self, method: str, path: str, body: str | None, htmx: bool) -> str:
        if time.perf_counter() - self._heard > SILENT_SECONDS:
            self._line.close()
            self._line.connect()
        started = time.perf_counter()
        status, place, text = self._ask(method, path, body, htmx)
        if status in REDIRECTS:
            status, place, text = self._ask("GET", place, None, False)
            if status in REDIRECTS:
                status, place, text = self._ask("GET", place, None, False)
        self._heard = time.perf_counter()
        self.took = (self._heard - started) * 1000
        if status != http.client.OK:
            raise RuntimeError(f"{method} {path}: {status} {place} {text[:600]}")
        return text

    def _ask(self, method: str, path: str, body: str | None, htmx: bool) -> tuple[int, str, str]:
        headers = {"Host": self._host, "Cookie": self.cookie, "Accept": "text/html"}
        if htmx:
            headers["HX-Request"] = "true"
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self._cookies.get("csrftoken", ""),
                "Origin": f"http://{self._host}",
            }
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for morsel in SimpleCookie(line).values():
                self._cookies[morsel.key] = morsel.value
        # The page that a form leads to in htmx comes in a header.
        shown = text or str(answer.headers.get("HX-Trigger", ""))
        return answer.status, answer.headers.get("Location", ""), shown
