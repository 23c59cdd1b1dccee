"""Installations, their transmitters and lines, as pages show them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from alarms.models import Alarm, CodeWords, Installation, LinkState, Signal, Transmitter
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.db import swedish_order

LATEST_SIGNALS: Final = 20
LIST_LIMIT: Final = 200
RECENT: Final = dt.timedelta(hours=2)


def listed(user: User, *, text: str = "") -> QuerySet[Installation]:
    """Visible installations in Swedish order, with what their rows say.

    `text` is part of the installation's or the object's name, or the beginning of an account.
    """
    lost = LinkState.objects.filter(
        transmitter__installation=OuterRef("pk"),
        transmitter__active=True,
        lost_at__isnull=False,
    )
    found = (
        Installation.objects.visible_to(user)
        .select_related("site", "controller")
        .annotate(
            transmitter_count=Count("transmitters", filter=Q(transmitters__active=True)),
            has_lost=Exists(lost),
        )
        .order_by(swedish_order("site__name"), swedish_order("name"), "pk")
    )
    if text:
        accounts = Transmitter.objects.filter(
            installation=OuterRef("pk"), account__istartswith=text, active=True
        )
        found = found.filter(
            Q(name__icontains=text) | Q(site__name__icontains=text) | Exists(accounts)
        )
    return found


def for_detail(user: User) -> QuerySet[Installation]:
    """Visible installations with areas, zones and transmitters, in a fixed number of queries."""
    return (
        Installation.objects.visible_to(user)
        .select_related("site", "controller")
        .prefetch_related(
            "areas",
            "zones",
            Prefetch("transmitters", queryset=in_use()),
        )
    )


def in_use() -> QuerySet[Transmitter]:
    """Transmitters in use, with their lines."""
    return (
        Transmitter.objects.filter(active=True)
        .select_related("link")
        .order_by("receiver", "line", "account")
    )


def latest_signals(installation: Installation, *, now: dt.datetime) -> list[Signal]:
    """The newest twenty, newest first: all of the last two hours, older ones that made alarms.

    Signals have no index by installation, which would cost intake more than it gives here.
    """
    light = Signal.objects.defer("raw", "extended").order_by("-id")
    alarms = list(
        Alarm.objects.filter(site_id=installation.site_id, installation=installation)
        .order_by("-received_at")
        .values_list("pk", flat=True)[:LATEST_SIGNALS]
    )
    recent = light.filter(received_at__gte=now - RECENT, installation_id=installation.pk)
    older = light.filter(alarm_id__in=alarms)
    found = {row.pk: row for row in (*recent[:LATEST_SIGNALS], *older[:LATEST_SIGNALS])}
    return [found[pk] for pk in sorted(found, reverse=True)][:LATEST_SIGNALS]


def manageable_controllers(user: User) -> frozenset[int]:
    """The organisations at whose objects the user may set up installations."""
    return organisation_ids(user.audiences(), Permission.INSTALLATION_MANAGE)


def lost_links(user: User) -> QuerySet[LinkState]:
    """Visible lines that are lost now, the newest loss first."""
    return (
        LinkState.objects.filter(
            lost_at__isnull=False,
            transmitter__active=True,
            transmitter__installation__in=Installation.objects.visible_to(user),
        )
        .select_related("transmitter__installation__site", "transmitter__installation__controller")
        .order_by(F("lost_at").desc(), "pk")
    )


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """Lines by state, for the head of the page."""

    watched: int
    lost: int


def link_counts(user: User) -> LinkCounts:
    """How many visible lines are watched, and how many of them are lost. One query."""
    found = LinkState.objects.filter(
        transmitter__active=True,
        transmitter__installation__in=Installation.objects.visible_to(user),
    ).aggregate(
        watched=Count("pk", filter=Q(due_at__isnull=False)),
        lost=Count("pk", filter=Q(lost_at__isnull=False)),
    )
    return LinkCounts(found["watched"], found["lost"])


@dataclass(frozen=True, slots=True)
class CodeWordsSet:
    """That there are words, and who set them when; never the words."""

    at: dt.datetime
    signature: str
    has_duress: bool


def code_words_of(installation: Installation) -> CodeWordsSet | None:
    """Whether the installation has code words."""
    row = CodeWords.objects.filter(installation=installation).select_related("set_by").first()
    if row is None:
        return None
    return CodeWordsSet(row.set_at, row.set_by.signature if row.set_by else "", bool(row.duress))
