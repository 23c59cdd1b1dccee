"""Tillbuds- och skadestatistik (domain.md D.8, R38, R42-R45, R49, 00.17; definitions in
docs/incidents.md). None is about a person: owner and reporter of an incident are never read."""

from incidents.selectors.figures.cube import Figures
from incidents.selectors.figures.definitions import FIGURES, LEAST_REPEATS, MORE, NAMED
from incidents.selectors.figures.report import Coverage, Repeat, Report, report_for
from incidents.selectors.figures.tables import Line, Table

__all__ = [
    "FIGURES",
    "LEAST_REPEATS",
    "MORE",
    "NAMED",
    "Coverage",
    "Figures",
    "Line",
    "Repeat",
    "Report",
    "Table",
    "report_for",
]
