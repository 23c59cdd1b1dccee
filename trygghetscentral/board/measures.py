"""What /metrics answers: counters of every process, and gauges that the database knows."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable

from django.db import DatabaseError
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from alarms.selectors.health import alarm_load, intake_state
from alarms.selectors.shift import unstaffed_desks
from trygghetscentral.ledger.selectors import ledger_state
from trygghetscentral.live.selectors import publisher_state
from trygghetscentral.shared.selectors import heartbeat_age

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class FromTheDatabase(Collector):
    """Gauges that are true for the whole house, whichever process is asked."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[Metric]:
        """`tc_up` is 0, and nothing else is said, when the database does not answer."""
        try:
            found = [*self._alarms(), *self._machinery()]
        except DatabaseError:
            return [GaugeMetricFamily("tc_up", "Whether the database answers", 0)]
        return [GaugeMetricFamily("tc_up", "Whether the database answers", 1), *found]

    def _alarms(self) -> Iterable[Metric]:
        load = alarm_load(now=self.now)
        count = GaugeMetricFamily("tc_alarms_open", "Open alarms", labels=["state", "category"])
        for labels, number in sorted(load.open.items()):
            count.add_metric(labels, number)
        yield count
        yield _gauge(
            "tc_alarms_oldest_unanswered_seconds",
            "How long the oldest unanswered alarm has waited",
            load.oldest_unanswered_seconds,
        )

    def _machinery(self) -> Iterable[Metric]:
        intake = intake_state(now=self.now)
        ledger = ledger_state(now=self.now)
        publisher = publisher_state(now=self.now)
        for name, text, value in (
            ("tc_alarms_unrouted", "Alarms that reached no desk in time", intake.unrouted),
            ("tc_links_lost", "Lines that are silent for too long", intake.links_lost),
            (
                "tc_desks_unstaffed",
                "Desks in use that nobody works",
                len(unstaffed_desks(self.now)),
            ),
            ("tc_receivers", "Receiver processes heard lately", intake.receivers),
            (
                "tc_receiver_age_seconds",
                "Since a receiver was last heard",
                intake.receiver_age_seconds,
            ),
            ("tc_ledger_seq", "Newest row of the ledger", ledger.seq),
            ("tc_ledger_unsealed", "Rows that wait for a seal", ledger.unsealed),
            ("tc_deliveries_overdue", "Deliveries not made in time", ledger.overdue),
            ("tc_deliveries_failed", "Deliveries out of attempts", ledger.failed),
            (
                "tc_deliveries_overdue_seconds",
                "Age of the oldest overdue delivery",
                ledger.overdue_seconds,
            ),
            ("tc_publisher_lag_rows", "Ledger rows not yet published", publisher.lag_rows),
            ("tc_publisher_age_seconds", "Since the publisher was heard", publisher.age_seconds),
            (
                "tc_worker_age_seconds",
                "Since a worker was heard",
                heartbeat_age(part="worker", now=self.now),
            ),
            (
                "tc_beat_age_seconds",
                "Since beat was heard",
                heartbeat_age(part="beat", now=self.now),
            ),
        ):
            yield _gauge(name, text, value)


def _gauge(name: str, text: str, value: float | None) -> GaugeMetricFamily:
    """A gauge without a sample when there is nothing to tell: 0 would say that all is well."""
    family = GaugeMetricFamily(name, text)
    if value is not None:
        family.add_metric([], value)
    return family


def exposition(*, now: dt.datetime) -> tuple[bytes, str]:
    """The text and its content type.

    With PROMETHEUS_MULTIPROC_DIR set, as under `make run`, every process of the machine is in it.
    """
    own = CollectorRegistry()
    own.register(FromTheDatabase(now))
    if os.environ.get(SHARED_FOLDER):
        MultiProcessCollector(own)  # type: ignore[no-untyped-call]  # the library has no type
        return generate_latest(own), CONTENT_TYPE_LATEST
    return generate_latest(own) + generate_latest(REGISTRY), CONTENT_TYPE_LATEST
