"""Chromium, signed in at the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.house import PASSWORD, House

CHROMIUM = "/usr/bin/chromium"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield browser
        finally:
            browser.close()


def signed_in(browser: Browser, house: House, username: str) -> tuple[BrowserContext, Page]:
    """A context of its own, standing on the page after signing in."""
    context = browser.new_context(base_url=house.base_url, locale="sv-SE")
    page = context.new_page()
    page.goto("/konto/logga-in/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "logga-in" not in url)
    return context, page


def session_cookie(context: BrowserContext) -> str:
    """`name=value` for a client of one's own."""
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())
