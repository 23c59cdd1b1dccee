"""How long the board takes to show itself with 10,000 open alarms."""

from __future__ import annotations

import statistics

from benchmarks.accounts import NAMES
from benchmarks.browsers import chromium, signed_in
from benchmarks.house import House
from benchmarks.intake import runs
from benchmarks.many_open import open_now
from benchmarks.sender import new_rows, send
from benchmarks.table import Figure, at_most

OPEN, WINDOW = 10_000, 200
LOADS = 5
AIM_MS = 1_000

# From the click until two frames after the rows stand in the page, so that they are painted.
PAINTED = """() => new Promise((done) => {
    const look = () => document.querySelectorAll("#main .row").length >= ROWS
        ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
        : setTimeout(look, 5);
    look();
})""".replace("ROWS", str(WINDOW))


def measure(house: House) -> list[Figure]:
    """The median of some loads."""
    if open_now(house) < OPEN:
        send(house.dc09_port, new_rows(NAMES, OPEN, run=next(runs)), connections=100)
    house.rest()
    house.clear_board(but=OPEN)
    with chromium() as browser:
        _context, page = signed_in(browser, house, "operator")
        waits = []
        for _ in range(LOADS):
            page.goto("/larm/", wait_until="commit")
            waits.append(float(page.evaluate(PAINTED)))
    name = f"De första {WINDOW} av {OPEN:,} öppna larm ritade".replace(",", " ")
    return [at_most(name, statistics.median(waits), AIM_MS, "ms")]
