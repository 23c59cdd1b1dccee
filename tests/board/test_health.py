"""/health and /metrics: who may ask, and what they are told when something is down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as house_settings
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import Settings

from alarms.models import Alarm, IntakePulse
from tests.alarms.intake.senders import Sender, make_installation, make_transmitter
from tests.ledger.support import note
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.board import health, measures
from trygghetscentral.ledger.models import Delivery
from trygghetscentral.live.services import keep_cursor
from trygghetscentral.shared.services import note_heartbeat
from trygghetscentral.shared.tasks import pulse

ELSEWHERE = "192.0.2.7"


def ready(client: Client, **extra: Any) -> tuple[int, dict[str, Any]]:
    """The answer's code and its parts."""
    response = client.get("/health/ready", **extra)
    body: dict[str, Any] = response.json()
    return response.status_code, body


@pytest.fixture
def sender(city: City, now: dt.datetime) -> Sender:
    """A panel at a school."""
    return Sender(make_transmitter(make_installation(city.technical), "1234"), "1234", now)


@pytest.fixture
def well(db: None, now: dt.datetime, travel: Callable[[dt.datetime], object]) -> dt.datetime:
    """A house where everything was heard of just now."""
    travel(now)
    IntakePulse.objects.create(process="a:1", listening_since=now, at=now)
    note_heartbeat(part="worker", now=now)
    pulse()
    keep_cursor(now=now, seq=0, leader="a", behind_seconds=0.0, rows_rendered=0, messages_sent=0)
    return now


def test_live_needs_nothing(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for address in ("127.0.0.1", ELSEWHERE):
        response = client.get("/health/live", REMOTE_ADDR=address)
        assert (response.status_code, response.content) == (200, b"ok\n")


def test_a_house_that_is_well_says_so(client: Client, well: dt.datetime) -> None:
    status, body = ready(client)

    assert (status, body["ok"], body["at"]) == (200, True, well.isoformat())
    assert {name for name, part in body["parts"].items() if part["ok"]} == {
        "database",
        "redis",
        "disk",
        "receivers",
        "routing",
        "workers",
        "beat",
        "deliveries",
        "seals",
        "promises",
        "publisher",
    }
    assert body["parts"]["receivers"]["age"] == 0.0
    assert body["parts"]["database"]["lag"] >= 0
    assert set(body["parts"]["redis"]["detail"]["waiting"]) == {"critical", "default", "bulk"}


@pytest.mark.parametrize(
    ("seconds", "down"),
    [
        (10, {"publisher"}),
        (16, {"publisher", "workers"}),
        (21, {"publisher", "workers", "receivers"}),
        (31, {"publisher", "workers", "receivers", "beat"}),
    ],
)
def test_silence_is_noticed(
    client: Client,
    well: dt.datetime,
    travel: Callable[[dt.datetime], object],
    seconds: int,
    down: set[str],
) -> None:
    travel(well + dt.timedelta(seconds=seconds))
    status, body = ready(client)
    assert status == 503
    assert {name for name, part in body["parts"].items() if not part["ok"]} == down
    assert body["parts"]["publisher"]["age"] == seconds


@pytest.mark.django_db
def test_a_house_that_was_never_heard_is_not_ready(client: Client) -> None:
    status, body = ready(client)
    assert status == 503
    assert body["parts"]["workers"] == {
        "ok": False,
        "critical": True,
        "lag": None,
        "age": None,
        "detail": {},
    }


def test_promises_that_are_late_are_noticed(
    client: Client, well: dt.datetime, sender: Sender, travel: Callable[[dt.datetime], object]
) -> None:
    sender.send(sender.message("BA"))
    note(1, now=well)
    Delivery.objects.create(seq=1, subscriber="x", due_at=well - dt.timedelta(seconds=11))
    Delivery.objects.create(seq=2, subscriber="x", due_at=well, attempts=10, failed_at=well)
    travel(well + dt.timedelta(minutes=6))
    _, body = ready(client)
    parts = body["parts"]
    assert (parts["routing"]["ok"], parts["routing"]["lag"]) == (False, 360.0)
    assert parts["routing"]["detail"] == {"unrouted": 1}
    assert parts["deliveries"]["ok"] is False
    assert parts["deliveries"]["lag"] == 371.0
    assert parts["deliveries"]["detail"]["failed"] == 1
    assert (parts["seals"]["ok"], parts["seals"]["critical"]) == (False, False)
    assert parts["seals"]["lag"] == 360.0


def test_a_redis_that_is_down_delays_but_does_not_stop(
    client: Client, well: dt.datetime, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, body = ready(client)
    assert status == 200
    assert body["parts"]["redis"]["ok"] is False


def test_a_database_that_is_down_is_said_without_waiting(
    client: Client, well: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = connection.get_connection_params()
    monkeypatch.setattr(connection, "get_connection_params", lambda: {**params, "port": 1})
    status, body = ready(client)
    assert status == 503
    assert set(body["parts"]) == {"database", "redis", "disk"}
    assert body["parts"]["database"]["detail"] == {"error": "OperationalError"}


def test_a_full_disk_is_noticed(
    client: Client, well: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DISK_FULL", 0.0)
    status, body = ready(client)
    assert (status, body["parts"]["disk"]["ok"]) == (503, False)


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
def test_strangers_are_turned_away(
    client: Client, well: dt.datetime, path: str, settings: Settings
) -> None:
    for extra in (
        {"REMOTE_ADDR": ELSEWHERE},
        {"headers": {"X-Forwarded-For": ELSEWHERE}},
        {"headers": {"Authorization": "Bearer tc_x_y"}, "REMOTE_ADDR": ELSEWHERE},
    ):
        assert client.get(path, **extra).status_code == 401
    settings.USE_X_FORWARDED_HOST = True
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/health/ready", "/metrics"])
def test_the_permission_opens_from_anywhere(
    client_of: Callable[[User], Client],
    well: dt.datetime,
    admin_user: User,
    alma: User,
    path: str,
) -> None:
    assert client_of(admin_user).get(path, REMOTE_ADDR=ELSEWHERE).status_code == 200
    assert client_of(alma).get(path, REMOTE_ADDR=ELSEWHERE).status_code == 403


def measured(exposition: bytes) -> dict[str, float]:
    """Sample by sample."""
    lines = exposition.decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_measures_tell_what_is_going_on(
    client: Client, well: dt.datetime, sender: Sender, travel: Callable[[dt.datetime], object]
) -> None:
    sender.send(sender.message("BA"))
    travel(well + dt.timedelta(seconds=40))
    response = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    found = measured(response.content)
    assert found["tc_up"] == 1
    (category,) = Alarm.objects.values_list("category", flat=True)
    assert found[f'tc_alarms_open{{category="{category}",state="new"}}'] == 1
    assert found["tc_alarms_oldest_unanswered_seconds"] == 40
    assert found["tc_receiver_age_seconds"] == 40
    assert found["tc_alarms_unrouted"] == 1
    assert found["tc_deliveries_overdue_seconds"] == 40
    assert any(name.startswith("tc_ledger_lock_wait_seconds") for name in found)


@pytest.mark.django_db
def test_no_measure_carries_personal_data(client: Client, sender: Sender) -> None:
    sender.send(sender.message("BA", text="Anna ligger i hallen"))
    text = client.get("/metrics").content.decode()
    for secret in ("Anna", "matsal", "Skolan"):
        assert secret not in text


def test_without_a_database_only_that_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch, now: dt.datetime
) -> None:
    def down(**_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(measures, "alarm_load", down)
    families = list(measures.FromTheDatabase(now).collect())
    assert [family.name for family in families] == ["tc_up"]
    assert families[0].samples[0].value == 0


@pytest.mark.django_db
def test_all_processes_are_counted_where_they_share_a_folder(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house_settings.TC_DATA_DIR / "metrics"
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv(measures.SHARED_FOLDER, str(folder))
    found = measured(client.get("/metrics").content)
    assert found["tc_up"] == 1
    # 0 would say that somebody has just begun to wait.
    assert "tc_alarms_oldest_unanswered_seconds" not in found
    assert not any(name.startswith("tc_ledger_lock_wait") for name in found)
