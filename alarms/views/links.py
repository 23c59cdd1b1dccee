"""Lines that are lost now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from alarms.selectors.installations import link_counts, lost_links
from alarms.views.common import page_of
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.shared import clock


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def link_list(request: Request) -> HttpResponse:
    """Tappade förbindelser, the newest loss first."""
    page = page_of(request, lost_links(request.user))
    context = {"page": page, "counts": link_counts(request.user), "now": clock.now()}
    return render(request, "alarms/links.html", context)
