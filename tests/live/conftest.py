"""Live pages are tested through the real Redis and PostgreSQL."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from trygghetscentral.live import registry
from trygghetscentral.live.fragments import fragments


@pytest.fixture(autouse=True)
def own_groups(settings: Settings) -> None:
    """Redis tells the readers of all its databases; a test must not hear another worker's."""
    settings.CHANNEL_LAYERS = {
        name: {
            **layer,
            "CONFIG": {**layer["CONFIG"], "prefix": f"tc-{connection.settings_dict['NAME']}"},
        }
        for name, layer in settings.CHANNEL_LAYERS.items()
    }


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Keys and seqs come again in another test's database."""
    fragments.clear()


@pytest.fixture
def quick_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Heartbeats that a test need not wait five seconds for."""
    monkeypatch.setattr("trygghetscentral.live.reader.BEAT_SECONDS", 0.2)
    monkeypatch.setattr("trygghetscentral.live.hub.NEWEST_SECONDS", 0.05)


@pytest.fixture
def no_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heart that stands still, so that only messages can have told the page."""
    monkeypatch.setattr("trygghetscentral.live.reader.BEAT_SECONDS", 3600.0)


@pytest.fixture
def bilingual() -> Iterator[None]:
    """Rows that say which language they are in."""
    alarms = registry.get("alarms")
    assert alarms

    def render(obj: Any, *, language: str, level: str, seq: int) -> str:
        assert language == translation.get_language()
        return alarms.render(obj, language=language, level=level, seq=seq) + f"<p>{language}"

    registry.register(dataclasses.replace(alarms, render=render))
    yield
    registry.register(alarms)
