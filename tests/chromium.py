"""One Chromium for all browser tests of a process; a test has its own contexts, which share
nothing. To start it costs more than most tests do in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

# What a page asks for every five seconds comes later on a machine that runs everything at once.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

# Chromium heeds the last list only: Playwright's that matter here, and then the address bar's
# suggestions, which nobody sees and which cost each window more than its page.
WITHOUT = (
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", f"--disable-features={','.join(WITHOUT)}")


@dataclass
class Driver:
    """Playwright with its loop, and the Chromium that was last started."""

    playwright: Playwright
    loop: asyncio.AbstractEventLoop
    last: Browser | None = None

    def browser(self) -> Browser:
        """The Chromium that runs; another one when it has died."""
        if self.last is None or not self.last.is_connected():
            self.last = self.playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(ARGUMENTS)
            )
        return self.last


@pytest.fixture(scope="session")
def chromium_driver() -> Iterator[Driver]:
    """Playwright, started once. Its loop counts as running only while a browser test does:
    beside it Django refuses to read, and no other loop may run."""
    with sync_playwright() as playwright:
        driver = Driver(playwright, asyncio.get_running_loop())
        asyncio._set_running_loop(None)
        yield driver
        asyncio._set_running_loop(driver.loop)
        if driver.last is not None:
            driver.last.close()


@pytest.fixture
def chromium(chromium_driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium with no context open. Ask for what writes to the database before it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    asyncio._set_running_loop(chromium_driver.loop)
    try:
        browser = chromium_driver.browser()
        yield browser
        for context in browser.contexts:
            context.close()
    finally:
        asyncio._set_running_loop(None)
