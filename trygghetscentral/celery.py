"""The workers' wiring. Every task's queue stands in this one table, tested both ways."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trygghetscentral.settings")

CRITICAL, DEFAULT, BULK = "critical", "default", "bulk"

TASK_QUEUES: dict[str, str] = {
    "shared.pulse": CRITICAL,
    "ledger.deliver_due": CRITICAL,
    "ledger.seal": BULK,
    "callout.widen_due": CRITICAL,
    "callout.send_mail": DEFAULT,
    "callout.send_sms": DEFAULT,
    "callout.audit": CRITICAL,
    "callout.ping_deadman": DEFAULT,
    "alarms.route_unrouted": CRITICAL,
    "alarms.supervise_links": CRITICAL,
    "alarms.run_prov": CRITICAL,
    "alarms.run_floods": CRITICAL,
    "alarms.propose_floods": DEFAULT,
    "alarms.escalate_due": CRITICAL,
    "alarms.return_due": CRITICAL,
    "alarms.adopt_left_over": DEFAULT,
    "alarms.sweep_keys": BULK,
    "incidents.send_sitreps": DEFAULT,
    "incidents.remind_sitreps": DEFAULT,
    "incidents.run_picture": DEFAULT,
    "incidents.expire_decisions": DEFAULT,
    "incidents.open_est_weeks": DEFAULT,
    "incidents.count_months": BULK,
}

EVERY: dict[str, float] = {
    "shared.pulse": 5.0,
    "ledger.deliver_due": 1.0,
    "ledger.seal": 60.0,
    "callout.widen_due": 1.0,
    "callout.send_mail": 1.0,
    "callout.send_sms": 1.0,
    "callout.audit": 5.0,
    "callout.ping_deadman": 60.0,
    "alarms.route_unrouted": 5.0,
    "alarms.supervise_links": 1.0,
    "alarms.run_prov": 1.0,
    "alarms.run_floods": 1.0,
    "alarms.propose_floods": 5.0,
    "alarms.escalate_due": 1.0,
    "alarms.return_due": 1.0,
    "alarms.adopt_left_over": 5.0,
    "alarms.sweep_keys": 3600.0,
    "incidents.send_sitreps": 2.0,
    "incidents.remind_sitreps": 15.0,
    "incidents.run_picture": 5.0,
    "incidents.expire_decisions": 5.0,
    "incidents.open_est_weeks": 60.0,
    "incidents.count_months": 30.0,
}
"""Seconds between beats; a beat that finds its predecessor waiting expires unused."""

app = Celery("trygghetscentral")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_queues = tuple(
    Queue(name)  # type: ignore[no-untyped-call]  # kombu has no types
    for name in (CRITICAL, DEFAULT, BULK)
)
app.conf.task_routes = {name: {"queue": queue} for name, queue in TASK_QUEUES.items()}
app.conf.beat_schedule = {
    name: {"task": name, "schedule": seconds, "options": {"expires": max(seconds, 2.0)}}
    for name, seconds in EVERY.items()
}
app.autodiscover_tasks()


@setup_logging.connect  # type: ignore[untyped-decorator]  # celery has no types
def _keep_our_logging(**_: Any) -> None:
    """Django's settings have configured logging already; Celery would replace it."""
