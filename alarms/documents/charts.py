"""Charts as SVG from Vega-Lite specifications: direct labels, bars from zero, the period before
in grey. The same file goes into the page and the PDF; the page's style sheet gives the two
colours their role in each theme."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from django.core.cache import cache
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alarms.documents.grids import Grid, GridRow
from trygghetscentral.files.press.orders import PressFailed, press

NOW_COLOUR: Final = "#174684"
BEFORE_COLOUR: Final = "#8d999d"
INK: Final = "#0d1517"
WIDTH: Final = 240
BAR: Final = 15
MOST_BARS: Final = 12
KEPT_SECONDS: Final = 3600

# So many drawings a page may ask for at once.
MOST_CHARTS: Final = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Chart:
    """`svg` can stand in a page, and is empty until it is drawn; `drawn` is asked for it by `key`.
    `alt` says what it shows to whoever cannot see it."""

    key: str
    title: str
    svg: SafeString
    alt: str


def charts_of(grids: Sequence[Grid]) -> list[Chart | None]:
    """The chart of each table, None where there is nothing to draw, or where it could not be
    drawn: the table says the same."""
    plans = [_plan(grid) for grid in grids]
    svgs = _svgs({plan.key: plan.source for plan in plans if plan})
    return [_chart(plan, svgs) if plan and plan.key in svgs else None for plan in plans]


def charts_at_hand(grids: Sequence[Grid]) -> list[Chart | None]:
    """The same at once: what is not drawn yet is without its `svg`, and is left to `drawn`."""
    plans = [_plan(grid) for grid in grids]
    svgs = _at_hand(plan.key for plan in plans if plan)
    for plan in plans:
        if plan and plan.key not in svgs:
            cache.set(f"chart-order:{plan.key}", plan.source, KEPT_SECONDS)
    return [_chart(plan, svgs) if plan else None for plan in plans]


def _chart(plan: _Plan, svgs: Mapping[str, SafeString]) -> Chart:
    return Chart(plan.key, plan.title, svgs.get(plan.key, SafeString()), plan.alt)


@dataclass(frozen=True, slots=True)
class _Plan:
    key: str
    title: str
    alt: str
    source: str


def _plan(grid: Grid) -> _Plan | None:
    if grid.heat:
        return _heat_plan(grid)
    if grid.drawn is None:
        return None
    place = grid.drawn
    rows = [row for row in grid.rows if not row.total and _drawn(row, place)]
    if grid.ranked:
        rows.sort(key=lambda row: row.pairs[place].now.value or 0, reverse=True)
    rows = rows[:MOST_BARS]
    if not rows:
        return None
    title = _("%(figure)s, perioden före i grått") % {"figure": grid.columns[place]}
    said = "; ".join(
        _("%(label)s %(now)s, före %(before)s")
        % {
            "label": row.label,
            "now": row.pairs[place].now.text,
            "before": row.pairs[place].before.text,
        }
        for row in rows
    )
    source = json.dumps(_specification(rows, place), sort_keys=True)
    return _Plan(_key(source), title, f"{title}: {said}", source)


def _drawn(row: GridRow, place: int) -> bool:
    pair = row.pairs[place]
    return bool(pair.now.value or pair.before.value)


def _specification(rows: list[GridRow], place: int) -> dict[str, Any]:
    values = []
    for row in rows:
        pair = row.pairs[place]
        before = _("%(number)s före") % {"number": pair.before.text}
        values.append(_bar(row.label, "1", pair.now.value, pair.now.text))
        values.append(_bar(row.label, "2", pair.before.value, before))
    y = {"field": "label", "type": "nominal", "sort": None, "title": None}
    # Room to the left for the screen's face, which is wider than the one Vega measures.
    axis = {"domain": False, "ticks": False, "labelLimit": 145, "labelPadding": 8, "minExtent": 170}
    offset = {"field": "which", "type": "nominal", "sort": ["1", "2"]}
    x = {
        "field": "value",
        "type": "quantitative",
        "axis": None,
        "scale": {"zero": True, "domainMin": 0},
    }
    colour = {
        "field": "which",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["1", "2"], "range": [NOW_COLOUR, BEFORE_COLOUR]},
    }
    base = {"x": x, "yOffset": offset}
    bars = {**base, "y": {**y, "axis": axis}, "color": colour}
    return {
        **_canvas(values, right=50),
        "width": WIDTH,
        "height": {"step": BAR},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": bars},
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "baseline": "middle"},
                "encoding": {**base, "y": y, "text": {"field": "text"}},
            },
        ],
    }


def _heat_plan(grid: Grid) -> _Plan | None:
    rows = [row for row in grid.rows if not row.total]
    largest = max((pair.now.value or 0 for row in rows for pair in row.pairs), default=0)
    if not largest:
        return None
    values = [
        {"row": row.label, "column": label, "value": (pair.now.value or 0) / largest}
        for row in rows
        for label, pair in zip(grid.columns, row.pairs, strict=True)
        if label in grid.columns[: grid.drawn]
    ]
    title = _("%(title)s: ju starkare färg, desto fler") % {"title": grid.title}
    source = json.dumps(_heat(values), sort_keys=True)
    alt = _("%(title)s. Talen står i tabellen.") % {"title": title}
    return _Plan(_key(source), title, alt, source)


def _heat(values: list[dict[str, Any]]) -> dict[str, Any]:
    axis = {"domain": False, "ticks": False, "labelPadding": 8, "labelAngle": 0}
    cell = {"type": "nominal", "sort": None, "title": None, "axis": axis}
    opacity = {
        "field": "value",
        "type": "quantitative",
        "legend": None,
        "scale": {"domain": [0, 1], "range": [0.04, 1]},
    }
    return {
        **_canvas(values, right=2),
        "width": {"step": 56},
        "height": {"step": BAR},
        "mark": {"type": "rect", "fill": NOW_COLOUR, "aria": False},
        "encoding": {
            "x": {**cell, "field": "column"},
            "y": {**cell, "field": "row"},
            "fillOpacity": opacity,
        },
    }


def _canvas(values: list[dict[str, Any]], *, right: int) -> dict[str, Any]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "padding": {"left": 2, "top": 2, "right": right, "bottom": 2},
        "background": None,
        "data": {"values": values},
        "config": {
            "font": "sans-serif",
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "labelFontSize": 12},
            "text": {"color": INK, "fontSize": 11},
            "bar": {"aria": False},
        },
    }


def _bar(label: str, which: str, value: float | None, text: str) -> dict[str, Any]:
    return {"label": label, "which": which, "value": value or 0, "text": text}


def drawn(keys: Sequence[str]) -> dict[str, SafeString]:
    """The charts of these keys, drawn now where they are not at hand; without those that nobody
    has asked for lately, and those that cannot be drawn."""
    sources = {key: source for key in keys if (source := cache.get(f"chart-order:{key}"))}
    return _svgs(sources)


def _at_hand(keys: Iterable[str]) -> dict[str, SafeString]:
    # One by one: only so does the cache do without Redis.
    found = {key: cache.get(f"chart:{key}") for key in keys}
    return {key: SafeString(svg) for key, svg in found.items() if svg}


def _svgs(sources: Mapping[str, str]) -> dict[str, SafeString]:
    """Kept by content: the same figures are the same picture, and other figures another. Vega
    escapes the texts it writes; a test holds it to that."""
    found = _at_hand(sources)
    if len(found) == len(sources):
        return found
    try:
        with press("charts") as draw:
            # Whoever was before in the queue may have drawn the same.
            found = _at_hand(sources)
            missing = {key: source for key, source in sources.items() if key not in found}
            made = json.loads(draw(list(missing.values()))) if missing else []
    except PressFailed as error:
        log.warning("charts_not_drawn", reason=str(error))
        return found
    for key, svg in zip(missing, made, strict=True):
        cache.set(f"chart:{key}", svg, KEPT_SECONDS)
        found[key] = SafeString(svg)
    return found


def _key(source: str) -> str:
    # Not the bare digest, which somebody who guesses at hidden numbers could work out and ask for.
    return salted_hmac("alarms.chart", source, algorithm="sha256").hexdigest()
