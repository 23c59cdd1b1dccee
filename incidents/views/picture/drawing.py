"""Zones: drawn, drawn anew, ended, and how each has been."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.forms.picture import ZoneForm, zone_initial
from incidents.models import Zone
from incidents.selectors.picture.now import ZONE_RELATIONS
from incidents.selectors.picture.objects import zone_feature
from incidents.selectors.picture.rows import zone_row
from incidents.services.picture import zones
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.places import geometry
from trygghetscentral.shared import clock


def _visible(request: Request, public_id: UUID) -> Zone:
    found = Zone.objects.visible_to(request.user).select_related(*ZONE_RELATIONS)
    one: Zone = get_object_or_404(found, public_id=public_id)
    return one


@requires(Permission.PICTURE_VIEW)
@require_GET
def zone(request: Request, public_id: UUID) -> HttpResponse:
    """One zone, on the map and in words, and how it has been."""
    found = _visible(request, public_id)
    row = zone_row(found, found, at=found.changed_at, by=found.changed_by)
    history = [
        (one, zone_row(found, one, at=one.at, by=one.by))
        for one in found.versions.select_related("by")
    ]
    context = {
        "zone": found,
        "row": row,
        "history": history,
        "features": geometry.feature_collection([zone_feature(row)]),
        "may_edit": not found.ended
        and request.user.may(Permission.PICTURE_EDIT, found.organisation_id),
    }
    return render(request, "incidents/picture/zone.html", context)


@requires(Permission.PICTURE_EDIT)
@require_http_methods(["GET", "POST"])
def zone_new(request: Request) -> HttpResponse:
    """Draw one."""
    now = clock.now()
    form = ZoneForm(posted(request), user=request.user, initial={"valid_from": now})
    actor = actor_for(request.user)
    made = attempt(form, lambda: zones.draw(actor=actor, now=now, data=form.data_given()))
    if made is None:
        return form_page(request, "incidents/picture/zone_form.html", form, {})
    messages.success(request, _("%(name)s finns i lägesbilden.") % {"name": made.name})
    return HttpResponseRedirect(reverse("picture:live"))


@requires(Permission.PICTURE_EDIT)
@require_http_methods(["GET", "POST"])
def zone_edit(request: Request, public_id: UUID) -> HttpResponse:
    """Draw it anew; how it was stays in its history."""
    found = _visible(request, public_id)
    initial = {**zone_initial(found), "seen": zones.seal_of(found)}
    form = ZoneForm(posted(request), user=request.user, initial=initial)
    actor = actor_for(request.user)
    saved = attempt(
        form,
        lambda: zones.redraw(
            actor=actor,
            now=clock.now(),
            public_id=public_id,
            seen=form.cleaned_data["seen"],
            data=form.data_given(),
        ),
    )
    if saved is None:
        return form_page(request, "incidents/picture/zone_form.html", form, {"zone": found})
    messages.success(request, _("Sparat."))
    return HttpResponseRedirect(reverse("picture:live"))


@requires(Permission.PICTURE_EDIT)
@require_POST
def zone_end(request: Request, public_id: UUID) -> HttpResponse:
    """It no longer holds."""
    found = _visible(request, public_id)
    actor = actor_for(request.user)
    return act(
        request,
        lambda: zones.end(actor=actor, now=clock.now(), public_id=public_id),
        done=_("%(name)s är avslutad. Den finns kvar i historiken.") % {"name": found.name},
        back=reverse("picture:live"),
    )
