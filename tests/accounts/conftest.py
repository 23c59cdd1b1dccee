"""The pages of accounts are tested without the floors above them."""

from __future__ import annotations

import copy

import pytest
from django.core.cache import cache
from pytest_django import Settings

ROOF = "trygghetscentral.board.context.house"


@pytest.fixture(autouse=True)
def without_the_roof(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Leave out the menu of the whole house, whose addresses the test's URLconf lacks."""
    if not request.node.get_closest_marker("urls"):
        return
    templates = copy.deepcopy(settings.TEMPLATES)
    processors = templates[0]["OPTIONS"]["context_processors"]
    templates[0]["OPTIONS"]["context_processors"] = [one for one in processors if one != ROOF]
    settings.TEMPLATES = templates


@pytest.fixture(autouse=True)
def no_counted_attempts() -> None:
    """Forget earlier sign-ins: rate limits count over tests too."""
    cache.clear()
