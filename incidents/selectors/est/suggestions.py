"""What a new draft says before anybody has written: sentences made of counts that anybody may see,
places where much was observed. All of it is there to be changed; none of it names anybody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import (
    WEEKDAYS,
    EstObservation,
    EstReport,
    ObservationKind,
    TimeBand,
)
from incidents.models.est_reports import MOST_PRIORITIES
from incidents.selectors.est.counts import kinds_in, kinds_on_average
from incidents.selectors.est.small import LEAST, parts
from incidents.selectors.est.weeks import Week, published_before, same_week_before
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import Area

YEARS: Final = 3
OFTEN: Final = 2
"""From how many observations a place is suggested."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The three sections."""

    happened: str
    doing: str
    forecast: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place to prioritise. `why` has no number: it may be read by everybody."""

    place: str
    why: str
    area: Area | None
    position: Position | None


def texts_for(week: Week) -> Texts:
    """Suggested sentences for a week."""
    now, before = kinds_in(week), kinds_in(week.plus(-1))
    past = [one for years in range(1, YEARS + 1) if (one := same_week_before(week, years))]
    average = kinds_on_average([one for one in past if _any_observed(one)])
    return Texts(
        "\n".join(_happened(now, before, average)),
        "\n".join(_doing(week)),
        "\n".join(_forecast(week, now, before)),
    )


def _any_observed(week: Week) -> bool:
    return EstObservation.objects.released().of_week(week.year, week.number).exists()


def _happened(
    now: dict[str, int | None], before: dict[str, int | None], average: dict[str, float]
) -> list[str]:
    shown = sorted(
        ((count, kind) for kind, count in now.items() if count is not None), reverse=True
    )
    lines = [_said(kind, count, before.get(kind), average.get(kind)) for count, kind in shown]
    if not lines:
        return [_("Få observationer den här veckan. Inget slag sticker ut.")]
    if len(shown) < len(now):
        lines.append(_("Av övriga slag är observationerna få."))
    return lines


def _said(kind: str, count: int, before: int | None, average: float | None) -> str:
    label = str(ObservationKind(kind).label)
    number = ngettext("%(n)s observation", "%(n)s observationer", count) % {"n": count}
    said = _("%(kind)s: %(number)s") % {"kind": label, "number": number}
    trends = [_than_before(count, before)]
    if average is not None:
        trends.append(_than_average(count, average))
    return _("%(said)s, %(trend)s.") % {"said": said, "trend": ", ".join(trends)}


def _than_before(count: int, before: int | None) -> str:
    if before is None:
        return _("förra veckan få")
    if count > before:
        return _("fler än förra veckan (%(n)s)") % {"n": before}
    if count < before:
        return _("färre än förra veckan (%(n)s)") % {"n": before}
    return _("lika många som förra veckan")


def _than_average(count: int, average: float) -> str:
    shown = f"{average:.1f}".replace(".", ",").removesuffix(",0")
    if count > average:
        return _("fler än samma vecka tidigare år (i snitt %(n)s)") % {"n": shown}
    if count < average:
        return _("färre än samma vecka tidigare år (i snitt %(n)s)") % {"n": shown}
    return _("som samma vecka tidigare år")


def _doing(week: Week) -> list[str]:
    rows = EstObservation.objects.released().of_week(week.year, week.number).filter(ground="")
    acted = rows.exclude(action="").count()
    lines = []
    if acted >= LEAST and rows.count() - acted >= LEAST:
        lines.append(
            _("Åtgärder är redan gjorda eller påbörjade vid %(n)s observationer.") % {"n": acted}
        )
    last = published_before(week)
    lines += [
        _("%(place)s, prioriterad förra veckan: %(who)s ansvarar.")
        % {"place": one.place, "who": one.responsible}
        for one in (last.priorities.filter(open=True) if last else ())
    ]
    return lines or [_("Nämnderna arbetar som vanligt.")]


def _forecast(week: Week, now: dict[str, int | None], before: dict[str, int | None]) -> list[str]:
    rising = [
        str(ObservationKind(kind).label).lower()
        for kind, count in now.items()
        if count is not None and kind != ObservationKind.EVENT and count > (before[kind] or LEAST)
    ]
    lines = []
    if rising:
        lines.append(
            _("Fortsätter utvecklingen väntas fler observationer av %(kinds)s nästa vecka.")
            % {"kinds": ", ".join(rising)}
        )
    if when := _when(week):
        lines.append(_("Flest observationer gäller %(when)s.") % {"when": when})
    return lines or [_("Nästa vecka väntas bli ungefär som denna.")]


def _when(week: Week) -> str:
    rows = EstObservation.objects.released().of_week(week.year, week.number).filter(ground="")
    timed = rows.exclude(weekday=None).exclude(band="").values_list("weekday", "band")
    times = Counter((weekday or 0, band) for weekday, band in timed)
    _total, shown = parts(dict(times))
    seen = {key: count for key, count in shown.items() if count is not None}
    if not seen:
        return ""
    weekday, band = max(seen, key=lambda key: (seen[key], -key[0]))
    day = str(dict(WEEKDAYS)[weekday]).lower()
    return _("%(day)s %(band)s") % {"day": day, "band": str(TimeBand(band).label).lower()}


def places_for(week: Week) -> list[Place]:
    """Where most was observed that may be told openly, the most first."""
    rows = (
        EstObservation.objects.released()
        .of_week(week.year, week.number)
        .filter(ground="")
        .exclude(kind=ObservationKind.RUMOUR)
        .select_related("site", "area")
        .order_by("pk")
    )
    at: dict[str, list[EstObservation]] = {}
    for row in rows:
        at.setdefault(row.where.casefold(), []).append(row)
    often = [there for there in at.values() if len(there) >= OFTEN]
    often.sort(key=len, reverse=True)
    return [_place(there) for there in often[:MOST_PRIORITIES]]


def _place(there: list[EstObservation]) -> Place:
    first = there[0]
    kinds = Counter(row.kind for row in there)
    named = ", ".join(str(ObservationKind(kind).label).lower() for kind, _n in kinds.most_common(3))
    position = first.position or (first.site.position if first.site else None)
    return Place(
        first.where, _("Flera observationer: %(kinds)s.") % {"kinds": named}, first.area, position
    )


def to_follow_up(report: EstReport) -> EstReport | None:
    """The report whose places are followed up in this one."""
    return published_before(Week(report.year, report.week))
