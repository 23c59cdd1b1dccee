"""The figures of the alarm desk (domain.md R22, 00.17, D.8; definitions in docs/figures.md).

None is about a person: neither owner nor closer of an alarm is read here.
"""

from alarms.selectors.figures.counting import Figures
from alarms.selectors.figures.coverage import Coverage
from alarms.selectors.figures.definitions import FIGURES, HIDING, Definition
from alarms.selectors.figures.exceptions import LateAnswer, LateAnswers
from alarms.selectors.figures.period import Period, PeriodKind, month_of, period_of, today, week_of
from alarms.selectors.figures.report import Line, Report, Table, category_label, report_for
from alarms.selectors.figures.scope import Scope, scope_of

__all__ = [
    "FIGURES",
    "HIDING",
    "Coverage",
    "Definition",
    "Figures",
    "LateAnswer",
    "LateAnswers",
    "Line",
    "Period",
    "PeriodKind",
    "Report",
    "Scope",
    "Table",
    "category_label",
    "month_of",
    "period_of",
    "report_for",
    "scope_of",
    "today",
    "week_of",
]
