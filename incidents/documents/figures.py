"""The figures as tables, CSV, XLSX and PDF: made of one report, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alarms.documents.grids import Cell, Grid, GridRow, Pair, cell_of
from alarms.documents.paper import TEMPLATE, grids_data
from alarms.documents.sheets import Contents, csv_from, head_of, meaning, xlsx_from
from alarms.documents.words import compared, moment_text, number_text, period_text, running_lines
from incidents.selectors.figures import (
    FIGURES,
    LEAST_REPEATS,
    MORE,
    NAMED,
    Figures,
    Line,
    Report,
    Table,
)
from trygghetscentral.files.press.orders import pdf

# The column that a table's chart shows; those that are not here show how many.
DRAWN: Final = {"cost": "cost", "wait": "median"}
UNDRAWN: Final = ("yearly",)
# Bars in the order of time, or of severity.
IN_ORDER: Final = ("severity", "weekday", "time", "month")
NO_CELL: Final = Cell(None, "")
REPEATED: Final = ("incidents", "harm", "severe", "cost", "net")


def pdf_of(report: Report) -> bytes:
    """The paper. Raises PressFailed."""
    data = {
        "summary": summary(report),
        "taken": _("Uttagna %(time)s") % {"time": moment_text(report.at)},
        "coverage": coverage_lines(report),
        "beneath": _("Under varje tal, mindre: perioden före."),
        "grids": grids_data(grids(report)),
        "late": {"title": "", "columns": [], "rows": []},
        "definitions": {"title": _("Om siffrorna"), "rows": list(definition_rows(report))},
    }
    return pdf(TEMPLATE, data, title=title_of(report), at=report.at)


def csv_of(report: Report) -> bytes:
    """See `csv_from`."""
    return csv_from(_contents(report))


def xlsx_of(report: Report) -> bytes:
    """See `xlsx_from`."""
    return xlsx_from(_contents(report))


def _contents(report: Report) -> Contents:
    head = [*head_of(title_of(report), report.at), summary(report), *coverage_lines(report)]
    rows = ([_("Siffra"), _("Betydelse")], *definition_rows(report))
    return Contents(head, grids(report), [meaning(rows)])


def title_of(report: Report) -> str:
    """What stands over it."""
    return _("Tillbud och skador, %(period)s") % {"period": period_text(report.period)}


def summary(report: Report) -> str:
    """What happened, in a few sentences. Says nothing of figures that are hidden."""
    now, before = report.total.now, report.total.before
    if "incidents" in now.hidden:
        return _("Det är för få händelser för att siffrorna ska kunna visas.")
    said = [
        ngettext("%(number)s händelse.", "%(number)s händelser.", now.incidents)
        % {"number": number_text(now.incidents)}
    ]
    if "incidents" not in before.hidden:
        running = report.period.is_running(report.at)
        said.append(compared(now.incidents, before.incidents, running=running))
    if not now.hidden & {"near_miss", "harm"}:
        said.append(
            _("%(near)s var tillbud och %(harm)s skador.")
            % {"near": number_text(now.near_miss), "harm": number_text(now.harm)}
        )
    if "cost" not in now.hidden:
        said.append(
            _("De kostade %(cost)s kr, varav %(net)s kr återstår när försäkringen har betalat.")
            % {"cost": number_text(now.cost), "net": number_text(now.net)}
        )
    return " ".join(said)


def coverage_lines(report: Report) -> list[str]:
    """What the figures rest on, sentence by sentence."""
    coverage = report.coverage
    line = _("%(some)s av %(all)s nämnder har händelser de senaste tolv månaderna.") % {
        "some": number_text(coverage.controllers),
        "all": number_text(coverage.controllers_asked),
    }
    if not coverage.compares:
        refused = _("Nämnderna jämförs inte, eftersom färre än 80 procent av dem är med.")
        line = f"{line} {refused}"
    return [line, *running_lines(report.period, report.at)]


def hiding(report: Report) -> str:
    """What is hidden from a reader of aggregates; "" for others."""
    if report.detailed:
        return ""
    return _("Tal under 5 visas inte, inte heller tal som skulle avslöja dem.")


def definition_rows(report: Report) -> Iterator[list[str]]:
    """What each figure means, and what is hidden."""
    for one in (*FIGURES, *MORE):
        yield [str(one.label), str(one.text)]
    if said := hiding(report):
        yield [_("Små tal"), said]


def grids(report: Report) -> list[Grid]:
    """Every table, with every cell already decided."""
    made = [_grid(table) for table in report.tables]
    if report.hours:
        place = next(n for n, grid in enumerate(made) if grid.code == "time") + 1
        made.insert(place, _hours(report))
    if report.detailed:
        made.append(_repeats(report))
    return [*made, _yearly(report)]


def _grid(table: Table) -> Grid:
    rows = [_row(line, table.columns) for line in table.lines]
    if table.total:
        rows.append(_row(table.total, table.columns, total=True))
    drawn = table.columns.index(DRAWN.get(table.code, "incidents"))
    note = ngettext(
        "De med flest händelser. %(number)s objekt till finns i filerna för Excel och CSV.",
        "De med flest händelser. %(number)s objekt till finns i filerna för Excel och CSV.",
        table.left_out,
    ) % {"number": number_text(table.left_out)}
    return Grid(
        table.code,
        table.title,
        tuple(_label(name) for name in table.columns),
        tuple(rows),
        note if table.left_out else "",
        None if table.code in UNDRAWN else drawn,
        ranked=table.code not in IN_ORDER,
        compared=table.code != "month",
    )


def _yearly(report: Report) -> Grid:
    grid = _grid(report.yearly)
    columns = (str(report.year), str(report.year - 1))
    rows = tuple(
        GridRow(row.label, tuple(Pair(cell, NO_CELL) for cell in (pair.now, pair.before)))
        for row in grid.rows
        for pair in row.pairs
    )
    return Grid(grid.code, grid.title, columns, rows, drawn=None, compared=False)


def _hours(report: Report) -> Grid:
    columns = tuple(str(name).capitalize() for _day, name in sorted(WEEKDAYS_ABBR.items()))
    rows = tuple(
        GridRow(
            f"{hour:02d}–{hour + 1:02d}",
            tuple(
                Pair(cell_of(report.hours.get(100 * day + hour, Figures()).incidents), NO_CELL)
                for day in range(1, 8)
            ),
        )
        for hour in range(24)
    )
    title = _("Händelser per veckodag och timme")
    return Grid("hours", title, columns, rows, drawn=None, heat=True, compared=False)


def _repeats(report: Report) -> Grid:
    rows = tuple(
        GridRow(one.label, tuple(Pair(_cell(one.figures, name), NO_CELL) for name in REPEATED))
        for one in report.repeats
    )
    note = _("Objekt med minst %(least)s händelser på tolv månader.") % {"least": LEAST_REPEATS}
    if report.repeats_left_out:
        more = _("%(number)s till finns i filerna för Excel och CSV.")
        note = f"{note} {more % {'number': number_text(report.repeats_left_out)}}"
    columns = tuple(_label(name) for name in REPEATED)
    title = _("Upprepade objekt")
    return Grid("repeats", title, columns, rows, note, drawn=None, compared=False)


def _label(name: str) -> str:
    one = NAMED[name]
    return f"{one.label} ({one.unit})" if one.unit else str(one.label)


def _row(line: Line, columns: tuple[str, ...], *, total: bool = False) -> GridRow:
    pairs = tuple(Pair(_cell(line.now, name), _cell(line.before, name)) for name in columns)
    return GridRow(line.label, pairs, total)


def _cell(figures: Figures, name: str) -> Cell:
    return cell_of(getattr(figures, name), hidden=name in figures.hidden)
