"""An operator's hands: a board and the pages beside it, worked with nothing but the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tests.house.stack import House
from tests.house.windows import Window

MOST_TABS = 120
MOST_ROWS = 210
# There is no telephone on this machine, and Chromium would stand still asking for one.
NO_TELEPHONE = """addEventListener("click", (event) => {
    if (event.target.closest?.("a[href^='tel:'], a[href^='sip:']")) event.preventDefault();
}, true)"""
AT_ROW = "document.activeElement?.closest('.row')?.dataset.key ?? ''"
WORKSTATION = {"width": 1920, "height": 1080}


@dataclass
class Hands:
    """One person at one workstation. `board` stays open all shift; `aside` is another tab."""

    house: House
    username: str
    signature: str
    window: Window
    aside: Page = field(init=False)

    def __post_init__(self) -> None:
        self.window.page.context.add_init_script(NO_TELEPHONE)
        self.aside = self.window.page.context.new_page()
        self.aside.set_default_timeout(20_000)
        self.aside.on("pageerror", lambda error: self.window.errors.append(str(error)))

    @property
    def board(self) -> Page:
        """The board's tab."""
        return self.window.page

    def sign_in(self) -> None:
        """From the address to a live board."""
        self.board.goto(f"{self.house.base_url}/konto/logga-in/")
        tab_to(self.board, "input[name=login]")
        self.board.keyboard.type(self.username)
        tab_to(self.board, "input[name=password]")
        self.board.keyboard.type(self.house.password)
        self.board.keyboard.press("Enter")
        self.live()

    def live(self) -> None:
        """Wait until the board is."""
        self.board.wait_for_selector('#live[data-live="on"]')

    def turn_to(self, path: str) -> Page:
        """Type an address in the other tab."""
        self.aside.bring_to_front()
        self.aside.goto(f"{self.house.base_url}{path}")
        return self.aside

    def work(self, *desks: str) -> None:
        """Sign on to desks, by their names."""
        page = self.turn_to("/larm/pass/")
        for name in desks:
            tab_to(page, f'label:has-text("{name}") input[name=desk]')
            page.keyboard.press("Space")
        tab_to(page, "form[action$='logga-pa/'] button")
        page.keyboard.press("Enter")
        expect(page.locator("#mine-title")).to_contain_text("Du är påloggad")
        self.board.bring_to_front()

    def stand(self, key: str) -> None:
        """Walk the rows until the alarm has focus."""
        page = self.board
        page.bring_to_front()
        page.wait_for_selector(f'.row[data-key="{key}"]')
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement?.blur?.()")
        for _ in range(MOST_ROWS):
            if page.evaluate(AT_ROW) == key:
                return
            page.keyboard.press("j")
        raise AssertionError(f"{self.signature} kommer inte till {key}")

    def opened(self, key: str) -> None:
        """Wait until the alarm is the opened one."""
        self.board.wait_for_selector(f'#detail .detail[data-key="{key}"]')

    def take(self, key: str) -> None:
        """T on the row; the alarm is then opened and theirs."""
        self.stand(key)
        self.board.keyboard.press("t")
        self.opened(key)
        self.has(key)

    def has(self, key: str) -> None:
        """Wait until the board says that the alarm is theirs."""
        expect(self.board.locator(f'.row[data-key="{key}"] .row-state')).to_contain_text(
            self.signature
        )

    def press(self, *keys: str) -> None:
        """Keys on the board, one after the other."""
        for key in keys:
            self.board.keyboard.press(key)

    def write(self, selector: str, text: str) -> None:
        """Go to a field with Tab and write."""
        tab_to(self.board, selector)
        self.board.keyboard.type(text)

    def confirm(self, selector: str) -> None:
        """Go to a button with Tab and press the space bar."""
        tab_to(self.board, selector)
        self.board.keyboard.press("Space")

    def close(self, key: str, digit: str, *, said: str = "", voice: str = "") -> None:
        """X, a digit for the cause, what was said on the site, and the space bar."""
        self.opened(key)
        self.press("x", digit)
        if voice:
            self.press(voice)
        if said:
            self.write("#close-said-by", "Vaktmästaren")
            self.write("#close-said", said)
        self.confirm("[data-close-confirm]")
        self.gone(key)

    def gone(self, key: str) -> None:
        """Wait until the alarm is closed."""
        self.board.wait_for_selector(f'#detail .detail[data-key="{key}"][data-state="closed"]')


def tab_to(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Press Tab until what `selector` names has focus."""
    wanted = page.locator(selector)
    wanted.first.wait_for(state="attached")
    for _ in range(MOST_TABS):
        page.keyboard.press(key)
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"tabben når inte {selector}")


def choose(page: Page, selector: str, words: str) -> None:
    """Go to a list with Tab and type the beginning of a choice."""
    tab_to(page, selector)
    page.keyboard.type(words)


Windows = Callable[..., Window]
