"""Nothing for axe to say on the pages a shift is spent on, in either theme."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.house.panel import Panel
from tests.house.stack import House
from tests.house.transmitters import register
from tests.house.windows import Window, clear_board

pytestmark = [pytest.mark.house, pytest.mark.browser]

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
SIZES = ({"width": 1920, "height": 1080}, {"width": 1366, "height": 768})
ZONE = "777001"


def look(page: Page, what: str) -> list[str]:
    """Run axe; print its version and what it could not decide; return its violations."""
    options = {"runOnly": {"type": "tag", "values": list(TAGS)}}
    found: dict[str, Any] = Axe().run(page, options=options).response
    undecided = [rule["id"] for rule in found["incomplete"]]
    print(f"axe {found['testEngine']['version']} {what}: incomplete {undecided or 'inga'}")  # noqa: T201
    return [
        f"{what}: {rule['id']} {[node['target'] for node in rule['nodes']]}"
        for rule in found["violations"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(whole_house: House, window: Callable[..., Window], theme: str) -> None:
    clear_board(whole_house)
    register(whole_house, {"A0021": "stadshuset"})
    panel = Panel("A0021", whole_house.dc09_port, sequence=1 if theme == "light" else 2)
    assert panel.send(ZONE, until=time.monotonic() + 30)
    panel.hang_up()
    said: list[str] = []
    for size in SIZES:
        one = window(color_scheme=theme, viewport=size)
        name = f"{theme} {size['width']}"
        one.page.goto(f"{one.base_url}/konto/logga-in/")
        said += look(one.page, f"inloggning {name}")
        one.sign_in("operator2", whole_house.password)
        one.board()
        one.page.wait_for_selector(one.row(f"zon {ZONE}"))
        said += look(one.page, f"larmlista {name}")
        one.page.click(f"{one.row(f'zon {ZONE}')} a[data-open]")
        one.page.wait_for_selector("#detail .detail")
        one.page.wait_for_load_state("networkidle")
        said += look(one.page, f"larm {name}")
        one.page.goto(f"{one.base_url}/objekt/stadshuset/")
        one.page.wait_for_load_state("networkidle")
        said += look(one.page, f"objektskort {name}")
    assert said == []
