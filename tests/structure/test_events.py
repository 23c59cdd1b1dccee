"""Every published event: its name, its fields, and its way through JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import typing
from typing import Any, ClassVar

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.structure.tree import ROOMS, code, texts
from trygghetscentral.ledger.events import EVENTS, Code, Event
from trygghetscentral.shared.clock import STOCKHOLM

PUBLISHED = {
    name: event for name, event in EVENTS.items() if event.__module__.split(".")[0] in ROOMS
}
CODES = st.from_regex(r"[A-Za-z0-9ÅÄÖåäö_.:#@+|/-]{0,64}", fullmatch=True).map(Code)
st.register_type_strategy(Code, CODES)
st.register_type_strategy(
    dt.datetime,
    st.datetimes(
        min_value=dt.datetime(1900, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
        max_value=dt.datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([dt.UTC, STOCKHOLM]),
    ),
)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


def hints(event: type[Event]) -> dict[str, Any]:
    """The fields and what they may hold."""
    return {
        name: hint
        for name, hint in typing.get_type_hints(event).items()
        if typing.get_origin(hint) is not ClassVar
    }


def test_every_room_that_publishes_is_loaded() -> None:
    rooms = {
        source.name
        for source in code()
        if source.parts[-1] == "events.py" or "events" in source.parts[:-1]
    }
    assert len(rooms) >= 4
    assert len(PUBLISHED) > 30


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_name_is_noun_and_past_tense_in_small_letters(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*\.[a-z][a-z_]*", name)
    assert PUBLISHED[name].schema_version >= 1


@pytest.mark.parametrize("name", sorted(PUBLISHED))
@settings(max_examples=5)
@given(data=st.data())
def test_a_payload_survives_json(name: str, data: st.DataObject) -> None:
    event = PUBLISHED[name]
    made = data.draw(
        st.builds(event, **{field: st.from_type(hint) for field, hint in hints(event).items()})
    )
    payload = made.payload()
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload
    assert set(payload) == {field.name for field in dataclasses.fields(event)}  # type: ignore[arg-type]  # published ones are


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_an_unknown_field_is_refused(name: str) -> None:
    with pytest.raises(TypeError):
        PUBLISHED[name](free_text="Anna")  # type: ignore[call-arg]  # that is the point


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_every_event_is_recorded_somewhere(name: str) -> None:
    called = re.compile(rf"\b{PUBLISHED[name].__name__}\b")
    found = [
        source.name
        for source in code()
        if called.search(source.text) and f"class {PUBLISHED[name].__name__}(" not in source.text
    ]
    own = [
        source.name
        for source in code()
        if len(called.findall(source.text)) > 1
        and f"class {PUBLISHED[name].__name__}(" in source.text
    ]
    assert found or own


def test_subscriptions_are_to_events_that_exist() -> None:
    asked = {
        match
        for _name, text in texts(r"^(alarms|trygghetscentral)/.*\.py$")
        for match in re.findall(r"""\bsubscribe\(\s*["']([a-z_.]+)["']""", text)
    }
    assert asked <= set(PUBLISHED)


def test_apps_are_ready() -> None:
    assert apps.ready
