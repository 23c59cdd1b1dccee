"""The staff room of an incident and its log (domain.md D.6).

A row of the log is never changed: the database refuses it (migration 0002), and each row carries
the hash of the one before. What moves on stands in rows beside it: `StaffDecision` has the time
when a decision ceases to hold.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.models.incidents import Incident
from trygghetscentral.accounts.models import User
from trygghetscentral.files.secrecy import SecrecyGround
from trygghetscentral.places.fields import PointField
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared.fields import EncryptedTextField
from trygghetscentral.shared.retention import Rule

KEPT: Final = "domain.md E.3: kept for ever"


class StaffLevel(models.IntegerChoices):
    """How much of a staff. Names after other municipalities': Malmö's own are not known [GK]."""

    GREEN = 1, _("Nivå 1 (grön)")
    YELLOW = 2, _("Nivå 2 (gul)")
    RED = 3, _("Nivå 3 (röd)")


class StaffKind(models.TextChoices):
    """The kinds of row (domain.md D.6), in the order of the form."""

    INCOMING = "incoming", _("Inkommande")
    OUTGOING = "outgoing", _("Utgående")
    EVENT = "event", _("Händelse")
    SITUATION = "situation", _("Lägesuppdatering")
    DECISION = "decision", _("Beslut")
    TASK = "task", _("Åtgärd/uppgift")
    RESOURCE = "resource", _("Resurs")
    LIAISON = "liaison", _("Samverkan")
    MEDIA = "media", _("Media")
    CORRECTION = "correction", _("Fel/rättelse")


class StaffFunction(models.TextChoices):
    """What somebody is in the staff (domain.md C.6)."""

    DUTY_OFFICER = "tib", _("TiB")
    LEADER = "leader", _("Krisledningschef")
    CHIEF = "chief", _("Stabschef")
    SITUATION = "situation", _("Lägesbild")
    ANALYSIS = "analysis", _("Analys och prognos")
    COMMUNICATION = "communication", _("Kommunikation")
    LIAISON = "liaison", _("Samverkan")
    PERSONNEL = "personnel", _("Personal och bemanning")
    LOGISTICS = "logistics", _("Logistik och resurser")
    LAW = "law", _("Ekonomi och juridik")
    DOCUMENTATION = "documentation", _("Dokumentation")
    SECURITY = "security", _("Säkerhet")
    IT = "it", _("IT och teknik")
    SUPPORT = "support", _("Krisstöd")


class Channel(models.TextChoices):
    """How it came or went."""

    PHONE = "phone", _("Telefon")
    RADIO = "radio", _("Rakel")
    MAIL = "mail", _("E-post")
    MESSAGE = "message", _("Sms eller chatt")
    MEETING = "meeting", _("Möte")
    ON_SITE = "on_site", pgettext_lazy("kanal", "På plats")
    WEB = "web", _("Webb och medier")


class StaffQuerySet(models.QuerySet["Staff"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """Staffs of incidents that the user sees."""
        return self.filter(incident__in=Incident.objects.visible_to(user))

    def open(self) -> Self:
        """Those at work."""
        return self.filter(closed_at__isnull=True)


class Staff(models.Model):
    """A staff at work with one incident, from when it was opened until it was closed."""

    retention: ClassVar = Rule.forever("staff", KEPT)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="staffs")
    level = models.PositiveSmallIntegerField(choices=StaffLevel)
    reason = models.TextField()
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closing = models.TextField(blank=True, default="")
    closed_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("incident",), condition=Q(closed_at__isnull=True), name="staff_one_open"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 3)), name="staff_level"),
            models.CheckConstraint(condition=~Q(reason=""), name="staff_reason"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closing="")
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closing=""),
                name="staff_closed_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"staff {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether rows may be written."""
        return self.closed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All free text of a row; encrypted as one when the row is marked."""

    text: str
    sender: str = ""
    recipient: str = ""
    decider: str = ""
    reasons: str = ""


class StaffRowQuerySet(models.QuerySet["StaffRow"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """Rows of staffs that the user sees; of marked ones not everybody sees the words."""
        return self.filter(staff__in=Staff.objects.visible_to(user))

    def for_audiences(self, audiences: frozenset[str]) -> Self:
        """The same for a set of audience keys."""
        return self.filter(staff__incident__in=Incident.objects.for_audiences(audiences))

    def whole(self) -> Self:
        """With what shows a row."""
        return self.select_related(
            "staff__incident", "corrects", "about", "decision"
        ).prefetch_related("corrections", "attachments__file")


class StaffRow(models.Model):
    """One row of the log. `happened_at` is when it was, as somebody says; `registered_at` is the
    server's clock. `signature` and `function` are who wrote it, as it was then.

    The words of a marked row stand encrypted in `sealed` and nowhere else. `sha256` covers the
    salt, everything said here, the attachments and `previous_sha256` (see `incidents.staff_chain`).
    """

    retention: ClassVar = Rule.forever("staff_row", KEPT)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=StaffKind)
    happened_at = models.DateTimeField()
    registered_at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=20)
    function = models.CharField(max_length=16, choices=StaffFunction, blank=True, default="")
    channel = models.CharField(max_length=12, choices=Channel, blank=True, default="")
    ground = models.CharField(max_length=16, choices=SecrecyGround, blank=True, default="")
    text = models.TextField(blank=True, default="")
    sender = models.CharField(max_length=80, blank=True, default="")
    recipient = models.CharField(max_length=80, blank=True, default="")
    decider = models.CharField(max_length=80, blank=True, default="")
    reasons = models.TextField(blank=True, default="")
    sealed = EncryptedTextField(blank=True, default="")
    decision_number = models.PositiveIntegerField(null=True)
    valid_until = models.DateTimeField(null=True)
    about = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    salt = models.BinaryField()
    previous_sha256 = models.BinaryField()
    sha256 = models.BinaryField()

    objects = StaffRowQuerySet.as_manager()

    class Meta:
        ordering = ("staff", "number")
        constraints = (
            models.UniqueConstraint(fields=("staff", "number"), name="staff_row_number"),
            models.UniqueConstraint(
                fields=("staff", "decision_number"), name="staff_row_decision_number"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="staff_row_from_one"),
            models.CheckConstraint(condition=Q(kind__in=StaffKind.values), name="staff_row_kind"),
            models.CheckConstraint(
                condition=Q(ground="") | Q(ground__in=SecrecyGround.values),
                name="staff_row_ground",
            ),
            # What may be secret stands nowhere in the clear.
            models.CheckConstraint(
                condition=Q(ground="", sealed="") & ~Q(text="")
                | ~Q(ground="")
                & ~Q(sealed="")
                & Q(text="", sender="", recipient="", decider="", reasons=""),
                name="staff_row_sealed_when_marked",
            ),
            models.CheckConstraint(
                condition=Q(kind="decision", decision_number__isnull=False)
                | ~Q(kind="decision") & Q(decision_number__isnull=True, valid_until__isnull=True),
                name="staff_row_decision_numbered",
            ),
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | ~Q(kind="correction") & Q(corrects__isnull=True),
                name="staff_row_correction_of_something",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("registered_at")), name="staff_row_has_happened"
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff_id}/{self.number}"

    @property
    def decision_label(self) -> str:
        """B-1, or nothing."""
        return f"B-{self.decision_number}" if self.decision_number else ""

    @property
    def is_marked(self) -> bool:
        """Whether its words are only for those who may read them."""
        return bool(self.ground)

    def words(self) -> Words:
        """What it says, in the clear: only for whoever may read it."""
        if self.sealed:
            return Words(**json.loads(self.sealed))
        return Words(
            text=self.text,
            sender=self.sender,
            recipient=self.recipient,
            decider=self.decider,
            reasons=self.reasons,
        )

    def say(self, words: Words) -> None:
        """Take the words in, encrypted when the row is marked."""
        given = asdict(words)
        if self.is_marked:
            self.sealed = json.dumps(given, ensure_ascii=False)
            return
        for name, value in given.items():
            setattr(self, name, value)


class StaffAttachment(models.Model):
    """A file of a row, with the position that its picture bore when somebody chose to keep it."""

    retention: ClassVar = Rule.forever("staff_attachment", KEPT)

    row = models.ForeignKey(StaffRow, on_delete=models.PROTECT, related_name="attachments")
    place = models.PositiveSmallIntegerField()
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    # The stubs have no word for a column of our own that may be empty.
    if TYPE_CHECKING:
        position: Position | None
    else:
        position = PointField(null=True)

    class Meta:
        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=("row", "place"), name="staff_attachment_place"),
            models.UniqueConstraint(fields=("file",), name="staff_attachment_once"),
        )

    def __str__(self) -> str:
        return f"{self.row_id}:{self.place}"


class StaffDecision(models.Model):
    """How long a decision holds. `due_at` is when it ceases to, emptied when that is said."""

    retention: ClassVar = Rule.forever("staff_decision", KEPT)

    row = models.OneToOneField(StaffRow, on_delete=models.PROTECT, related_name="decision")
    due_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("due_at",), condition=Q(due_at__isnull=False), name="staff_decision_due"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(expired_at__isnull=True),
                name="staff_decision_one_end",
            ),
        )

    def __str__(self) -> str:
        return f"decision of {self.row_id}"


class StaffPresence(models.Model):
    """Somebody has the room before them. Noted every few seconds, and forgotten."""

    retention: ClassVar = Rule.operational("staff_presence")

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("staff", "user"), name="staff_presence_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.staff_id}"
