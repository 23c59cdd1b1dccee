"""What a lägesrapport is made of (domain.md D.7), and what the law asks of it.

Lagen (2006:544) om kommuners och regioners åtgärder inför och vid extraordinära händelser i
fredstid och höjd beredskap, 2 kap. 9 § (LEH 2:9): the municipality keeps the authority that the
government names informed of händelseutvecklingen, tillståndet, den förväntade utvecklingen, and
vidtagna och planerade åtgärder. Five fields carry these words and must be filled in before a
report is sent; the database asks for the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LAW: Final = _("2 kap. 9 § LEH")
HOURS: Final = (6, 12, 24, 72)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One text of a report. `statutory` is asked for by LEH 2:9."""

    code: str
    label: str | Promise
    help_text: str | Promise = ""
    statutory: bool = False
    rows: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One numbered heading. It is what a secrecy ground is put on."""

    code: str
    number: int
    title: str | Promise
    fields: tuple[Field, ...]


def _forecasts() -> tuple[Field, ...]:
    return tuple(
        Field(code=f"{kind}_{hours}", label=format_lazy(label, hours=hours), rows=2)
        for hours in HOURS
        for kind, label in (
            ("likely", _("Troligast om {hours} timmar")),
            ("worst", _("Värst om {hours} timmar")),
        )
    )


SECTIONS: Final[tuple[Section, ...]] = (
    Section(
        code="course",
        number=1,
        title=_("Händelse"),
        fields=(
            Field(
                code="course",
                label=_("Händelseutvecklingen"),
                help_text=_("Vad som hänt, var, när, och hur det har utvecklats."),
                statutory=True,
                rows=5,
            ),
        ),
    ),
    Section(
        code="state",
        number=2,
        title=pgettext_lazy("lägesrapport", "Läge"),
        fields=(
            Field(
                code="state",
                label=_("Tillståndet"),
                help_text=_(
                    "Följder för liv och hälsa, samhällsfunktioner, egendom, miljö och förtroende. "
                    "Berörda områden och antal."
                ),
                statutory=True,
                rows=5,
            ),
        ),
    ),
    Section(
        code="actions",
        number=3,
        title=_("Åtgärder"),
        fields=(
            Field(code="taken", label=_("Vidtagna åtgärder"), statutory=True, rows=4),
            Field(code="planned", label=_("Planerade åtgärder"), statutory=True, rows=4),
        ),
    ),
    Section(
        code="outlook",
        number=4,
        title=_("Prognos"),
        fields=(
            Field(code="outlook", label=_("Den förväntade utvecklingen"), statutory=True, rows=4),
            *_forecasts(),
        ),
    ),
    Section(
        code="needs",
        number=5,
        title=_("Behov"),
        fields=(
            Field(
                code="needs",
                label=_("Behov"),
                help_text=_("Resurser, beslut, samverkan, information."),
            ),
        ),
    ),
    Section(
        code="communication",
        number=6,
        title=_("Kommunikation"),
        fields=(
            Field(
                code="communication",
                label=_("Kommunikation"),
                help_text=_("Budskap, rykten, medier."),
            ),
        ),
    ),
    Section(
        code="sources",
        number=7,
        title=_("Osäkerheter och källor"),
        fields=(
            Field(code="confirmed", label=_("Bekräftat"), help_text=_("Uppgift och källa.")),
            Field(code="unconfirmed", label=_("Obekräftat"), help_text=_("Uppgift och källa.")),
        ),
    ),
    Section(
        code="maps",
        number=8,
        title=_("Kartor och bilder"),
        fields=(
            Field(
                code="maps",
                label=_("Kartor och bilder"),
                help_text=_("Var de finns och vad de visar."),
            ),
        ),
    ),
)
"""Headings 9 (nästa uppdatering) and 10 (avsändare, nummer, tid, sekretess, mottagare) are not
written: they are what the report knows of itself."""

FIELDS: Final[dict[str, Field]] = {
    field.code: field for section in SECTIONS for field in section.fields
}
SECTION_CODES: Final[tuple[str, ...]] = tuple(section.code for section in SECTIONS)
STATUTORY: Final[tuple[str, ...]] = tuple(code for code, field in FIELDS.items() if field.statutory)


def lacking(texts: dict[str, str]) -> list[Field]:
    """The fields that LEH 2:9 asks for and that say nothing."""
    return [FIELDS[code] for code in STATUTORY if not texts.get(code, "").strip()]
