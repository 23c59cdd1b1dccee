"""Calls and what was sent for them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext

from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models.duties import Duty, DutyShift
from trygghetscentral.callout.states import (
    TO_SEND,
    AnswerMeans,
    Channel,
    DeliveryState,
    PhoneResult,
    Rank,
)
from trygghetscentral.shared.retention import Rule


@dataclass(frozen=True, slots=True)
class Figures:
    """How many wait, the worst priority among them, and since when the first has waited."""

    count: int
    worst: int | None
    since: datetime | None


class CallQuerySet(models.QuerySet["Call"]):
    """The access door and the standing selections."""

    def visible_to(self, user: User) -> Self:
        """Calls about what the user may see, and those in which the user was called. Exercises
        are not among them."""
        keys = models.Value(sorted(user.audiences()), ArrayField(models.TextField()))
        called = Delivery.objects.filter(user=user).order_by().values("call")
        return self.filter(Q(audiences__overlap=keys) | Q(pk__in=called), exercise_id=None)

    def open(self) -> Self:
        """Not stopped. An answered call is open until its reason is gone, so that whoever has
        answered is not called again for the same thing."""
        return self.filter(stopped_at=None)

    def waiting(self) -> Self:
        """Neither answered nor stopped."""
        return self.filter(stopped_at=None, answered_at=None)

    def to_renew(self, moment: datetime) -> Self:
        """Bundles whose next round was due at the moment: nobody has answered, or more has come
        since somebody did."""
        since = CallMember.objects.filter(
            call=models.OuterRef("pk"), left_at=None, joined_at__gt=models.OuterRef("answered_at")
        )
        unheard = Q(answered_at=None) | models.Exists(since)
        return self.open().filter(unheard, renews_at__lte=moment)


class Call(models.Model):
    """One duty called for one thing.

    `subject_type` and `subject_id` name that thing without a foreign key, since it lives on a
    higher floor. `reference` is its number, all that a message says of it. `rank` is the rank
    called last, and `due_at` when the next one is called. `unreached_at`: nobody could be called,
    or all have been and nobody answered; then a person must ring.

    A call may be about many things at once, its members. It is then a bundle: `reference` is where
    they wait, and at `renews_at` a new `round` of messages goes out while somebody must answer.
    """

    retention: ClassVar = Rule("duty_call", 24, "stopped_at", "domain.md E.3: alarm record 2 y")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="calls")
    reason = models.SlugField(max_length=32)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    reference = models.CharField(max_length=32)
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    audiences = ArrayField(models.TextField(), default=list)
    exercise_id = models.BigIntegerField(null=True)
    rank = models.CharField(max_length=16, choices=Rank, default=Rank.PRIMARY)
    due_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    renews_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    answered_through = models.CharField(max_length=16, choices=AnswerMeans, blank=True)
    unreached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.SlugField(max_length=32, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("duty", "subject_type", "subject_id"),
                condition=Q(stopped_at=None),
                name="call_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answered_through="")
                | Q(answered_at__isnull=False) & ~Q(answered_through=""),
                name="call_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None, stop_reason="")
                | Q(stopped_at__isnull=False) & ~Q(stop_reason=""),
                name="call_stop_whole",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(answered_at=None, stopped_at=None),
                name="call_due_only_while_waiting",
            ),
        )
        indexes = (
            models.Index(fields=("due_at",), name="call_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=("subject_type", "subject_id"), name="call_subject"),
            models.Index(
                fields=("renews_at",),
                name="call_renews",
                condition=Q(renews_at__isnull=False, stopped_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"call {self.pk}"

    @property
    def is_waiting(self) -> bool:
        """Whether anybody should still be called."""
        return self.answered_at is None and self.stopped_at is None

    @property
    def is_bundle(self) -> bool:
        """Whether it is about many things at once."""
        return self.renews_at is not None

    @property
    def about(self) -> str:
        """What it is about, for those who may see it: a number, or how many and where."""
        if not self.is_bundle:
            return self.reference
        count = self.figures.count
        words = ngettext("%(count)s larm (%(where)s)", "%(count)s larm (%(where)s)", count)
        return words % {"count": count, "where": self.reference}

    @property
    def figures(self) -> Figures:
        """What there is to say of a bundle's members: those who wait, or all of a stopped one."""
        present = Q() if self.stopped_at else Q(left_at=None)
        found = self.members.filter(present).aggregate(
            count=models.Count("subject_id", distinct=True),
            worst=models.Min("priority"),
            since=models.Min("since"),
        )
        return Figures(**found)


class CallMember(models.Model):
    """One of the many things that a bundle is about, from when it joined until it left.

    `priority` (1 is worst) and `since`, when it began to wait, are for the message.
    """

    retention: ClassVar = Rule.with_parent("duty_call_member", "callout.Call")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="members")
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    priority = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("call", "subject_type", "subject_id"),
                condition=Q(left_at=None),
                name="call_member_once",
            ),
        )
        indexes = (models.Index(fields=("subject_type", "subject_id"), name="call_member_subject"),)

    def __str__(self) -> str:
        return f"member {self.pk}"


class Delivery(models.Model):
    """One message to one person by one channel, or one telephone call to make.

    `round` is the call's when it was made. The same `dedupe_id` goes with every attempt, so that
    a receiver can tell a repetition. `error` is a code, never what a server said: that may hold an
    address. Only the hash of the acknowledgement link's token is kept. `user` is empty only for a
    telephone call when nobody is on the roster.
    """

    retention: ClassVar = Rule.with_parent("duty_delivery", "callout.Call")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey(DutyShift, null=True, on_delete=models.SET_NULL, related_name="+")
    rank = models.CharField(max_length=16, choices=Rank)
    round = models.PositiveSmallIntegerField(default=1)
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=16, choices=DeliveryState, default=DeliveryState.QUEUED)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    dedupe_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_hash = models.CharField(max_length=64, blank=True)
    token_expires_at = models.DateTimeField(null=True)
    error = models.SlugField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    phone_result = models.CharField(max_length=16, choices=PhoneResult, blank=True)
    phoned_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    phoned_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("call", "user", "channel", "round"), name="delivery_once_each_way"
            ),
            models.UniqueConstraint(
                fields=("token_hash",), condition=~Q(token_hash=""), name="delivery_token_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(state__in=TO_SEND), name="delivery_due_only_to_send"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(channel="phone"),
                name="delivery_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(phoned_at=None, phoned_by=None, phone_result="")
                | Q(phoned_at__isnull=False, phoned_by__isnull=False, channel="phone")
                & ~Q(phone_result=""),
                name="delivery_phone_whole",
            ),
        )
        indexes = (
            models.Index(
                fields=("channel", "due_at"),
                name="delivery_due",
                condition=Q(due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Episode(models.Model):
    """A time during which promises of one kind were overdue and nobody had taken them."""

    retention: ClassVar = Rule("callout_episode", 24, "ended_at", "EN 50518: faults are recorded")

    name = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    most = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("name",), condition=Q(ended_at=None), name="episode_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.began_at}"
