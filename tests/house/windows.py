"""Chromium windows before the real house, signed in as a person would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import PATIENCE_MS
from tests.house.stack import House

KEYS = "rows => rows.map(row => row.dataset.key)"


CLEAR = """
UPDATE alarms_alarm SET state = 'closed', closed_at = now(), unanswered = false,
    parked_until = NULL, acts_by = NULL, escalates_at = NULL, again_at = NULL,
    voice_contact = CASE category WHEN 'medical' THEN 'unasked' ELSE '' END,
    close_code_id = (SELECT min(id) FROM alarms_closecode) WHERE state <> 'closed'
"""
STOP = """
UPDATE callout_delivery SET state = 'stopped', due_at = NULL WHERE due_at IS NOT NULL;
UPDATE callout_call SET stopped_at = now(), stop_reason = 'closed', due_at = NULL
WHERE stopped_at IS NULL
"""


def clear_board(house: House) -> None:
    """Close whatever other tests have left and call nobody for it, behind the house's back: for
    pages yet to be opened, since a board shows its first 200 only."""
    with house.database() as connection:
        connection.execute(CLEAR)
        connection.execute(STOP)


@dataclass
class Window:
    """One operator's window. `errors` is what the browser complained of."""

    page: Page
    base_url: str
    errors: list[str] = field(default_factory=list)

    def sign_in(self, username: str, password: str) -> None:
        """Through the form."""
        self.page.goto(f"{self.base_url}/konto/logga-in/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "logga-in" not in url)

    def board(self) -> None:
        """Open the board and wait until it is live."""
        self.page.goto(f"{self.base_url}/larm/")
        self.page.wait_for_selector('#live[data-live="on"]')

    def row(self, text: str) -> str:
        """A selector of the row that says `text`."""
        return f'.row:has-text("{text}")'

    def keys(self) -> list[str]:
        """Every alarm on the board, in the order of strip, own and others'."""
        return list(self.page.eval_on_selector_all(".row[data-key]", KEYS))


@pytest.fixture
def window(house: House, chromium: Browser) -> Callable[..., Window]:
    """`window()` opens one; `window(base_url=..., color_scheme="dark")` another way."""

    def opened(base_url: str = house.base_url, **options: object) -> Window:
        size = {"width": 1920, "height": 1080}
        context = chromium.new_context(**{"viewport": size, "locale": "sv-SE", **options})  # type: ignore[arg-type]
        made = Window(context.new_page(), base_url)
        made.page.set_default_timeout(PATIENCE_MS)
        made.page.on("pageerror", lambda error: made.errors.append(str(error)))
        return made

    return opened
