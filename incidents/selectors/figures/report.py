"""The figures of one period as they may be shown to one reader: the same for page and files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from alarms.selectors.figures import Period, PeriodKind, Scope, scope_of
from alarms.selectors.figures.turns import turn
from incidents.models import SEVERITIES, KindGroup
from incidents.selectors.figures import cube
from incidents.selectors.figures.cube import Counted, Figures, counted
from incidents.selectors.figures.definitions import LEAST_COVERAGE, LEAST_REPEATS
from incidents.selectors.figures.names import Names, names_for
from incidents.selectors.figures.spans import calendar_year, changed_months, spans_of, year_to
from incidents.selectors.figures.tables import (
    COSTS,
    COUNTS,
    WAITS,
    Key,
    KeyOf,
    Line,
    Table,
    grouped,
    safe,
)
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.clock import local

NOW: Final = "now"
BEFORE: Final = "before"
QUARTERS: Final = ((0, "00–06"), (6, "06–12"), (12, "12–18"), (18, "18–24"))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the nämnder that are asked for have reported anything in twelve months."""

    controllers: int
    controllers_asked: int

    @property
    def compares(self) -> bool:
        """Whether nämnder may stand beside each other (domain.md 00.17)."""
        return self.controllers >= LEAST_COVERAGE * self.controllers_asked


@dataclass(frozen=True, slots=True)
class Repeat:
    """A site where much has happened in twelve months."""

    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a page or a file says. `hours` has 100 × weekday + hour as keys; it and `repeats`
    are empty for a reader of aggregates (`detailed` is False). `yearly` is of `year`."""

    period: Period
    at: dt.datetime
    detailed: bool
    total: Line
    tables: tuple[Table, ...]
    hours: Mapping[Key, Figures]
    repeats: tuple[Repeat, ...]
    repeats_left_out: int
    yearly: Table
    year: int
    coverage: Coverage


def report_for(
    user: User, period: Period, *, now: dt.datetime, most_places: int | None = None
) -> Report:
    """What this reader may see of this period, with lines for the `most_places` worst sites unless
    None. A number of queries that does not grow. Raises Conflict when too many count."""
    scope = scope_of(user, Permission.INCIDENT_VIEW)
    year = _last_whole_year(period, now)
    with turn():
        changed = changed_months()
        lines = counted(
            scope=scope,
            spans={
                NOW: spans_of(period, changed),
                BEFORE: spans_of(period.before(), changed),
            },
            dimensions=cube.DIMENSIONS,
        )
        twelve = _twelve_months(scope, period, lines, changed)
        years = counted(
            scope=scope,
            spans={
                NOW: spans_of(calendar_year(year), changed),
                BEFORE: spans_of(calendar_year(year - 1), changed),
            },
            dimensions=(cube.YEARLY,),
        )
        names = names_for(scope, lines + twelve)
    coverage = _coverage(scope, names, twelve)
    total, tables = _tables(scope, period, lines, names, compares=coverage.compares)
    repeats = _repeats(twelve, names) if scope.detailed else []
    return Report(
        period=period,
        at=now,
        detailed=scope.detailed,
        total=total,
        tables=tuple(_shortened(table, most_places) for table in tables),
        hours=grouped(lines, NOW, _in(cube.SLOT)) if scope.detailed else {},
        repeats=tuple(repeats[:most_places]),
        repeats_left_out=len(repeats) - len(repeats[:most_places]),
        yearly=_yearly(scope, years, names),
        year=year,
        coverage=coverage,
    )


def _twelve_months(
    scope: Scope, period: Period, lines: Sequence[Counted], changed: Collection[dt.date]
) -> list[Counted]:
    """What coverage and repeat objects need of the twelve months. A month and the one before it
    have been counted already."""
    wanted = (cube.ALL, cube.SITE) if scope.detailed else (cube.ALL,)
    months = year_to(period.last)
    known: list[Counted] = []
    if period.kind is PeriodKind.MONTH:
        known = [line._replace(tag=NOW) for line in lines if line.dimension in wanted]
        last = period.before().first - dt.timedelta(days=1)
        months = Period(PeriodKind.RANGE, months.first, last)
    spans = {NOW: spans_of(months, changed)}
    return known + counted(scope=scope, spans=spans, dimensions=wanted)


def _last_whole_year(period: Period, now: dt.datetime) -> int:
    # A year that runs could be read twice, and what came in between be known.
    return min(period.last.year, local(now).year - 1)


def _coverage(scope: Scope, names: Names, twelve: Sequence[Counted]) -> Coverage:
    asked = names.asked
    found = {line.controller for line in twelve if line.dimension == cube.ALL}
    return Coverage(len(found & asked), len(asked))


def _in(dimension: str) -> KeyOf:
    return lambda line: line.key if line.dimension == dimension else None


def _by_controller(line: Counted) -> Key | None:
    return line.controller if line.dimension in {cube.ALL, cube.WAIT} else None


def _whole(line: Counted) -> Key | None:
    return 0 if line.dimension in {cube.ALL, cube.WAIT} else None


def _by_month(line: Counted) -> Key | None:
    return line.month.isoformat() if line.dimension == cube.ALL and line.month else None


def _by_weekday(line: Counted) -> Key | None:
    return line.key // 100 if line.dimension == cube.SLOT else None


def _by_quarter(line: Counted) -> Key | None:
    return line.key % 100 // 6 * 6 if line.dimension == cube.SLOT else None


class _Maker:
    """Tables out of the same lines, with the same total."""

    def __init__(self, lines: Sequence[Counted]) -> None:
        self._lines = lines
        nothing = {0: Figures()}
        self.total = Line(
            None,
            _("Alla händelser"),
            (grouped(lines, NOW, _whole) or nothing)[0],
            (grouped(lines, BEFORE, _whole) or nothing)[0],
        )

    def table(
        self,
        code: str,
        title: str,
        key_of: KeyOf,
        labels: Mapping[Key, str],
        columns: tuple[str, ...] = COUNTS,
    ) -> Table:
        """A line for each key that has any figures, in the order of the labels."""
        now, before = (grouped(self._lines, tag, key_of) for tag in (NOW, BEFORE))
        present = now.keys() | before.keys()
        order = [key for key in labels if key in present]
        order += sorted(present - set(labels), key=str)
        lines = tuple(
            Line(
                key, labels.get(key, str(key)), now.get(key, Figures()), before.get(key, Figures())
            )
            for key in order
        )
        return Table(code, title, columns, lines, self.total)


def _tables(
    scope: Scope, period: Period, lines: Sequence[Counted], names: Names, *, compares: bool
) -> tuple[Line, tuple[Table, ...]]:
    maker = _Maker(lines)
    table = maker.table

    def by_group(line: Counted) -> Key | None:
        return names.group_of.get(line.key) if line.dimension == cube.KIND else None

    groups: dict[Key, str] = {code: str(label) for code, label in KindGroup.choices}
    levels: dict[Key, str] = {level: str(label) for level, label in SEVERITIES}
    levels[cube.NONE] = _("Inte bedömd")
    days: dict[Key, str] = {day + 1: str(name).capitalize() for day, name in WEEKDAYS.items()}
    made = [table("group", _("Grupper av slag"), by_group, groups)]
    own = [
        table("controller", _("Nämnder"), _by_controller, names.controllers),
        table("cost", _("Kostnader"), _by_controller, names.controllers, COSTS),
        table("wait", _("Tid till åtgärd"), _by_controller, names.controllers, WAITS),
    ]
    if compares:
        made = [own[0], *made, *own[1:]]
    else:
        made += [replace(one, lines=()) for one in own[1:]]
    made.append(table("area", _("Stadsområden"), _in(cube.AREA), names.areas))
    made.append(table("severity", _("Nivåer"), _in(cube.SEVERITY), levels))
    made.append(table("weekday", _("Veckodagar"), _by_weekday, days))
    made.append(table("time", _("Tid på dygnet"), _by_quarter, dict(QUARTERS)))
    if not scope.detailed:
        shown = safe(made)
        return _total_in(shown, maker.total), shown
    if period.first.replace(day=1) != period.last.replace(day=1):
        # A month stands beside the same month of the period before only in its own table.
        months = table("month", _("Månader"), _by_month, _months(period))
        kept = tuple(line for line in months.lines if line.now.incidents)
        made.append(replace(months, lines=kept))
    made.append(table("kind", _("Slag"), _in(cube.KIND), names.kinds))
    made.append(table("site", _("Objekt"), _in(cube.SITE), names.sites))
    return maker.total, tuple(made)


def _total_in(tables: Sequence[Table], total: Line) -> Line:
    return next((table.total for table in tables if table.total), total)


def _months(period: Period) -> dict[Key, str]:
    labels: dict[Key, str] = {}
    day = period.first.replace(day=1)
    while day <= period.last:
        labels[day.isoformat()] = formats.date_format(day, "F Y")
        day = (day + dt.timedelta(days=31)).replace(day=1)
    return labels


def _shortened(table: Table, most: int | None) -> Table:
    """Sites the worst first, at most `most`; those without a site last."""
    if table.code != "site":
        return table
    single = [line for line in table.lines if line.key != cube.NONE]
    single.sort(key=lambda line: (-line.now.incidents, -line.now.cost, line.label.casefold()))
    kept = [*single[:most], *(line for line in table.lines if line.key == cube.NONE)]
    return replace(table, lines=tuple(kept), left_out=len(table.lines) - len(kept))


def _repeats(twelve: Sequence[Counted], names: Names) -> list[Repeat]:
    found = grouped(twelve, NOW, _in(cube.SITE))
    repeats = [
        Repeat(names.sites.get(key, str(key)), figures)
        for key, figures in found.items()
        if key != cube.NONE and figures.incidents >= LEAST_REPEATS
    ]
    return sorted(
        repeats, key=lambda one: (-one.figures.incidents, -one.figures.cost, one.label.casefold())
    )


def _yearly(scope: Scope, years: Sequence[Counted], names: Names) -> Table:
    # The kinds of OT are within otillåten påverkan, and never apart.
    labels: dict[Key, str] = {cube.INFLUENCE: _("Otillåten påverkan"), **names.yearly}
    now, before = (grouped(years, tag, _in(cube.YEARLY)) for tag in (NOW, BEFORE))
    lines = tuple(
        Line(key, label, now.get(key, Figures()), before.get(key, Figures()))
        for key, label in labels.items()
    )
    table = Table("yearly", _("Redovisas bara per år"), ("incidents",), lines, None)
    return table if scope.detailed else safe([table])[0]
