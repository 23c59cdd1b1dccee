"""EST: what organisations observe in a week, about places and situations, never about persons."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Final, Self

from django.db import models
from django.db.models import Exists, Q
from django.utils.translation import gettext_lazy as _

from incidents.est_states import ObservationState
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.places.fields import PointField
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.retention import Rule

MOST_OBSERVED: Final = 1000
MOST_DONE: Final = 300
MOST_EST_PLACE: Final = 120
LAST_WEEK: Final = 53


def pair(name: str, prefix: str) -> models.CheckConstraint:
    """Who and when come together, or neither does."""
    by, at = f"{name}_by__isnull", f"{name}_at__isnull"
    return models.CheckConstraint(
        condition=Q(**{by: True, at: True}) | Q(**{by: False, at: False}),
        name=f"{prefix}_{name}_whole",
    )


class ObservationKind(models.TextChoices):
    """What an observation may be about (domain.md R28)."""

    DAMAGE = "damage", _("Skadegörelse")
    UNSAFE = "unsafe", _("Otrygg plats")
    STAFF = "staff", _("Incident mot anställd")
    DRUGS = "drugs", _("Misstänkt narkotika")
    LITTER = "litter", _("Nedskräpning")
    GATHERING = "gathering", _("Samling som stör ordningen")
    EVENT = "event", _("Arrangemang")
    RUMOUR = "rumour", _("Rykte i sociala medier")


class TimeBand(models.TextChoices):
    """When on the day."""

    NIGHT = "night", _("Natt 00-06")
    MORNING = "morning", _("Morgon 06-10")
    DAY = "day", _("Dag 10-16")
    EVENING = "evening", _("Kväll 16-21")
    LATE = "late", _("Sen kväll 21-24")


WEEKDAYS: Final = (
    (1, _("Måndag")),
    (2, _("Tisdag")),
    (3, _("Onsdag")),
    (4, _("Torsdag")),
    (5, _("Fredag")),
    (6, _("Lördag")),
    (7, _("Söndag")),
)


def compiles(user: User) -> Exists:
    """Whether the user holds the report of the whole city, as a part of a query."""
    return Exists(
        Organisation.objects.where_may(user, Permission.EST_COMPILE).filter(parent__isnull=True)
    )


class EstObservationQuerySet(models.QuerySet["EstObservation"]):
    """The access door and the standing selections."""

    def visible_to(self, user: User) -> Self:
        """The own nämnd's; of others only what they have released (domain.md 00.12), and of that
        what may be secret only to those who compile the city's report."""
        released = Q(state=ObservationState.RELEASED)
        where = Q(organisation__in=organisation_ids(user.audiences(), Permission.EST_REPORT))
        if user.may(Permission.EST_REPORT):
            where |= released & Q(ground="")
        if user.may(Permission.EST_COMPILE):
            where |= released & Q(compiles(user))
        return self.filter(where, exercise_id__isnull=True)

    def released(self) -> Self:
        """Real ones that their nämnd has read and let go."""
        return self.filter(state=ObservationState.RELEASED, exercise_id__isnull=True)

    def of_week(self, year: int, week: int) -> Self:
        """Those of one ISO week."""
        return self.filter(year=year, week=week)


class EstObservation(models.Model):
    """One thing at one place in one week. `ground` marks it as possibly secret: then it never
    comes into an open version. `names_answered` says that somebody was asked about words that
    looked like names and answered that they are none. After two years it is anonymised."""

    retention: ClassVar = Rule(
        "est_observation", 24, "created", "domain.md E.3: EST observation 2 y then anonymised"
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=ObservationKind)
    year = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField(null=True, choices=WEEKDAYS)
    band = models.CharField(max_length=8, choices=TimeBand, blank=True, default="")
    site = models.ForeignKey("places.Site", null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=MOST_EST_PLACE, blank=True, default="")
    if TYPE_CHECKING:
        position: Position | None
    else:
        position = PointField(null=True)
    text = models.TextField()
    action = models.TextField(blank=True, default="")
    ground = models.CharField(max_length=16, choices=SecrecyGround, blank=True, default="")
    names_answered = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=ObservationState, default=ObservationState.NEW)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    anonymised_at = models.DateTimeField(null=True)
    exercise_id = models.BigIntegerField(null=True)

    objects = EstObservationQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "-week", "organisation", "pk")
        indexes = (models.Index(fields=("year", "week", "state"), name="est_observation_week"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=ObservationKind.values), name="est_observation_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ObservationState.values), name="est_observation_state_known"
            ),
            models.CheckConstraint(
                condition=Q(week__range=(1, LAST_WEEK)), name="est_observation_week_range"
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__range=(1, 7)),
                name="est_observation_weekday_range",
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_at__isnull=False),
                name="est_observation_released_at",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(anonymised_at__isnull=False),
                name="est_observation_says_something",
            ),
            models.CheckConstraint(
                condition=Q(site__isnull=False)
                | Q(area__isnull=False)
                | Q(position__isnull=False)
                | ~Q(place=""),
                name="est_observation_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True, released_at__isnull=True)
                | Q(released_by__isnull=False, released_at__isnull=False)
                | Q(anonymised_at__isnull=False),
                name="est_observation_released_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                | Q(anonymised_at__isnull=False),
                name="est_observation_withdrawn_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.year}-W{self.week:02d}"

    @property
    def where(self) -> str:
        """The place in words: the site, else what was written, else the area."""
        named = self.site.name if self.site else ""
        return named or self.place or (self.area.name if self.area else str(_("Punkt på kartan")))


class EstNothing(models.Model):
    """An organisation that had nothing to observe in a week: it has reported all the same."""

    retention: ClassVar = Rule("est_nothing", 24, "at", "domain.md E.3: as the observations")

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "year", "week"), name="est_nothing_once"
            ),
            models.CheckConstraint(
                condition=Q(week__range=(1, LAST_WEEK)), name="est_nothing_week_range"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.year}-W{self.week:02d}"
