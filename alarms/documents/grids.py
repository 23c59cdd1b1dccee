"""The one shape of the figures that page and files are all made of, so that they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alarms.documents.words import number_text
from alarms.selectors.figures import (
    FIGURES,
    Figures,
    LateAnswer,
    Line,
    Report,
    Table,
    category_label,
)
from trygghetscentral.shared.clock import local

TIMES = ("p80", "p985")

# Which figure each table's chart shows.
SHOWN = {"desk": "received", "category": "p80", "installation": "late"}


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is the number, None when there is none or it may not be seen; `text` as printed."""

    value: float | None
    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure in the period, and in the one before."""

    now: Cell
    before: Cell


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of a table, with one pair for each figure."""

    label: str
    pairs: tuple[Pair, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its heading; the last row is the total. `note` says what has no row.

    `drawn` is the column that its chart shows, None for no chart; `heat` draws all of them;
    `ranked` is whether its bars stand by size, or as the rows do.
    `compared` is whether the period before stands beneath each number.
    """

    code: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    note: str = ""
    drawn: int | None = 0
    heat: bool = False
    ranked: bool = True
    compared: bool = True


@dataclass(frozen=True, slots=True)
class LateRow:
    """An exception as printed; times in seconds."""

    public_id: UUID
    number: str
    category: str
    desk: str
    began: str
    target: int
    seconds: float
    seconds_text: str
    remark: str


def column_labels() -> tuple[str, ...]:
    """The figures' names, with their unit."""
    return tuple(f"{one.label} ({one.unit})" if one.unit else str(one.label) for one in FIGURES)


def grid_of(table: Table) -> Grid:
    """The table, with every cell already decided."""
    rows = [_row(line) for line in table.lines] + [_row(table.total, total=True)]
    drawn = [one.name for one in FIGURES].index(SHOWN[table.code])
    return Grid(table.code, table.title, column_labels(), tuple(rows), _note(table), drawn)


def _note(table: Table) -> str:
    if not table.left_out:
        return ""
    return ngettext(
        "De med flest väntetider över mål. %(number)s anläggning till finns i filerna för Excel "
        "och CSV.",
        "De med flest väntetider över mål. %(number)s anläggningar till finns i filerna för Excel "
        "och CSV.",
        table.left_out,
    ) % {"number": number_text(table.left_out)}


def _row(line: Line, *, total: bool = False) -> GridRow:
    pairs = tuple(Pair(_cell(line.now, one.name), _cell(line.before, one.name)) for one in FIGURES)
    return GridRow(line.label, pairs, total)


def _cell(figures: Figures, name: str) -> Cell:
    return cell_of(
        getattr(figures, name), hidden=name in figures.hidden, decimals=1 if name in TIMES else 0
    )


def cell_of(value: float | None, *, hidden: bool = False, decimals: int = 0) -> Cell:
    """A number as it is printed."""
    if hidden:
        return Cell(None, _("döljs"), hidden=True)
    if value is None:
        return Cell(None, "–")
    return Cell(value, number_text(value, decimals))


def late_rows(report: Report) -> list[LateRow]:
    """The exceptions. No person, no place: trygghetslarm are rows like any other."""
    return [_late_row(late, report.desks) for late in report.late.rows]


def _late_row(late: LateAnswer, desks: dict[int, str]) -> LateRow:
    remarks = [
        word
        for word, applies in ((_("larmade igen"), late.again), (_("obesvarat"), late.unanswered))
        if applies
    ]
    return LateRow(
        public_id=late.public_id,
        number=late.number,
        category=category_label(late.category),
        desk=desks.get(late.desk_id or 0, _("Ingen larmplats")),
        began=formats.date_format(local(late.began), "Y-m-d H:i:s"),
        target=late.target_seconds,
        seconds=late.seconds,
        seconds_text=number_text(late.seconds, 1),
        remark=", ".join(remarks),
    )
