"""Distribution lists: all of them, and one with its recipients."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.forms.sitreps import ListForm, RecipientForm
from incidents.models import DistributionList
from incidents.selectors.lists import controllers_of, distribution_lists
from incidents.services.sitreps import lists
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


@requires(Permission.INCIDENT_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def list_page(request: Request) -> HttpResponse:
    """The lists, and a new one."""
    controllers = controllers_of(request.user, Permission.INCIDENT_EDIT)
    form = ListForm(posted(request), controllers=controllers)
    made = attempt(
        form,
        lambda: lists.make_list(
            actor=actor_for(request.user),
            now=clock.now(),
            controller_id=int(form.cleaned_data["controller"]),
            name=form.cleaned_data["name"],
        ),
    )
    if made is not None:
        return HttpResponseRedirect(made.get_absolute_url())
    context = {"lists": list(distribution_lists(request.user))}
    return form_page(request, "incidents/sitreps/lists.html", form, context)


@requires(Permission.INCIDENT_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def one_list(request: Request, list_id: int) -> HttpResponse:
    """Who is on it, and a new recipient."""
    found = _visible(request, list_id)
    form = RecipientForm(posted(request))
    added = attempt(
        form,
        lambda: lists.add_recipient(
            actor=actor_for(request.user),
            now=clock.now(),
            list_id=list_id,
            data=form.data_given(),
        ),
    )
    if added is not None:
        messages.success(request, _("%(name)s står på listan.") % {"name": added.name})
        return HttpResponseRedirect(request.path)
    return form_page(request, "incidents/sitreps/one_list.html", form, {"list": found})


@requires(Permission.INCIDENT_EDIT)
@require_POST
def remove(request: Request, list_id: int, recipient_id: int) -> HttpResponse:
    """Take a recipient off."""
    _visible(request, list_id)
    return act(
        request,
        lambda: lists.remove_recipient(
            actor=actor_for(request.user),
            now=clock.now(),
            list_id=list_id,
            recipient_id=recipient_id,
        ),
        done=_("Mottagaren är borttagen."),
        back=reverse("incidents:distribution-list", args=(list_id,)),
    )


def _visible(request: Request, list_id: int) -> DistributionList:
    found = distribution_lists(request.user).filter(pk=list_id).first()
    if found is None:
        raise Http404
    return found
