"""Invented observations of three weeks: one report is published, one is ready to be made."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from incidents.est_states import ReportMove
from incidents.models import EstReport
from incidents.selectors.est.weeks import Week, week_now
from incidents.services.est import drafting, moving, observing, weeks
from incidents.services.est.drafting import SECTIONS, DraftData, PriorityData
from incidents.services.est.observing import ObservationData
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor

WRITERS: Final = {
    "grundskolenamnden": "samordnare",
    "fritidsnamnden": "samordnare2",
    "tekniska-namnden": "samordnare3",
    "kulturnamnden": "samordnare3",
    "bostadsbolaget": "samordnare3",
}
AUTHOR, REVIEWER = "beredskap", "tib"


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of observation: how many in each week, where, what is seen and what is done."""

    kind: str
    before: int
    last: int
    sites: tuple[str, ...]
    texts: tuple[str, ...]
    action: str = ""


SORTS: Final = (
    Sort(
        "litter",
        8,
        12,
        ("skolan-kastanjen", "skolan-kastanjen", "idrottsplatsen-lovet", "bostaden-tvatten"),
        ("Överfulla papperskorgar längs gångvägen.", "Dumpade möbler intill cykelstället."),
        "Extra tömning är beställd.",
    ),
    Sort(
        "unsafe",
        10,
        9,
        ("tunneln-vagport", "tunneln-vagport", "parkeringshuset-kubben", "biblioteket-norr"),
        ("Flera lampor är släckta, det är mörkt efter skymning.", "Skymd sikt av buskar."),
        "Felanmält till belysning.",
    ),
    Sort(
        "damage",
        6,
        8,
        ("skolan-kastanjen", "badet-vagen", "kulturhuset-angen"),
        ("Krossade rutor mot gården.", "Klotter på fasad och bänkar."),
        "Sanering är beställd.",
    ),
    Sort(
        "gathering",
        7,
        7,
        ("fritidsgarden-kompassen", "tunneln-vagport", "biblioteket-oster"),
        ("Större grupp stör vid entrén under kvällen.", "Hög musik och mopeder på gångbanan."),
    ),
    Sort(
        "drugs",
        3,
        4,
        ("parkeringshuset-tornet", "badet-vagen"),
        ("Små påsar och kanyler hittade vid trapphuset.",),
    ),
    Sort(
        "event",
        2,
        3,
        ("idrottsplatsen-lovet", "konsthallen-kajen"),
        ("Arrangemang med många besökare på lördagen.",),
    ),
    Sort(
        "staff",
        2,
        2,
        ("biblioteket-soder",),
        ("Hårda ord mot personal vid disken.",),
        "Extra värd.",
    ),
    Sort("rumour", 2, 2, ("skolan-ronnen",), ("Rykte om bråk efter skoltid sprids.",)),
)
PLACES: Final = (
    ("Skolan Kastanjen", "Glaskross och nedskräpning.", "Grundskoleförvaltningen", "Kvällsrond"),
    ("Vägporten, gångtunneln", "Mörkt och skymd sikt.", "Gatukontoret", "Lampor och buskar"),
)
DAYS: Final = (5, 6, 5, 4, 7, 1, 3, 2)
BANDS: Final = ("evening", "late", "evening", "night", "day")


def load(*, now: dt.datetime) -> int:
    """Enter them. Returns how many observations there are."""
    people = {user.username: user for user in User.objects.all()}
    sites = Site.objects.select_related("controller").in_bulk(field_name="slug")
    this = week_now(now)
    entered = 0
    for back in (2, 1):
        week = this.plus(-back)
        entered += _enter(week, people, sites, last=back == 1)
    _publish(this.plus(-2), people, sites)
    system = Actor.system("load_demo")
    for back in (1, 0):
        weeks.open_due(actor=system, now=this.plus(-back).at(1, 1))
    return entered + _unread(this, people, sites, now=now)


def _enter(week: Week, people: dict[str, User], sites: dict[str, Site], *, last: bool) -> int:
    at = week.at(7, 20)
    rows: dict[str, list[UUID]] = {}
    count = 0
    for sort in SORTS:
        for number, data in enumerate(_data(sort, week, sites)):
            if number == (sort.last if last else sort.before):
                break
            site = data.site
            if site is None:
                continue
            writer = WRITERS[site.controller.slug]
            row = observing.observe(
                actor=actor_for(people[writer]),
                now=at,
                organisation_id=site.controller_id,
                data=data,
            )
            rows.setdefault(writer, []).append(row.public_id)
            count += 1
    for writer, public_ids in rows.items():
        observing.release(actor=actor_for(people[writer]), now=at, public_ids=public_ids)
    return count


def _data(sort: Sort, week: Week, sites: dict[str, Site]) -> Iterator[ObservationData]:
    turns = zip(
        itertools.count(),
        itertools.cycle(sort.sites),
        itertools.cycle(sort.texts),
        itertools.cycle(DAYS),
        itertools.cycle(BANDS),
        strict=False,
    )
    for number, slug, text, day, band in turns:
        yield ObservationData(
            kind=sort.kind,
            week=week,
            weekday=day,
            band=band,
            site=sites[slug],
            text=text,
            action=sort.action if number % 2 else "",
            names_answered=True,
        )


def _unread(
    week: Week, people: dict[str, User], sites: dict[str, Site], *, now: dt.datetime
) -> int:
    """This week's, that the nämnd has not read yet."""
    few = list(itertools.islice(_data(SORTS[2], week, sites), 3))
    for data in few:
        observing.observe(
            actor=actor_for(people["samordnare"]),
            now=now,
            organisation_id=sites["skolan-kastanjen"].controller_id,
            data=data,
        )
    return len(few)


def _publish(week: Week, people: dict[str, User], sites: dict[str, Site]) -> EstReport:
    author, reviewer = actor_for(people[AUTHOR]), actor_for(people[REVIEWER])
    report = weeks.open_week(actor=author, now=week.at(7, 20))
    at = week.plus(1).at(2, 9)
    report = drafting.make_draft(actor=author, now=at, public_id=report.public_id)
    report = drafting.save_draft(
        actor=author,
        now=at,
        public_id=report.public_id,
        data=DraftData(
            revision=report.revision,
            texts={name: getattr(report, name) for name in SECTIONS},
            level="green",
            level_sentence="Som vanligt för årstiden, något mörkare på kvällarna.",
            priorities=[
                PriorityData(
                    place=place,
                    why=why,
                    responsible=who,
                    action=action,
                    position=sites[slug].position,
                )
                for (place, why, who, action), slug in zip(
                    PLACES, ("skolan-kastanjen", "tunneln-vagport"), strict=True
                )
            ],
            names_answered=True,
        ),
    )
    for step, who in (
        (ReportMove.SUBMIT, author),
        (ReportMove.APPROVE, reviewer),
        (ReportMove.PUBLISH, reviewer),
    ):
        report = moving.move(actor=who, now=at, public_id=report.public_id, step=step)
    return report
