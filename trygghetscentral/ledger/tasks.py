"""The ledger's work in the workers. Each may run twice: the second run finds nothing to do."""

from __future__ import annotations

import time
from typing import Any

from celery import shared_task

from trygghetscentral.ledger import delivery, services
from trygghetscentral.shared import clock
from trygghetscentral.shared.services import note_heartbeat

# In the process that keeps all other promises too, which do not wait for a flood to be routed.
RUN_SECONDS = 1.0
WORKER = "worker"


@shared_task(name="ledger.deliver_due")
def deliver_due(**_: Any) -> int:
    """Deliver what is due, at most for a second.

    A portion that was not full was all there was: whatever has come meanwhile has a hint of its
    own, and taking it up one by one would cost more than it brings.
    """
    started = time.monotonic()
    delivered = 0
    while time.monotonic() - started < RUN_SECONDS:
        taken = delivery.deliver_portion(now=clock.now())
        delivered += taken
        if taken < delivery.PORTION:
            break
    note_heartbeat(part=WORKER, now=clock.now())
    return delivered


@shared_task(name="ledger.seal")
def seal(**_: Any) -> int:
    """Seal everything committed so far; returns the number of seals made."""
    made = 0
    while services.seal(now=clock.now()) is not None:
        made += 1
    return made
