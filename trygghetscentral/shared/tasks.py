"""The ground floor's work in the workers."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from trygghetscentral.shared import clock
from trygghetscentral.shared.services import note_heartbeat

BEAT = "beat"


@shared_task(name="shared.pulse")
def pulse(**_: Any) -> None:
    """Sent by beat only: that it runs proves beat, broker and worker."""
    note_heartbeat(part=BEAT, now=clock.now())
