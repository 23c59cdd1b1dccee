"""A whole shift in the real house: two operators and a shift lead, by keyboard, on real frames."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.house import shift_acts as acts
from tests.house.hands import Hands, Windows
from tests.house.panel import Panel
from tests.house.shift_acts import PANELS, Shift
from tests.house.shift_truth import nothing_forgotten, nothing_twice, numbers_without_gap
from tests.house.stack import House
from tests.house.transmitters import until_known
from tests.house.windows import clear_board

pytestmark = [pytest.mark.house, pytest.mark.browser]

SMALL = {"width": 1366, "height": 768}
LEAVE_ALL = "UPDATE alarms_desksignon SET ended_at = now() WHERE ended_at IS NULL"


@pytest.fixture
def shift(whole_house: House, window: Windows) -> Iterator[Shift]:
    """A board that is empty before and after, and the panels of five places."""
    clear_board(whole_house)
    whole_house.manage("shell", "-c", acts.REGISTER)
    with whole_house.database() as connection:
        connection.execute(acts.WE_ALARM, (PANELS["fire"][0],))
    ((since,),) = whole_house.ask("SELECT now()")
    made = Shift(whole_house, window, whole_house.mailbox, since)
    sequence = int(time.time()) % 9000
    for name, (account, _site) in PANELS.items():
        made.panels[name] = Panel(account, whole_house.dc09_port, sequence=sequence)
    until_known(whole_house, list(PANELS.values())[-1][0])
    yield made
    for panel in made.panels.values():
        panel.hang_up()
    with whole_house.database() as connection:
        connection.execute(LEAVE_ALL)
    clear_board(whole_house)


def at_work(shift: Shift) -> tuple[Hands, Hands]:
    """Both operators at their desks; växelnotiser and felanmälan have nobody."""
    one = shift.hands("operator", "OP 1", color_scheme="dark")
    two = shift.hands("operator2", "OP 2", color_scheme="light", viewport=SMALL)
    one.work("Trygghetslarm", "Brand", "Inbrott")
    two.work("Inbrott", "Teknik")
    return one, two


def is_true(shift: Shift, *windows: Hands) -> None:
    """What must hold however the shift went."""
    nothing_twice(shift)
    numbers_without_gap(shift)
    assert [hands.window.errors for hands in windows] == [[]] * len(windows)


def test_a_shift_from_accepted_handover_to_accepted_handover(shift: Shift) -> None:
    lead = shift.hands("skiftledare", "SL 1")
    acts.hands_over(lead, "Lugn natt.")
    one, two = at_work(shift)
    acts.accepts(one)
    acts.burglary(shift, one)
    acts.trygghetslarm(shift, one)
    acts.sent_on(shift, lead, two)
    held_up = acts.power_cut(shift, one, two)
    acts.leave(one, held_up, two)
    acts.hands_over(one, "Överfallet på Stadshuset är OP 2:s.")
    acts.accepts(two)
    nothing_forgotten(shift, two)
    is_true(shift, lead, one, two)


@pytest.mark.proof
def test_a_whole_shift_with_all_that_can_come_in_it(shift: Shift) -> None:
    lead = shift.hands("skiftledare", "SL 1")
    acts.hands_over(lead, "Lugn natt.")
    one, two = at_work(shift)
    acts.accepts(one)
    acts.burglary(shift, one)
    acts.fire(shift, two)
    acts.trygghetslarm(shift, one)
    acts.sent_on(shift, lead, two)
    water = acts.by_hand(shift, lead, two, one)
    acts.prov(shift, two)
    acts.lock(one)
    held_up = acts.power_cut(shift, one, two)
    one.close(held_up, "2", said="Kassan, fel knapp")
    left = walks_out(shift, two, one)
    one.close(left, "1", said="Städaren igen")
    two = acts.change(lead, "operator2", "OP 2")
    two.work("Inbrott", "Teknik")
    acts.leave(one, water, two)
    acts.hands_over(one, "Vattnet på Skolan Kastanjen är OP 2:s.")
    acts.accepts(two)
    nothing_forgotten(shift, two)
    is_true(shift, one, two)


def walks_out(shift: Shift, who: Hands, colleague: Hands) -> str:
    """Closes the browser with an alarm of hers open: it comes back, and a colleague takes it."""
    key = shift.came("burglary", "BA4", "burglary")
    who.take(key)
    who.board.context.close()
    row = colleague.board.locator(f'.row[data-key="{key}"]')
    expect(row.locator(".row-state")).to_contain_text("Återlämnat", timeout=150_000)
    assert shift.state(key) == ("new", None)
    colleague.take(key)
    return key
