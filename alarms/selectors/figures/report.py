"""The figures of one period as they may be shown to one reader: the same for page and exports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from alarms.models import Desk, Installation
from alarms.selectors.figures.counting import CARE, HIDDEN, NOWHERE, Figures, Group, count
from alarms.selectors.figures.coverage import Coverage, coverage_of
from alarms.selectors.figures.exceptions import LateAnswers, late_answers
from alarms.selectors.figures.period import Period
from alarms.selectors.figures.scope import Scope, scope_of
from alarms.selectors.figures.suppression import same_total, suppressed
from alarms.selectors.figures.turns import turn
from alarms.words import CATEGORIES
from trygghetscentral.accounts.models import User

Key = int | str | None
TOGETHER = (CARE, NOWHERE, HIDDEN)


@dataclass(frozen=True, slots=True)
class Line:
    """One group with its figures in the period and in the one before."""

    key: Key
    label: str
    now: Figures
    before: Figures


@dataclass(frozen=True, slots=True)
class Table:
    """`code` is "desk", "category" or "installation". The lines add up to the total, together
    with the `left_out` installations that a short report has no line for."""

    code: str
    title: str
    lines: tuple[Line, ...]
    total: Line
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a page or a file says. `detailed` is False for a reader of aggregates."""

    period: Period
    at: dt.datetime
    detailed: bool
    tables: tuple[Table, ...]
    coverage: Coverage
    late: LateAnswers
    desks: dict[int, str]


def report_for(
    user: User,
    period: Period,
    *,
    now: dt.datetime,
    most_late: int,
    most_places: int | None = None,
) -> Report:
    """What this reader may see of this period, with at most `most_late` exceptions and, unless
    None, lines for the `most_places` worst installations.

    A number of queries that does not grow with the alarms. Raises Conflict when too many count.
    """
    scope = scope_of(user)
    with turn():
        places = _installations(user) if scope.detailed else {}
        found = count(scope=scope, period=period, now=now, installations=places)
        desks = dict(Desk.objects.order_by("position", "pk").values_list("pk", "name"))
        tables = _tables(scope, found, desks, places)
        return Report(
            period=period,
            at=now,
            detailed=scope.detailed,
            tables=tuple(_shortened(table, most_places) for table in tables),
            coverage=coverage_of(scope=scope, period=period, now=now),
            late=late_answers(scope=scope, period=period, now=now, most=most_late),
            desks=desks,
        )


def _shortened(table: Table, most: int | None) -> Table:
    """Installations the worst first, at most `most`; what is no single place stands last."""
    if table.code != "installation":
        return table
    single = [line for line in table.lines if line.key not in TOGETHER]
    single.sort(key=lambda line: (-line.now.late, -line.now.received, line.label.casefold()))
    kept = [*single[:most], *(line for line in table.lines if line.key in TOGETHER)]
    return replace(table, lines=tuple(kept), left_out=len(table.lines) - len(kept))


def _installations(user: User) -> dict[int, str]:
    # A brukare's own installation is a person's home: never a line of its own.
    rows = (
        Installation.objects.visible_to(user)
        .filter(care_recipients__isnull=True)
        .values_list("pk", "site__name", "name")
    )
    return {pk: name if site in name else f"{site}, {name}" for pk, site, name in rows}


def _tables(
    scope: Scope, found: dict[Group, Figures], desks: dict[int, str], places: dict[int, str]
) -> tuple[Table, ...]:
    categories: dict[Key, str] = {code: str(label) for code, label in CATEGORIES}
    named_desks: dict[Key, str] = dict(desks.items())
    named_desks[None] = _("Ingen larmplats")
    wanted = [
        ("desk", _("Larmplatser"), named_desks),
        ("category", _("Larmslag"), categories),
    ]
    if scope.detailed:
        named: dict[Key, str] = dict(places.items())
        named[CARE] = _("Trygghetslarm, alla platser")
        named[NOWHERE] = _("Utan anläggning")
        named[HIDDEN] = _("Övriga anläggningar")
        wanted.append(("installation", _("Anläggningar"), named))
    tables = tuple(_table(found, code, title, labels) for code, title, labels in wanted)
    return tables if scope.detailed else _suppressed(tables)


def _table(found: dict[Group, Figures], code: str, title: str, labels: dict[Key, str]) -> Table:
    present = {group.key for group in found if group.level == code}
    unnamed = sorted((str(key) for key in present - set(labels)), key=str.casefold)
    order = [key for key in labels if key in present] + unnamed
    nothing = Figures()
    lines = tuple(
        Line(
            key,
            labels.get(key, str(key)),
            found.get(Group(code, key, True), nothing),
            found.get(Group(code, key, False), nothing),
        )
        for key in order
    )
    total = Line(
        None,
        _("Alla larm"),
        found.get(Group("all", None, True), nothing),
        found.get(Group("all", None, False), nothing),
    )
    return Table(code, title, lines, total)


def _suppressed(tables: Iterable[Table]) -> tuple[Table, ...]:
    done = [_suppressed_one(table) for table in tables]
    now = same_total([table.total.now for table in done])
    before = same_total([table.total.before for table in done])
    return tuple(
        Table(one.code, one.title, one.lines, Line(None, one.total.label, now, before))
        for one in done
    )


def _suppressed_one(table: Table) -> Table:
    now, total_now = suppressed({line.key: line.now for line in table.lines}, table.total.now)
    before, total_before = suppressed(
        {line.key: line.before for line in table.lines}, table.total.before
    )
    lines = tuple(
        Line(line.key, line.label, now[line.key], before[line.key]) for line in table.lines
    )
    total = Line(None, table.total.label, total_now, total_before)
    return Table(table.code, table.title, lines, total)


def category_label(code: str) -> str:
    """A larmslag in words; its code when it has none."""
    return next((str(label) for known, label in CATEGORIES if known == code), code)
