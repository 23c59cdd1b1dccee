"""The rows of staff logs as screens follow them.

A row travels without its words when it is marked: one rendering serves every reader of the room.
Whoever may read them asks for them by name, and that is recorded.
"""

from __future__ import annotations

from typing import Final

from django.template.loader import render_to_string

from incidents.models import StaffRow
from incidents.selectors.staff import line_of, live_rows, rows_by_id
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.live import registry
from trygghetscentral.live.registry import Counts
from trygghetscentral.live.selection import Selection, value_of

STREAM: Final = "staff"
DIMENSION: Final = "staff"
HIGHEST: Final = 10**9


def tag_of(staff_id: object) -> str:
    """What a screen selects its room by."""
    return f"{DIMENSION}:{staff_id}"


def render_row(obj: StaffRow, *, language: str, level: str, seq: int) -> str:
    """One row, the same for all."""
    del language, level  # active already; a row has one level
    line = line_of(obj, clear=False)
    return render_to_string("incidents/staff/_row.html", {"line": line, "row": obj, "seq": seq})


def _window(audiences: frozenset[str], limit: int, selection: Selection) -> list[StaffRow]:
    return live_rows((value_of(tag) for tag in selection.tags), audiences, limit)


def _counts(_audiences: frozenset[str], _selection: Selection) -> Counts:
    return {}


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(
        registry.Stream(
            name=STREAM,
            events=("staff_row.",),
            subject_type=StaffRow._meta.label_lower,
            permissions=(Permission.INCIDENT_VIEW,),
            load=rows_by_id,
            subject_of=lambda row: str(row.pk),
            key=lambda row: f"row:{row.public_id}",
            sort=lambda row: f"{HIGHEST - row.number:010d}",
            audiences=lambda row: frozenset(row.staff.incident.audiences),
            alive=lambda _row: True,
            render=render_row,
            window=_window,
            counts=_counts,
            tags=lambda row: frozenset({tag_of(row.staff.public_id)}),
            dimensions=frozenset({DIMENSION}),
        )
    )
