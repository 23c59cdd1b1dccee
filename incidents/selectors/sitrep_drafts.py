"""The next lägesrapport while it is written: what stands, what is lacking, what is another than
in the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from incidents.models import Incident, Sitrep, SitrepDraftSection, Version
from incidents.selectors.differences import Piece
from incidents.selectors.sitreps import SitrepView, changes, sent_of, view_of
from incidents.services.sitreps.drafting import SectionText, draft_seal, section_seal
from incidents.sitrep_sections import SECTIONS, Field, Section, lacking
from trygghetscentral.files.secrecy import SecrecyGround


@dataclass(frozen=True, slots=True)
class DraftField:
    """A field of the draft to be written in, and what differs from the last report."""

    field: Field
    name: str
    text: str
    changes: list[Piece] | None

    @property
    def is_lacking(self) -> bool:
        """Whether the law asks for it and it says nothing."""
        return self.field.statutory and not self.text.strip()


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A section of the draft, its seal, and who wrote in it last."""

    section: Section
    fields: list[DraftField]
    ground: str
    seal: str
    row: SitrepDraftSection | None

    @property
    def paired(self) -> list[tuple[DraftField, DraftField]]:
        """Likely and worst of each hour, side by side; empty for other sections."""
        forecasts = [one for one in self.fields if "_" in one.field.code]
        return list(zip(forecasts[::2], forecasts[1::2], strict=True))

    @property
    def plain(self) -> list[DraftField]:
        """Those that are not forecasts by the hour."""
        return [one for one in self.fields if "_" not in one.field.code]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A section as the form shows it, and what somebody else has written in it meanwhile."""

    one: DraftSection
    theirs: Mapping[str, str]

    @property
    def their_lines(self) -> list[tuple[Field, str]]:
        """What the other wrote, field by field."""
        return [
            (field.field, self.theirs.get(field.field.code, ""))
            for field in self.one.fields
            if self.theirs
        ]


@dataclass(frozen=True, slots=True)
class Draft:
    """The whole draft."""

    sections: list[DraftSection]
    last: Sitrep | None
    seal: str
    lacking: list[Field]

    @property
    def marked(self) -> list[DraftSection]:
        """The sections with a ground."""
        return [one for one in self.sections if one.ground]


def draft_of(incident: Incident) -> Draft:
    """The draft as it stands, compared with the last report."""
    rows = {
        row.code: row
        for row in SitrepDraftSection.objects.filter(series__incident=incident).select_related(
            "changed_by"
        )
    }
    last = sent_of(incident).first()
    sections = [_draft_section(section, rows.get(section.code), last) for section in SECTIONS]
    texts = {field.field.code: field.text for one in sections for field in one.fields}
    return Draft(sections, last, draft_seal(rows, last=last.number if last else 0), lacking(texts))


def _draft_section(
    section: Section, row: SitrepDraftSection | None, last: Sitrep | None
) -> DraftSection:
    texts: Mapping[str, str] = row.texts if row else {}
    ground = row.ground if row else ""
    fields = [
        DraftField(
            field,
            f"{section.code}-{field.code}",
            texts.get(field.code, ""),
            changes(last.texts.get(field.code, ""), texts.get(field.code, "")) if last else None,
        )
        for field in section.fields
    ]
    return DraftSection(section, fields, ground, section_seal(texts, ground), row)


def rows_of(
    incident: Incident,
    given: Mapping[str, SectionText] | None,
    conflicts: Sequence[str],
    *,
    all_given: bool,
) -> list[DraftRow]:
    """The sections as the form shows them: as they stand, but where somebody else was first, or
    nothing could be saved, what the person wrote; with what the other wrote beside it."""
    rows = []
    for one in draft_of(incident).sections:
        own = (given or {}).get(one.section.code)
        theirs = one.section.code in conflicts
        if own is not None and (theirs or all_given):
            written = {field.field.code: field.text for field in one.fields}
            fields = [
                replace(field, text=own.texts.get(field.field.code, field.text))
                for field in one.fields
            ]
            # A clash is settled by saving again, after both texts have been read.
            seal = one.seal if theirs else own.seen
            shown = replace(one, fields=fields, ground=own.ground, seal=seal)
            rows.append(DraftRow(shown, written if theirs else {}))
        else:
            rows.append(DraftRow(one, {}))
    return rows


def preview_of(incident: Incident, draft: Draft, *, now: dt.datetime) -> SitrepView:
    """The draft in its open version, as it would be sent now."""
    texts = {field.field.code: field.text for one in draft.sections for field in one.fields}
    grounds = {one.section.code: one.ground for one in draft.marked}
    number = draft.last.number + 1 if draft.last else 1
    content = {"texts": texts, "grounds": grounds, "facts": {}, "recipients": []}
    sitrep = Sitrep(incident=incident, number=number, content=content, sent_at=now)
    return view_of(sitrep, Version.OPEN)


def grounds() -> list[tuple[str, str | Promise]]:
    """The secrecy grounds that a section may be marked with."""
    return [("", _("Inte markerad")), *SecrecyGround.choices]
