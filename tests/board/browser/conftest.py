"""A real Chromium before the real pages; the socket's far end is the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, Page, WebSocketRoute
from pytest_django.live_server_helper import LiveServer

from tests.chromium import PATIENCE_MS
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.live import snapshots
from trygghetscentral.shared import clock

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

SILENT_AUDIO = """
class Tone {
  constructor() { this.frequency = {}; }
  connect(next) { return next; }
  start() { window.tones.push(this.frequency.value); }
  stop() {}
}
window.tones = [];
window.AudioContext = class {
  state = "running";
  currentTime = 0;
  destination = {};
  createOscillator() { return new Tone(); }
  createGain() {
    const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
    return { gain, connect(next) { return next; } };
  }
};
"""


@dataclass
class Screen:
    """One operator's board. `errors` is what the browser complained of."""

    page: Page
    user: User
    url: str
    told: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    sockets: list[WebSocketRoute] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def connect(self, socket: WebSocketRoute) -> None:
        """Be the server of one socket."""
        self.sockets.append(socket)
        socket.on_message(self._heard)

    def _heard(self, text: str | bytes) -> None:
        message = json.loads(text)
        self.sent.append(message)
        if message["t"] == "open":
            self.say({"t": "ready", "seq": message["since"], "stream": "alarms"})

    def say(self, message: dict[str, Any]) -> None:
        """Send to the page, with the server's time."""
        self.sockets[-1].send(json.dumps({"now": clock.now().isoformat(), **message}))

    def open(self) -> Page:
        """Load the board and wait for the socket."""
        self.page.goto(f"{self.url}/larm/")
        self.page.wait_for_selector('#live[data-live="on"]')
        return self.page

    def tell(self) -> None:
        """Send what has happened since the page last heard, as the server would, and let the
        page take it in."""
        loaded = int(self.page.get_attribute("#main", "data-seq") or 0)
        message = snapshots.missed("alarms", self.user, since=max(loaded, self.told))
        assert message["t"] == "rows"
        self.told = message["seq"]
        self.say(message)
        pause(self.page, 150)

    def keys_in(self, selector: str) -> list[str]:
        """The alarms of a list, in the order they are seen."""
        script = "rows => rows.map(row => row.dataset.key)"
        return list(self.page.eval_on_selector_all(f"{selector} > .row", script))

    def focused(self) -> str:
        """The alarm whose row has focus."""
        script = "document.activeElement.closest('.row')?.dataset.key ?? ''"
        return str(self.page.evaluate(script))

    def rest(self) -> None:
        """Take the pointer off the list."""
        self.page.mouse.move(700, 5)


def pause(page: Page, milliseconds: int) -> None:
    """Let time pass for the page: on a busy machine too, what it was told before and what falls
    due meanwhile is done when this returns."""
    page.evaluate("time => new Promise(done => setTimeout(done, time))", milliseconds)


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {[node['html'][:100] for node in one['nodes'][:3]]}" for one in found]


@pytest.fixture
def browser(live_server: LiveServer, chromium: Browser) -> Iterator[Browser]:
    """Chromium before the real pages."""
    yield chromium
    # Opened beside Playwright's loop, these are not the ones that the runner closes.
    connections.close_all()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL has one


@pytest.fixture
def screen_of(
    browser: Browser, live_server: LiveServer, client_of: Callable[[User], Client], city: City
) -> Callable[..., Screen]:
    """`screen_of(alma).open()`; more arguments go to the browser's context."""

    def sit_down(user: User, **options: Any) -> Screen:
        size = {"width": 1920, "height": 1080}
        context = browser.new_context(**{"viewport": size, "locale": "sv-SE", **options})
        session = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
        context.add_init_script(SILENT_AUDIO)
        screen = Screen(context.new_page(), user, live_server.url)
        screen.page.set_default_timeout(PATIENCE_MS)
        screen.page.route_web_socket("**/ws/live/", screen.connect)
        screen.page.on("pageerror", lambda error: screen.errors.append(str(error)))
        screen.page.on("console", lambda line: _keep_error(screen, line))
        return screen

    return sit_down


def _keep_error(screen: Screen, line: Any) -> None:
    if line.type == "error":
        screen.errors.append(line.text)
