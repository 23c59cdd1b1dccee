"""A lägesrapport as a tagged PDF (PDF/UA-1), in the version that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from incidents.models import Sitrep, SitrepRelease, Version
from incidents.selectors.sitreps import SectionView, SitrepView, view_of
from incidents.sitrep_mails import moment_words, next_words
from trygghetscentral.files.press.orders import pdf

TEMPLATE: Final = Path(__file__).with_name("sitrep.typ")


def pdf_of(
    sitrep: Sitrep,
    version: Version,
    *,
    release: SitrepRelease | None = None,
    archive: bool = False,
) -> bytes:
    """The paper of a version; `release` says who tested the open one. Raises PressFailed."""
    data = paper_data(view_of(sitrep, version), release=release)
    return pdf(TEMPLATE, data, title=title_of(sitrep), at=sitrep.sent_at, archive=archive)


def title_of(sitrep: Sitrep) -> str:
    """What the paper is called."""
    words = {"number": sitrep.number, "incident": sitrep.incident.number}
    return _("Lägesrapport %(number)s, %(incident)s") % words


def paper_data(view: SitrepView, *, release: SitrepRelease | None = None) -> dict[str, Any]:
    """Every word of the paper."""
    facts = view.sitrep.content["facts"]
    return {
        "subject": facts["title"],
        "head": [
            [_("Version"), str(view.version.label)],
            [_("Ansvarig"), facts["controller"]],
            [_("Skickad"), moment_words(view.sitrep.sent_at)],
            [_("Nästa uppdatering"), next_words(view.sitrep)],
        ],
        "notice": _notice(view),
        "sections": [_section(section) for section in view.sections],
        "from": {"title": f"10. {_('Avsändare')}", "rows": _from(view, release)},
    }


def _notice(view: SitrepView) -> str:
    if not view.has_marks:
        return ""
    return _("Innehåller delar som kan omfattas av sekretess. Varje utlämnande prövas för sig.")


def _section(view: SectionView) -> dict[str, Any]:
    mark = view.removed
    if view.ground:
        mark = _("Kan omfattas av sekretess: %(ground)s") % {"ground": view.ground}
    fields = [
        {"label": str(one.field.label), "lines": one.text.splitlines()}
        for one in view.fields
        if one.text
    ]
    if not fields and not view.removed:
        fields = [{"label": "", "lines": [_("Inget att rapportera.")]}]
    title = f"{view.section.number}. {view.section.title}"
    return {"title": title, "mark": mark, "fields": fields}


def _from(view: SitrepView, release: SitrepRelease | None) -> list[list[str]]:
    sitrep = view.sitrep
    who = f"{sitrep.sender}, {sitrep.role}" if sitrep.role else sitrep.sender
    rows = [
        [_("Avsändare"), who],
        [_("Nummer"), str(sitrep.number)],
        [_("Sekretess"), view.secrecy],
        [_("Mottagare"), ", ".join(one["name"] for one in sitrep.content["recipients"]) or "–"],
    ]
    if not view.is_open:
        # It covers the marked parts too: who has it could try out what a short one says.
        rows.append([_("Kontrollsumma"), sitrep.sha256])
    if release is not None:
        tested = {"at": moment_words(release.at), "who": release.by.signature}
        rows.append([_("Prövad mot sekretess"), _("%(at)s av %(who)s") % tested])
    return rows
