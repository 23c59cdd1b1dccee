"""Utlämnanden: what was asked for, and what the controller decided."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from trygghetscentral.accounts.audiences import GROUP_PREFIX, key, organisation_ids
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.retention import Rule


def of_controllers(user: User, permission: Permission) -> Q:
    """Rows with `controller` and perhaps `incident`: those where the user holds the permission;
    about an incident that only a need-to-know group may know of, the group's members alone."""
    audiences = user.audiences(permission)
    controllers = sorted(organisation_ids(audiences, permission))
    groups = [audience for audience in audiences if audience.startswith(GROUP_PREFIX)]
    known = sorted([*groups, *(key(Permission.INCIDENT_VIEW, pk) for pk in controllers)])
    return Q(controller__in=controllers) & (
        Q(incident__isnull=True)
        | Q(incident__audiences__overlap=known, incident__exercise_id__isnull=True)
    )


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """The access door."""

    def visible_to(self, user: User) -> Self:
        """Those of the controllers whose log the user reads."""
        return self.filter(of_controllers(user, Permission.DISCLOSURE_VIEW))


class Disclosure(models.Model):
    """A request for something the controller holds, and the decision. Never changed: what was
    wrong is corrected by a new row that names the old (`corrects`).

    Who asked may stay unsaid for the public: an authority may not ask more than the test needs
    (TF 2 kap. 18 §), and a journalist's identity is never written down without need (domain.md
    E.3).
    """

    class Asker(models.TextChoices):
        """Who asked, in kind."""

        POLICE = "police", _("Polisen")
        AUTHORITY = "authority", _("Annan myndighet")
        PUBLIC = "public", _("Allmänheten")
        PARTY = "party", _("Part, eller den som uppgiften rör")

    class Ground(models.TextChoices):
        """The provision under which it is given out. [GK] the headings of 2025:170."""

        LAW2025_4 = "2025:170:4", _("4 § lagen (2025:170) om uppgiftsskyldighet")
        LAW2025_6 = "2025:170:6", _("6 § lagen (2025:170) om uppgiftsskyldighet")
        LAW2025_7 = "2025:170:7", _("7 § lagen (2025:170) om uppgiftsskyldighet")
        LAW2025_8 = "2025:170:8", _("8 § lagen (2025:170) om uppgiftsskyldighet")
        TF2 = "TF:2", _("2 kap. tryckfrihetsförordningen (allmän handling)")
        OSL6_5 = "OSL:6:5", _("6 kap. 5 § OSL (uppgift till annan myndighet)")
        OSL10 = "OSL:10", _("10 kap. OSL (till part eller med samtycke)")

    class Outcome(models.TextChoices):
        """What was decided."""

        RELEASED = "released", _("Lämnas ut")
        PARTLY = "partly", _("Lämnas ut i delar")
        REFUSED = "refused", _("Lämnas inte ut")

    retention: ClassVar = Rule.forever("disclosure", "domain.md E.3: decisions bevaras")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    controller = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="disclosures"
    )
    asker = models.CharField(max_length=12, choices=Asker)
    asker_name = models.CharField(max_length=160, blank=True, default="")
    asked_at = models.DateTimeField()
    what = models.TextField()
    ground = models.CharField(max_length=16, choices=Ground)
    test = models.TextField()
    masked = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=12, choices=Outcome)
    appeal = models.TextField(blank=True, default="")
    decided_by_name = models.CharField(max_length=160)
    decided_at = models.DateTimeField()
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    registered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ("-decided_at", "-pk")
        indexes = (models.Index(fields=("controller", "-decided_at"), name="disclosure_newest"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(test="") & ~Q(decided_by_name=""),
                name="disclosure_whole",
            ),
            models.CheckConstraint(
                condition=Q(asker__in=("public", "party")) | ~Q(asker_name=""),
                name="disclosure_authority_named",
            ),
            models.CheckConstraint(
                condition=Q(outcome="released", masked="")
                | Q(outcome="partly") & ~Q(masked="")
                | Q(outcome="refused", masked=""),
                name="disclosure_masked_when_partly",
            ),
            models.CheckConstraint(
                condition=Q(outcome="released") | ~Q(appeal=""), name="disclosure_appeal_told"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__gte=models.F("asked_at")), name="disclosure_after_asked"
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("incidents:disclosure", args=(self.public_id,))
