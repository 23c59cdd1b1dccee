"""The incident: an unwanted event that somebody answers for until it has been evaluated."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.states import OPEN, UNASSESSED, Stage
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.fields import PointField
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.retention import Rule

SEVERITIES: Final = (
    (1, _("1 Mindre")),
    (2, _("2 Begränsad")),
    (3, _("3 Allvarlig")),
    (4, _("4 Mycket allvarlig")),
    (5, _("5 Extraordinär (prövas)")),
)
URGENCIES: Final = (
    (1, _("1 Genast")),
    (2, _("2 Inom timmar")),
    (3, _("3 I dag")),
    (4, _("4 I veckan")),
    (5, _("5 När det går")),
)
ANALYSED_FROM: Final = 3
"""The severity from which an analysis is asked for (domain.md D.4)."""


class Origin(models.TextChoices):
    """How it came to be known."""

    ALARM = "alarm", _("Larm")
    COORDINATOR = "coordinator", _("Upplagd för hand")
    EMPLOYEE = "employee", _("Anmälan från anställd")


def _in_the_city(part: str) -> Func:
    return Func(
        F("occurred_from"),
        template=f"EXTRACT({part} FROM %(expressions)s AT TIME ZONE 'Europe/Stockholm')",
        output_field=models.PositiveSmallIntegerField(),
    )


class IncidentQuerySet(models.QuerySet["Incident"]):
    """The access doors and the standing selections."""

    def visible_to(self, user: User) -> Self:
        """Real incidents whose audiences the user belongs to."""
        return self.for_audiences(user.audiences(Permission.INCIDENT_VIEW))

    def for_audiences(self, audiences: frozenset[str]) -> Self:
        """The same for a set of audience keys."""
        keys = models.Value(sorted(audiences), ArrayField(models.TextField()))
        return self.filter(audiences__overlap=keys, exercise_id__isnull=True)

    def open(self) -> Self:
        """Somebody still has to do something."""
        return self.filter(stage__in=OPEN)

    def newest_first(self) -> Self:
        """The order of the list, which its key set follows."""
        return self.order_by("-occurred_from", "-id")


class Incident(models.Model):
    """What happened, where, whose it is and how far the work has come.

    `controller` is personuppgiftsansvarig; `affected` are other organisations that share it.
    `severity` is consequence and `urgency` is haste; both are changed only together with an
    `IncidentAssessment`. `audiences` is derived: those who read at controller and affected, or only
    `restricted_group`. `occurred_weekday` (1 is Monday) and `occurred_hour` are local to the city
    and made by the database, so that figures need no time zone. `position` is of the site unless
    given. `merged_into` is where a merged one lives on.
    """

    retention: ClassVar = Rule(
        "incident", 36, "closed", "domain.md E.3: 3 y, from severity 3 10 y, severity 5 kept"
    )

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.ForeignKey("incidents.IncidentKind", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.REPORTED)
    severity = models.PositiveSmallIntegerField(null=True, choices=SEVERITIES)
    urgency = models.PositiveSmallIntegerField(null=True, choices=URGENCIES)
    origin = models.CharField(max_length=12, choices=Origin)
    occurred_from = models.DateTimeField()
    occurred_until = models.DateTimeField(null=True)
    occurred_weekday = models.GeneratedField(
        expression=_in_the_city("isodow"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    occurred_hour = models.GeneratedField(
        expression=_in_the_city("hour"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )
    site = models.ForeignKey(
        "places.Site", null=True, on_delete=models.PROTECT, related_name="incidents"
    )
    place = models.CharField(max_length=160, blank=True, default="")
    # The stubs have no word for a column of our own that may be empty.
    if TYPE_CHECKING:
        position: Position | None
    else:
        position = PointField(null=True)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    affected = models.ManyToManyField("accounts.Organisation", related_name="+")
    owner = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    near_miss = models.BooleanField(default=False)
    injured = models.BooleanField(default=False)
    damaged = models.BooleanField(default=False)
    external = models.BooleanField(default=False)
    suspected_crime = models.BooleanField(default=False)
    police_reported = models.BooleanField(default=False)
    police_number = models.CharField(max_length=40, blank=True, default="")
    work_environment = models.BooleanField(default=False)
    personal_data = models.BooleanField(default=False)
    improper_influence = models.BooleanField(default=False)
    closing = models.TextField(blank=True, default="")
    audiences = ArrayField(models.TextField())
    restricted_group = models.ForeignKey(
        "accounts.NeedToKnowGroup", null=True, on_delete=models.PROTECT, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged"
    )
    exercise_id = models.BigIntegerField(null=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(F("occurred_from").desc(), F("id").desc(), name="incident_newest"),
            # For a reader who may see nothing of an area or a nämnd: nobody looks through the rest.
            models.Index(
                "area", F("occurred_from").desc(), F("id").desc(), name="incident_area_newest"
            ),
            models.Index(
                "controller",
                F("occurred_from").desc(),
                F("id").desc(),
                name="incident_controller_newest",
            ),
            GinIndex(fields=("audiences",), name="incident_audiences"),
            GistIndex(fields=("position",), name="incident_position"),
            models.Index(fields=("site", "occurred_from"), name="incident_site"),
            # What is open is a small part of what is stored, and what is looked at all day.
            models.Index(
                F("occurred_from").desc(),
                F("id").desc(),
                condition=Q(stage__in=sorted(OPEN)),
                name="incident_open_newest",
            ),
            GistIndex(
                fields=("position",),
                condition=Q(stage__in=sorted(OPEN)),
                name="incident_open_position",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="incident_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values), name="incident_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(severity__isnull=True, urgency__isnull=True)
                & Q(stage__in=sorted(UNASSESSED))
                | Q(severity__range=(1, 5), urgency__range=(1, 5)),
                name="incident_assessed",
            ),
            models.CheckConstraint(
                condition=Q(occurred_until__isnull=True)
                | Q(occurred_until__gte=F("occurred_from")),
                name="incident_until_after_from",
            ),
            models.CheckConstraint(
                condition=Q(police_number="") | Q(police_reported=True),
                name="incident_police_number_of_report",
            ),
            models.CheckConstraint(
                condition=Q(stage="merged", merged_into__isnull=False) & ~Q(merged_into=F("id"))
                | ~Q(stage="merged") & Q(merged_into__isnull=True),
                name="incident_merged_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=("closed", "archived"), closed_at__isnull=False)
                | ~Q(stage__in=("closed", "archived")) & Q(closed_at__isnull=True),
                name="incident_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(stage="assigned", owner__isnull=False) | ~Q(stage="assigned"),
                name="incident_assigned_to_somebody",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="incident_named"),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:detail", args=(self.public_id,))

    @property
    def is_open(self) -> bool:
        """Whether it may be changed."""
        return self.stage in OPEN

    @property
    def kept_months(self) -> int | None:
        """Calendar months after closing; None is for ever (domain.md E.3)."""
        if self.severity == 5:
            return None
        return 120 if (self.severity or 0) >= ANALYSED_FROM else 36
