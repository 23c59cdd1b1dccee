"""`python -m benchmarks soak [--minutes 30] [--times 20] [--operators 0]`: a shift at many times
Malmö's traffic, with twelve screens that follow it.

Judged at the end, in a line for each: nothing lacks its ACK, every screen holds what the database
holds, no promise is late, no process died and none grew. What is looked at every ten seconds is a
fault when it stands in two looks in a row: one alone may be the machine's own breath.
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
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil

from benchmarks.followers import Follower, Loader, followers
from benchmarks.house import PASSWORD, House, running_house
from benchmarks.memory import NAMES, kind_of
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
# A database has a process for each connection, and connections come and go.
STANDING = frozenset(NAMES.values()) - {"PostgreSQL"}
# `late` counts by the clock, between the changes that a screen is told of.
COUNTS = ("total", "unanswered", "active", "parked", "lost")
ROW = re.compile(r'data-key="(alarm:[^"]+)"[^>]*? data-seq="(\d+)"')
SEQ = re.compile(r'<main[^>]* data-seq="(\d+)"')
FAILED_WORK = "SELECT count(*) FROM ledger_delivery WHERE failed_at IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Growth:
    """Megabytes of one process after warming up and at the end, and its slope between them."""

    before: float
    after: float
    a_minute: float

    @property
    def limit(self) -> float:
        """More at the end than this is growth."""
        return max(self.before * (1 + GROWTH_SHARE), self.before + GROWTH_MB)


@dataclass(slots=True)
class Samples:
    """What was seen every ten seconds: when, megabytes by kind and process id, promises that were
    late, and how often a part was unwell twice in a row."""

    held: dict[tuple[str, int], list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    unwell: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    late: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    first: dict[int, str] = field(default_factory=dict)
    died: list[str] = field(default_factory=list)
    taken: int = 0
    _bad: frozenset[str] = frozenset()

    def take(self, house: House) -> None:
        """One more."""
        self.taken += 1
        self._weigh(house)
        parts = _health(house)
        bad = frozenset(name for name, part in parts.items() if not part["ok"])
        for name in parts:
            self.unwell[name] += name in bad & self._bad
        self._bad = bad
        for kind, number in parts.get("promises", {}).get("detail", {}).items():
            self.late[kind].append(number)

    def _weigh(self, house: House) -> None:
        if house.process is None:
            raise RuntimeError("the house is not running")
        root = psutil.Process(house.process.pid)
        moment, there = time.monotonic(), {}
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                kind = there[process.pid] = kind_of(process)
                size = process.memory_full_info().uss / 2**20
                self.held[kind, process.pid].append((moment, size))
        standing = {pid: kind for pid, kind in there.items() if kind in STANDING}
        self.first = self.first or standing
        self.died = [kind for pid, kind in self.first.items() if pid not in standing]

    def lasting(self) -> dict[str, int]:
        """The most promises of each kind that were late in two samples in a row."""
        return {
            kind: max((min(pair) for pair in pairwise(numbers)), default=0)
            for kind, numbers in sorted(self.late.items())
        }

    def growth(self) -> dict[str, Growth]:
        """The one that grew most of each kind, of those that lived from the first to the last."""
        worst: dict[str, Growth] = {}
        warm = int(self.taken * WARM_UP_SHARE)
        for (kind, _pid), weighed in self.held.items():
            later = weighed[warm:]
            if len(weighed) < self.taken - 1 or len(later) < 2 * EDGE:
                continue
            moments, sizes = zip(*later, strict=True)
            slope = statistics.linear_regression(moments, sizes).slope * 60
            before, after = statistics.median(sizes[:EDGE]), statistics.median(sizes[-EDGE:])
            found = Growth(before, after, slope)
            if kind not in worst or after - before > worst[kind].after - worst[kind].before:
                worst[kind] = found
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


def measure(
    house: House, *, times: float, minutes: float, operators: int
) -> dict[str, list[Figure]]:
    """Run it and judge it: the figures of each claim."""
    screen = house.folder.with_name("simulate")
    house.run("manage.py", "simulate", "--prepare")
    house.staff_desks()
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
    sys.stdout.write(screen.read_text(encoding="utf-8")[-900:])
    return {
        "Inget larm saknar sitt kvitto": [
            at_most("Simuleringens felkod (1: larm utan kvitto)", traffic.returncode or 0, 0, "")
        ],
        "Skärmarna visar vad databasen har": [
            at_most("Skärmar som visar något annat", wrong, 0, f"av {SCREENS}"),
            at_most("Uttag som bröts", ended, 0, "st"),
        ],
        "Inget löfte är sent": _lateness(house, samples),
        "Ingen process dör": [at_most("Processer som dog", len(samples.died), 0, "st")],
        "Ingen process växer": _growth(samples),
    }


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
        at_most(f"  {name}: inte frisk två prov i rad", count, 0, f"av {samples.taken}")
        for name, count in sorted(samples.unwell.items())
    ]
    return [
        *(
            at_most(f"  {kind}: sena två prov i rad, som mest", number, 0, "st")
            for kind, number in samples.lasting().items()
        ),
        at_most("Leveranser som gavs upp", house.ask(FAILED_WORK)[0][0], 0, "st"),
        *unwell,
    ]


def _growth(samples: Samples) -> list[Figure]:
    found = samples.growth()
    unseen = STANDING - found.keys()
    return [
        at_most("Slag av processer som inte kunde vägas", len(unseen), 0, "st"),
        *(
            Figure(
                f"  {kind}, USS, den som växte mest",
                f"{spoken(one.before)} till {spoken(one.after)} MB",
                f"högst {spoken(one.limit)}",
                one.after <= one.limit,
            )
            for kind, one in sorted(found.items())
        ),
        *(
            Figure(f"  {kind}, lutning efter uppvärmning", f"{spoken(one.a_minute)} MB/min")
            for kind, one in sorted(found.items())
        ),
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when an aim was missed."""
    parser = ArgumentParser(prog="python -m benchmarks soak")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--times", type=float, default=20.0)
    parser.add_argument("--operators", type=int, default=0)
    chosen = parser.parse_args(arguments)
    with running_house() as house:
        claims = measure(
            house, times=chosen.times, minutes=chosen.minutes, operators=chosen.operators
        )
    sys.stdout.write(f"\nsoak, {chosen.times:g} gånger Malmö i {chosen.minutes:g} min\n")
    for figures in claims.values():
        sys.stdout.write(f"{rows(figures)}\n")
    held = {
        claim: all(figure.ok is not False for figure in figures)
        for claim, figures in claims.items()
    }
    verdicts = [Figure(claim, "ja" if kept else "NEJ") for claim, kept in held.items()]
    sys.stdout.write(f"\n{rows(verdicts)}\n")
    return 0 if all(held.values()) else 1
