"""Duties and who holds them when."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from trygghetscentral.accounts.models import User
from trygghetscentral.callout.states import Rank
from trygghetscentral.shared.retention import Rule

DEFAULT_WAIT_SECONDS = 120


def _as_range(field: str) -> Func:
    # GiST compares ranges without any extension, but not plain numbers.
    return Func(F(field), F(field), Value("[]"), function="int8range")


SPAN = Func(F("starts_at"), F("ends_at"), function="tstzrange")


class Duty(models.Model):
    """A function that can be called at any hour, such as TiB; a city without a TiB has others
    (domain.md R13).

    `wait_seconds` is how long one rank is given before the next is called too; its default is
    [GK], therefore configurable.
    """

    retention: ClassVar = Rule.operational("duty")

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    wait_seconds = models.PositiveIntegerField(default=DEFAULT_WAIT_SECONDS)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(wait_seconds__range=(10, 3600)), name="duty_wait_reasonable"
            ),
        )

    def __str__(self) -> str:
        return self.name


class DutyContact(models.Model):
    """How somebody with a duty is reached: the duty's own telephone and addresses, in service."""

    retention: ClassVar = Rule.operational("duty_contact")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="duty_contact")
    phone = models.CharField(max_length=32, blank=True)
    sms = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)

    def __str__(self) -> str:
        return f"contact of {self.user_id}"


class DutyShiftQuerySet(models.QuerySet["DutyShift"]):
    """Reads over shifts. Who is on duty is known to all who may see the staffing."""

    def at(self, moment: datetime) -> Self:
        """Those that cover the moment; the end itself is outside."""
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def between(self, begin: datetime, end: datetime) -> Self:
        """Those that cover any part of the time."""
        return self.filter(starts_at__lt=end, ends_at__gt=begin)


class DutyShift(models.Model):
    """Who holds a duty, in what rank, from when until when.

    `accepted_at` is when that person said yes to it. `handover_note` is what the one who leaves
    says to the next, obligatory at handover (domain.md C.6); never changed afterwards.
    """

    retention: ClassVar = Rule("duty_shift", 24, "ends_at", "domain.md E.3: as the alarm record")

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="shifts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="duty_shifts")
    rank = models.CharField(max_length=16, choices=Rank)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    handover_note = models.TextField(blank=True)

    objects = DutyShiftQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_shift_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(rank__in=Rank.values), name="duty_shift_rank_known"),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True, handover_note="")
                | Q(handed_over_at__isnull=False) & ~Q(handover_note=""),
                name="duty_shift_handover_has_note",
            ),
            # One primary and one backup at a time, whoever plans: the database decides.
            *(
                ExclusionConstraint(
                    name=f"duty_shift_one_{rank}",
                    expressions=[
                        (_as_range("duty"), RangeOperators.OVERLAPS),
                        (SPAN, RangeOperators.OVERLAPS),
                    ],
                    condition=Q(rank=rank),
                )
                for rank in ("primary", "backup", "strategic")
            ),
            # A reserve who is the same person is no reserve.
            ExclusionConstraint(
                name="duty_shift_one_rank_each",
                expressions=[
                    (_as_range("duty"), RangeOperators.OVERLAPS),
                    (_as_range("user"), RangeOperators.OVERLAPS),
                    (SPAN, RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"shift {self.pk}"
