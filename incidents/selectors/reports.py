"""What an employee sees: the own reports, as they were sent, and how far each has come."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.models import IncidentReport
from incidents.states import Stage
from trygghetscentral.accounts.models import User


def reports_of(user: User) -> QuerySet[IncidentReport]:
    """The user's own, newest first; nothing that others have made of them."""
    return IncidentReport.objects.visible_to(user).select_related("incident")


def progress_of(report: IncidentReport) -> str:
    """How far it has come, in the few words that are the reporter's business."""
    stage = report.incident.stage
    if stage == Stage.REPORTED:
        return _("Mottagen")
    if stage in {Stage.CLOSED, Stage.ARCHIVED, Stage.REJECTED}:
        return _("Klar")
    return _("Vi arbetar med den")
