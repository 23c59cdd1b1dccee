"""Sites (objekt) and what stands on their objektskort."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places.fields import PointField
from trygghetscentral.places.models.areas import Area
from trygghetscentral.shared.db import swedish_order
from trygghetscentral.shared.retention import Rule

if TYPE_CHECKING:
    from trygghetscentral.accounts.models import User


class SiteKind(models.TextChoices):
    """What is done there."""

    SCHOOL = "school", _("Skola")
    PRESCHOOL = "preschool", _("Förskola")
    LIBRARY = "library", _("Bibliotek")
    CARE_HOME = "care_home", _("Särskilt boende")
    OFFICE = "office", _("Kontor")
    SPORT = "sport", _("Idrott och bad")
    CULTURE = "culture", _("Kultur")
    PARK = "park", _("Park, torg eller gata")
    TECHNICAL = "technical", _("Teknisk anläggning")
    PARKING = "parking", _("Parkering")
    DEPOT = "depot", _("Förråd eller depå")
    OTHER = "other", _("Annat")


class PlaceType(models.TextChoices):
    """Whether the public has access (lagen 2023:196 14 §, kamerabevakningslagen)."""

    PUBLIC = "public", _("Plats dit allmänheten har tillträde")
    PARTLY_PUBLIC = "partly_public", _("Delvis tillgänglig för allmänheten")
    CLOSED = "closed", _("Inte tillgänglig för allmänheten")


class SiteQuerySet(models.QuerySet["Site"]):
    """The door to sites."""

    def visible_to(self, user: User) -> Self:
        """Real sites this user may see."""
        return self.filter(
            audiences__overlap=sorted(user.audiences(Permission.SITE_VIEW)),
            exercise_id__isnull=True,
        )


class Site(models.Model):
    """A place that is watched over, with an owner (the controller), an occupant and a payer.

    `audiences` is derived in services: readers at the three, or only the need-to-know group.
    """

    retention: ClassVar = Rule("site", 24, "closed_at", "domain.md E.3; R15-R18")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=140, unique=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=160)
    postal_code = models.CharField(max_length=6, blank=True, default="")
    locality = models.CharField(max_length=60)
    position = PointField()
    kind = models.CharField(max_length=20, choices=SiteKind.choices)
    place_type = models.CharField(max_length=20, choices=PlaceType.choices)
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    occupant = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    payer = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="sites"
    )
    protection = models.TextField(blank=True, default="")
    notes = models.TextField(blank=True, default="")
    restricted_group = models.ForeignKey(
        "accounts.NeedToKnowGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    audiences = ArrayField(models.TextField())
    exercise_id = models.BigIntegerField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Both forms of each word: the stem finds "skolor" for "skola", the plain one finds the
    # beginning of a name while it is being typed.
    search = models.GeneratedField(
        expression=SearchVector("name", "address", "locality", config="swedish")
        + SearchVector("name", "address", "locality", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[Any] = SiteQuerySet.as_manager()

    class Meta:
        ordering = (swedish_order("name"), "pk")
        indexes = (
            GinIndex(fields=("audiences",), name="site_audiences"),
            GinIndex(fields=("search",), name="site_search"),
            GistIndex(fields=("position",), name="site_position"),
            models.Index(swedish_order("name"), "id", name="site_swedish_order"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The objektskort."""
        return reverse("places:site", args=(self.slug,))

    @property
    def full_address(self) -> str:
        """Street, code and town on one line."""
        return f"{self.address}, {self.postal_code} {self.locality}".replace(",  ", ", ")


class SiteContact(models.Model):
    """Whom to ring, in order. A function or a person on duty, with the number they gave."""

    retention: ClassVar = Rule.with_parent("site_contact", "places.Site")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="contacts")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    role_title = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=24)
    when = models.CharField(max_length=80, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "order"),
                name="site_contact_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return f"{self.order}. {self.name}"

    @property
    def tel(self) -> str:
        """The number for a tel: link (RFC 3966), Swedish numbers in international form."""
        plain = "".join(char for char in self.phone if char.isdigit() or char == "+")
        return f"+46{plain[1:]}" if plain.startswith("0") and plain[1:2] != "0" else plain


class SiteInstruction(models.Model):
    """One step of the åtgärdsinstruktion (domain.md D.2). No category means every alarm."""

    retention: ClassVar = Rule.with_parent("site_instruction", "places.Site")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="instructions")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    required = models.BooleanField(default=False)
    category = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        ordering = ("order", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("site", "order"),
                name="site_instruction_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return f"{self.order}. {self.text}"


class WarningCategory(models.TextChoices):
    """What whoever goes there must know."""

    DO_NOT_ENTER = "do_not_enter", _("Gå inte in")
    DOG = "dog", _("Hund på platsen")
    GAS = "gas", _("Gas")
    ELECTRICITY = "electricity", _("Högspänning")
    CHEMICALS = "chemicals", _("Kemikalier")
    VIOLENCE = "violence", _("Risk för hot eller våld")
    COLLAPSE = "collapse", _("Rasrisk")
    ACCESS = "access", _("Svårt att ta sig in")
    OTHER = "other", _("Annat")


class Severity(models.TextChoices):
    """How loudly it is shown."""

    DANGER = "danger", _("Fara")
    CAUTION = "caution", _("Var försiktig")
    NOTICE = "notice", _("Att känna till")


class SiteWarning(models.Model):
    """A danger at the site, for as long as it lasts."""

    retention: ClassVar = Rule.with_parent("site_warning", "places.Site")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="warnings")
    category = models.CharField(max_length=16, choices=WarningCategory.choices)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    text = models.CharField(max_length=200)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_category_display()}: {self.text}"


class SiteFile(models.Model):
    """A stored file that belongs to a site, such as a floor plan."""

    retention: ClassVar = Rule.with_parent("site_file", "places.Site")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)

    class Meta:
        ordering = ("title", "pk")
        constraints = (models.UniqueConstraint(fields=("site", "file"), name="site_file_once"),)

    def __str__(self) -> str:
        return self.title
