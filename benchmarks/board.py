"""From server time to screen: 48 sockets and two browsers, 20 alarms a second."""

from __future__ import annotations

import socket
import time

from playwright.sync_api import Page

from benchmarks.accounts import NAMES
from benchmarks.browsers import chromium, session_cookie, signed_in
from benchmarks.house import House
from benchmarks.intake import runs
from benchmarks.sender import new_events
from benchmarks.sockets import screens
from benchmarks.table import Figure, at_most, spoken

SOCKETS, ALARMS_PER_SECOND = 48, 20
# Each round stays within the board's window of 200 rows.
ROUNDS, ALARMS = 3, 160
SETTLE_SECONDS = 3.0
AIM_P50_MS, AIM_P99_MS = 50, 250

WATCH = """() => {
    window.seen = {};
    new MutationObserver((changes) => {
        const at = (performance.timeOrigin + performance.now()) / 1000;
        for (const change of changes)
            for (const node of change.addedNodes)
                if (node.id && node.id.startsWith("alarm-")) window.seen[node.id.slice(6)] ??= at;
    }).observe(document.getElementById("main"), {childList: true, subtree: true});
}"""
RAISED = """
SELECT a.public_id::text, extract(epoch FROM r.at)::float8 FROM ledger_row AS r
JOIN alarms_alarm AS a ON a.id = r.subject_id::bigint
WHERE r.name = 'alarm.raised' AND r.seq > %s
"""


def measure(house: House) -> list[Figure]:
    """Delays in milliseconds, over all rounds."""
    browsers: list[float] = []
    sockets: list[float] = []
    lost = 0
    with chromium() as browser:
        people = [signed_in(browser, house, name) for name in ("operator", "operator2")]
        cookie = session_cookie(people[0][0])
        for _ in range(ROUNDS):
            house.clear_board()
            house.rest()
            (since,) = house.ask("SELECT max(seq) FROM ledger_row")[0]
            pages = [page for _, page in people]
            for page in pages:
                _open_board(page)
            with screens(SOCKETS, house.port, cookie, since) as clients:
                _send_steadily(house)
                time.sleep(SETTLE_SECONDS)
                raised = dict(house.ask(RAISED, since))
                seen = [page.evaluate("window.seen") for page in pages]
                browsers += _delays(raised, seen)
                sockets += _delays(raised, [client.arrivals for client in clients])
            lost += len(raised) * len(pages) - sum(len(raised.keys() & each) for each in seen)
    return [
        at_most("Servertid till DOM, p50", _share(browsers, 0.5), AIM_P50_MS, "ms"),
        at_most("Servertid till DOM, p99", _share(browsers, 0.99), AIM_P99_MS, "ms"),
        at_most("  larm som en skärm inte visade", lost, 0, "st"),
        Figure("  till socket, p50", f"{spoken(_share(sockets, 0.5))} ms"),
        Figure("  till socket, p99", f"{spoken(_share(sockets, 0.99))} ms"),
    ]


def _open_board(page: Page) -> None:
    page.goto("/larm/")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)


def _send_steadily(house: House) -> None:
    """Each frame at its moment, whether or not the one before has been answered."""
    frames = new_events(NAMES, ALARMS, run=next(runs))
    with socket.create_connection(("127.0.0.1", house.dc09_port)) as line:
        started = time.perf_counter()
        for number, frame in enumerate(frames):
            time.sleep(max(0.0, started + number / ALARMS_PER_SECOND - time.perf_counter()))
            line.sendall(frame)
        time.sleep(1)


def _delays(raised: dict[str, float], seen: list[dict[str, float]]) -> list[float]:
    return [
        (arrivals[key] - at) * 1000
        for arrivals in seen
        for key, at in raised.items()
        if key in arrivals
    ]


def _share(delays: list[float], share: float) -> float:
    return sorted(delays)[int(len(delays) * share)]
