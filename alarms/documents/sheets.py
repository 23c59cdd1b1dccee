"""The figures as CSV and XLSX, with numbers as numbers and no cell that a program would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils.translation import gettext as _

from alarms.documents.grids import Cell, Grid, LateRow, grid_of, late_rows
from alarms.documents.words import (
    NO_BREAK,
    coverage_lines,
    moment_text,
    number_text,
    period_text,
    summary,
)
from alarms.selectors.figures import FIGURES, HIDING, Report

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
WIDE: Final = 36
NARROW: Final = 16

Row = list[str | float | None]


def harmless(text: str) -> str:
    """A text that a spreadsheet shows and never runs: what looks like a formula gets an
    apostrophe first (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(RUNS) else text


@dataclass(frozen=True, slots=True)
class Leaf:
    """A list beside the tables: what stands over it in CSV, and its sheet's name in XLSX, where
    "" makes no difference."""

    heading: str
    sheet: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a file says."""

    head: Sequence[str]
    grids: Sequence[Grid]
    leaves: Sequence[Leaf]


def csv_of(report: Report) -> bytes:
    """See `csv_from`."""
    return csv_from(_contents(report))


def xlsx_of(report: Report) -> bytes:
    """See `xlsx_from`."""
    return xlsx_from(_contents(report))


def csv_from(contents: Contents) -> bytes:
    """UTF-8 with a byte order mark, semicolons and decimal commas, as Swedish Excel opens it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for line in contents.head:
        writer.writerow([harmless(line)])
    for grid in contents.grids:
        writer.writerow([])
        writer.writerows([_csv_text(value) for value in row] for row in table_rows(grid))
    for leaf in contents.leaves:
        writer.writerow([])
        if leaf.heading:
            writer.writerow([leaf.heading])
        writer.writerows([_csv_text(value) for value in row] for row in leaf.rows)
    return f"{BOM}{out.getvalue()}".encode()


def xlsx_from(contents: Contents) -> bytes:
    """A workbook with one sheet for each table, and one for each list beside them."""
    from openpyxl import Workbook
    from openpyxl.writer.excel import save_workbook

    book = Workbook()
    sheets = [(grid.title, list(table_rows(grid))) for grid in contents.grids]
    sheets += [(leaf.sheet, list(leaf.rows)) for leaf in contents.leaves]
    for place, (title, rows) in enumerate(sheets):
        sheet = book.active if place == 0 else book.create_sheet()
        _fill(sheet, title, contents.head, rows)
    out = io.BytesIO()
    save_workbook(book, out)
    return out.getvalue()


def meaning(rows: Iterable[list[str]]) -> Leaf:
    """What the figures mean."""
    return Leaf("", _("Om siffrorna"), [[*row] for row in rows])


def _contents(report: Report) -> Contents:
    leaves = [meaning(definition_rows(report))]
    if report.detailed:
        late = Leaf(_late_title(report), _("Över mål"), list(exception_rows(report)))
        leaves.insert(0, late)
    return Contents(head_lines(report), grids(report), leaves)


def grids(report: Report) -> list[Grid]:
    """Every table of the report."""
    return [grid_of(table) for table in report.tables]


def head_lines(report: Report) -> list[str]:
    """What stands at the top of everything that leaves the house."""
    title = _("Larmcentralens siffror, %(period)s") % {"period": period_text(report.period)}
    return [*head_of(title, report.at), summary(report), *coverage_lines(report)]


def head_of(title: str, at: dt.datetime) -> list[str]:
    """The mark of the demo, what it is, and when it was taken."""
    lines = [_("DEMO – påhittade uppgifter")] if settings.DEMO else []
    return [*lines, title, _("Uttagna %(time)s") % {"time": moment_text(at)}]


def table_rows(grid: Grid) -> Iterator[Row]:
    """Heading, then one row for each line: each figure in the period and in the one before."""
    heading: Row = [grid.title]
    for label in grid.columns:
        heading.append(label)
        if grid.compared:
            heading.append(_("%(figure)s, perioden före") % {"figure": label})
    yield heading
    for row in grid.rows:
        cells: Row = [row.label]
        for pair in row.pairs:
            cells.append(_value(pair.now))
            if grid.compared:
                cells.append(_value(pair.before))
        yield cells


def exception_rows(report: Report) -> Iterator[Row]:
    """Heading, then every wait over its target."""
    yield [
        _("Larm"),
        _("Larmslag"),
        _("Larmplats"),
        _("Väntade från"),
        _("Mål (s)"),
        _("Tid (s)"),
        _("Anmärkning"),
    ]
    for row in late_rows(report):
        yield _exception(row)


def _exception(row: LateRow) -> Row:
    return [
        row.number,
        row.category,
        row.desk,
        row.began,
        row.target,
        round(row.seconds, 1),
        row.remark,
    ]


def definition_rows(report: Report) -> Iterator[list[str]]:
    """What each figure means, and what is hidden."""
    yield [_("Siffra"), _("Betydelse")]
    for one in FIGURES:
        yield [str(one.label), str(one.text)]
    if not report.detailed:
        yield [_("Små tal"), str(HIDING)]


def _late_title(report: Report) -> str:
    return _("Över mål: %(shown)s av %(all)s") % {
        "shown": len(report.late.rows),
        "all": report.late.of_all,
    }


def _value(cell: Cell) -> str | float | None:
    return cell.text if cell.hidden else cell.value


def _csv_text(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    # Without spaces between thousands: a program is to read it.
    return number_text(value, _decimals(value)).replace(NO_BREAK, "")


def _decimals(value: object) -> int:
    return 1 if isinstance(value, float) else 0


def _fill(sheet: Worksheet, title: str, head: Sequence[str], rows: Iterable[Row]) -> None:
    sheet.title = title[:31]
    for line in head:
        sheet.append([harmless(line)])
    sheet.append([])
    first = sheet.max_row + 1
    for row in rows:
        sheet.append([harmless(value) if isinstance(value, str) else value for value in row])
    for cells in sheet.iter_rows(min_row=first):
        for cell in cells:
            if isinstance(cell.value, float):
                cell.number_format = "#,##0.0"
            elif isinstance(cell.value, int):
                cell.number_format = "#,##0"
    sheet.freeze_panes = "B1"
    for letter in "ABCDEFGHIJKLMNO":
        sheet.column_dimensions[letter].width = WIDE if letter == "A" else NARROW
    if settings.DEMO:
        sheet.oddHeader.center.text = _("DEMO – påhittade uppgifter")
