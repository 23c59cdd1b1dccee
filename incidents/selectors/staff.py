"""The staff room as it is read: the log's rows, decisions that hold, who is there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from incidents.models import (
    Incident,
    Staff,
    StaffAttachment,
    StaffKind,
    StaffPresence,
    StaffRow,
    Words,
)
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.models import StoredFile
from trygghetscentral.files.secrecy import SecrecyGround

HERE_FOR: Final = dt.timedelta(seconds=45)
LATE_BY: Final = dt.timedelta(minutes=1)
PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row as it is shown. `words` is None where only the ground may be told."""

    row: StaffRow
    words: Words | None
    corrected_by: list[StaffRow]
    attachments: list[StaffAttachment]

    @property
    def ground(self) -> str:
        """The provision in words, "" for a row that is not marked."""
        return str(SecrecyGround(self.row.ground).label) if self.row.ground else ""

    @property
    def is_late(self) -> bool:
        """Whether it was written down noticeably after it happened."""
        return self.row.registered_at - self.row.happened_at >= LATE_BY

    @property
    def is_decision(self) -> bool:
        """Whether somebody decided something."""
        return self.row.kind == StaffKind.DECISION

    @property
    def expired_at(self) -> dt.datetime | None:
        """When the decision ceased to hold."""
        return self.row.decision.expired_at if self.is_decision else None


def line_of(row: StaffRow, *, clear: bool) -> RowLine:
    """A row as `StaffRowQuerySet.whole` reads it; `clear` for whoever may read marked words."""
    hidden = row.is_marked and not clear
    return RowLine(
        row,
        None if hidden else row.words(),
        list(row.corrections.all()),
        [] if hidden else list(row.attachments.all()),
    )


def may_read_marked(user: User, incident: Incident) -> bool:
    """Secrecy holds between authorities too (OSL 8 kap. 1 §): readers at the controller, and the
    incident's own circle when it has one."""
    if incident.restricted_group_id is not None:
        return True
    return user.may(Permission.INCIDENT_VIEW, incident.controller_id)


def may_work(user: User, staff: Staff) -> bool:
    """Whether the user may write in the room now."""
    return staff.is_open and user.may(Permission.STAFF_WORK, staff.incident.controller_id)


def room(user: User, incident: Incident) -> QuerySet[Staff]:
    """The staffs of one incident, the newest first."""
    return Staff.objects.visible_to(user).filter(incident=incident).select_related("incident")


def open_staffs(user: User) -> list[Staff]:
    """The staffs at work that the user sees, the highest level first."""
    found = Staff.objects.visible_to(user).open().select_related("incident")
    return list(found.order_by("-level", "opened_at"))


def lines(staff: Staff, *, clear: bool, before: int) -> list[RowLine]:
    """A page of the log before a row, the newest first."""
    earlier = StaffRow.objects.filter(staff=staff, number__lt=before)
    rows = earlier.whole().order_by("-number")
    return [line_of(row, clear=clear) for row in rows[:PAGE]]


def whole_log(staff: Staff, *, clear: bool) -> list[RowLine]:
    """Every row in order, for the paper."""
    rows = StaffRow.objects.filter(staff=staff).whole().order_by("number")
    return [line_of(row, clear=clear) for row in rows]


def marked_rows(staff: Staff, wanted: Iterable[UUID]) -> Sequence[StaffRow]:
    """Those of the wanted rows that are marked, at most one page of them."""
    rows = StaffRow.objects.filter(staff=staff, public_id__in=list(wanted)[:PAGE])
    return list(rows.exclude(ground="").whole().order_by("number"))


def live_rows(staff_ids: Iterable[str], audiences: frozenset[str], limit: int) -> list[StaffRow]:
    """The newest rows of these staffs for some audiences."""
    found = StaffRow.objects.for_audiences(audiences).filter(staff__public_id__in=list(staff_ids))
    return list(found.whole().order_by("-number", "-pk")[:limit])


def rows_by_id(ids: Iterable[str]) -> dict[str, StaffRow]:
    """Rows by primary key as text."""
    real = StaffRow.objects.filter(pk__in=[int(pk) for pk in ids])
    rows = real.filter(staff__incident__exercise_id__isnull=True).whole()
    return {str(row.pk): row for row in rows}


def decisions_of(staff: Staff) -> list[tuple[int, str]]:
    """Numbers and labels of the staff's decisions."""
    rows = StaffRow.objects.filter(staff=staff, decision_number__isnull=False)
    return [(row.decision_number or 0, row.decision_label) for row in rows.order_by("number")]


def last_function(staff: Staff, user: User) -> str:
    """What the user was in the staff when writing last."""
    last = StaffRow.objects.filter(staff=staff, by=user).order_by("-number").first()
    return last.function if last else ""


def present(staff: Staff, *, now: dt.datetime) -> list[str]:
    """Signatures of those who have the room before them."""
    here = StaffPresence.objects.filter(staff=staff, seen_at__gt=now - HERE_FOR)
    return sorted(here.values_list("user__signature", flat=True))


def attached_file(staff: Staff, file_id: UUID, *, clear: bool) -> StoredFile | None:
    """A file of the log; None where its row is marked and the reader may not read such."""
    found = StaffAttachment.objects.filter(row__staff=staff, file__public_id=file_id)
    if not clear:
        found = found.filter(row__ground="")
    one = found.select_related("file").first()
    return one.file if one else None
