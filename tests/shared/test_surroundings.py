"""The tests' own surroundings: nothing leaves the machine, nothing is left behind."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable

import pytest
import pytest_socket
from django.conf import settings

from alarms.models import AlarmType
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.services import register_disposal_decision
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor


@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_no_test_reaches_the_network() -> None:
    with pytest.raises(pytest_socket.SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_loopback_and_unix_sockets_are_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
    socket.socket(socket.AF_UNIX).close()


def test_settings_touch_nothing_of_the_real_house() -> None:
    assert settings.TC_DATA_DIR.name.startswith("tc-test-")
    assert list(settings.FIELD_KEYS) == ["t1"]
    assert settings.LEDGER_WAKE is False


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_an_empty_ledger_and_its_reference_rows(
    turn: int, now: dt.datetime
) -> None:
    assert not LedgerRow.objects.exists()
    assert AlarmType.objects.count() == 20
    register_disposal_decision(
        actor=Actor.system("test"), now=now, number="KS-1", decided_at=now, controller_id=None
    )
    AlarmType.objects.all().delete()


@pytest.mark.django_db
def test_reference_rows_are_there_in_ordinary_tests() -> None:
    assert AlarmType.objects.filter(code="AL-BRA").exists()


def test_the_clock_stands_where_it_is_put(
    travel: Callable[[dt.datetime], object], now: dt.datetime
) -> None:
    travel(now)
    assert clock.now() == now
