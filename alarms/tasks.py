"""The room's work in the workers. Each may run twice: the second run finds nothing to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from celery import shared_task

from alarms.services import (
    adoption,
    escalation,
    floods,
    housekeeping,
    links,
    prov,
    returning,
    routing,
)
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

# One process keeps all promises that are due within a second: none of them waits for long while
# another is being caught up with. What is left, beat brings back.
RUN_SECONDS = 1.0
SWEEP_SECONDS = 60.0


def _until_done(portion: Callable[[], int], seconds: float) -> int:
    """Run portions until one is empty or the time is up; returns how many rows were done."""
    started = time.monotonic()
    done = 0
    while time.monotonic() - started < seconds:
        count = portion()
        done += count
        if count == 0:
            break
    return done


@shared_task(name="alarms.route_unrouted")
def route_unrouted(**_: Any) -> int:
    """Route what no delivery has routed."""
    actor = Actor.system("router")
    return _until_done(lambda: routing.route_left_over(actor=actor, now=clock.now()), RUN_SECONDS)


@shared_task(name="alarms.supervise_links")
def supervise_links(**_: Any) -> int:
    """Raise an alarm for each line that has been silent for too long."""
    actor = Actor.system("supervision")
    return _until_done(lambda: links.supervise(actor=actor, now=clock.now()), RUN_SECONDS)


@shared_task(name="alarms.escalate_due")
def escalate_due(**_: Any) -> int:
    """Tell somebody more of what nobody has answered."""
    actor = Actor.system("escalation")
    return _until_done(lambda: escalation.escalate_due(actor=actor, now=clock.now()), RUN_SECONDS)


@shared_task(name="alarms.return_due")
def return_due(**_: Any) -> int:
    """Return what was taken and left, and end parkings that have run out."""
    actor = Actor.system("escalation")

    def portion() -> int:
        now = clock.now()
        returned = returning.return_due(actor=actor, now=now)
        return returned + returning.unpark_due(actor=actor, now=now)

    return _until_done(portion, RUN_SECONDS)


@shared_task(name="alarms.sweep_keys")
def sweep_keys(**_: Any) -> int:
    """Remove keys and deliveries that no longer count."""
    actor = Actor.system("housekeeping")
    return _until_done(lambda: housekeeping.sweep(actor=actor, now=clock.now()), SWEEP_SECONDS)


@shared_task(name="alarms.adopt_left_over")
def adopt_left_over(**_: Any) -> int:
    """Give signals that came as unknown to the transmitters registered since."""
    actor = Actor.system("adoption")
    return _until_done(lambda: adoption.settle_left_over(actor=actor, now=clock.now()), RUN_SECONDS)


@shared_task(name="alarms.run_prov")
def run_prov(**_: Any) -> int:
    """End what has been in prov or ur drift for its time, and warn before it."""
    actor = Actor.system("prov")
    return _until_done(lambda: prov.run_due(actor=actor, now=clock.now()), RUN_SECONDS)


@shared_task(name="alarms.run_floods")
def run_floods(**_: Any) -> int:
    """Bring up what a larmflod has held for its time, and end floods whose time is out."""
    actor = Actor.system("flood")
    return _until_done(lambda: floods.run_due(actor=actor, now=clock.now()), RUN_SECONDS)


@shared_task(name="alarms.propose_floods")
def propose_floods(**_: Any) -> int:
    """Say where so much comes that it may be a larmflod."""
    return floods.propose(actor=Actor.system("flood"), now=clock.now())
