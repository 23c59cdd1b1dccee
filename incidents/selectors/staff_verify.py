"""Reading the logs of staffs back: is every row as it was written?

Three witnesses: the row's own hash, the next row's hash of it, and the ledger, which was told of
each row with its hash and is sealed. The last row has no next one, and whoever counts all hashes
anew has not changed the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from incidents.models import Staff, StaffRow
from incidents.staff_chain import digest_of
from incidents.staff_events import StaffRowWritten
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow


@dataclass(frozen=True, slots=True)
class LogFault:
    """One thing wrong with one row."""

    incident: str
    staff: UUID
    number: int
    what: str


@dataclass(frozen=True, slots=True)
class LogReport:
    """What was read."""

    staffs: int
    rows: int
    faults: tuple[LogFault, ...]


def verify_logs() -> LogReport:
    """Recompute every hash of every log, and hold it against the ledger."""
    faults: list[LogFault] = []
    count = rows = 0
    for staff in Staff.objects.select_related("incident").order_by("pk").iterator(100):
        count += 1
        said = _told(staff)
        for number, what in _faults(staff, said):
            faults.append(LogFault(staff.incident.number, staff.public_id, number, what))
        rows += len(said)
    return LogReport(count, rows, tuple(faults))


def _told(staff: Staff) -> dict[int, str]:
    """The hash that the ledger holds of each row, by number; "" where its content is gallrat."""
    ids = StaffRow.objects.filter(staff=staff).values_list("pk", flat=True)
    about = LedgerRow.objects.filter(
        name=StaffRowWritten.name,
        subject_type=StaffRow._meta.label_lower,
        controller_id=staff.incident.controller_id,
    )
    bodies = LedgerPayload.objects.filter(
        seq__in=about.values("seq"), body__staff=str(staff.public_id)
    )
    told = {
        body["number"]: body["sha256"] for body in bodies.values_list("body", flat=True) if body
    }
    erased = about.filter(subject_id__in=[str(pk) for pk in ids]).count() - len(told)
    if erased > 0:
        numbers = StaffRow.objects.filter(staff=staff).values_list("number", flat=True)
        told |= {number: "" for number in numbers if number not in told}
    return told


def _faults(staff: Staff, told: dict[int, str]) -> Iterator[tuple[int, str]]:
    previous, expected = b"", 1
    left = dict(told)
    rows = StaffRow.objects.filter(staff=staff).order_by("number")
    for row in rows.prefetch_related("attachments__file").iterator(500):
        yield from ((gap, _("raden är borttagen")) for gap in range(expected, row.number))
        what = _fault(
            row, previous, follows=row.number == expected, known=left.pop(row.number, None)
        )
        if what:
            yield row.number, what
        for gap in range(expected, row.number):
            left.pop(gap, None)
        previous, expected = bytes(row.sha256), row.number + 1
    yield from ((number, _("raden är borttagen")) for number in sorted(left))


def _fault(row: StaffRow, previous: bytes, *, follows: bool, known: str | None) -> str:
    if known is None:
        return _("raden är insmugen: händelseloggen känner den inte")
    if digest_of(row, list(row.attachments.all())) != bytes(row.sha256):
        return _("raden är ändrad")
    if known and known != bytes(row.sha256).hex():
        return _("raden stämmer inte med händelseloggen")
    if follows and bytes(row.previous_sha256) != previous:
        return _("raden hör inte till kedjan")
    return ""
