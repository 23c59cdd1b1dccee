"""EST: the veckorapport, its prioritised places, what was published, and to whom it was given."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.est_states import LEVELLED, ReportState
from incidents.models.est import LAST_WEEK, compiles, pair
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.places.fields import PointField
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.retention import Rule

MOST_PRIORITIES: Final = 5
MOST_SECTION: Final = 6000


class WeekLevel(models.TextChoices):
    """The level of the week. A person sets it, never the machine (domain.md 00.18)."""

    GREEN = "green", _("Grön: som vanligt")
    YELLOW = "yellow", _("Gul: ökad uppmärksamhet")
    ORANGE = "orange", _("Orange: ansträngt")
    RED = "red", _("Röd: allvarligt")


class VersionKind(models.TextChoices):
    """The two versions of a published report."""

    OPEN = "open", _("Öppen version")
    RESTRICTED = "restricted", _("Begränsad version")


class Outcome(models.TextChoices):
    """What came of a prioritised place."""

    DONE = "done", _("Klart")
    CONTINUES = "continues", _("Fortsätter")
    DROPPED = "dropped", _("Avfört")


class EstReportQuerySet(models.QuerySet["EstReport"]):
    """The access doors."""

    def visible_to(self, user: User) -> Self:
        """Every one to those who compile the city's report, the published ones to its readers."""
        none = self.none()
        where = Q(pk__in=none)
        if user.may(Permission.EST_READ):
            where |= Q(state=ReportState.PUBLISHED)
        if user.may(Permission.EST_COMPILE):
            where |= Q(compiles(user))
        return self.filter(where)

    def public(self) -> Self:
        """Those whose open version everybody may read."""
        return self.filter(state=ReportState.PUBLISHED)


class EstReport(models.Model):
    """The report of one ISO week. `observe_by` is when observations should be in, `due_at` when
    it should be published, `next_at` when next week's is opened. Each section has a part that
    stands in the restricted version only. `open_content` and `restricted_content` are what the
    reviewer reads, made when it is sent to review, and published unchanged."""

    retention: ClassVar = Rule.forever("est_report", "domain.md E.3: reports are kept")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.GATHERING)
    observe_by = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    happened = models.TextField(blank=True, default="")
    happened_closed = models.TextField(blank=True, default="")
    doing = models.TextField(blank=True, default="")
    doing_closed = models.TextField(blank=True, default="")
    forecast = models.TextField(blank=True, default="")
    forecast_closed = models.TextField(blank=True, default="")
    closed_ground = models.CharField(max_length=16, choices=SecrecyGround, blank=True, default="")
    names_answered = models.BooleanField(default=False)
    level = models.CharField(max_length=8, choices=WeekLevel, blank=True, default="")
    level_sentence = models.CharField(max_length=300, blank=True, default="")
    level_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    level_at = models.DateTimeField(null=True)
    drafted_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    edited_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=300, blank=True, default="")
    open_content = models.JSONField(null=True)
    restricted_content = models.JSONField(null=True)

    objects = EstReportQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "-week", "-pk")
        indexes = (
            models.Index(
                fields=("next_at",), name="est_report_next", condition=Q(next_at__isnull=False)
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("year", "week"),
                condition=~Q(state="withdrawn"),
                name="est_report_once_a_week",
            ),
            models.CheckConstraint(
                condition=Q(week__range=(1, LAST_WEEK)), name="est_report_week_range"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values), name="est_report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    level="", level_sentence="", level_by__isnull=True, level_at__isnull=True
                )
                | Q(level__in=WeekLevel.values, level_by__isnull=False, level_at__isnull=False)
                & ~Q(level_sentence=""),
                name="est_report_level_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(LEVELLED)) | ~Q(level=""),
                name="est_report_levelled",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("drafted_by"))
                & ~Q(approved_by=F("edited_by"))
                & ~Q(approved_by=F("submitted_by")),
                name="est_report_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("in_review", "approved", "published"))
                | Q(open_content__isnull=False, restricted_content__isnull=False),
                name="est_report_content",
            ),
            *(
                pair(name, "est_report")
                for name in (
                    "drafted",
                    "edited",
                    "submitted",
                    "approved",
                    "published",
                    "withdrawn",
                )
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}-W{self.week:02d}"

    def get_absolute_url(self) -> str:
        """Where it is worked with and read."""
        return reverse("est:report", args=(self.public_id,))

    @property
    def monday(self) -> dt.date:
        """The week's first day."""
        return dt.date.fromisocalendar(self.year, self.week, 1)

    @property
    def sunday(self) -> dt.date:
        """The week's last day."""
        return dt.date.fromisocalendar(self.year, self.week, 7)

    def content_of(self, kind: str) -> dict[str, object]:
        """What a version says, as sent to review; empty before."""
        if kind == VersionKind.OPEN:
            return self.open_content or {}
        return self.restricted_content or {}


class EstPriority(models.Model):
    """A place that is prioritised the week after, in order, and what came of it."""

    retention: ClassVar = Rule.with_parent("est_priority", "incidents.EstReport")

    report = models.ForeignKey(EstReport, on_delete=models.CASCADE, related_name="priorities")
    order = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=120)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    if TYPE_CHECKING:
        position: Position | None
    else:
        position = PointField(null=True)
    why = models.CharField(max_length=300)
    responsible = models.CharField(max_length=80)
    action = models.CharField(max_length=300, blank=True, default="")
    open = models.BooleanField(default=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    outcome_text = models.CharField(max_length=300, blank=True, default="")
    outcome_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("report", "order")
        constraints = (
            models.UniqueConstraint(fields=("report", "order"), name="est_priority_order"),
            models.CheckConstraint(
                condition=Q(order__range=(1, MOST_PRIORITIES)), name="est_priority_range"
            ),
            models.CheckConstraint(condition=~Q(place=""), name="est_priority_place"),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_by__isnull=True, outcome_at__isnull=True)
                | Q(
                    outcome__in=Outcome.values,
                    outcome_by__isnull=False,
                    outcome_at__isnull=False,
                ),
                name="est_priority_outcome_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.order}. {self.place}"


class EstVersion(models.Model):
    """What was published, for ever: the database refuses every change."""

    retention: ClassVar = Rule.forever("est_version", "domain.md E.3: reports are kept")

    report = models.ForeignKey(EstReport, on_delete=models.PROTECT, related_name="versions")
    kind = models.CharField(max_length=10, choices=VersionKind)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("report", "kind"), name="est_version_once"),
            models.CheckConstraint(
                condition=Q(kind__in=VersionKind.values), name="est_version_kind_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind}"


class EstPaper(models.Model):
    """The PDF of a published version, pressed when first asked for, and kept as it was then."""

    retention: ClassVar = Rule.forever("est_paper", "domain.md E.3: reports are kept")

    version = models.OneToOneField(EstVersion, on_delete=models.PROTECT, related_name="paper")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:8]


class EstExport(models.Model):
    """A published version given to Polisen, under a decision in the log of disclosures (00.12)."""

    retention: ClassVar = Rule.forever("est_export", "domain.md E.3: decisions are kept")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(EstVersion, on_delete=models.PROTECT, related_name="exports")
    disclosure = models.OneToOneField(
        "incidents.Disclosure", on_delete=models.PROTECT, related_name="est_export"
    )

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return str(self.disclosure)
