"""What every test stands on: fast hashing, a Redis of its own, a ledger that can be emptied."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Max
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.plugin import blocking_manager_key

from tests import database
from trygghetscentral import celery_app
from trygghetscentral.ledger import delivery, wake
from trygghetscentral.ledger.models import Delivery
from trygghetscentral.shared import clock, env

PLUGINS = ("tests.personas", "tests.chromium", "tests.house.stack", "tests.house.windows")
pytest_plugins = [name for name in PLUGINS if importlib.util.find_spec(name)]

# A Thursday in winter time: 13.37 UTC is 14.37 in Malmö.
NOW = dt.datetime(2026, 3, 12, 13, 37, tzinfo=dt.UTC)

HIGHEST_REDIS_DATABASE = 15


def _redis_url_of_worker(url: str, worker: str) -> str:
    """A Redis database of its own for each xdist worker, counted down from the highest."""
    if not worker:
        return url
    number = HIGHEST_REDIS_DATABASE - int(worker.removeprefix("gw"))
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return urlunsplit(parts._replace(query=f"db={number}"))
    return urlunsplit(parts._replace(path=f"/{number}"))


def _apart(folder: Path) -> None:
    """Give this process settings that touch nothing of the real house."""
    own = env.read(
        {
            **os.environ,
            "REDIS_URL": _redis_url_of_worker(
                settings.REDIS_URL, os.environ.get("PYTEST_XDIST_WORKER", "")
            ),
            "TC_DATA_DIR": str(folder),
            "DEMO": "1",
        }
    )
    settings.REDIS_URL = own.redis_url
    settings.CELERY_BROKER_URL = own.celery_broker_url
    celery_app.conf.broker_url = own.celery_broker_url
    for layer in settings.CHANNEL_LAYERS.values():
        layer["CONFIG"] = {"hosts": own.channel_hosts(), "prefix": "tc"}
    settings.CACHES["default"]["LOCATION"] = own.redis_url
    settings.TC_DATA_DIR = own.data_dir
    settings.STATIC_ROOT = own.data_dir / "static"
    settings.SECRET_KEY = own.secret_key
    settings.FIELD_KEYS = {"t1": b"1" * 32}
    settings.LEDGER_WAKE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Static files straight from the tree: no test should wait for collectstatic.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_USE_FINDERS = True


def _wait_longer(options: dict[str, Any]) -> None:
    """The house gives up soon on what it waits for, and a machine that runs all tests at once
    makes everything wait. No statement is compiled, as in the embedded server."""
    options["connect_timeout"] = "60"
    options["pool"] = {**options["pool"], "timeout": 60}
    options["options"] += " -c lock_timeout=30s -c statement_timeout=60s -c jit=off"


def pytest_configure(config: pytest.Config) -> None:
    """Set the settings before anything reads them."""
    folder = Path(tempfile.mkdtemp(prefix="tc-test-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    _apart(folder)
    _wait_longer(settings.DATABASES["default"]["OPTIONS"])
    # How long an example takes on a busy machine says nothing about the code.
    hypothesis.settings.register_profile(
        "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("patient")
    # See tests.database: the ledger refuses Django's way of emptying tables.
    TransactionTestCase._fixture_teardown = lambda _case: database.empty()  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _in_swedish() -> Iterator[None]:
    """A page asked for in English leaves its language in the thread, and not to the next test."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _nobody_remembered() -> None:
    """What others of this address tried in the last minute is not held against this test."""
    cache.clear()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """A test that leaves a transaction open does not take every test after it down with it."""
    try:
        yield
    finally:
        if connection.in_atomic_block:
            with item.config.stash[blocking_manager_key].unblock():
                database.begin_anew()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The migrated database, and a copy of what its migrations wrote."""
    with django_db_blocker.unblock():
        database.keep_reference_rows()
    yield
    with django_db_blocker.unblock():
        database.end_other_sessions()


@pytest.fixture
def now() -> dt.datetime:
    """The moment tests speak of; pass it to services."""
    return NOW


@pytest.fixture
def travel() -> Iterator[Callable[[dt.datetime], time_machine.Traveller]]:
    """Put the clock at a moment and let it stand: `travel(now)`; the result has `.shift()`."""
    travellers: list[time_machine.travel] = []

    def go(moment: dt.datetime) -> time_machine.Traveller:
        traveller = time_machine.travel(moment, tick=False)
        travellers.append(traveller)
        return traveller.start()

    yield go
    for traveller in reversed(travellers):
        traveller.stop()


@pytest.fixture
def deliver_all() -> Callable[..., int]:
    """Run every open ledger delivery now, as a worker would: `deliver_all()`.

    Deliveries made by the handlers are run too. A handler's error is raised, not postponed.
    Returns the number of deliveries; `now` defaults to the clock or the newest due time.
    """

    def run(now: dt.datetime | None = None) -> int:
        delivered = 0
        while True:
            open_ones = Delivery.objects.filter(
                done_at__isnull=True, failed_at__isnull=True, attempts=0
            )
            newest = open_ones.aggregate(newest=Max("due_at"))["newest"]
            moment = now or max(clock.now(), newest or clock.now())
            taken = delivery._deliver(now=moment, limit=delivery.PORTION)
            delivered += taken
            if taken == 0:
                return delivered

    return run


@pytest.fixture
def ledger_wake(settings: Settings) -> Iterator[None]:
    """Let commits send their hints to Redis, as outside of tests."""
    settings.LEDGER_WAKE = True
    yield
    wake.rest()


@pytest.fixture
def each_zone_its_own_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of many rows that need no objects for them; tests/alarms/zones has the zones."""
    monkeypatch.setattr("alarms.grouping.group_key", lambda **_: "")
