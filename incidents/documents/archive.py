"""What the registrator takes out: each record as PDF/A with its metadata and its checksum."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from incidents.documents import sitreps
from incidents.models import DiaryEntry, Disclosure, Sitrep, Version
from incidents.sitrep_mails import moment_words
from trygghetscentral.files.press.orders import pdf

RECORD: Final = Path(__file__).with_name("record.typ")
RUNS: Final = ("=", "+", "-", "@", "\t", "\r")

Paper = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Taken:
    """A record as a file, with its hash."""

    entry: DiaryEntry
    name: str
    content: bytes
    sha256: str


def _sitrep(pk: int) -> bytes:
    sitrep = Sitrep.objects.select_related("incident").get(pk=pk)
    return sitreps.pdf_of(sitrep, Version.FULL, archive=True)


def _disclosure(pk: int) -> bytes:
    made = Disclosure.objects.select_related("controller", "incident", "corrects").get(pk=pk)
    return disclosure_pdf(made, archive=True)


def disclosure_pdf(made: Disclosure, *, archive: bool = False) -> bytes:
    """A decision on paper. Raises PressFailed."""
    title = _("Beslut om utlämnande %(number)s") % {"number": made.number}
    data = {"rows": disclosure_rows(made)}
    return pdf(RECORD, data, title=title, at=made.registered_at, archive=archive)


_papers: dict[str, Paper] = {
    DiaryEntry.Kind.SITREP: _sitrep,
    DiaryEntry.Kind.DISCLOSURE: _disclosure,
}


def set_paper(kind: DiaryEntry.Kind, paper: Paper) -> None:
    """Say how a record of a kind becomes a PDF/A, from its key. Called from `AppConfig.ready`."""
    _papers[kind] = paper


def disclosure_rows(made: Disclosure) -> list[list[str]]:
    """A decision, heading by heading, without what was not said."""
    rows = [
        (_("Nummer"), made.number),
        (_("Ansvarig"), made.controller.name),
        (_("Händelse"), made.incident.number if made.incident else ""),
        (_("Rättar"), made.corrects.number if made.corrects else ""),
        (_("Begärd av"), str(made.get_asker_display())),
        (_("Namn"), made.asker_name),
        (_("Begärd"), moment_words(made.asked_at)),
        (_("Vad begäran gällde"), made.what),
        (_("Grund"), str(made.get_ground_display())),
        (_("Sekretessprövning"), made.test),
        (_("Beslut"), str(made.get_outcome_display())),
        (_("Borttagna delar"), made.masked),
        (_("Överklagande"), made.appeal),
        (_("Beslutad av"), made.decided_by_name),
        (_("Beslutad"), moment_words(made.decided_at)),
    ]
    return [[label, text] for label, text in rows if text]


def take(entry: DiaryEntry) -> Taken:
    """One record as PDF/A. Raises PressFailed, and KeyError for a kind that has no paper."""
    content = _papers[entry.kind](entry.subject_id)
    name = f"{entry.made_at:%Y%m%d}-{entry.kind}-{entry.subject_id}.pdf"
    return Taken(entry, name, content, hashlib.sha256(content).hexdigest())


def package(taken: Sequence[Taken]) -> bytes:
    """A zip of the records, metadata as JSON and CSV, and the checksums as sha256sum reads them."""
    rows = [_metadata(one) for one in taken]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in taken:
            archive.writestr(one.name, one.content)
        archive.writestr("metadata.json", json.dumps(rows, ensure_ascii=False, indent=2))
        archive.writestr("metadata.csv", _csv(rows))
        archive.writestr("SHA256SUMS", "".join(f"{one.sha256}  {one.name}\n" for one in taken))
    return out.getvalue()


def _metadata(one: Taken) -> dict[str, Any]:
    entry = one.entry
    return {
        "id": str(entry.public_id),
        "slag": str(entry.get_kind_display()),
        "rubrik": entry.title,
        "ansvarig": entry.controller.name,
        "handelse": entry.incident.number if entry.incident else "",
        "upprattad": entry.made_at.isoformat(),
        "senast": entry.due_at.isoformat(),
        "fil": one.name,
        "sha256": one.sha256,
        "diarienummer": entry.diary_number,
        "anmarkning": _("DEMO – påhittade uppgifter") if settings.DEMO else "",
    }


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO()
    out.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(rows[0] if rows else ())
    # A cell that a spreadsheet would run gets an apostrophe first (OWASP, CSV injection).
    writer.writerows(
        [f"'{text}" if str(text).startswith(RUNS) else text for text in row.values()]
        for row in rows
    )
    return out.getvalue()
