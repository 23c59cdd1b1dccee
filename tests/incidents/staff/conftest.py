"""A staff at work with a broken window at the school, led by the tjänsteman i beredskap."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from incidents.models import Incident, Staff, StaffRow, Words
from incidents.services.staff import opening, writing
from incidents.services.staff.writing import RowData
from tests.incidents.conftest import HOUR, Make
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared.actor import Actor

Write = Callable[..., StaffRow]


@pytest.fixture
def by_tib(tib: User) -> Actor:
    """The tjänsteman i beredskap acting."""
    return actor_for(tib)


@pytest.fixture
def incident(make: Make) -> Incident:
    """At the school."""
    return make()


@pytest.fixture
def staff(incident: Incident, by_tib: Actor, now: dt.datetime) -> Staff:
    """Opened two hours ago; its first row says why."""
    return opening.open_staff(
        actor=by_tib,
        now=now - 2 * HOUR,
        incident_id=incident.public_id,
        level=2,
        reason="Flera skolor utan el.",
    )


def said(text: str = "Skolan är utrymd.", **fields: Any) -> RowData:
    """What somebody writes; words of a decision among the fields."""
    words = {
        name: fields.pop(name)
        for name in ("sender", "recipient", "decider", "reasons")
        if name in fields
    }
    given = {"public_id": uuid.uuid4(), "kind": "event", **fields}
    return RowData(words=Words(text=text, **words), **given)


@pytest.fixture
def write(staff: Staff, by_tib: Actor, now: dt.datetime) -> Write:
    """`write("Text", kind="media")`: the next row, by the tjänsteman i beredskap."""

    def go(text: str = "Skolan är utrymd.", **fields: Any) -> StaffRow:
        actor, at = fields.pop("by", by_tib), fields.pop("at", now)
        data = said(text, **fields)
        return writing.write(actor=actor, now=at, staff_id=staff.public_id, data=data)

    return go


@pytest.fixture
def decide(write: Write) -> Write:
    """The same for a decision."""

    def go(text: str = "Skolan stängs.", **fields: Any) -> StaffRow:
        given = {"decider": "Stabschef", "reasons": "Kallt och mörkt.", **fields}
        return write(text, kind="decision", **given)

    return go
