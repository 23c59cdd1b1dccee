"""A version of the veckorapport as a tagged PDF (PDF/UA-1), made of its content alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from incidents.documents.weekly_map import map_svg
from incidents.models import EstVersion
from trygghetscentral.files.press.orders import pdf

TEMPLATE: Final = Path(__file__).with_name("weekly.typ")


def weekly_pdf(content: dict[str, Any], *, at: dt.datetime, archive: bool = False) -> bytes:
    """The paper; PDF/A for the archive. Raises PressFailed."""
    return pdf(TEMPLATE, paper_data(content), title=content["title"], at=at, archive=archive)


def archived(pk: int) -> bytes:
    """A published version for the registrator, from its key. Raises PressFailed."""
    version = EstVersion.objects.get(pk=pk)
    return weekly_pdf(version.content, at=version.at, archive=True)


def paper_data(content: dict[str, Any]) -> dict[str, Any]:
    """Every word of the paper, its map among them."""
    svg = map_svg(content["priorities"])
    said = "; ".join(
        f"{one['order']} {one['place']}"
        for one in content["priorities"]
        if one["longitude"] is not None
    )
    return {
        **content,
        "map": {
            "svg": svg,
            "title": _("Nästa veckas prioriterade platser. Numren är de i tabellen."),
            "alt": _("Karta över Malmö med de prioriterade platserna: %(places)s.")
            % {"places": said},
        }
        if svg
        else None,
        "words": _words(),
    }


def _words() -> dict[str, Any]:
    return {
        "level": _("Nivå"),
        "level_by": _("Satt av"),
        "closed": _("Bara i den begränsade versionen"),
        "priorities": _("Prioriterade platser nästa vecka"),
        "priority_columns": ["Nr", _("Plats"), _("Varför"), _("Ansvarig"), _("Insats")],
        "follow_up": _("Vad det blev av förra veckans platser"),
        "follow_up_columns": [_("Plats"), _("Ansvarig"), _("Läge"), _("Vad som gjordes")],
        "observations": _("Observationer"),
        "observation_columns": [_("Slag"), _("Antal"), _("Områden")],
        "incidents": _("Händelser"),
        "incident_columns": [_("Grupp"), _("Antal"), _("Områden")],
        "each": _("Varje observation"),
        "each_columns": [_("Slag och plats"), _("När"), _("Vad"), _("Gjort"), _("Från")],
        "total": _("Alla"),
        "few": _("För få för att visas."),
        "none": _("Inga platser är prioriterade."),
        "about": _("Om rapporten"),
    }
