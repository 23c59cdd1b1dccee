"""The document tells the truth: generated calls meet no fault and no undocumented answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from rest_framework.test import APIClient
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.alarms.routing.town import SYSTEM, Town, message
from trygghetscentral.accounts import services as accounts
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import clock

EXAMPLES = 10
SCOPES = ("intake.send", "alarm.view", "site.view")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@contextmanager
def same_connection() -> Iterator[None]:
    """Let whole requests run inside the test's transaction, as Django's own client does."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def token(town: Town, bo: User) -> str:
    """Everything a token may carry here."""
    _token, text = accounts.create_api_token(
        actor=SYSTEM, now=clock.now(), user=bo, name="generated calls", scopes=SCOPES
    )
    return text


def test_generated_calls(
    town: Town,
    inline: None,
    token: str,
    client_of: Callable[[User], APIClient],
    bo: User,
) -> None:
    row = town.transmitter("A1B2")
    town.send(message(row, at=town.now, zone="å"))
    answer = client_of(bo).get("/api/v1/schema/?format=json")
    app = get_wsgi_application()
    document: Any = schemathesis.openapi.from_dict(answer.json())
    found = [one.ok() for one in document.get_all_operations()]
    assert len(found) == 6
    with same_connection():
        for operation in found:
            operation.app = app
            _call(operation, token)


def _call(operation: Any, token: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    run()
