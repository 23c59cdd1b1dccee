"""The figures as a tagged PDF (PDF/UA-1), set by typst from data alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from alarms.documents.charts import Chart, charts_of
from alarms.documents.grids import Grid, GridRow
from alarms.documents.sheets import definition_rows, exception_rows, grids
from alarms.documents.words import (
    coverage_lines,
    moment_text,
    number_text,
    period_text,
    summary,
)
from alarms.selectors.figures import Report
from trygghetscentral.files.press.orders import pdf

TEMPLATE: Final = Path(__file__).with_name("figures.typ")


def pdf_of(report: Report) -> bytes:
    """The paper. Raises PressFailed."""
    title = _("Larmcentralens siffror, %(period)s") % {"period": period_text(report.period)}
    return pdf(TEMPLATE, paper_data(report), title=title, at=report.at)


def paper_data(report: Report) -> dict[str, Any]:
    """Every word of the paper."""
    tables = grids(report)
    return {
        "summary": summary(report),
        "taken": _("Uttagna %(time)s") % {"time": moment_text(report.at)},
        "coverage": coverage_lines(report),
        "beneath": _("Under varje tal, mindre: perioden före."),
        "grids": grids_data(tables),
        "late": _late(report),
        "definitions": _definitions(report),
    }


def grids_data(grids: Sequence[Grid]) -> list[dict[str, Any]]:
    """The tables with their charts, as `figures.typ` takes them."""
    charts = charts_of(grids)
    return [_grid(grid, chart) for grid, chart in zip(grids, charts, strict=True)]


def _grid(grid: Grid, chart: Chart | None) -> dict[str, Any]:
    return {
        "title": grid.title,
        "columns": list(grid.columns),
        "rows": [_row(row, compared=grid.compared) for row in grid.rows],
        "compared": grid.compared,
        "note": grid.note,
        "chart": chart and {"title": chart.title, "svg": str(chart.svg), "alt": chart.alt},
    }


def _row(row: GridRow, *, compared: bool) -> dict[str, Any]:
    pairs = [
        {"now": pair.now.text, "before": pair.before.text if compared else ""} for pair in row.pairs
    ]
    return {"label": row.label, "total": row.total, "pairs": pairs}


def _late(report: Report) -> dict[str, Any]:
    heading, *rows = exception_rows(report)
    return {
        "title": _("Över mål: %(shown)s av %(all)s")
        % {"shown": number_text(len(rows)), "all": number_text(report.late.of_all)},
        "columns": heading,
        "rows": [[_text(value) for value in row] for row in rows],
    }


def _text(value: str | float | None) -> str:
    if isinstance(value, str):
        return value
    return number_text(value or 0, 1 if isinstance(value, float) else 0)


def _definitions(report: Report) -> dict[str, Any]:
    _heading, *rows = definition_rows(report)
    return {"title": _("Om siffrorna"), "rows": rows}
