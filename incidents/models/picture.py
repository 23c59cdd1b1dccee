"""The common picture: zones drawn by hand, status of functions, notes; each in somebody's layer.

Nothing here is deleted. What changes is kept as it was in a row of its own, so that the picture
can be shown as of any past moment.
"""

from __future__ import annotations

import uuid
from typing import ClassVar, Final, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.retention import Rule

KEPT: Final = "the common picture is kept (domain.md E.3)"


class ZoneKind(models.TextChoices):
    """What a zone says of its place."""

    CORDON = "cordon", _("Avspärrat")
    OUTAGE = "outage", _("Elavbrott")
    EVACUATION = "evacuation", _("Utrymning")
    ASSEMBLY = "assembly", _("Samlingsplats")
    RISK = "risk", _("Riskområde")
    OBSTRUCTED = "obstructed", _("Framkomlighet")
    RESOURCE = "resource", _("Insats eller resurs")
    OBSERVATION = "observation", _("Iakttagelse")
    OTHER = "other", _("Annat")


class Shape(models.TextChoices):
    """How it is drawn, with the fewest corners of each."""

    POINT = "point", _("Punkt")
    LINE = "line", _("Linje")
    AREA = "area", _("Yta")


class Function(models.TextChoices):
    """Samhällsfunktioner, in the order they are spoken of."""

    POWER = "1-power", pgettext_lazy("samhällsfunktion", "El")
    WATER = "2-water", pgettext_lazy("samhällsfunktion", "Vatten")
    HEAT = "3-heat", pgettext_lazy("samhällsfunktion", "Värme")
    IT = "4-it", pgettext_lazy("samhällsfunktion", "IT")
    TELE = "5-tele", pgettext_lazy("samhällsfunktion", "Tele")
    CARE = "6-care", pgettext_lazy("samhällsfunktion", "Vård och omsorg")
    SCHOOL = "7-school", pgettext_lazy("samhällsfunktion", "Skola och förskola")
    TRANSPORT = "8-transport", pgettext_lazy("samhällsfunktion", "Transport")
    FOOD = "9-food", pgettext_lazy("samhällsfunktion", "Livsmedel")


class Level(models.IntegerChoices):
    """How it is, green to red. Set by a named person, never by the machine (domain.md 00.18)."""

    GREEN = 1, _("Grön: fungerar")
    YELLOW = 2, _("Gul: ansträngt")
    ORANGE = 3, _("Orange: allvarligt")
    RED = 4, _("Röd: kritiskt")


class Trend(models.TextChoices):
    """Where it is going."""

    BETTER = "better", _("Blir bättre")
    SAME = "same", _("Oförändrat")
    WORSE = "worse", _("Blir sämre")


class NoteKind(models.TextChoices):
    """What a note tells of (R36)."""

    OBSERVATION = "observation", _("Iakttagelse")
    TREND = "trend", _("Trend")
    OUTLOOK = "outlook", _("Omvärld")


class Use(models.TextChoices):
    """What a note is for (R30)."""

    OPERATIVE = "operative", _("Operativ")
    STRATEGIC = "strategic", _("Strategisk")


class Relevance(models.IntegerChoices):
    """How much it concerns the city, as its author judges."""

    HIGH = 1, _("Hög")
    MIDDLE = 2, _("Medel")
    LOW = 3, _("Låg")


M = TypeVar("M", bound="Layered")


class LayeredQuerySet(models.QuerySet[M]):
    """The access doors."""

    def visible_to(self, user: User) -> Self:
        """What is real and whose audiences the user belongs to."""
        return self.for_audiences(user.audiences(Permission.PICTURE_VIEW))

    def for_audiences(self, audiences: frozenset[str]) -> Self:
        """The same for a set of audience keys."""
        keys = models.Value(sorted(audiences), ArrayField(models.TextField()))
        return self.filter(audiences__overlap=keys, exercise_id__isnull=True)


class Layered(models.Model):
    """Something in the picture of an organisation, its layer (R29).

    `audiences` is derived: those who read the picture at the organisation, or everywhere when it
    is `shared`, or only `restricted_group`.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    shared = models.BooleanField(default=False)
    restricted_group = models.ForeignKey(
        "accounts.NeedToKnowGroup", null=True, on_delete=models.PROTECT, related_name="+"
    )
    audiences = ArrayField(models.TextField())
    exercise_id = models.BigIntegerField(null=True)

    class Meta:
        abstract = True
        indexes: ClassVar[tuple[models.Index, ...]] = (
            GinIndex(fields=("audiences",), name="%(class)s_audiences"),
        )
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(shared=False) | Q(restricted_group__isnull=True),
                name="%(class)s_shared_or_restricted",
            ),
        )


class ZoneContent(models.Model):
    """What a zone says. `corners` are WGS 84 pairs, longitude first; an area is not closed."""

    kind = models.CharField(max_length=12, choices=ZoneKind)
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True, default="")
    source = models.CharField(max_length=160, blank=True, default="")
    shape = models.CharField(max_length=8, choices=Shape)
    corners = ArrayField(ArrayField(models.FloatField(), size=2))
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    ended = models.BooleanField(default=False)

    class Meta:
        abstract = True


class ZoneQuerySet(LayeredQuerySet["Zone"]):
    """The access doors."""


class Zone(Layered, ZoneContent):
    """A zone as it is now. `valid_until` is a promise: then it is ended by the clock.

    `west`, `south`, `east` and `north` are its box, for the map.
    """

    retention: ClassVar = Rule.forever("picture_zone", KEPT)

    version = models.PositiveIntegerField(default=1)
    drawn_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    objects = ZoneQuerySet.as_manager()

    class Meta(Layered.Meta):
        abstract = False
        indexes = (
            *Layered.Meta.indexes,
            models.Index(
                fields=("valid_until",),
                condition=Q(ended=False, valid_until__isnull=False),
                name="zone_due",
            ),
            models.Index(F("changed_at").desc(), F("id").desc(), name="zone_newest"),
        )
        constraints = (
            *Layered.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=ZoneKind.values), name="zone_kind_known"),
            models.CheckConstraint(condition=Q(shape__in=Shape.values), name="zone_shape_known"),
            models.CheckConstraint(condition=~Q(name=""), name="zone_named"),
            models.CheckConstraint(
                condition=Q(shape="point", corners__len=1)
                | Q(shape="line", corners__len__gte=2)
                | Q(shape="area", corners__len__gte=3),
                name="zone_corners",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="zone_until_after_from",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("picture:zone", args=(self.public_id,))


class ZoneVersion(ZoneContent):
    """A zone as it was from `at` until the next version. Never changed; `by` nobody is the clock,
    which ends what was to end."""

    retention: ClassVar = Rule.with_parent("zone_version", "incidents.Zone")

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("zone", "number"), name="zone_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.zone_id}:{self.number}"


class StatusContent(models.Model):
    """How a function is, in somebody's words. `due_at` is when it must be judged anew; `stale_at`
    is set when that had not been done."""

    level = models.PositiveSmallIntegerField(choices=Level)
    trend = models.CharField(max_length=8, choices=Trend)
    sentence = models.TextField()
    forecast = models.TextField(blank=True, default="")
    due_at = models.DateTimeField()
    stale_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class FunctionSlotQuerySet(LayeredQuerySet["FunctionSlot"]):
    """The access doors."""


class FunctionSlot(Layered, StatusContent):
    """A function in somebody's layer, in a stadsområde or (without `area`) in the whole city, as
    it is said to be now."""

    retention: ClassVar = Rule.forever("function_slot", KEPT)

    function = models.CharField(max_length=12, choices=Function)
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    objects = FunctionSlotQuerySet.as_manager()

    class Meta(Layered.Meta):
        abstract = False
        indexes = (
            *Layered.Meta.indexes,
            models.Index(
                fields=("due_at",), condition=Q(stale_at__isnull=True), name="function_due"
            ),
        )
        constraints = (
            *Layered.Meta.constraints,
            models.UniqueConstraint(
                fields=("organisation", "function", "area"),
                nulls_distinct=False,
                name="function_slot_once",
            ),
            models.CheckConstraint(
                condition=Q(function__in=Function.values), name="function_slot_known"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="function_slot_level"),
            models.CheckConstraint(condition=Q(trend__in=Trend.values), name="function_slot_trend"),
            models.CheckConstraint(condition=~Q(sentence=""), name="function_slot_said"),
        )

    def __str__(self) -> str:
        return f"{self.function}: {self.level}"

    def get_absolute_url(self) -> str:
        """Its page, with how it has been."""
        return reverse("picture:function", args=(self.public_id,))


class FunctionStatus(StatusContent):
    """What somebody said of a function, from `at` until the next one. A person has said it."""

    retention: ClassVar = Rule.with_parent("function_status", "incidents.FunctionSlot")

    slot = models.ForeignKey(FunctionSlot, on_delete=models.CASCADE, related_name="history")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="function_status_level"),
            models.CheckConstraint(condition=~Q(sentence=""), name="function_status_said"),
        )

    def __str__(self) -> str:
        return f"{self.slot_id}: {self.level}"


class PictureNoteQuerySet(LayeredQuerySet["PictureNote"]):
    """The access doors."""


class PictureNote(Layered):
    """A trend, something in the world around, or something seen: source, date, relevance (R36).

    Not changed: what no longer holds is withdrawn and stands in the past.
    """

    retention: ClassVar = Rule.forever("picture_note", KEPT)

    kind = models.CharField(max_length=12, choices=NoteKind)
    use = models.CharField(max_length=10, choices=Use)
    relevance = models.PositiveSmallIntegerField(choices=Relevance)
    source = models.CharField(max_length=160)
    dated_on = models.DateField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PictureNoteQuerySet.as_manager()

    class Meta(Layered.Meta):
        abstract = False
        constraints = (
            *Layered.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=NoteKind.values), name="note_kind_known"),
            models.CheckConstraint(condition=Q(use__in=Use.values), name="note_use_known"),
            models.CheckConstraint(condition=Q(relevance__range=(1, 3)), name="note_relevance"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(source=""), name="note_said"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="note_withdrawn_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.dated_on}"


class IncidentFormerWords(models.Model):
    """What an incident was called and where it was said to be, until `until`. The ledger keeps no
    words; with these the picture of a past moment has those of its time."""

    retention: ClassVar = Rule.with_parent("incident_former_words", "incidents.Incident")

    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.CASCADE, related_name="former_words"
    )
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=160, blank=True, default="")
    until = models.DateTimeField()

    class Meta:
        ordering = ("until", "pk")

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.until}"
