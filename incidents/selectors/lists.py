"""What the pages of distribution lists, disclosures and the diary choose from and show."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.models import (
    DiaryEntry,
    Disclosure,
    DistributionList,
    Incident,
)
from trygghetscentral.accounts.audiences import GROUP_PREFIX, key, organisation_ids
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.errors import Missing

MOST_DONE = 50
MOST_ROWS = 500


def organisations_to_choose() -> QuerySet[Organisation]:
    """Everybody a recipient may belong to."""
    found: QuerySet[Organisation] = Organisation.objects.filter(is_controller=True).order_by("name")
    return found


def controllers_of(user: User, permission: Permission) -> list[Organisation]:
    """The controllers where the user holds a permission."""
    ids = organisation_ids(user.audiences(permission), permission)
    return list(Organisation.objects.filter(pk__in=ids, is_controller=True).order_by("name"))


def distribution_lists(user: User) -> QuerySet[DistributionList]:
    """The lists the user keeps, with their recipients."""
    return (
        DistributionList.objects.visible_to(user)
        .select_related("controller")
        .prefetch_related("recipients__organisation")
    )


def disclosures(user: User) -> QuerySet[Disclosure]:
    """The log, newest first."""
    return Disclosure.objects.visible_to(user).select_related(
        "controller", "incident", "corrects", "corrected_by", "registered_by"
    )


def disclosures_of(incident: Incident, user: User) -> list[Disclosure]:
    """What has been asked for of one incident, for those who read the log."""
    return list(disclosures(user).filter(incident=incident))


def incident_to_log(number: str, user: User) -> Incident:
    """The incident that a decision is about: of a controller the user decides for, and known to
    more than a group unless the user stands in it. Raises Missing for any other."""
    audiences = user.audiences(Permission.DISCLOSURE_DECIDE)
    controllers = organisation_ids(audiences, Permission.DISCLOSURE_DECIDE)
    known = {key(Permission.INCIDENT_VIEW, pk) for pk in controllers}
    known |= {one for one in audiences if one.startswith(GROUP_PREFIX)}
    found = (
        Incident.objects.for_audiences(frozenset(known))
        .filter(controller__in=controllers, number=number.strip())
        .first()
    )
    if found is None:
        raise Missing(
            _("Händelsen %(number)s finns inte.") % {"number": number}, code="incident_missing"
        )
    return found


def diary_entries(user: User) -> QuerySet[DiaryEntry]:
    """What the user registers."""
    return DiaryEntry.objects.visible_to(user).select_related(
        "controller", "incident", "registered_by"
    )


def owed(user: User) -> list[DiaryEntry]:
    """What has no number yet, the most urgent first."""
    waiting = DiaryEntry.objects.visible_to(user).owed()
    return list(waiting.select_related("controller", "incident")[:MOST_ROWS])


def registered(user: User) -> list[DiaryEntry]:
    """What was registered last."""
    done = diary_entries(user).exclude(diary_number="").order_by("-registered_at", "-pk")
    return list(done[:MOST_DONE])
