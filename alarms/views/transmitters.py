"""Transmitters of an installation: enter, change, take out of use."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alarms.forms.installations import TransmitterForm
from alarms.services import installations as services
from alarms.views.common import form_page, managed_installation, posted
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock

TEMPLATE = "alarms/transmitter_form.html"


@requires(Permission.INSTALLATION_MANAGE)
@require_http_methods(["GET", "POST"])
def new_transmitter(request: Request, public_id: UUID) -> HttpResponse:
    """Register a transmitter."""
    found = managed_installation(request.user, public_id)
    form = TransmitterForm(posted(request))
    made = attempt(
        form,
        lambda: services.add_transmitter(
            actor=actor_for(request.user),
            now=clock.now(),
            installation=found,
            data=form.data_for_service(),
        ),
    )
    if made is not None:
        messages.success(request, _("Sändaren %(account)s är upplagd.") % {"account": made.account})
        return HttpResponseRedirect(reverse("alarms:installation", args=(public_id,)))
    return form_page(request, TEMPLATE, form, {"installation": found})


@requires(Permission.INSTALLATION_MANAGE)
@require_http_methods(["GET", "POST"])
def change_transmitter(request: Request, public_id: UUID, pk: int) -> HttpResponse:
    """Change a transmitter; its key is never shown."""
    found = managed_installation(request.user, public_id)
    transmitter = get_object_or_404(found.transmitters.filter(active=True), pk=pk)
    form = TransmitterForm(posted(request), transmitter=transmitter)
    changed = attempt(
        form,
        lambda: services.change_transmitter(
            actor=actor_for(request.user),
            now=clock.now(),
            transmitter_id=transmitter.pk,
            data=form.data_for_service(),
            seen=form.cleaned_data["seen"],
        ),
    )
    if changed is not None:
        messages.success(
            request, _("Sändaren %(account)s är ändrad.") % {"account": changed.account}
        )
        return HttpResponseRedirect(reverse("alarms:installation", args=(public_id,)))
    context = {"installation": found, "transmitter": transmitter}
    return form_page(request, TEMPLATE, form, context)


@requires(Permission.INSTALLATION_MANAGE)
@require_POST
def remove_transmitter(request: Request, public_id: UUID, pk: int) -> HttpResponse:
    """Take a transmitter out of use."""
    found = managed_installation(request.user, public_id)
    transmitter = get_object_or_404(found.transmitters.all(), pk=pk)
    return act(
        request,
        lambda: services.remove_transmitter(
            actor=actor_for(request.user), now=clock.now(), transmitter_id=transmitter.pk
        ),
        done=_("Sändaren %(account)s är borttagen. Skickar den igen blir det ett okänt abonnemang.")
        % {"account": transmitter.account},
        back=reverse("alarms:installation", args=(public_id,)),
    )
