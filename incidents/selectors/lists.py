"""What the pages of distribution lists, disclosures and the diary choose from and show."""

from __future__ import annotations

from django.db.models import QuerySet

from incidents.models import (
    DiaryEntry,
    Disclosure,
    DistributionList,
    Incident,
)
from trygghetscentral.accounts.audiences import organisation_ids
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.permissions import Permission

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


def diary_entries(user: User) -> QuerySet[DiaryEntry]:
    """What the user registers."""
    return DiaryEntry.objects.visible_to(user).select_related(
        "controller", "incident", "registered_by"
    )


def registered(user: User) -> list[DiaryEntry]:
    """What was registered last."""
    done = diary_entries(user).exclude(diary_number="").order_by("-registered_at", "-pk")
    return list(done[:MOST_DONE])
