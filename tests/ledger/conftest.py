"""Subscribers that come and go with one test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

from trygghetscentral.ledger import subscriptions

Subscribe = Callable[..., None]


@pytest.fixture
def subscribe(monkeypatch: pytest.MonkeyPatch) -> Subscribe:
    """`subscribe("test.noted", subscriber="a", handler=...)` for this test only."""
    monkeypatch.setattr(subscriptions, "_by_event", defaultdict(list))
    monkeypatch.setattr(subscriptions, "_handlers", {})
    return subscriptions.subscribe
