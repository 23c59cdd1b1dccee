"""A slow figure costs nobody their database connection."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connection

from alarms.selectors.figures import turns
from trygghetscentral.files.press.orders import press
from trygghetscentral.shared.errors import Conflict


class Watched:
    """A semaphore that saw whether whoever came to it held a connection."""

    held: bool | None = None

    def acquire(self, timeout: float) -> bool:
        """As it was at the door."""
        self.held = connection.connection is not None
        return True

    def release(self) -> None:
        """Nothing to do."""


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_to_count_or_for_the_press_holds_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = Watched()
    monkeypatch.setattr(turns, "_turns", door)
    connection.ensure_connection()
    with turns.turn():
        connection.ensure_connection()
    assert door.held is False
    seen: list[bool] = []

    def pressed(*_: Any, **__: Any) -> subprocess.CompletedProcess[bytes]:
        seen.append(connection.connection is not None)
        return subprocess.CompletedProcess([], 0, b"[]")

    monkeypatch.setattr(subprocess, "run", pressed)
    with press("charts") as draw:
        draw([])
    assert seen == [False]


def test_more_than_two_do_not_count_at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST_SECONDS", 0)
    with ExitStack() as stack:
        for _ in range(turns.AT_ONCE):
            stack.enter_context(turns.turn())
        with pytest.raises(Conflict, match="Flera andra"):
            stack.enter_context(turns.turn())
    with turns.turn():
        pass
