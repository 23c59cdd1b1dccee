"""`python -m benchmarks soak [--minutes 30] [--times 20] [--operators 0]`: a shift at many times
Malmö's traffic, with twelve screens that follow it.

Judged at the end: no process grew, no promise came late, nothing lacks its ACK, and every screen
holds what the database holds.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks.followers import Follower, Loader, followers
from benchmarks.house import PASSWORD, House, running_house
from benchmarks.memory import kind_of
from benchmarks.table import Figure, at_most, rows, spoken
from trygghetscentral.board.simulation.web import Browser
from trygghetscentral.shared import env

PEOPLE = ("operator", "operator2", "skiftledare")
SCREENS = 12
SAMPLE_SECONDS = 10.0
# Caches, pools and the first big batches come first; after this share of the run nothing grows.
WARM_UP_SHARE = 1 / 3
EDGE = 3
GROWTH_SHARE, GROWTH_MB = 0.15, 10.0
SETTLE_SECONDS = 120.0
LATE_SECONDS = 30.0
LAST_WORDS = 1_200
# `late` counts by the clock, between the changes that a screen is told of.
COUNTS = ("total", "unanswered", "active", "parked", "lost")
ROW = re.compile(r'data-key="(alarm:[^"]+)"[^>]*? data-seq="(\d+)"')
SEQ = re.compile(r'<main[^>]* data-seq="(\d+)"')
LATE_WORK = """
SELECT count(*) FROM ledger_delivery
WHERE done_at IS NULL AND failed_at IS NULL AND due_at < now() - make_interval(secs => %s)
"""
FAILED_WORK = "SELECT count(*) FROM ledger_delivery WHERE failed_at IS NOT NULL"


@dataclass(slots=True)
class Samples:
    """What was seen every ten seconds. Megabytes by kind and process id; parts that were unwell."""

    held: dict[tuple[str, int], list[float]] = field(default_factory=lambda: defaultdict(list))
    unwell: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    latest: list[int] = field(default_factory=list)
    taken: int = 0

    def take(self, house: House) -> None:
        """One more."""
        self.taken += 1
        if house.process is None:
            raise RuntimeError("the house is not running")
        root = psutil.Process(house.process.pid)
        for process in (root, *root.children(recursive=True)):
            try:
                size = process.memory_full_info().uss / 2**20
                self.held[kind_of(process), process.pid].append(size)
            except psutil.Error:
                continue
        for name, part in _health(house).items():
            self.unwell[name] += not part["ok"]
        self.latest.append(house.ask(LATE_WORK, LATE_SECONDS)[0][0])

    def growth(self) -> dict[str, tuple[float, float]]:
        """The one that grew most of each kind: megabytes after warming up, and at the end."""
        worst: dict[str, tuple[float, float]] = {}
        warm = int(self.taken * WARM_UP_SHARE)
        for (kind, _pid), sizes in self.held.items():
            later = sizes[warm:]
            if len(sizes) < self.taken - 1 or len(later) < 2 * EDGE:
                continue
            before, after = statistics.median(later[:EDGE]), statistics.median(later[-EDGE:])
            if kind not in worst or after - before > worst[kind][1] - worst[kind][0]:
                worst[kind] = before, after
        return worst


def _health(house: House) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"{house.base_url}/health/ready", timeout=15) as answer:  # noqa: S310
            body = json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            body = json.load(refusal)
    except (OSError, ValueError):
        return {"webben": {"ok": False}}
    found: dict[str, Any] = body["parts"]
    return found


def _page(browser: Browser) -> dict[str, Any]:
    text = browser.get("/larm/")
    seq = SEQ.search(text)
    if seq is None:
        raise RuntimeError("the board was not shown")
    found = [{"key": key, "seq": int(number)} for key, number in ROW.findall(text)]
    return {"seq": int(seq[1]), "rows": found}


def _sessions(house: House) -> list[Browser]:
    browsers = []
    for name in PEOPLE:
        browser = Browser(house.base_url)
        if not browser.sign_in(name, PASSWORD):
            raise RuntimeError(f"{name} could not sign in")
        browsers.append(browser)
    return browsers


def _traffic(
    house: House, screen: Path, *, times: float, minutes: float, operators: int
) -> subprocess.Popen[bytes]:
    arguments = ["--times", str(times), "--minutes", str(minutes)]
    arguments += ["--operators", str(operators)] if operators else []
    with screen.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", "simulate", *arguments],
            cwd=env.PROJECT_ROOT,
            env=house.surroundings(),
            stdout=output,
            stderr=output,
        )


def measure(house: House, *, times: float, minutes: float, operators: int) -> list[Figure]:
    """Run it and judge it."""
    screen = house.folder.with_name("simulate")
    house.run("manage.py", "simulate", "--prepare")
    sessions: list[tuple[str, Loader]] = [
        (browser.cookie, partial(_page, browser)) for browser in _sessions(house)
    ]
    samples = Samples()
    with followers(sessions * (SCREENS // len(sessions)), house.port) as screens:
        traffic = _traffic(house, screen, times=times, minutes=minutes, operators=operators)
        try:
            while traffic.poll() is None:
                samples.take(house)
                time.sleep(SAMPLE_SECONDS)
        finally:
            traffic.terminate()
        house.rest(SETTLE_SECONDS)
        wrong = _differing(house, screens)
        ended = sum(each.lost for each in screens)
    said = screen.read_text(encoding="utf-8")
    sys.stdout.write(
        said[said.rfind("                  ") :] if traffic.returncode else said[-900:]
    )
    return [
        at_most("Simuleringens felkod (1: larm utan kvitto)", traffic.returncode or 0, 0, ""),
        at_most("Skärmar som inte visar vad databasen har", wrong, 0, f"av {SCREENS}"),
        at_most("Uttag som bröts", ended, 0, "st"),
        *_lateness(house, samples),
        *_growth(samples),
    ]


def _differing(house: House, screens: Sequence[Follower]) -> int:
    """How many screens differ from the database, when they have had time to be told."""
    wrong = len(screens)
    until = time.monotonic() + SETTLE_SECONDS
    while wrong and time.monotonic() < until:
        time.sleep(2)
        wrong = 0
        code = f"from benchmarks.truth import tell; tell({PEOPLE[0]!r})"
        truth = json.loads(house.run("manage.py", "shell", "-v", "0", "-c", code))
        for each in screens:
            shown = {key: row["seq"] for key, row in each.rows.items()}
            same = all(each.counts.get(name) == truth["counts"][name] for name in COUNTS)
            wrong += shown != truth["rows"] or not same
    return wrong


def _lateness(house: House, samples: Samples) -> list[Figure]:
    unwell = [
        at_most(f"  {name}: prover då delen inte var frisk", count, 0, f"av {samples.taken}")
        for name, count in sorted(samples.unwell.items())
    ]
    return [
        at_most(f"Löften senare än {LATE_SECONDS:.0f} s, som mest", max(samples.latest), 0, "st"),
        at_most("Leveranser som gavs upp", house.ask(FAILED_WORK)[0][0], 0, "st"),
        *unwell,
    ]


def _growth(samples: Samples) -> list[Figure]:
    figures = []
    for kind, (before, after) in sorted(samples.growth().items()):
        limit = max(before * (1 + GROWTH_SHARE), before + GROWTH_MB)
        figures.append(
            Figure(
                f"Minne (USS) som växte mest: {kind}",
                f"{spoken(before)} till {spoken(after)} MB",
                f"högst {spoken(limit)}",
                after <= limit,
            )
        )
    return figures


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when an aim was missed."""
    parser = ArgumentParser(prog="python -m benchmarks soak")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--times", type=float, default=20.0)
    parser.add_argument("--operators", type=int, default=0)
    chosen = parser.parse_args(arguments)
    with running_house() as house:
        figures = measure(
            house, times=chosen.times, minutes=chosen.minutes, operators=chosen.operators
        )
    sys.stdout.write(f"\nsoak, {chosen.times:g} gånger Malmö i {chosen.minutes:g} min\n")
    sys.stdout.write(f"{rows(figures)}\n")
    return 1 if any(figure.ok is False for figure in figures) else 0
