"""The alarms as rows that screens follow."""

from __future__ import annotations

from collections.abc import Collection

from django.template.loader import render_to_string

from alarms.models import Alarm
from alarms.selectors import board, selection
from alarms.selectors.rows import row_of, sort_key
from alarms.states import AlarmState
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.live import registry

EVENTS = ("alarm.",)


def _load(ids: Collection[str]) -> dict[str, Alarm]:
    return {str(pk): alarm for pk, alarm in board.load(int(pk) for pk in ids).items()}


def _render(obj: Alarm, *, language: str, level: str, seq: int) -> str:
    del language, level  # active already; a row of the list has one level
    tags = " ".join(sorted(selection.tags_of(obj)))
    return render_to_string("alarms/_row.html", {"row": row_of(obj, seq=seq), "tags": tags})


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(
        registry.Stream(
            name="alarms",
            events=EVENTS,
            subject_type="alarms.alarm",
            permissions=(Permission.ALARM_VIEW,),
            load=_load,
            subject_of=lambda alarm: str(alarm.pk),
            key=lambda alarm: f"alarm:{alarm.public_id}",
            sort=sort_key,
            audiences=lambda alarm: frozenset(alarm.audiences),
            alive=lambda alarm: alarm.state != AlarmState.CLOSED and not alarm.held,
            render=_render,
            window=selection.window,
            counts=selection.counts,
            tags=selection.tags_of,
            dimensions=selection.DIMENSIONS,
        )
    )
