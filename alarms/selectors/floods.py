"""Larmfloder as pages and the board tell of them: which, where, and what has become of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from alarms.models import Alarm, Flood, FloodProposal
from alarms.selectors.directory import centre_id
from alarms.selectors.rows import LIST_RELATIONS
from alarms.states import AlarmState
from alarms.words import CATEGORIES
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission

SHOWN_BEFORE: Final = 20
MOST_NAMED: Final = 2
_LABELS: Final = dict(CATEGORIES)


@dataclass(frozen=True, slots=True)
class FloodFigures:
    """How many of its alarms the reader sees. `held` are kept from the board, `restored` of them
    are normal again, `unanswered` and `owned` stand on the board, `closed` are done."""

    total: int = 0
    held: int = 0
    restored: int = 0
    unanswered: int = 0
    owned: int = 0
    closed: int = 0

    @property
    def open(self) -> int:
        """Not closed."""
        return self.total - self.closed


@dataclass(frozen=True, slots=True)
class FloodLine:
    """A flood with its figures at a moment."""

    flood: Flood
    figures: FloodFigures
    now: dt.datetime

    @property
    def where(self) -> str:
        """Its stadsområden, or the whole city."""
        return ", ".join(area.name for area in self.flood.areas.all()) or _("hela staden")

    @property
    def short_where(self) -> str:
        """The same in few words: one line of the board must hold it."""
        count = len(self.flood.areas.all())
        return self.where if count <= MOST_NAMED else _("%(n)d stadsområden") % {"n": count}

    @property
    def category(self) -> str:
        """What kind of alarms."""
        return str(_LABELS[self.flood.category])

    @property
    def cause(self) -> str:
        """Why; the kind of alarm where the cause is another."""
        if self.flood.cause == Flood.Cause.OTHER:
            return self.category.lower()
        return str(Flood.Cause(self.flood.cause).label)

    @property
    def mode(self) -> str:
        """What becomes of its alarms, in words."""
        if self.flood.mode == Flood.Mode.REPRIORITISE:
            return _("Larmen får prioritet %(n)s.") % {"n": self.flood.priority}
        if self.flood.mode == Flood.Mode.DELAY:
            return _("Larmen visas efter %(n)s minuter om de inte är återställda.") % {
                "n": self.flood.hold_minutes
            }
        return _("Larmen räknas bara, tills larmfloden är över.")

    @property
    def is_soon(self) -> bool:
        """Whether somebody should say if it goes on."""
        return self.flood.ended_at is None and self.flood.warn_at <= self.now

    @property
    def remains(self) -> bool:
        """Over, with alarms held that somebody should close."""
        return self.flood.ended_at is not None and self.figures.held > 0


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """The system's "Larmflod?"."""

    proposal: FloodProposal

    @property
    def where(self) -> str:
        """The stadsområde."""
        return self.proposal.area.name

    @property
    def cause(self) -> str:
        """Why, as a guess."""
        if self.proposal.cause == Flood.Cause.OTHER:
            return str(_LABELS[self.proposal.category]).lower()
        return str(Flood.Cause(self.proposal.cause).label)


@dataclass(frozen=True, slots=True)
class FloodBar:
    """What the board's top says."""

    lines: list[FloodLine]
    proposals: list[ProposalLine]
    may_lead: bool


def may_lead(user: User) -> bool:
    """Whether the user declares and ends floods."""
    return user.may(Permission.ALARM_REASSIGN, centre_id())


def bar(user: User, *, now: dt.datetime) -> FloodBar:
    """Open floods, those over with alarms left, and proposals; queries do not grow with them."""
    # By the held ones, which are few: years of floods lie behind, each with its alarms.
    left = Alarm.objects.filter(held=True).values("flood_id")
    found = _loaded(user).filter(Q(ended_at__isnull=True) | Q(pk__in=left))
    return FloodBar(_lines(found, user, now), proposals(user), may_lead(user))


def proposals(user: User) -> list[ProposalLine]:
    """The open ones, the most alarms first; they are for whoever sees the centre's alarms."""
    if not user.may(Permission.ALARM_VIEW, centre_id()):
        return []
    rows = FloodProposal.objects.filter(ended_at__isnull=True).select_related("area")
    return [ProposalLine(row) for row in rows.order_by("-alarms", "pk")]


def proposal_for(user: User, pk: int) -> FloodProposal | None:
    """One of them, open or over; None for somebody who may not know of it."""
    if not user.may(Permission.ALARM_VIEW, centre_id()):
        return None
    return FloodProposal.objects.filter(pk=pk).first()


def open_lines(user: User, *, now: dt.datetime) -> list[FloodLine]:
    """The open floods, oldest first."""
    return _lines(_loaded(user).filter(ended_at__isnull=True), user, now)


def past_lines(user: User, *, now: dt.datetime) -> list[FloodLine]:
    """The last twenty that are over, newest first."""
    past = _loaded(user).filter(ended_at__isnull=False).order_by("-ended_at")
    return _lines(past[:SHOWN_BEFORE], user, now)


def line_of(flood: Flood, user: User, *, now: dt.datetime) -> FloodLine:
    """One flood with its figures."""
    return _lines([flood], user, now)[0]


def flood_for(user: User) -> QuerySet[Flood]:
    """The floods the user may open."""
    return _loaded(user)


def alarms_of(flood: Flood, user: User) -> QuerySet[Alarm]:
    """Its alarms that the user may see: open ones first, oldest first."""
    return (
        Alarm.objects.visible_to(user)
        .filter(flood=flood)
        .select_related(*LIST_RELATIONS)
        .order_by("closed_at", "pk")
    )


def _loaded(user: User) -> QuerySet[Flood]:
    return (
        Flood.objects.visible_to(user)
        .select_related("started_by", "ended_by")
        .prefetch_related("areas")
        .order_by("started_at", "pk")
    )


def _lines(found: Iterable[Flood], user: User, now: dt.datetime) -> list[FloodLine]:
    floods = list(found)
    figures = _figures(floods, user)
    return [FloodLine(flood, figures.get(flood.pk, FloodFigures()), now) for flood in floods]


def _figures(floods: Sequence[Flood], user: User) -> dict[int, FloodFigures]:
    if not floods:
        return {}
    closed = Q(state=AlarmState.CLOSED)
    rows = (
        Alarm.objects.visible_to(user)
        .filter(flood__in=[flood.pk for flood in floods])
        .order_by()
        .values_list("flood_id")
        .annotate(
            total=Count("pk"),
            n_held=Count("pk", filter=Q(held=True)),
            n_restored=Count("pk", filter=Q(held=True, restored_at__isnull=False)),
            n_unanswered=Count("pk", filter=Q(unanswered=True) & ~closed),
            n_owned=Count("pk", filter=Q(owner__isnull=False, unanswered=False) & ~closed),
            n_closed=Count("pk", filter=closed),
        )
    )
    return {pk: FloodFigures(*numbers) for pk, *numbers in rows}


def flood_url(alarm: Alarm, user: User) -> str:
    """Where the flood that holds the alarm is; "" when none does, or the user may not see it."""
    if not alarm.held or alarm.flood_id is None:
        return ""
    flood = Flood.objects.visible_to(user).filter(pk=alarm.flood_id).first()
    return reverse("alarms:flood", args=(flood.public_id,)) if flood else ""
