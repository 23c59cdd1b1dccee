"""A week of observations from two nämnder, and those who compile the city's report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from incidents.est_states import ReportMove
from incidents.models import EstObservation, EstReport
from incidents.selectors.est.weeks import Week, week_now
from incidents.services.est import drafting, moving, observing, weeks
from incidents.services.est.drafting import DraftData, PriorityData
from incidents.services.est.observing import ObservationData
from tests.accounts.factories import person
from tests.alarms.routing.town import Town
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.places.geometry import Position

Observe = Callable[..., EstObservation]
TORGET = Position(13.0007, 55.6090)


@pytest.fixture
def week(now: dt.datetime) -> Week:
    """The week of the tests: 11 of 2026."""
    return week_now(now)


@pytest.fixture
def bea(city: City) -> User:
    """Compiles the veckorapport of the city."""
    return person("PREP_COORD", city.root, username="bea", name="Bea", signature="BER 1")


@pytest.fixture
def tib(city: City) -> User:
    """Compiles too, and so reviews what Bea has written."""
    return person("DUTY_OFFICER", city.root, username="tib", name="Tib", signature="TiB")


@pytest.fixture
def observe(town: Town, cia: User, now: dt.datetime, week: Week) -> Observe:
    """`observe(kind="litter", released=True)`: at the school, by Cia."""

    def go(*, by: User = cia, at: Any = None, released: bool = False, **fields: Any) -> Any:
        organisation = at or town.schools
        given: dict[str, Any] = {
            "kind": "litter",
            "week": week,
            "text": "Skräp runt papperskorgarna vid gården.",
            "site": town.school,
        }
        row = observing.observe(
            actor=actor_for(by),
            now=now,
            organisation_id=organisation.pk,
            data=ObservationData(**(given | fields)),
        )
        if released:
            observing.release(actor=actor_for(by), now=now, public_ids=[row.public_id])
            row.refresh_from_db()
        return row

    return go


@pytest.fixture
def gathering(bea: User, now: dt.datetime) -> EstReport:
    """The week is open."""
    return weeks.open_week(actor=actor_for(bea), now=now)


def level(report: EstReport, **more: Any) -> DraftData:
    """What the author saves: what stands there, a level and one place."""
    report.refresh_from_db()
    texts = {name: getattr(report, name) for name in drafting.SECTIONS} | more.pop("texts", {})
    given: dict[str, Any] = {
        "level": "yellow",
        "level_sentence": "Mer nedskräpning än vanligt.",
        "priorities": [
            PriorityData(
                place="Gården",
                why="Flera observationer.",
                responsible="Gatukontoret",
                position=TORGET,
            )
        ],
    }
    return DraftData(revision=report.revision, texts=texts, **(given | more))


@pytest.fixture
def draft(gathering: EstReport, bea: User, now: dt.datetime) -> Callable[..., EstReport]:
    """`draft()`: filled, with a level, saved by Bea."""

    def go(**more: Any) -> EstReport:
        drafting.make_draft(actor=actor_for(bea), now=now, public_id=gathering.public_id)
        data = level(gathering, **more)
        return drafting.save_draft(
            actor=actor_for(bea), now=now, public_id=gathering.public_id, data=data
        )

    return go


@pytest.fixture
def step(now: dt.datetime) -> Callable[..., EstReport]:
    """`step(report, "submit", by=bea)`."""

    def go(report: EstReport, what: str, *, by: User, remark: str = "") -> EstReport:
        return moving.move(
            actor=actor_for(by),
            now=now,
            public_id=report.public_id,
            step=ReportMove(what),
            remark=remark,
        )

    return go


@pytest.fixture
def publish(
    draft: Callable[..., EstReport], step: Callable[..., EstReport], bea: User, tib: User
) -> Callable[..., EstReport]:
    """`publish()`: the whole way."""

    def go(**more: Any) -> EstReport:
        report = step(draft(**more), "submit", by=bea)
        step(report, "approve", by=tib)
        return step(report, "publish", by=tib)

    return go
