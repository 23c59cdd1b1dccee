"""The alarm: what an operator answers for."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from alarms.escalation import Level
from alarms.floods import NEVER
from alarms.states import AlarmState
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.fields import EncryptedTextField
from trygghetscentral.shared.retention import Rule


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """The access door and the standing selections."""

    def visible_to(self, user: User) -> Self:
        """Alarms whose audiences the user belongs to; exercises are not among them."""
        return self.for_audiences(user.audiences(Permission.ALARM_VIEW))

    def for_audiences(self, audiences: frozenset[str]) -> Self:
        """The same for a set of audience keys, as the socket holds them."""
        # One parameter for the whole array: a list would become an expression for each key,
        # and an operator has some two hundred.
        keys = models.Value(sorted(audiences), ArrayField(models.TextField()))
        return self.filter(audiences__overlap=keys, exercise_id__isnull=True)

    def open(self) -> Self:
        """Not closed."""
        return self.exclude(state=AlarmState.CLOSED)

    def rows(self) -> Self:
        """Those with a row of their own; the others are zones of one (docs/adr/0011)."""
        return self.filter(lead__isnull=True)

    def in_lock_order(self) -> Self:
        """The order in which everybody locks rows together with their zones, intake too."""
        return self.order_by(F("lead_id").asc(nulls_first=True), "id")

    def on_board(self) -> Self:
        """Rows that are open, and not held back by a larmflod."""
        return self.open().rows().filter(held=False)

    def worst_first(self) -> Self:
        """Priority, then unanswered, then longest waiting: the order of the board."""
        return self.order_by("priority", F("unanswered").desc(), "waiting_since", "id")


class Alarm(models.Model):
    """`kind` is category and nature ("fire.trouble"); `unanswered` is new or "Larmar igen".

    `waiting_since` is when someone began to wait for an answer: arrival, or the new activation.
    `account`, `area` and `zone` are as on the wire; the `_label`s were known when it came.
    `signalled_priority` is the worst that its signals' codes have said, before rules: only a
    worse one raises `priority` again. `target_seconds` is the answer target that a new activation
    gets too, `limit_seconds` the same for its escalation. `active_conditions` are the codes'
    conditions not yet restored; `restored_at` is set when the last of them is. `target_met_at`
    is when the act that the answer target runs to was first done: the answer, or
    "Räddningstjänst larmad" where the centre alarms them (domain.md 00.10). `duress_at` is when
    the duress word was said.

    Promises, each with the moment it is due: `escalates_at` (somebody more is told that nobody
    answers; `escalation` says who has been), `acts_by` (taken without any act, it goes back),
    `parked_until`. `owned_since` is when the present owner took it; `unparked_at` is set while
    it waits for an answer since its parking ran out.

    `flood` is the larmflod it came under. While `held` it waits for nobody and stands on no
    board; it comes up at `held_until` unless restored, and `unheld_at` is set until somebody
    answers.

    Alarms of one kind at one object are one row (docs/adr/0011): the first is the lead and makes
    every promise, the others have it as `lead` and make none. `group_key` is the object, "" for
    what is never one with others. A lead counts its `followers`, and those of them that are not
    restored; it is restored itself only when none is left.

    `again_spent` and `again_since` are how often it may still sound again (alarms.runaway);
    `runaway_at` is since when it sounds no more until that is filled up.
    """

    # Each index costs every alarm that comes in: those that nothing looks up by are left out.
    retention: ClassVar = Rule("alarm_record", 24, "closed", "domain.md E.3: alarm record 2 y")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=16, choices=AlarmState, default=AlarmState.NEW)
    category = models.CharField(max_length=16)
    kind = models.CharField(max_length=64)
    type = models.ForeignKey(
        "alarms.AlarmType", db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    priority = models.PositiveSmallIntegerField()
    signalled_priority = models.PositiveSmallIntegerField(default=5)
    code = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    receiver = models.CharField(max_length=6, blank=True)
    line = models.CharField(max_length=6, blank=True)
    account = models.CharField(max_length=16, blank=True)
    area = models.CharField(max_length=16, blank=True)
    area_label = models.CharField(max_length=80, blank=True)
    zone = models.CharField(max_length=16, blank=True)
    zone_label = models.CharField(max_length=80, blank=True)
    installation = models.ForeignKey(
        "alarms.Installation", null=True, on_delete=models.PROTECT, related_name="alarms"
    )
    site = models.ForeignKey(
        "places.Site", db_index=False, null=True, on_delete=models.PROTECT, related_name="alarms"
    )
    city_area = models.ForeignKey(
        "places.Area", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    controller = models.ForeignKey(
        "accounts.Organisation", db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    audiences = ArrayField(models.TextField(), default=list)
    exercise_id = models.BigIntegerField(null=True)
    desk = models.ForeignKey(
        "alarms.Desk", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    routed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    last_signal_at = models.DateTimeField()
    signal_count = models.PositiveIntegerField(default=1)
    unanswered = models.BooleanField(default=True)
    waiting_since = models.DateTimeField()
    target_at = models.DateTimeField(null=True)
    target_seconds = models.PositiveIntegerField(null=True)
    limit_seconds = models.PositiveIntegerField(null=True)
    escalates_at = models.DateTimeField(null=True)
    escalation = models.CharField(
        max_length=16, choices=Level, blank=True, default=Level.NONE, db_default=Level.NONE
    )
    again_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    active_conditions = ArrayField(models.CharField(max_length=40), default=list)
    # Nobody asks for whose closed alarms were: `alarm_mine` has the open ones.
    owner = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    acknowledged_at = models.DateTimeField(null=True)
    target_met_at = models.DateTimeField(null=True)
    duress_at = models.DateTimeField(null=True)
    owned_since = models.DateTimeField(null=True)
    acts_by = models.DateTimeField(null=True)
    parked_until = models.DateTimeField(null=True)
    unparked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        "accounts.User", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    close_code = models.ForeignKey(
        "alarms.CloseCode", db_index=False, null=True, on_delete=models.PROTECT, related_name="+"
    )
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    voice_contact = models.CharField(max_length=8, blank=True, default="", db_default="")
    flood = models.ForeignKey(
        "alarms.Flood", db_index=False, null=True, on_delete=models.PROTECT, related_name="alarms"
    )
    held = models.BooleanField(default=False, db_default=False)
    held_until = models.DateTimeField(null=True)
    unheld_at = models.DateTimeField(null=True)
    lead = models.ForeignKey(
        "self", db_index=False, null=True, on_delete=models.PROTECT, related_name="zones"
    )
    group_key = models.CharField(max_length=48, blank=True, default="", db_default="")
    followers = models.PositiveIntegerField(default=0, db_default=0)
    followers_active = models.PositiveIntegerField(default=0, db_default=0)
    runaway_at = models.DateTimeField(null=True)
    again_spent = models.PositiveSmallIntegerField(default=0, db_default=0)
    again_since = models.DateTimeField(null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        constraints = (
            # One row for one thing that is wrong, however many wires report it and however many
            # receivers run: the database decides, not the code (design.md 4).
            models.UniqueConstraint(
                fields=("installation", "area", "zone", "kind"),
                condition=~Q(state="closed"),
                name="alarm_one_open",
            ),
            models.UniqueConstraint(
                fields=("receiver", "line", "account"),
                condition=Q(kind="unknown.account") & ~Q(state="closed"),
                name="alarm_one_open_unknown",
            ),
            models.UniqueConstraint(
                fields=("kind",),
                condition=Q(installation__isnull=True, kind="intake.silent") & ~Q(state="closed"),
                name="alarm_one_open_silent",
            ),
            models.CheckConstraint(
                condition=Q(priority__range=(1, 5)), name="alarm_priority_range"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AlarmState.values), name="alarm_state_known"
            ),
            models.CheckConstraint(
                condition=Q(escalation__in=Level.values), name="alarm_escalation_known"
            ),
            models.CheckConstraint(
                condition=Q(state="parked", parked_until__isnull=False)
                | ~Q(state="parked") & Q(parked_until__isnull=True),
                name="alarm_parked_until",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, close_code__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True, close_code__isnull=True),
                name="alarm_closed_with_code",
            ),
            models.CheckConstraint(
                condition=Q(state="new", owner__isnull=True)
                | Q(state="closed")
                | ~Q(state__in=("new", "closed")) & Q(owner__isnull=False),
                name="alarm_owner_fits_state",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", category="medical")
                & Q(voice_contact__in=("yes", "no", "unasked"))
                | (~Q(state="closed") | ~Q(category="medical")) & Q(voice_contact=""),
                name="alarm_voice_contact_said",
            ),
            models.CheckConstraint(
                condition=Q(held=False, held_until__isnull=True)
                | Q(held=True, state="new", unanswered=False, flood__isnull=False)
                & Q(escalates_at__isnull=True)
                & ~Q(category__in=sorted(NEVER)),
                name="alarm_held_by_flood",
            ),
            models.CheckConstraint(
                condition=Q(lead__isnull=True)
                | Q(state__in=("new", "closed"), unanswered=False, owner__isnull=True, held=False)
                & Q(escalates_at__isnull=True, target_at__isnull=True, followers=0),
                name="alarm_zone_promises_nothing",
            ),
        )
        indexes = (
            models.Index(
                F("priority"),
                F("unanswered").desc(),
                F("waiting_since"),
                F("id"),
                name="alarm_board",
                condition=~Q(state="closed"),
            ),
            models.Index(
                fields=("owner",),
                name="alarm_mine",
                condition=Q(owner__isnull=False) & ~Q(state="closed"),
            ),
            # Also those without a moment: a desk that empties calls TiB for all of them.
            models.Index(
                fields=("escalates_at",),
                name="alarm_escalates",
                condition=Q(unanswered=True) & ~Q(state="closed") & ~Q(escalation="tib"),
            ),
            models.Index(
                fields=("acts_by",), name="alarm_acts_by", condition=Q(acts_by__isnull=False)
            ),
            models.Index(
                fields=("parked_until",), name="alarm_parked", condition=Q(state="parked")
            ),
            models.Index(fields=("flood",), name="alarm_flood", condition=Q(flood__isnull=False)),
            models.Index(
                fields=("held_until",),
                name="alarm_held",
                condition=Q(held=True, restored_at__isnull=True),
            ),
            models.Index(fields=("flood",), name="alarm_held_flood", condition=Q(held=True)),
            models.Index(
                fields=("lead", "id"), name="alarm_zones", condition=Q(lead__isnull=False)
            ),
            models.Index(fields=("site", "-received_at"), name="alarm_site"),
            models.Index(fields=("-received_at",), name="alarm_received"),
            models.Index(fields=("account", "-received_at"), name="alarm_account"),
            GinIndex(fields=("audiences",), name="alarm_audiences", condition=~Q(state="closed")),
        )

    def __str__(self) -> str:
        return self.number


class AlarmNote(models.Model):
    """Free text of the people who worked the alarm; never in the ledger, never changed.

    Encrypted, of whatever kind the alarm is: what is written of a trygghetslarm is about a brukare.
    """

    retention: ClassVar = Rule.with_parent("alarm_note", "alarms.Alarm")

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = EncryptedTextField()

    class Meta:
        ordering = ("at", "id")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="alarm_note_not_empty"),)

    def __str__(self) -> str:
        return f"note {self.pk}"
