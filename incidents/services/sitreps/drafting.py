"""Writing on the next lägesrapport. Each section has a seal of its own: of two who write in the
same one the second is told, and what both have written is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from alarms.versions import fingerprint
from incidents.models import Incident, SitrepDraftSection, SitrepSeries
from incidents.services.holding import held, kept, tell
from incidents.sitrep_events import SitrepDrafted
from incidents.sitrep_sections import FIELDS, SECTIONS
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Invalid

MOST_TEXT: Final = 8000


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    """A section as somebody has written it, and the seal of what they began from."""

    texts: Mapping[str, str]
    ground: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """Sections that were saved, and those that somebody else had changed meanwhile."""

    sections: tuple[str, ...]
    conflicts: tuple[str, ...]


def section_seal(texts: Mapping[str, str], ground: str) -> str:
    """What a form of the section was filled in from; there is a seal of an empty one too."""
    return fingerprint(*sorted((code, text) for code, text in texts.items() if text), ground)


def draft_seal(sections: Mapping[str, SitrepDraftSection], *, last: int) -> str:
    """What the whole draft was when somebody read it, and which report was the `last` (0 is none):
    a button that is pressed twice sends once."""
    return fingerprint(
        last,
        *(
            section_seal(sections[section.code].texts, sections[section.code].ground)
            for section in SECTIONS
            if section.code in sections
        ),
    )


def save_draft(
    *, actor: Actor, now: dt.datetime, public_id: UUID, sections: Mapping[str, SectionText]
) -> Saved:
    """Save the sections that differ from what stands; the others are left alone.

    Raises Invalid for a text that is too long or a ground that does not exist, Missing, Forbidden
    and Conflict as for any change of the incident.
    """
    given = {code: _checked(code, section) for code, section in sections.items()}
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id, permission=Permission.STAFF_WORK)
        series = series_of(incident, now=now)
        standing = {one.code: one for one in series.sections.select_for_update()}
        saved, conflicts = [], []
        for code, (texts, ground, seen) in given.items():
            row = standing.get(code)
            before = section_seal(row.texts, row.ground) if row else section_seal({}, "")
            if section_seal(texts, ground) == before:
                continue
            if seen != before:
                conflicts.append(code)
                continue
            _write(series, code, texts, ground, user=user, now=now)
            saved.append(code)
        if saved:
            codes = tuple(Code(code) for code in saved)
            tell(SitrepDrafted(public_id=incident.public_id, sections=codes), incident)
    return Saved(sections=tuple(saved), conflicts=tuple(conflicts))


def series_of(incident: Incident, *, now: dt.datetime) -> SitrepSeries:
    """The incident's series, begun when there is none. The caller holds the incident."""
    series, _made = SitrepSeries.objects.get_or_create(
        incident=incident, defaults={"started_at": now}
    )
    return series


def _write(
    series: SitrepSeries,
    code: str,
    texts: dict[str, str],
    ground: str,
    *,
    user: User,
    now: dt.datetime,
) -> None:
    SitrepDraftSection.objects.update_or_create(
        series=series,
        code=code,
        defaults={"texts": texts, "ground": ground, "changed_by": user, "changed_at": now},
    )


def _checked(code: str, given: SectionText) -> tuple[dict[str, str], str, str]:
    section = next((one for one in SECTIONS if one.code == code), None)
    if section is None:
        raise Invalid(_("Avsnittet finns inte."), code="no_section", kept=kept())
    if given.ground and given.ground not in SecrecyGround.values:
        raise Invalid(_("Välj en sekretessgrund."), code="no_ground", kept=kept())
    texts = {}
    for field in section.fields:
        text = given.texts.get(field.code, "").replace("\r\n", "\n")
        texts[field.code] = cleaned(text, most=MOST_TEXT, what=str(FIELDS[field.code].label))
    return {name: text for name, text in texts.items() if text}, given.ground, given.seen
