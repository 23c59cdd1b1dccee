"""The app's work in the workers. Each may run twice: the second run finds nothing to do."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings

from trygghetscentral.callout import auditor
from trygghetscentral.callout.gateways import web
from trygghetscentral.callout.gateways.base import GatewayError
from trygghetscentral.callout.gateways.configured import gateway_for
from trygghetscentral.callout.selectors.promises import silent_parts
from trygghetscentral.callout.services import auditing, bundles, reach, sending
from trygghetscentral.callout.states import Channel
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor

RUN_SECONDS = 5.0
CALLOUT = Actor.system("callout")

log = structlog.get_logger()


@shared_task(name="callout.widen_due")
def widen_due(**_: Any) -> int:
    """Call the next rank, or all of them anew, where nobody has answered in time."""
    started = time.monotonic()
    called = 0
    for step in (reach.widen_due, bundles.renew_due):
        while time.monotonic() - started < RUN_SECONDS and step(actor=CALLOUT, now=clock.now()):
            called += 1
    return called


@shared_task(name="callout.send_mail")
def send_mail(**_: Any) -> int:
    """Send the mails that are due."""
    return _send(Channel.EMAIL)


@shared_task(name="callout.send_sms")
def send_sms(**_: Any) -> int:
    """Send the text messages that are due. Apart from mail: neither waits for the other."""
    return _send(Channel.SMS)


def _send(channel: Channel) -> int:
    started = time.monotonic()
    taken = 0
    while time.monotonic() - started < RUN_SECONDS:
        delivery = sending.claim_due(actor=CALLOUT, now=clock.now(), channel=channel)
        if delivery is None:
            break
        _send_one(delivery.pk, delivery.attempts, channel)
        taken += 1
    return taken


def _send_one(pk: int, attempt: int, channel: Channel) -> None:
    gateway = gateway_for(channel)
    about: dict[str, Any] = {"actor": CALLOUT, "pk": pk, "attempt": attempt}
    try:
        # What takes time comes first, so that the last look at the call is just before it leaves.
        gateway.open()
        sending.hand_over(**about, now=clock.now(), gateway=gateway)
    except GatewayError as error:
        sending.note_failure(**about, now=clock.now(), error=error)
    finally:
        gateway.close()


@shared_task(name="callout.audit")
def audit(**_: Any) -> int:
    """Look for promises that are late and that nobody has taken."""
    now = clock.now()
    late = auditing.note_overdue(actor=CALLOUT, now=now, counts=auditor.examine(now))
    if late:
        log.error("promises_overdue", kinds=late)
    return late


@shared_task(name="callout.ping_deadman")
def ping_deadman(**_: Any) -> bool:
    """Tell the listener outside that all is well; say nothing when it is not."""
    now = clock.now()
    if not settings.DEADMAN_URL or silent_parts(now) or any(auditor.examine(now).values()):
        return False
    try:
        web.ping(settings.DEADMAN_URL)
    except GatewayError as error:
        log.warning("deadman_unreached", code=error.code)
        return False
    return True
